package payment

import (
	"time"

	"pasar/api"
)

// RefundStatus says how far a refund has come.
type RefundStatus string

// Statuses of a refund.
const (
	RefundPending   RefundStatus = "pending"
	RefundSucceeded RefundStatus = "succeeded"
	RefundFailed    RefundStatus = "failed"
)

// Refund is money on its way back. Its amount is reserved on the payment from
// its first moment, so that refunds together never exceed what was captured.
type Refund struct {
	ID        string
	PaymentID string
	OrderID   string
	Status    RefundStatus
	Amount    api.Money
	Reason    string
	// Cause makes an automatic refund unique: the same cause finds the same
	// refund. "" for refunds that staff make.
	Cause     string
	Failure   Failure
	CheckAt   time.Time // when the gateway is asked next; zero when final
	Checks    int
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Automatic reports whether the shop made the refund by itself.
func (r Refund) Automatic() bool { return r.Cause != "" }
