package order

import (
	"time"

	"pasar/api"
)

// Entry is one thing that happened to an order. Entries are never changed.
type Entry struct {
	At        time.Time
	Kind      EntryKind
	By        By
	ActorID   string
	Reference string // id of the payment, refund or fulfilment
	Amount    *api.Money
	Note      string
}

// EntryKind says what happened.
type EntryKind string

// Kinds of entries.
const (
	EntryPlaced          EntryKind = "placed"
	EntryPaymentReceived EntryKind = "payment_received"
	EntryConfirmed       EntryKind = "confirmed"
	EntryRefundRequested EntryKind = "refund_requested"
	EntryRefunded        EntryKind = "refunded"
	EntryCancelled       EntryKind = "cancelled"
	EntryExpired         EntryKind = "expired"
	EntryFulfilled       EntryKind = "fulfilled"
	EntryCompleted       EntryKind = "completed"
)

// By says who did it.
type By string

// Those who act on orders.
const (
	ByCustomer By = "customer"
	ByStaff    By = "staff"
	ByShop     By = "shop" // events and sweepers
)
