package payment

import (
	"context"
	"errors"
	"time"

	"pasar/api"
)

// Gateway is a company that moves money. Our payment id is its reference for
// a charge and our refund id its reference for a refund, so that a repeated
// call cannot act twice. Amounts cross this interface in ISO minor units;
// what the gateway counts in is its adapter's business.
//
// Every call returns the exchange that took place, also beside an error. An
// error is a *GatewayError.
type Gateway interface {
	Methods() []Method
	// Check says without asking anybody whether the gateway could take this
	// charge: a *fault.Error that names the offending field.
	Check(c NewCharge) error
	Charger
	Refunder
	WebhookParser
}

// Charger moves money towards us.
type Charger interface {
	Create(ctx context.Context, c NewCharge) (Answer, error)
	Get(ctx context.Context, reference string) (Answer, error) // the status as truth
	Capture(ctx context.Context, reference string, amount api.Money) (Answer, error)
	Cancel(ctx context.Context, reference string) (Answer, error)
}

// Refunder moves money back.
type Refunder interface {
	CheckAmount(amount api.Money) error
	Refund(ctx context.Context, r NewRefund) (Answer, error)
}

// WebhookParser verifies and reads a notification. The signature is checked on
// the raw body before anything in it is believed: ErrSignature when it is not
// the gateway's, another error when it is but cannot be read.
type WebhookParser interface {
	ParseWebhook(header map[string][]string, body []byte) (Notice, error)
}

// Method is one way to pay at a gateway.
type Method struct {
	Name       string
	Currencies []string
}

// NewCharge asks a gateway for a charge.
type NewCharge struct {
	Reference   string // payment id
	OrderID     string // for the customer's eyes
	Amount      api.Money
	Method      string
	Description string
	ReturnURL   string
	WebhookURL  string
	ExpiresAt   time.Time
}

// NewRefund asks a gateway to send money back.
type NewRefund struct {
	ID        string // refund id
	Reference string // payment id
	Amount    api.Money
	Reason    string
}

// Charge is what a gateway knows of a payment. Amounts are totals so far, never
// steps: hearing the same charge twice adds nothing.
type Charge struct {
	GatewayID  string         `json:"gateway_id,omitempty"`
	Status     Status         `json:"status"`
	Amount     api.Money      `json:"amount"`               // what was asked for
	Authorized int64          `json:"authorized,omitempty"` // in the minor units of Amount
	Captured   int64          `json:"captured,omitempty"`
	Action     *Action        `json:"action,omitempty"`
	Failure    Failure        `json:"failure,omitzero"`
	Refunds    []ChargeRefund `json:"refunds,omitempty"`
	At         time.Time      `json:"at"` // when it came to be so
}

// ChargeRefund is what a gateway knows of a refund.
type ChargeRefund struct {
	ID      string       `json:"id"` // our refund id
	Status  RefundStatus `json:"status"`
	Amount  api.Money    `json:"amount"`
	Failure Failure      `json:"failure,omitzero"`
	At      time.Time    `json:"at"`
}

// refund returns what the charge says of one refund, nil when nothing.
func (c Charge) refund(id string) *ChargeRefund {
	for i := range c.Refunds {
		if c.Refunds[i].ID == id {
			return &c.Refunds[i]
		}
	}
	return nil
}

// Answer is what a call to a gateway gave.
type Answer struct {
	Charge   Charge
	Exchange Exchange
}

// Notice is a verified notification.
type Notice struct {
	EventID   string    `json:"event_id"` // the gateway's; the same on every copy
	Kind      string    `json:"kind"`     // the gateway's word, for people
	Reference string    `json:"reference"`
	Charge    Charge    `json:"charge"`
	At        time.Time `json:"at"`
	// Ask means that the notification only says that something happened:
	// the gateway must be asked what.
	Ask bool `json:"ask,omitempty"`
}

// ErrSignature means that a notification is not from the gateway.
var ErrSignature = errors.New("payment: the notification is not signed by the gateway")

// Outcome classes what became of a call to a gateway.
type Outcome string

// Outcomes. Only NotSent and Missing are safe to act on as "nothing happened".
const (
	OK      Outcome = "ok"
	Refused Outcome = "refused"  // it answered no
	Missing Outcome = "missing"  // it knows no such charge
	NotSent Outcome = "not_sent" // it was never reached
	Unknown Outcome = "unknown"  // no answer in time: it may have happened
	Ignored Outcome = "ignored"  // a notification that changed nothing
)

// GatewayError is a call that did not succeed.
type GatewayError struct {
	Outcome Outcome
	Code    string // the gateway's word, when it answered
	Detail  string
	Err     error
}

func (e *GatewayError) Error() string {
	text := "gateway: " + string(e.Outcome)
	if e.Code != "" {
		text += " (" + e.Code + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *GatewayError) Unwrap() error { return e.Err }

// outcomeOf classes err. What is not a GatewayError says nothing about whether
// the call acted, so it counts as unknown.
func outcomeOf(err error) Outcome {
	if err == nil {
		return OK
	}
	var g *GatewayError
	if errors.As(err, &g) {
		return g.Outcome
	}
	return Unknown
}

func failureOf(err error) Failure {
	var g *GatewayError
	if errors.As(err, &g) && g.Code != "" {
		return Failure{Code: g.Code, Detail: g.Detail}
	}
	return Failure{Code: "refused"}
}
