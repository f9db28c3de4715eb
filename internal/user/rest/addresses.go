package rest

import (
	"context"

	"pasar/api/userapi"
	"pasar/internal/platform/rest"
	"pasar/internal/user"
)

// ListAddresses lists the caller's addresses.
func (s *Server) ListAddresses(ctx context.Context, in *userapi.ListAddressesInput) (*userapi.AddressList, error) {
	page, err := pageOf(in.Paging)
	if err != nil {
		return nil, err
	}
	found, err := s.heart.Addresses(ctx, rest.ActorFrom(ctx), page)
	if err != nil {
		return nil, err
	}
	return rest.List(found, in.Paging, addressIn, addressCursor), nil
}

func address(a *user.Address, err error) (*userapi.Address, error) {
	if err != nil {
		return nil, err
	}
	shown := addressOf(a)
	return &shown, nil
}

func addressOf(a *user.Address) userapi.Address {
	return userapi.Address{
		ID: a.ID, Label: a.Label,
		PostalAddress: userapi.PostalAddress{
			Recipient: a.Recipient, Phone: a.Phone, Line1: a.Line1, Line2: a.Line2, District: a.District,
			City: a.City, Province: a.Province, PostalCode: a.PostalCode, Country: a.Country,
		},
		DefaultShipping: a.DefaultShipping, DefaultBilling: a.DefaultBilling,
		CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt, Version: a.Version,
	}
}

// AddAddress keeps an address.
func (s *Server) AddAddress(ctx context.Context, in *userapi.AddAddressInput) (*userapi.Address, error) {
	b := in.Body
	return address(s.heart.AddAddress(ctx, rest.ActorFrom(ctx), user.Address{
		Label: b.Label, Recipient: b.Recipient, Phone: b.Phone, Line1: b.Line1, Line2: b.Line2, District: b.District,
		City: b.City, Province: b.Province, PostalCode: b.PostalCode, Country: b.Country,
		DefaultShipping: b.DefaultShipping, DefaultBilling: b.DefaultBilling,
	}))
}

// GetAddress returns one of the caller's addresses.
func (s *Server) GetAddress(ctx context.Context, in *userapi.GetAddressInput) (*userapi.Address, error) {
	return address(s.heart.Address(ctx, rest.ActorFrom(ctx), in.ID))
}

// UpdateAddress changes one of the caller's addresses.
func (s *Server) UpdateAddress(ctx context.Context, in *userapi.UpdateAddressInput) (*userapi.Address, error) {
	b := in.Body
	return address(s.heart.UpdateAddress(ctx, rest.ActorFrom(ctx), in.ID, in.Version(), user.AddressChanges{
		Label: patched(b.Label), Recipient: b.Recipient, Phone: b.Phone, Line1: b.Line1, Line2: patched(b.Line2),
		District: patched(b.District), City: b.City, Province: b.Province, PostalCode: b.PostalCode, Country: b.Country,
		DefaultShipping: b.DefaultShipping, DefaultBilling: b.DefaultBilling,
	}))
}

// RemoveAddress forgets one of the caller's addresses.
func (s *Server) RemoveAddress(ctx context.Context, in *userapi.RemoveAddressInput) (*rest.NoContent, error) {
	return nothing(s.heart.RemoveAddress(ctx, rest.ActorFrom(ctx), in.ID))
}
