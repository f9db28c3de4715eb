package payment

import (
	"context"
	"time"
)

// Exchange is one conversation with a gateway: a call and its answer, or a
// notification. Texts are redacted before they are kept.
type Exchange struct {
	ID         string // txn_...; writing the same id twice keeps one
	PaymentID  string
	RefundID   string
	Gateway    string
	Operation  string // "create", "get", "capture", "cancel", "refund" or "webhook"
	Outcome    Outcome
	HTTPStatus int
	Request    string
	Answer     string
	Note       string
	Duration   time.Duration
	At         time.Time
}

// TransactionLog is where exchanges are read. They are written by Tx.Record,
// in the transaction that acts on them, so that no state exists whose reason
// is not recorded; a log in another engine is fed from those rows and, because
// an exchange carries its id, may be fed twice.
type TransactionLog interface {
	// Exchanges lists a payment's exchanges after the id after, oldest first.
	Exchanges(ctx context.Context, paymentID, after string, limit int) ([]Exchange, error)
}
