package user

import (
	"context"
	"errors"
	"strings"
	"time"

	"pasar/api"
	"pasar/api/userapi"
	"pasar/internal/platform/fault"
)

// Address is a postal address in a user's book.
type Address struct {
	ID     string
	UserID string
	Label  string

	Recipient, Phone, Line1, Line2, District, City, Province, PostalCode, Country string

	DefaultShipping bool // as the profile says
	DefaultBilling  bool
	CreatedAt       time.Time
	UpdatedAt       time.Time
	Version         int64
}

// Key is where a list goes on after the address.
func (a *Address) Key() (time.Time, string) { return a.CreatedAt, a.ID }

// normalize trims and checks an address before it is kept.
func (a *Address) normalize() error {
	for pointer, field := range map[string]*string{
		"#/label": &a.Label, "#/recipient": &a.Recipient, "#/line1": &a.Line1, "#/line2": &a.Line2, "#/district": &a.District,
		"#/city": &a.City, "#/province": &a.Province, "#/postal_code": &a.PostalCode,
	} {
		*field = strings.TrimSpace(*field)
		optional := field == &a.Label || field == &a.Line2 || field == &a.District
		if *field == "" && !optional {
			return blank(pointer)
		}
	}
	if a.Country == "" {
		a.Country = "ID"
	}
	if err := checkCountry(a.Country); err != nil {
		return err
	}
	if err := checkPostalCode(a.PostalCode, a.Country); err != nil {
		return err
	}
	var err error
	a.Phone, err = normalizePhone(a.Phone, a.Country)
	return err
}

// Addresses lists one's own addresses, newest first.
func (s *Service) Addresses(ctx context.Context, actor api.Actor, page Page) ([]Address, error) {
	if _, err := s.Own(ctx, actor); err != nil {
		return nil, err
	}
	return s.store.Addresses(ctx, actor.ID, page)
}

// AddressesOf lists anybody's addresses, for staff.
func (s *Service) AddressesOf(ctx context.Context, userID string, page Page) ([]Address, error) {
	if _, err := s.Profile(ctx, userID); err != nil {
		return nil, err
	}
	return s.store.Addresses(ctx, userID, page)
}

// Address returns one of one's own addresses.
func (s *Service) Address(ctx context.Context, actor api.Actor, id string) (*Address, error) {
	if _, err := s.Own(ctx, actor); err != nil {
		return nil, err
	}
	a, err := s.store.Address(ctx, actor.ID, id)
	return a, noAddress(err)
}

func noAddress(err error) error {
	if errors.Is(err, ErrNotFound) {
		return fault.New(fault.NotFound, api.CodeNotFound, "There is no such address in your book.")
	}
	return err
}

// AddAddress keeps an address. The profile's lock makes the count right.
func (s *Service) AddAddress(ctx context.Context, actor api.Actor, a Address) (*Address, error) {
	if err := a.normalize(); err != nil {
		return nil, err
	}
	a.ID, a.UserID, a.Version = api.NewID(api.PrefixAddress), actor.ID, 1
	shipping, billing := a.DefaultShipping, a.DefaultBilling
	_, err := s.change(ctx, actor, func(tx Tx, p *Profile) error {
		count, err := tx.CountAddresses(actor.ID)
		if err != nil {
			return err
		}
		if count >= userapi.MaxAddresses {
			return fault.New(fault.Conflict, userapi.CodeAddressLimit, "At most %d addresses are kept; remove one first.", userapi.MaxAddresses)
		}
		a.CreatedAt, a.UpdatedAt = tx.Now(), tx.Now()
		a.DefaultShipping = shipping || p.DefaultShipping == ""
		a.DefaultBilling = billing || p.DefaultBilling == ""
		if err := tx.InsertAddress(&a); err != nil {
			return err
		}
		return giveDefaults(tx, p, &a)
	})
	if err != nil {
		return nil, err
	}
	return &a, nil
}

// giveDefaults makes the profile point at an address for what it is the
// default of, and counts up whichever address lost that.
func giveDefaults(tx Tx, p *Profile, a *Address) error {
	before := *p
	if a.DefaultShipping {
		p.DefaultShipping = a.ID
	}
	if a.DefaultBilling {
		p.DefaultBilling = a.ID
	}
	if before == *p {
		return nil
	}
	losers := map[string]bool{}
	for _, pair := range [][2]string{{before.DefaultShipping, p.DefaultShipping}, {before.DefaultBilling, p.DefaultBilling}} {
		if pair[0] != pair[1] && pair[0] != "" {
			losers[pair[0]] = true
		}
	}
	for id := range losers {
		if err := tx.TouchAddress(p.ID, id); err != nil {
			return err
		}
	}
	return put(tx, p)
}

// AddressChanges are those of an address; nil leaves a field as it is.
type AddressChanges struct {
	Label, Recipient, Phone, Line1, Line2, District, City, Province, PostalCode, Country *string

	DefaultShipping, DefaultBilling *bool
}

func (c *AddressChanges) apply(a *Address) {
	assign(&a.Label, c.Label)
	assign(&a.Recipient, c.Recipient)
	assign(&a.Phone, c.Phone)
	assign(&a.Line1, c.Line1)
	assign(&a.Line2, c.Line2)
	assign(&a.District, c.District)
	assign(&a.City, c.City)
	assign(&a.Province, c.Province)
	assign(&a.PostalCode, c.PostalCode)
	assign(&a.Country, c.Country)
	assign(&a.DefaultShipping, c.DefaultShipping)
	assign(&a.DefaultBilling, c.DefaultBilling)
}

// UpdateAddress changes an address that is still at a version.
func (s *Service) UpdateAddress(ctx context.Context, actor api.Actor, id string, version int64, c AddressChanges) (*Address, error) {
	if err := onlyGives(c); err != nil {
		return nil, err
	}
	var a *Address
	_, err := s.change(ctx, actor, func(tx Tx, p *Profile) error {
		var err error
		if a, err = tx.Address(actor.ID, id); err != nil {
			return noAddress(err)
		}
		if a.Version != version {
			return stale()
		}
		c.apply(a)
		if err := a.normalize(); err != nil {
			return err
		}
		a.Version++
		a.UpdatedAt = tx.Now()
		if err := tx.PutAddress(a); err != nil {
			return err
		}
		return giveDefaults(tx, p, a)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// onlyGives keeps a user from ending up without a default by accident.
func onlyGives(c AddressChanges) error {
	for pointer, value := range map[string]*bool{"#/default_shipping": c.DefaultShipping, "#/default_billing": c.DefaultBilling} {
		if value != nil && !*value {
			return fault.New(fault.Invalid, api.CodeInvalid, "A default is taken away by giving it to another address.").
				At(pointer, "not_allowed", "expected true")
		}
	}
	return nil
}

// RemoveAddress forgets an address. What it was the default of has none then.
func (s *Service) RemoveAddress(ctx context.Context, actor api.Actor, id string) error {
	_, err := s.change(ctx, actor, func(tx Tx, p *Profile) error {
		a, err := tx.Address(actor.ID, id)
		if err != nil {
			return noAddress(err)
		}
		if err := tx.DeleteAddress(actor.ID, id); err != nil {
			return err
		}
		if !a.DefaultShipping && !a.DefaultBilling {
			return nil
		}
		if a.DefaultShipping {
			p.DefaultShipping = ""
		}
		if a.DefaultBilling {
			p.DefaultBilling = ""
		}
		return put(tx, p)
	})
	return err
}
