// Package order is the heart of the order service: carts, their prices,
// checkout, orders and what becomes of them.
//
// An order has three independent axes. Its status is what the shop decided.
// Its payment status is the sum of its ledger, its fulfilment status the sum
// of what was handed over; neither is stored, so neither can contradict the
// rows it comes from.
package order

import (
	"time"

	"pasar/api"
)

// Status is what the shop decided about an order.
type Status string

// Statuses of an order.
const (
	StatusOpen      Status = "open"      // waits for its payment, until it expires
	StatusConfirmed Status = "confirmed" // paid; its goods are its own
	StatusCompleted Status = "completed" // everything was handed over
	StatusCancelled Status = "cancelled"
	StatusExpired   Status = "expired" // was not paid in time
)

// Order is what a customer ordered, at the prices of that moment. Amounts are
// in minor units of Currency.
type Order struct {
	ID        string
	Number    string
	Version   int64
	Status    Status
	UserID    string // "" for a guest
	TokenHash string // of the cart's token, which opens the order too
	Email     string
	Language  string
	Currency  string

	Items       []Item
	Subtotal    int64
	Shipping    int64
	ShippingTax int64
	TaxIncluded int64 // of items and shipping together
	Total       int64
	TaxRule     string

	ShippingMethod  string
	ShippingAddress *Address
	BillingAddress  *Address
	Note            string
	CancelReason    string
	TraceParent     string // trace of the checkout; the payment goes on in it

	PlacedAt  time.Time
	UpdatedAt time.Time
	ExpiresAt time.Time

	Ledger      []LedgerEntry
	Fulfilments []Fulfilment
	Timeline    []Entry

	Changes Changes // made since the order was read
}

// Item is a line of an order.
type Item struct {
	ID          string
	VariantID   string
	ProductID   string
	SKU         string
	Slug        string
	Name        string
	Options     string
	ImageURL    string
	Quantity    int64
	Fulfilled   int64
	UnitPrice   int64
	Total       int64
	TaxIncluded int64
	WeightGrams int64
}

// Summary is an order in a list.
type Summary struct {
	ID          string
	Number      string
	Status      Status
	Payment     PaymentStatus
	Fulfillment FulfillmentStatus
	UserID      string
	Email       string
	Quantity    int64
	Total       api.Money
	PlacedAt    time.Time
	UpdatedAt   time.Time
}

// Changes are what an order's methods did to it and the store has yet to write.
type Changes struct {
	Ledger     []LedgerEntry
	Fulfilment *Fulfilment
	Timeline   []Entry
	facts      []fact
}

func (o *Order) money(amount int64) api.Money {
	return api.Money{Amount: amount, Currency: o.Currency}
}

// closed orders gave their goods back.
func (o *Order) closed() bool {
	return o.Status == StatusCancelled || o.Status == StatusExpired
}

func (o *Order) move(to Status, now time.Time) {
	o.Status, o.UpdatedAt = to, now
}

func (o *Order) tell(f fact) { o.Changes.facts = append(o.Changes.facts, f) }

// maxEntryNote is what a timeline entry has room for; other services' reasons
// may be longer.
const maxEntryNote = 500

func (o *Order) note(e Entry) {
	if runes := []rune(e.Note); len(runes) > maxEntryNote {
		e.Note = string(runes[:maxEntryNote])
	}
	o.UpdatedAt = e.At
	o.Timeline = append(o.Timeline, e)
	o.Changes.Timeline = append(o.Changes.Timeline, e)
}
