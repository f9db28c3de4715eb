package order

import (
	"strconv"
	"time"

	"pasar/api"
)

// Capture is money that arrived for an order.
type Capture struct {
	PaymentID     string
	Amount        api.Money
	CapturedTotal api.Money // of the payment, this capture included
	At            time.Time
}

// source tells the captures of one payment apart: their running sum only grows.
func (c Capture) source() string {
	return c.PaymentID + "/" + strconv.FormatInt(c.CapturedTotal.Amount, 10)
}

// Retake is what became of the attempt to take a closed order's goods again.
type Retake uint8

// Outcomes of a retake.
const (
	RetakeUntried Retake = iota
	RetakeDone
	RetakeFailed
)

// Reasons for sending a payment back, as in orderapi.RefundDueData.
const (
	ReasonOrderCancelled = "order_cancelled"
	ReasonOrderExpired   = "order_expired"
	ReasonStockShort     = "stock_short"
	ReasonAlreadyPaid    = "already_paid"
	ReasonAmountDiffers  = "amount_differs"
)

// RevivedBy reports whether this capture would bring a closed order back, for
// which its goods must be taken again first.
func (o *Order) RevivedBy(c Capture) bool {
	return o.closed() && !o.knows(TypeCapture, c.source()) && o.Captured() == 0 &&
		c.CapturedTotal == o.money(o.Total) && o.sum(TypeRefund, c.PaymentID) < c.CapturedTotal.Amount
}

// Capture enters money and decides what follows from it: the order is
// confirmed, or the money is to go back. A capture that is known changes nothing.
func (o *Order) Capture(c Capture, retake Retake, now time.Time) {
	if o.knows(TypeCapture, c.source()) {
		return
	}
	revived := o.RevivedBy(c)
	o.enter(LedgerEntry{Type: TypeCapture, Source: c.source(), PaymentID: c.PaymentID, Amount: c.Amount, At: c.At})
	o.note(Entry{At: now, Kind: EntryPaymentReceived, By: ByShop, Reference: c.PaymentID, Amount: &c.Amount})
	if c.Amount.Currency == o.Currency && o.sum(TypeRefund, c.PaymentID) >= o.sum(TypeCapture, c.PaymentID) {
		return // it went back before we heard that it had come
	}
	switch {
	case o.Status == StatusConfirmed || o.Status == StatusCompleted:
		o.sendBack(c.PaymentID, c.Amount, ReasonAlreadyPaid, now)
	case c.CapturedTotal != o.money(o.Total):
		o.sendBack(c.PaymentID, c.Amount, ReasonAmountDiffers, now)
	case o.Status == StatusOpen, revived && retake == RetakeDone:
		o.confirm(now)
	case o.Status == StatusExpired:
		o.sendBack(c.PaymentID, c.Amount, ReasonOrderExpired, now)
	default:
		o.sendBack(c.PaymentID, c.Amount, ReasonOrderCancelled, now)
	}
}

func (o *Order) confirm(now time.Time) {
	o.move(StatusConfirmed, now)
	o.CancelReason = ""
	o.note(Entry{At: now, Kind: EntryConfirmed, By: ByShop})
	o.tell(confirmed)
}

// sendBack asks the payment service to refund a payment.
func (o *Order) sendBack(paymentID string, amount api.Money, reason string, now time.Time) {
	o.note(Entry{At: now, Kind: EntryRefundRequested, By: ByShop, Reference: paymentID, Amount: &amount, Note: reason})
	o.tell(refundDue(paymentID, amount, reason))
}

// sendAllBack asks for what every payment still has of the customer's.
func (o *Order) sendAllBack(reason string, now time.Time) {
	for _, id := range o.payments() {
		if left := o.sum(TypeCapture, id) - o.sum(TypeRefund, id); left > 0 {
			o.sendBack(id, o.money(left), reason, now)
		}
	}
}
