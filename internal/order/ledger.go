package order

import (
	"slices"
	"time"

	"pasar/api"
)

// EntryType is the direction of money.
type EntryType string

// Directions of money.
const (
	TypeCapture EntryType = "capture" // to the shop
	TypeRefund  EntryType = "refund"  // back to the customer
)

// LedgerEntry is one movement of money, as the payment service told it.
// Source names the movement itself, so that telling it twice counts once.
type LedgerEntry struct {
	Type      EntryType
	Source    string
	PaymentID string
	Amount    api.Money
	At        time.Time
}

// PaymentStatus is the sum of an order's ledger.
type PaymentStatus string

// Payment statuses.
const (
	Unpaid            PaymentStatus = "unpaid"
	PartiallyPaid     PaymentStatus = "partially_paid"
	Paid              PaymentStatus = "paid"
	Overpaid          PaymentStatus = "overpaid"
	PartiallyRefunded PaymentStatus = "partially_refunded"
	Refunded          PaymentStatus = "refunded"
)

// DerivePaymentStatus reads the status off the sums. The store's filter says
// the same in SQL, and a test holds the two together.
func DerivePaymentStatus(total, captured, refunded int64) PaymentStatus {
	net := captured - refunded
	switch {
	case captured == 0 && refunded == 0 && total > 0:
		return Unpaid
	case net == total:
		return Paid
	case net > total:
		return Overpaid
	case net <= 0:
		return Refunded
	case refunded > 0:
		return PartiallyRefunded
	}
	return PartiallyPaid
}

// PaymentStatus is derived from the ledger.
func (o *Order) PaymentStatus() PaymentStatus {
	return DerivePaymentStatus(o.Total, o.Captured(), o.RefundedSum())
}

// Captured is the sum of all captures.
func (o *Order) Captured() int64 { return o.sum(TypeCapture, "") }

// RefundedSum is the sum of all refunds.
func (o *Order) RefundedSum() int64 { return o.sum(TypeRefund, "") }

// Due is what is still to be paid: nothing once the order is past waiting.
func (o *Order) Due() int64 {
	if o.Status != StatusOpen {
		return 0
	}
	return max(0, o.Total-o.Captured()+o.RefundedSum())
}

// sum adds up one direction, of one payment or, for "", of all. Money in
// another currency settles nothing here: it is in the ledger and goes back.
func (o *Order) sum(t EntryType, paymentID string) int64 {
	var sum int64
	for _, e := range o.Ledger {
		if e.Type == t && e.Amount.Currency == o.Currency && (paymentID == "" || e.PaymentID == paymentID) {
			sum += e.Amount.Amount
		}
	}
	return sum
}

func (o *Order) knows(t EntryType, source string) bool {
	return slices.ContainsFunc(o.Ledger, func(e LedgerEntry) bool { return e.Type == t && e.Source == source })
}

func (o *Order) enter(e LedgerEntry) {
	o.Ledger = append(o.Ledger, e)
	o.Changes.Ledger = append(o.Changes.Ledger, e)
}

// payments lists the payments in the ledger, each once, in order of arrival.
func (o *Order) payments() []string {
	var ids []string
	for _, e := range o.Ledger {
		if !slices.Contains(ids, e.PaymentID) {
			ids = append(ids, e.PaymentID)
		}
	}
	return ids
}
