package order

import (
	"time"

	"pasar/api"
)

// Refund is money that went back to the customer.
type Refund struct {
	ID        string
	PaymentID string
	Amount    api.Money
	Reason    string
	At        time.Time
}

// Refund enters money that went back. A refund that is known changes nothing.
// The status stays: giving money back is not calling the order off.
func (o *Order) Refund(r Refund, now time.Time) {
	if o.knows(TypeRefund, r.ID) {
		return
	}
	o.enter(LedgerEntry{Type: TypeRefund, Source: r.ID, PaymentID: r.PaymentID, Amount: r.Amount, At: r.At})
	o.note(Entry{At: now, Kind: EntryRefunded, By: ByShop, Reference: r.ID, Amount: &r.Amount, Note: r.Reason})
	o.tell(refunded(r))
}

// StockShort calls a paid order off whose goods turned out to be gone.
func (o *Order) StockShort(now time.Time) {
	if o.Status != StatusConfirmed || o.FulfillmentStatus() != Unfulfilled {
		return
	}
	o.call(StatusCancelled, Entry{At: now, Kind: EntryCancelled, By: ByShop, Note: ReasonStockShort}, cancelled)
	o.sendAllBack(ReasonStockShort, now)
}

// call closes an order and says so.
func (o *Order) call(to Status, e Entry, f fact) {
	o.move(to, e.At)
	o.CancelReason = e.Note
	o.note(e)
	o.tell(f)
}
