package simulator

import (
	"errors"
	"time"
)

// Behaviour is how a charge misbehaves. The zero value behaves well.
type Behaviour struct {
	WebhookDelayMS  int     `json:"webhook_delay_ms,omitempty"` // before each webhook
	ExtraCopies     int     `json:"extra_copies,omitempty"`     // of each webhook
	LoseProbability float64 `json:"lose_probability,omitempty"` // that a webhook is never sent
	Reorder         bool    `json:"reorder,omitempty"`          // later news overtakes earlier news
	BadSignature    bool    `json:"bad_signature,omitempty"`    // webhooks are signed with another secret
	HoldAnswerMS    int     `json:"hold_answer_ms,omitempty"`   // the work is done, the answer comes late
	// Outcome settles a charge while it is being created, so that its webhook
	// comes before the answer: "approve" or "decline"; "" waits for the customer.
	Outcome string `json:"outcome,omitempty"`
	// Refunds says what becomes of them: "" succeed at once, "pending" until
	// they are settled through the API, "decline".
	Refunds string `json:"refunds,omitempty"`
}

const (
	outcomeApprove = "approve"
	outcomeDecline = "decline"
	refundsPending = "pending"
	refundsDecline = "decline"
	maxCopies      = 100
	maxPause       = 10 * 60 * 1000
	reorderSteps   = 5
	reorderPause   = 120 * time.Millisecond
)

func (b Behaviour) check() error {
	switch {
	case b.WebhookDelayMS < 0 || b.WebhookDelayMS > maxPause, b.HoldAnswerMS < 0 || b.HoldAnswerMS > maxPause:
		return errors.New("simulator: a pause must be between 0 and 600000 ms")
	case b.ExtraCopies < 0 || b.ExtraCopies > maxCopies:
		return errors.New("simulator: extra_copies must be between 0 and 100")
	case b.LoseProbability < 0 || b.LoseProbability > 1:
		return errors.New("simulator: lose_probability must be between 0 and 1")
	case b.Outcome != "" && b.Outcome != outcomeApprove && b.Outcome != outcomeDecline:
		return errors.New("simulator: outcome must be approve, decline or empty")
	case b.Refunds != "" && b.Refunds != refundsPending && b.Refunds != refundsDecline:
		return errors.New("simulator: refunds must be pending, decline or empty")
	}
	return nil
}

// delay is the pause before the step-th webhook of a charge.
func (b Behaviour) delay(step int) time.Duration {
	pause := time.Duration(b.WebhookDelayMS) * time.Millisecond
	if b.Reorder {
		pause += time.Duration(max(0, reorderSteps-step)) * reorderPause
	}
	return pause
}
