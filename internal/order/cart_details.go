package order

import (
	"context"
	"fmt"
	"unicode/utf8"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/internal/platform/fault"
)

// Field is one field of a patch: left out, or sent with its new value, whose
// zero removes it.
type Field[T any] struct {
	Sent  bool
	Value T
}

// Details is a patch of a cart.
type Details struct {
	Email           Field[string]
	ShippingAddress Field[*Address]
	BillingAddress  Field[*Address]
	ShippingMethod  Field[string]
	Language        Field[string]
	Note            Field[string]
}

const maxNote = 500

// normalised checks a patch by itself and brings it into the form it is kept in.
func (d Details) normalised() (Details, error) {
	var wrong faults
	if d.Email.Sent && d.Email.Value != "" {
		d.Email.Value = normaliseEmail(d.Email.Value)
		wrong.email("#/email", d.Email.Value)
	}
	for pointer, field := range map[string]*Field[*Address]{"#/shipping_address": &d.ShippingAddress, "#/billing_address": &d.BillingAddress} {
		if field.Value == nil {
			continue
		}
		address := field.Value.normalised()
		wrong.address(pointer, address)
		field.Value = &address
	}
	if d.Language.Sent && d.Language.Value != "id" && d.Language.Value != "en" {
		wrong.add("#/language", "not_allowed", "id or en")
	}
	if hasControl(d.Note.Value) {
		wrong.add("#/note", "control_character", "has a control character")
	} else if utf8.RuneCountInString(d.Note.Value) > maxNote {
		wrong.add("#/note", "wrong_length", fmt.Sprintf("at most %d characters", maxNote))
	}
	return d, wrong.err(api.CodeInvalid, "A field of the cart breaks a rule; see errors.")
}

// UpdateCart changes what a cart says about its customer.
func (s *Service) UpdateCart(ctx context.Context, c Caller, id string, details Details) (*Priced, error) {
	details, err := details.normalised()
	if err != nil {
		return nil, err
	}
	return s.editPriced(ctx, c, id, func(cart *Cart) error {
		details.applyTo(cart)
		return s.checkShipping(cart, details)
	})
}

func (d Details) applyTo(cart *Cart) {
	set(&cart.Contents.Email, d.Email)
	set(&cart.Contents.ShippingAddress, d.ShippingAddress)
	set(&cart.Contents.BillingAddress, d.BillingAddress)
	set(&cart.Contents.ShippingMethod, d.ShippingMethod)
	set(&cart.Contents.Note, d.Note)
	set(&cart.Language, d.Language)
}

func set[T any](target *T, field Field[T]) {
	if field.Sent {
		*target = field.Value
	}
}

// checkShipping refuses a method that does not exist or does not go where the
// goods should. Weight is left to checkout: the cart may still change. When
// only the address changed, the method it no longer fits falls away.
func (s *Service) checkShipping(cart *Cart, sent Details) error {
	code := cart.Contents.ShippingMethod
	if code == "" {
		return nil
	}
	method, known := findShipping(s.settings.Shipping, code)
	fits := known && method.Currency == cart.Currency
	if fits && cart.Contents.ShippingAddress != nil {
		_, fits = method.offer(cart.Currency, cart.Contents.ShippingAddress, 0)
	}
	if fits {
		return nil
	}
	if !sent.ShippingMethod.Sent {
		cart.Contents.ShippingMethod = ""
		return nil
	}
	return fault.New(fault.Invalid, orderapi.CodeShippingUnavailable, "There is no such shipping method for this address; see the cart's shipping methods.").
		At("#/shipping_method", orderapi.CodeShippingUnavailable, "not offered")
}
