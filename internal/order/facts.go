package order

import (
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/internal/platform/events"
)

// fact makes the event that tells a change, from the order as it stands after it.
type fact func(o *Order, at time.Time) (events.Event, error)

func telling(t events.Type[orderapi.OrderData]) fact {
	return func(o *Order, at time.Time) (events.Event, error) { return t.New(o.ID, o.Version, at, o.data()) }
}

var (
	placed    = telling(orderapi.OrderPlaced)
	confirmed = telling(orderapi.OrderConfirmed)
	cancelled = telling(orderapi.OrderCancelled)
	expired   = telling(orderapi.OrderExpired)
)

func refunded(r Refund) fact {
	return func(o *Order, at time.Time) (events.Event, error) {
		return orderapi.OrderRefunded.New(o.ID, o.Version, at, orderapi.RefundedData{
			OrderID: o.ID, Number: o.Number, Email: o.Email, Language: o.Language,
			RefundID: r.ID, Amount: r.Amount, RefundedTotal: o.money(o.RefundedSum()), Reason: r.Reason,
		})
	}
}

func refundDue(paymentID string, amount api.Money, reason string) fact {
	return func(o *Order, at time.Time) (events.Event, error) {
		return orderapi.RefundDue.New(o.ID, o.Version, at, orderapi.RefundDueData{
			OrderID: o.ID, PaymentID: paymentID, Amount: amount, Reason: reason,
		})
	}
}

func fulfilled(f Fulfilment) fact {
	return func(o *Order, at time.Time) (events.Event, error) {
		data := orderapi.FulfilledData{
			OrderID: o.ID, Number: o.Number, Email: o.Email, Language: o.Language,
			FulfilmentID: f.ID, Carrier: f.Carrier, Tracking: f.Tracking, Complete: o.Status == StatusCompleted,
		}
		return orderapi.OrderFulfilled.New(o.ID, o.Version, at, data)
	}
}

func (o *Order) data() orderapi.OrderData {
	lines := make([]orderapi.LineData, len(o.Items))
	for i, item := range o.Items {
		lines[i] = orderapi.LineData{
			VariantID: item.VariantID, SKU: item.SKU, Name: item.Name, Options: item.Options,
			Quantity: item.Quantity, UnitPrice: o.money(item.UnitPrice), Total: o.money(item.Total),
		}
	}
	return orderapi.OrderData{
		OrderID: o.ID, Number: o.Number, UserID: o.UserID, Email: o.Email, Language: o.Language,
		Status: string(o.Status), Total: o.money(o.Total), Subtotal: o.money(o.Subtotal),
		Shipping: o.money(o.Shipping), TaxIncluded: o.money(o.TaxIncluded), Lines: lines,
		Reason: o.CancelReason, ExpiresAt: o.ExpiresAt,
	}
}

// events tells all changes since the order was read, as of its new version.
func (o *Order) events(at time.Time) ([]events.Event, error) {
	made := make([]events.Event, 0, len(o.Changes.facts))
	for _, f := range o.Changes.facts {
		e, err := f(o, at)
		if err != nil {
			return nil, err
		}
		made = append(made, e)
	}
	return made, nil
}
