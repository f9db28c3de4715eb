package order

import (
	"slices"
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
func (c Capture) source() string { return captureSource(c.PaymentID, c.CapturedTotal.Amount) }

func captureSource(paymentID string, total int64) string {
	return paymentID + "/" + strconv.FormatInt(total, 10)
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
		o.paidBy(c) && o.sum(TypeRefund, c.PaymentID) < c.CapturedTotal.Amount
}

// paidBy reports whether a capture is the price, in one piece: what came before
// it would have been sent back by now.
func (o *Order) paidBy(c Capture) bool {
	return c.Amount == o.money(o.Total) && c.CapturedTotal == c.Amount
}

// Capture enters money and decides what follows from it: the order is
// confirmed, or the money is to go back. A capture that is known changes
// nothing. Of a payment that comes in pieces, a later piece waits for those
// before it, so that the order of arrival decides nothing.
func (o *Order) Capture(c Capture, retake Retake, now time.Time) {
	if o.knows(TypeCapture, c.source()) {
		return
	}
	revived := o.RevivedBy(c) && retake == RetakeDone
	decided, _ := o.chain(c.PaymentID, 0)
	o.enter(LedgerEntry{Type: TypeCapture, Source: c.source(), PaymentID: c.PaymentID, Amount: c.Amount, At: c.At})
	o.note(Entry{At: now, Kind: EntryPaymentReceived, By: ByShop, Reference: c.PaymentID, Amount: &c.Amount})
	if c.Amount.Currency == o.Currency && o.sum(TypeRefund, c.PaymentID) >= o.sum(TypeCapture, c.PaymentID) {
		return // it went back before we heard that it had come
	}
	_, pieces := o.chain(c.PaymentID, decided)
	for _, piece := range pieces {
		o.decide(piece, revived, now)
	}
}

// chain follows a payment's captures from a sum on, and returns how far they
// reach without a gap and what they are.
func (o *Order) chain(paymentID string, from int64) (to int64, pieces []Capture) {
	for {
		i := slices.IndexFunc(o.Ledger, func(e LedgerEntry) bool {
			return e.Type == TypeCapture && e.Amount.Amount > 0 && e.Source == captureSource(paymentID, from+e.Amount.Amount)
		})
		if i < 0 {
			return from, pieces
		}
		amount := o.Ledger[i].Amount
		from += amount.Amount
		total := api.Money{Amount: from, Currency: amount.Currency}
		pieces = append(pieces, Capture{PaymentID: paymentID, Amount: amount, CapturedTotal: total})
	}
}

func (o *Order) decide(c Capture, revived bool, now time.Time) {
	switch {
	case o.Status == StatusConfirmed || o.Status == StatusCompleted:
		o.sendBack(c.PaymentID, c.Amount, ReasonAlreadyPaid, now)
	case !o.paidBy(c):
		o.sendBack(c.PaymentID, c.Amount, ReasonAmountDiffers, now)
	case o.Status == StatusOpen, revived:
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
