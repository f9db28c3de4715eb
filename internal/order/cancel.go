package order

import (
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/internal/platform/fault"
)

// Cancellation is the wish to cancel.
type Cancellation struct {
	Owner   bool // the caller is the customer
	Staff   bool // the caller may write orders
	ActorID string
	Reason  string
}

// Cancel calls an order off. Its owner may while it waits for payment, staff
// until something was handed over; money that was paid is sent back.
func (o *Order) Cancel(c Cancellation, now time.Time) error {
	asOwner := c.Owner && o.Status == StatusOpen
	if !asOwner && !c.Staff || o.Status != StatusOpen && o.Status != StatusConfirmed || o.FulfillmentStatus() != Unfulfilled {
		return fault.New(fault.Conflict, orderapi.CodeOrderNotCancellable, "%s", o.whyNotCancellable()).With("order_status", string(o.Status))
	}
	by, reason := ByCustomer, c.Reason
	if !asOwner {
		by = ByStaff
		if reason == "" {
			return fault.New(fault.Invalid, api.CodeInvalid, "Say why the order is cancelled.").At("#/reason", "required", "staff give a reason")
		}
	}
	o.call(StatusCancelled, Entry{At: now, Kind: EntryCancelled, By: by, ActorID: c.ActorID, Note: reason}, cancelled)
	o.sendAllBack(ReasonOrderCancelled, now)
	return nil
}

func (o *Order) whyNotCancellable() string {
	switch {
	case o.closed():
		return "The order is " + string(o.Status) + " already."
	case o.FulfillmentStatus() != Unfulfilled:
		return "Goods of the order have been handed over; it can only be returned."
	}
	return "The order is paid. Ask the shop to cancel it; the money will be refunded."
}

// Expire closes an order whose time to pay is over.
func (o *Order) Expire(now time.Time) bool {
	if o.Status != StatusOpen || now.Before(o.ExpiresAt) {
		return false
	}
	o.call(StatusExpired, Entry{At: now, Kind: EntryExpired, By: ByShop, Note: "not paid in time"}, expired)
	return true
}
