package simulator

import (
	"fmt"
	"slices"
	"time"
)

// Methods of payment.
const (
	methodCard      = "card"
	methodAuthorize = "card_authorize" // holds the money until it is captured
	methodTransfer  = "bank_transfer"
	methodQRIS      = "qris"
)

var methods = []string{methodCard, methodAuthorize, methodTransfer, methodQRIS}

// decimals of the unit this gateway counts in.
var decimals = map[string]int{"IDR": 0, "JPY": 0, "USD": 2, "EUR": 2, "SGD": 2, "KWD": 3}

// States of a charge.
const (
	statePending    = "pending"
	stateAuthorized = "authorized"
	stateCaptured   = "captured"
	stateFailed     = "failed"
	stateCancelled  = "cancelled"
	stateExpired    = "expired"
)

// charge is one payment, as it is stored.
type charge struct {
	Charge
	PageToken  string     `json:"page_token"`
	WebhookURL string     `json:"webhook_url"`
	Behaviour  *Behaviour `json:"behaviour,omitempty"`
	Trace      string     `json:"trace,omitempty"` // traceparent of the creating request, sent along with webhooks
	WrongOTPs  int        `json:"wrong_otps,omitempty"`
	Notices    int        `json:"notices,omitempty"` // webhooks so far
	Version    int64      `json:"-"`
}

// Charge is a payment as the API shows it.
type Charge struct {
	ID          string    `json:"id"`
	Reference   string    `json:"reference"`
	Amount      int64     `json:"amount"`
	Currency    string    `json:"currency"`
	Method      string    `json:"method"`
	Description string    `json:"description,omitempty"`
	Status      string    `json:"status"`
	Authorized  int64     `json:"authorized_amount"`
	Captured    int64     `json:"captured_amount"`
	Refunded    int64     `json:"refunded_amount"`
	FailureCode string    `json:"failure_code,omitempty"`
	PayURL      string    `json:"pay_url"`
	VANumber    string    `json:"va_number,omitempty"`
	QRString    string    `json:"qr_string,omitempty"`
	ReturnURL   string    `json:"return_url,omitempty"`
	Refunds     []Refund  `json:"refunds"`
	ExpiresAt   time.Time `json:"expires_at"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

// Refund is money sent back.
type Refund struct {
	ID          string    `json:"id"`
	Reference   string    `json:"reference"`
	Amount      int64     `json:"amount"`
	Reason      string    `json:"reason,omitempty"`
	Status      string    `json:"status"` // pending, succeeded or failed
	FailureCode string    `json:"failure_code,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

// refusal is an answer of "no".
type refusal struct {
	status  int
	code    string
	message string
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

func refuse(status int, code, message string, args ...any) error {
	return &refusal{status: status, code: code, message: fmt.Sprintf(message, args...)}
}

// expire ends a charge that nobody paid in time. It reports whether it did.
func (c *charge) expire(now time.Time) bool {
	if c.Status != statePending || now.Before(c.ExpiresAt) {
		return false
	}
	c.Status, c.FailureCode, c.UpdatedAt = stateExpired, "expired", now
	return true
}

// approve takes the customer's money: paid is what they sent, which only a
// transfer can make differ from the amount.
func (c *charge) approve(paid int64, now time.Time) error {
	if c.Status != statePending {
		return refuse(409, "charge_state", "The charge is %s.", c.Status)
	}
	c.UpdatedAt = now
	if c.Method == methodAuthorize {
		c.Status, c.Authorized = stateAuthorized, c.Amount
		return nil
	}
	c.Status, c.Captured = stateCaptured, paid
	return nil
}

func (c *charge) fail(code string, now time.Time) error {
	if c.Status != statePending {
		return refuse(409, "charge_state", "The charge is %s.", c.Status)
	}
	c.Status, c.FailureCode, c.UpdatedAt = stateFailed, code, now
	return nil
}

func (c *charge) cancel(now time.Time) (changed bool, err error) {
	switch c.Status {
	case stateCancelled, stateExpired, stateFailed:
		return false, nil
	case statePending, stateAuthorized:
		c.Status, c.FailureCode, c.UpdatedAt = stateCancelled, "cancelled", now
		return true, nil
	}
	return false, refuse(409, "charge_state", "The charge is %s and cannot be cancelled.", c.Status)
}

// capture takes authorized money, once; the same capture again changes nothing.
func (c *charge) capture(amount int64, now time.Time) (changed bool, err error) {
	switch {
	case c.Status == stateCaptured && c.Authorized > 0 && amount == c.Captured:
		return false, nil
	case c.Status != stateAuthorized:
		return false, refuse(409, "charge_state", "The charge is %s and cannot be captured.", c.Status)
	case amount <= 0 || amount > c.Authorized:
		return false, refuse(422, "amount_invalid", "Capture between 1 and %d.", c.Authorized)
	}
	c.Status, c.Captured, c.UpdatedAt = stateCaptured, amount, now
	return true, nil
}

// refund sends money back, once for each reference.
func (c *charge) refund(r Refund) (changed bool, err error) {
	if known := c.refundBy(r.Reference); known != nil {
		if known.Amount != r.Amount {
			return false, refuse(409, "reference_reused", "The reference %s was used for another amount.", r.Reference)
		}
		return false, nil
	}
	if c.Status != stateCaptured {
		return false, refuse(409, "charge_state", "The charge is %s and cannot be refunded.", c.Status)
	}
	if r.Amount <= 0 || r.Amount > c.Captured-c.underRefund() {
		return false, refuse(409, "amount_invalid", "At most %d can go back.", c.Captured-c.underRefund())
	}
	c.Refunds = append(c.Refunds, r)
	c.sumRefunds(r.UpdatedAt)
	return true, nil
}

func (c *charge) refundBy(reference string) *Refund {
	i := slices.IndexFunc(c.Refunds, func(r Refund) bool { return r.Reference == reference || r.ID == reference })
	if i < 0 {
		return nil
	}
	return &c.Refunds[i]
}

// underRefund is what has gone back or is about to.
func (c *charge) underRefund() int64 {
	var sum int64
	for _, r := range c.Refunds {
		if r.Status != "failed" {
			sum += r.Amount
		}
	}
	return sum
}

func (c *charge) sumRefunds(now time.Time) {
	c.Refunded, c.UpdatedAt = 0, now
	for _, r := range c.Refunds {
		if r.Status == "succeeded" {
			c.Refunded += r.Amount
		}
	}
}
