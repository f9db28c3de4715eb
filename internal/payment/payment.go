// Package payment takes money for orders and sends it back. It keeps one rule
// above all: a gateway's answer, its notification and our own questions are
// three messengers of the same news, so all of them end in one idempotent
// command, and news that is late, doubled or out of order changes nothing.
package payment

import (
	"time"

	"pasar/api"
)

// Status says how far a payment has come.
type Status string

// Statuses of a payment. Refunds do not change it: what went back is an
// amount beside what came in.
const (
	Pending        Status = "pending"         // ours alone: the gateway has not answered yet
	RequiresAction Status = "requires_action" // the customer has to act
	Authorized     Status = "authorized"      // the money is held for us
	Captured       Status = "captured"        // money arrived
	Failed         Status = "failed"          // declined or refused
	Cancelled      Status = "cancelled"       // given up by us, the customer or time
)

// rank orders statuses: news of a lower or equal rank is old news. Captured
// comes last, because money that has moved is a fact whatever we had decided.
func (s Status) rank() int {
	switch s {
	case Pending:
		return 0
	case RequiresAction:
		return 1
	case Authorized:
		return 2
	case Failed, Cancelled:
		return 3
	case Captured:
		return 4
	}
	return -1 // unknown news never wins
}

// Final reports whether nothing more is expected to happen by itself.
func (s Status) Final() bool { return s.rank() >= Failed.rank() }

// Payment is one try to pay for an order at one gateway. Amounts without a
// currency are in the minor units of Amount's.
type Payment struct {
	ID             string
	OrderID        string
	UserID         string // "" for guests
	CartTokenHash  string // lets a guest read it
	Gateway        string
	Method         string
	Status         Status
	Amount         api.Money
	Authorized     int64
	Captured       int64
	RefundReserved int64 // refunds pending and succeeded; never above Captured
	Refunded       int64
	GatewayID      string // the gateway's own name for it
	Action         *Action
	Failure        Failure
	Review         string // why a person must look at it, "" when none must
	ReturnURL      string
	TraceParent    string // of the purchase; later work continues it
	ExpiresAt      time.Time
	CheckAt        time.Time // when the gateway is asked next; zero when final
	Checks         int       // how often it was asked
	CreatedAt      time.Time
	UpdatedAt      time.Time
	Version        int64
}

// Action is what the customer has to do.
type Action struct {
	Type          string `json:"type"` // "redirect", "bank_transfer" or "qr_code"
	URL           string `json:"url"`
	AccountNumber string `json:"account_number,omitempty"`
	QRString      string `json:"qr_string,omitempty"`
}

// Failure says why no money moved. Its zero value is "it did not fail".
type Failure struct {
	Code   string `json:"code"`
	Detail string `json:"detail,omitempty"`
}

// Open reports whether the payment keeps its order from being paid twice:
// while it may still take money, and once it has.
func (p Payment) Open() bool { return p.Status != Failed && p.Status != Cancelled }

// Refundable is what may still be sent back.
func (p Payment) Refundable() api.Money {
	return p.money(p.Captured - p.RefundReserved)
}

func (p Payment) money(amount int64) api.Money {
	return api.Money{Amount: amount, Currency: p.Amount.Currency}
}
