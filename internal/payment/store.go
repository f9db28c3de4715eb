package payment

import (
	"context"
	"errors"
	"time"

	"pasar/internal/platform/events"
)

// What a store says.
var (
	ErrNotFound  = errors.New("payment: not found")
	ErrOpen      = errors.New("payment: the order has a payment under way")
	ErrStale     = errors.New("payment: the row has changed since it was read")
	ErrDuplicate = errors.New("payment: already there")
	// ErrExceeds means that a refund would send back more than was captured.
	ErrExceeds = errors.New("payment: more than was captured")
)

// Store keeps payments, refunds, notifications and the ledger. What it reads
// outside of a transaction is committed and not older than the last commit.
type Store interface {
	InTx(ctx context.Context, work func(Tx) error) error
	PaymentReads
	RefundReads
	Books
}

// PaymentReads are the questions about payments.
type PaymentReads interface {
	Payment(ctx context.Context, id string) (Payment, error)          // ErrNotFound
	OpenPayment(ctx context.Context, orderID string) (Payment, error) // ErrNotFound
	Payments(ctx context.Context, f PaymentFilter) ([]Payment, error)
	// DuePayments lists payments whose CheckAt has come, oldest first.
	DuePayments(ctx context.Context, now time.Time, limit int) ([]Payment, error)
	TraceParent(ctx context.Context, id string) (string, error) // "" when there is none
	Webhook(ctx context.Context, id string) (Webhook, error)    // ErrNotFound
}

// RefundReads are the questions about refunds.
type RefundReads interface {
	Refund(ctx context.Context, id string) (Refund, error)           // ErrNotFound
	RefundByCause(ctx context.Context, cause string) (Refund, error) // ErrNotFound
	Refunds(ctx context.Context, paymentID, before string, limit int) ([]Refund, error)
	DueRefunds(ctx context.Context, now time.Time, limit int) ([]Refund, error)
}

// Books are the questions about the ledger.
type Books interface {
	Entries(ctx context.Context, f EntryFilter) ([]Entry, error)
	Balances(ctx context.Context) ([]Balance, error)
	// Discrepancies lists what does not add up, at most limit lines for people.
	Discrepancies(ctx context.Context, limit int) ([]string, error)
}

// Tx is one transaction. Its closure may run more than once.
type Tx interface {
	Now() time.Time
	Emit(...events.Event) error
	Receive(consumer, eventID string) (fresh bool, err error)
	// Claim takes the Idempotency-Key of the request, if it has one, for the
	// resource that it is about to make; Complete stores the answer under it.
	Claim(resource string, lease time.Duration) error
	Complete(status int, body []byte) error

	PaymentTx
	RefundTx
	InsertWebhook(Webhook) error // ErrDuplicate when the gateway's event is known
	Book(entries []Entry) error
	Record(exchanges ...Exchange) error
}

// PaymentTx changes payments.
type PaymentTx interface {
	InsertPayment(Payment) error // ErrOpen when the order has an open one
	// UpdatePayment writes what Learn can change if the row still has
	// p.Version, and raises it; ErrStale otherwise.
	UpdatePayment(p *Payment) error
	// Postpone moves a check that is still due at p.CheckAt; false when
	// another process has taken it.
	PostponePayment(p Payment, until time.Time) (bool, error)
	FlagPayment(id, reason string) error
}

// RefundTx changes refunds together with the sums on their payment.
type RefundTx interface {
	// ReserveRefund inserts a pending refund and adds its amount to the
	// payment's reserved sum, by a conditional update: ErrExceeds when that
	// would pass what was captured.
	ReserveRefund(Refund) error
	// FinishRefund ends a pending refund and corrects the payment's sums.
	// r is filled with the row as it then stands; done is false when it was not
	// pending any more, ErrNotFound when there is none. The payment is as it
	// stands afterwards.
	FinishRefund(r *Refund) (p Payment, done bool, err error)
	PostponeRefund(r Refund, until time.Time) (bool, error)
}

// PaymentFilter selects payments, newest first. Empty fields select all.
type PaymentFilter struct {
	UserID        string
	CartTokenHash string
	OrderID       string
	Status        Status
	Gateway       string
	NeedsReview   bool
	CreatedFrom   time.Time
	CreatedBefore time.Time
	Before        string // id of the last one seen
	Limit         int
}

// EntryFilter selects entries, newest first.
type EntryFilter struct {
	PaymentID     string
	OrderID       string
	TransactionID string
	Account       string
	Before        int64 // sequence of the last one seen, 0 for none
	Limit         int
}

// Webhook is a verified notification as it is kept.
type Webhook struct {
	ID         string // whk_...
	Gateway    string
	Notice     Notice
	Body       string // redacted
	ReceivedAt time.Time
}
