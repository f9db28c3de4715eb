package order

import (
	"context"
	"errors"
	"slices"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/platform/fault"
)

// AddItem puts a variant into a cart.
func (s *Service) AddItem(ctx context.Context, c Caller, id, variantID string, quantity int64) (*Priced, error) {
	if !api.ValidID(api.PrefixVariant, variantID) {
		return nil, fault.New(fault.Invalid, api.CodeInvalid, "variant_id must be the id of a variant.").At("#/variant_id", "wrong_id", "expected an id that starts with var_")
	}
	var quotes map[string]productapi.Quote
	cart, err := s.edit(ctx, c, id, func(cart *Cart) (err error) {
		if err := cart.add(variantID, quantity); err != nil {
			return err
		}
		quotes, err = s.quote(ctx, cart)
		if err != nil {
			return err
		}
		if q, known := quotes[variantID]; !known || !q.Sellable {
			return fault.New(fault.Conflict, productapi.CodeVariantNotSellable, "There is no such variant for sale in %s.", cart.Currency).
				At("#/variant_id", productapi.CodeVariantNotSellable, "cannot be bought")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return price(cart, quotes, s.settings.Shipping, s.deps.Clock.Now())
}

// SetQuantity changes how much of a line there is.
func (s *Service) SetQuantity(ctx context.Context, c Caller, id, itemID string, quantity int64) (*Priced, error) {
	return s.editPriced(ctx, c, id, func(cart *Cart) error { return cart.setQuantity(itemID, quantity) })
}

// RemoveItem takes a line out. One that is gone is no error: the wish is met.
func (s *Service) RemoveItem(ctx context.Context, c Caller, id, itemID string) (*Priced, error) {
	return s.editPriced(ctx, c, id, func(cart *Cart) error {
		if !cart.remove(itemID) {
			return errUnchanged
		}
		return nil
	})
}

// ClaimCart makes a guest's cart the signed-in caller's. It takes the token:
// knowing the id of a cart proves nothing.
func (s *Service) ClaimCart(ctx context.Context, c Caller, id string) (*Priced, error) {
	holder := Caller{Actor: api.Actor{Kind: c.Actor.Kind, ID: c.Actor.ID}, CartToken: c.CartToken}
	return s.editPriced(ctx, holder, id, func(cart *Cart) error {
		switch {
		case c.Actor.Kind != api.ActorUser:
			return fault.New(fault.Forbidden, api.CodeForbidden, "Only a customer who is signed in can own a cart.")
		case cart.UserID == c.Actor.ID:
			return errUnchanged
		case cart.UserID != "":
			return fault.New(fault.Conflict, orderapi.CodeCartTaken, "The cart belongs to another customer.")
		}
		cart.UserID = c.Actor.ID
		return nil
	})
}

func (s *Service) editPriced(ctx context.Context, c Caller, id string, change func(*Cart) error) (*Priced, error) {
	cart, err := s.edit(ctx, c, id, change)
	if err != nil {
		return nil, err
	}
	return s.price(ctx, cart)
}

// errUnchanged ends an edit that has nothing to write.
var errUnchanged = errors.New("order: nothing to write")

// edit changes a cart: one read, and one write that only the first of several
// at the same version gets through.
func (s *Service) edit(ctx context.Context, c Caller, id string, change func(*Cart) error) (*Cart, error) {
	var edited *Cart
	err := retryStale(func() error {
		cart, err := s.findCart(ctx, c, id, api.PermOrderWrite)
		if err != nil {
			return err
		}
		edited = cart
		if cart.State != CartOpen {
			return s.orderedAlready(c, cart)
		}
		cart.Contents.Lines = slices.Clone(cart.Contents.Lines)
		if err := change(cart); err != nil {
			return err
		}
		return s.writeCart(ctx, cart)
	})
	if err != nil && !errors.Is(err, errUnchanged) {
		return nil, err
	}
	return edited, nil
}

func (s *Service) writeCart(ctx context.Context, cart *Cart) error {
	now := s.deps.Clock.Now()
	version := cart.Version + 1
	return s.deps.Store.InTx(ctx, func(tx Tx) error {
		cart.Version, cart.UpdatedAt, cart.ExpiresAt = version, now, now.Add(s.settings.CartIdle)
		done, err := tx.UpdateCart(cart)
		if err != nil {
			return err
		}
		if !done {
			return errStale
		}
		return nil
	})
}

// orderedAlready refuses to touch a cart that became an order. Only those who
// may see the order are told its id.
func (s *Service) orderedAlready(c Caller, cart *Cart) error {
	refused := fault.New(fault.Conflict, orderapi.CodeCartOrdered, "This cart has been ordered. Make a new one for another order.")
	if c.owns(cart.UserID, cart.TokenHash) {
		return refused.With("order_id", api.SiblingID(api.PrefixOrder, cart.ID))
	}
	return refused
}
