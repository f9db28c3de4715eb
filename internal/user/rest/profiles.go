package rest

import (
	"context"

	"pasar/api/userapi"
	"pasar/internal/platform/rest"
	"pasar/internal/user"
)

// GetProfile returns the caller's profile.
func (s *Server) GetProfile(ctx context.Context, _ *userapi.GetProfileInput) (*userapi.Profile, error) {
	return profile(s.heart.Own(ctx, rest.ActorFrom(ctx)))
}

func profile(p *user.Profile, err error) (*userapi.Profile, error) {
	if err != nil {
		return nil, err
	}
	shown := profileOf(p)
	return &shown, nil
}

func profileOf(p *user.Profile) userapi.Profile {
	shown := userapi.Profile{
		ID: p.ID, Status: string(p.Status), Email: p.Email, Name: p.Name, Phone: p.Phone, Language: p.Language,
		Currency: p.Currency, MarketingOptIn: p.MarketingOptIn, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Version: p.Version,
	}
	if p.Avatar != "" {
		shown.Avatar = &userapi.Avatar{
			Small: "/v1/avatars/" + user.AvatarFile(p.Avatar, user.SmallSide),
			Large: "/v1/avatars/" + user.AvatarFile(p.Avatar, user.LargeSide),
		}
	}
	return shown
}

// UpdateProfile changes the caller's profile.
func (s *Server) UpdateProfile(ctx context.Context, in *userapi.UpdateProfileInput) (*userapi.Profile, error) {
	return profile(s.heart.Update(ctx, rest.ActorFrom(ctx), in.Version(), user.Changes{
		Name: in.Body.Name, Phone: patched(in.Body.Phone), Language: in.Body.Language,
		Currency: in.Body.Currency, MarketingOptIn: in.Body.MarketingOptIn,
	}))
}

// ExportProfile returns everything that is held about the caller.
func (s *Server) ExportProfile(ctx context.Context, _ *userapi.GetProfileInput) (*userapi.Export, error) {
	export, err := s.heart.Export(ctx, rest.ActorFrom(ctx))
	if err != nil {
		return nil, err
	}
	shown := &userapi.Export{Profile: profileOf(export.Profile), Addresses: make([]userapi.Address, len(export.Addresses)), MadeAt: export.MadeAt}
	for i := range export.Addresses {
		shown.Addresses[i] = addressOf(&export.Addresses[i])
	}
	return shown, nil
}

// EraseProfile forgets the caller.
func (s *Server) EraseProfile(ctx context.Context, in *userapi.EraseProfileInput) (*rest.NoContent, error) {
	return nothing(s.heart.Erase(ctx, rest.ActorFrom(ctx), in.Version()))
}

// SetAvatar replaces the caller's picture.
func (s *Server) SetAvatar(ctx context.Context, in *userapi.SetAvatarInput) (*userapi.Profile, error) {
	return profile(s.heart.SetAvatar(ctx, rest.ActorFrom(ctx), in.RawBody))
}

// RemoveAvatar removes the caller's picture.
func (s *Server) RemoveAvatar(ctx context.Context, _ *userapi.RemoveAvatarInput) (*rest.NoContent, error) {
	return nothing(s.heart.RemoveAvatar(ctx, rest.ActorFrom(ctx)))
}

// GetAvatar returns the bytes of a picture. They never change under a name, so
// the name is their ETag.
func (s *Server) GetAvatar(ctx context.Context, in *userapi.GetAvatarInput) (*rest.Blob, error) {
	data, contentType, size, err := s.heart.Avatar(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	return &rest.Blob{ContentType: contentType, Reader: data, Size: size, ETag: `"` + in.Name + `"`}, nil
}

// ListUsers finds users.
func (s *Server) ListUsers(ctx context.Context, in *userapi.ListUsersInput) (*userapi.UserList, error) {
	page, err := pageOf(in.Paging)
	if err != nil {
		return nil, err
	}
	found, err := s.heart.Find(ctx, in.Q, user.Filter{
		Page: page, Status: user.Status(in.Status), CreatedAfter: in.CreatedAfter, CreatedBefore: in.CreatedBefore,
	})
	if err != nil {
		return nil, err
	}
	return rest.List(found, in.Paging, profileIn, profileCursor), nil
}

// GetUser returns somebody's profile.
func (s *Server) GetUser(ctx context.Context, in *userapi.GetUserInput) (*userapi.Profile, error) {
	return profile(s.heart.Profile(ctx, in.ID))
}

// ListUserAddresses lists somebody's addresses.
func (s *Server) ListUserAddresses(ctx context.Context, in *userapi.ListUserAddressesInput) (*userapi.AddressList, error) {
	page, err := pageOf(in.Paging)
	if err != nil {
		return nil, err
	}
	found, err := s.heart.AddressesOf(ctx, in.ID, page)
	if err != nil {
		return nil, err
	}
	return rest.List(found, in.Paging, addressIn, addressCursor), nil
}
