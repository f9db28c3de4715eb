package rest

import (
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/internal/order"
	"pasar/internal/platform/rest"
)

func cartOf(p *order.Priced) *orderapi.Cart {
	c := p.Cart
	money := func(amount int64) api.Money { return api.Money{Amount: amount, Currency: c.Currency} }
	cart := &orderapi.Cart{
		ID: c.ID, Status: string(c.State), UserID: c.UserID, Currency: c.Currency, Language: c.Language,
		Email: c.Contents.Email, ShippingMethod: c.Contents.ShippingMethod, Note: c.Contents.Note,
		ShippingAddress: postal(c.Contents.ShippingAddress), BillingAddress: postal(c.Contents.BillingAddress),
		Items: make([]orderapi.CartItem, len(p.Lines)), Problems: make([]orderapi.CartProblem, len(p.Problems)),
		Totals: orderapi.Totals{
			Subtotal: money(p.Subtotal), Shipping: money(p.Shipping), TaxIncluded: money(p.TaxIncluded), Total: money(p.Total),
		},
		CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, ExpiresAt: c.ExpiresAt,
	}
	for i, line := range p.Lines {
		q := line.Quote
		cart.Items[i] = orderapi.CartItem{
			ID: line.ID, VariantID: line.VariantID, ProductID: q.ProductID, SKU: q.SKU, Slug: q.Slug, Name: q.Name,
			Options: q.Options, ImageURL: q.ImageURL, Quantity: line.Quantity,
			UnitPrice: q.Price, Total: money(line.Total), Available: q.Available, Sellable: q.Sellable,
		}
	}
	for i, problem := range p.Problems {
		cart.Problems[i] = orderapi.CartProblem(problem)
	}
	return cart
}

func postal(a *order.Address) *orderapi.PostalAddress {
	if a == nil {
		return nil
	}
	converted := orderapi.PostalAddress(*a)
	return &converted
}

func detailsOf(p orderapi.CartPatch) order.Details {
	return order.Details{
		Email: textField(p.Email), ShippingMethod: textField(p.ShippingMethod),
		Language: textField(p.Language), Note: textField(p.Note),
		ShippingAddress: addressField(p.ShippingAddress), BillingAddress: addressField(p.BillingAddress),
	}
}

func textField(p rest.Patch[string]) order.Field[string] {
	value, sent := p.Get()
	if value == nil {
		return order.Field[string]{Sent: sent}
	}
	return order.Field[string]{Sent: sent, Value: *value}
}

func addressField(p rest.Patch[orderapi.PostalAddress]) order.Field[*order.Address] {
	value, sent := p.Get()
	if value == nil {
		return order.Field[*order.Address]{Sent: sent}
	}
	address := order.Address(*value)
	return order.Field[*order.Address]{Sent: sent, Value: &address}
}

func orderOf(who order.Caller, o *order.Order) *orderapi.Order {
	money := func(amount int64) api.Money { return api.Money{Amount: amount, Currency: o.Currency} }
	out := &orderapi.Order{
		ID: o.ID, Number: o.Number, Status: string(o.Status),
		PaymentStatus: string(o.PaymentStatus()), FulfillmentStatus: string(o.FulfillmentStatus()),
		UserID: o.UserID, Email: o.Email, Language: o.Language,
		Subtotal: money(o.Subtotal), Shipping: money(o.Shipping), TaxIncluded: money(o.TaxIncluded), Total: money(o.Total),
		Paid: money(o.Captured()), Refunded: money(o.RefundedSum()), Due: money(o.Due()),
		TaxRule: o.TaxRule, ShippingTax: money(o.ShippingTax), ShippingMethod: o.ShippingMethod,
		ShippingAddress: postal(o.ShippingAddress), BillingAddress: postal(o.BillingAddress),
		Note: o.Note, CancelReason: o.CancelReason,
		Items:        make([]orderapi.OrderItem, len(o.Items)),
		Fulfillments: make([]orderapi.Fulfilment, len(o.Fulfilments)),
		Timeline:     make([]orderapi.TimelineEntry, len(o.Timeline)),
		PlacedAt:     o.PlacedAt, UpdatedAt: o.UpdatedAt, ExpiresAt: o.ExpiresAt, Version: o.Version,
	}
	for i, item := range o.Items {
		out.Items[i] = orderapi.OrderItem{
			ID: item.ID, VariantID: item.VariantID, ProductID: item.ProductID, SKU: item.SKU, Slug: item.Slug,
			Name: item.Name, Options: item.Options, ImageURL: item.ImageURL, Quantity: item.Quantity, Fulfilled: item.Fulfilled,
			UnitPrice: money(item.UnitPrice), Total: money(item.Total), TaxIncluded: money(item.TaxIncluded),
		}
	}
	for i, f := range o.Fulfilments {
		out.Fulfillments[i] = fulfilmentOf(f)
	}
	staff := who.Actor.Can(api.PermOrderRead)
	for i, e := range o.Timeline {
		out.Timeline[i] = entryOf(e, staff)
	}
	return out
}

func fulfilmentOf(f order.Fulfilment) orderapi.Fulfilment {
	out := orderapi.Fulfilment{ID: f.ID, Carrier: f.Carrier, Tracking: f.Tracking, CreatedAt: f.At, Lines: make([]orderapi.FulfilmentLine, len(f.Lines))}
	for i, line := range f.Lines {
		out.Lines[i] = orderapi.FulfilmentLine(line)
	}
	return out
}

// entryOf leaves out who of the staff did it, except for staff.
func entryOf(e order.Entry, staff bool) orderapi.TimelineEntry {
	out := orderapi.TimelineEntry{At: e.At, Kind: string(e.Kind), By: string(e.By), Reference: e.Reference, Amount: e.Amount, Note: e.Note}
	if staff {
		out.ActorID = e.ActorID
	}
	return out
}

func summaryOf(o order.Summary) orderapi.OrderSummary {
	return orderapi.OrderSummary{
		ID: o.ID, Number: o.Number, Status: string(o.Status), PaymentStatus: string(o.Payment),
		FulfillmentStatus: string(o.Fulfillment), UserID: o.UserID, Email: o.Email, Quantity: o.Quantity,
		Total: o.Total, PlacedAt: o.PlacedAt, UpdatedAt: o.UpdatedAt,
	}
}

func filterOf(in *orderapi.ListOrdersInput) (order.Filter, error) {
	f := order.Filter{
		Status: order.Status(in.Status), Payment: order.PaymentStatus(in.PaymentStatus),
		Fulfillment: order.FulfillmentStatus(in.FulfillmentStatus), Email: in.Email, Number: in.Number, UserID: in.UserID,
		From: in.PlacedFrom, Before: in.PlacedBefore, Limit: in.Limit,
	}
	if in.Cursor == "" {
		return f, nil
	}
	var at time.Time
	var id string
	if err := rest.DecodeCursor(in.Cursor, &at, &id); err != nil {
		return order.Filter{}, err
	}
	f.After = &order.Position{PlacedAt: at, ID: id}
	return f, nil
}

func payableOf(o *order.Order) *orderapi.Payable {
	return &orderapi.Payable{
		OrderID: o.ID, Number: o.Number, UserID: o.UserID, CartTokenHash: o.TokenHash, Email: o.Email, Language: o.Language,
		Status: string(o.Status), PaymentStatus: string(o.PaymentStatus()),
		Due: api.Money{Amount: o.Due(), Currency: o.Currency}, ExpiresAt: o.ExpiresAt, TraceParent: o.TraceParent,
	}
}
