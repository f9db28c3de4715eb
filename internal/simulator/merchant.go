package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"pasar/internal/platform/secret"
)

const (
	maxReference = 100
	maxAmount    = 1_000_000_000_000
	defaultLife  = 24 * time.Hour
)

// chargeRequest is the body of POST /charges.
type chargeRequest struct {
	Reference   string     `json:"reference"`
	Amount      int64      `json:"amount"`
	Currency    string     `json:"currency"`
	Method      string     `json:"method"`
	Description string     `json:"description"`
	ReturnURL   string     `json:"return_url"`
	WebhookURL  string     `json:"webhook_url"`
	ExpiresAt   time.Time  `json:"expires_at"`
	Behaviour   *Behaviour `json:"behaviour"`
}

func (r chargeRequest) check() error {
	_, known := decimals[r.Currency]
	switch {
	case r.Reference == "" || len(r.Reference) > maxReference:
		return refuse(422, "reference_invalid", "reference must have 1 to %d characters.", maxReference)
	case !known:
		return refuse(422, "currency_unsupported", "This gateway does not take %q.", r.Currency)
	case r.Amount <= 0 || r.Amount > maxAmount:
		return refuse(422, "amount_invalid", "amount must be between 1 and %d.", int64(maxAmount))
	case !slices.Contains(methods, r.Method):
		return refuse(422, "method_unsupported", "method must be one of %s.", strings.Join(methods, ", "))
	case r.Currency != "IDR" && (r.Method == methodTransfer || r.Method == methodQRIS):
		return refuse(422, "currency_unsupported", "%s takes IDR only.", r.Method)
	case len(r.Description) > 255:
		return refuse(422, "description_invalid", "description may have at most 255 characters.")
	case !isWebAddress(r.ReturnURL) || !isWebAddress(r.WebhookURL):
		return refuse(422, "url_invalid", "return_url and webhook_url must be absolute http or https addresses.")
	}
	if r.Behaviour != nil {
		if err := r.Behaviour.check(); err != nil {
			return refuse(422, "behaviour_invalid", "%v", err)
		}
	}
	return nil
}

func isWebAddress(raw string) bool {
	if raw == "" {
		return true
	}
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && len(raw) <= 2048
}

// createCharge makes a charge, once for each reference.
func (s *Simulator) createCharge(r *http.Request) (int, any, error) {
	var request chargeRequest
	if err := readJSON(r, &request); err != nil {
		return 0, nil, err
	}
	if err := request.check(); err != nil {
		return 0, nil, err
	}
	c := s.newCharge(request)
	c.Trace = traceOf(r)
	kinds, err := s.settleAtOnce(c)
	if err != nil {
		return 0, nil, err
	}
	if s.announces(c) {
		kinds = append([]string{"charge.pending"}, kinds...)
	}
	err = s.insert(r.Context(), c, kinds...)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return s.sameCharge(r, request)
	}
	return http.StatusCreated, c, err
}

// sameCharge answers a repeated creation with the charge there is.
func (s *Simulator) sameCharge(r *http.Request, request chargeRequest) (int, any, error) {
	c, err := s.find(r.Context(), "reference", request.Reference)
	if err != nil {
		return 0, nil, err
	}
	if c.Amount != request.Amount || c.Currency != request.Currency || c.Method != request.Method {
		return 0, nil, refuse(409, "reference_reused", "The reference %s was used for another charge.", request.Reference)
	}
	return http.StatusOK, c, nil
}

func (s *Simulator) newCharge(r chargeRequest) *charge {
	now := s.config.Clock.Now()
	token := secret.Generate(24).Reveal()
	if r.ExpiresAt.IsZero() {
		r.ExpiresAt = now.Add(defaultLife)
	}
	c := &charge{
		PageToken: token, WebhookURL: r.WebhookURL, Behaviour: r.Behaviour,
		Charge: Charge{
			ID: newID("chg"), Reference: r.Reference, Amount: r.Amount, Currency: r.Currency, Method: r.Method,
			Description: r.Description, Status: statePending, PayURL: s.publicURL() + "/pay/" + token,
			ReturnURL: r.ReturnURL, Refunds: []Refund{}, ExpiresAt: r.ExpiresAt.UTC(), CreatedAt: now, UpdatedAt: now,
		},
	}
	switch r.Method {
	case methodTransfer:
		c.VANumber = virtualAccount(c.ID)
	case methodQRIS:
		c.QRString = qris(c.ID, r.Amount)
	}
	return c
}

// announces reports whether a webhook tells that the charge waits. As at real
// gateways that is so where the customer pays elsewhere, and it is what later
// news has to overtake.
func (s *Simulator) announces(c *charge) bool {
	return c.Method == methodTransfer || c.Method == methodQRIS || s.behaviourOf(c).Reorder
}

// settleAtOnce is for charges whose customer is quicker than the answer.
func (s *Simulator) settleAtOnce(c *charge) ([]string, error) {
	switch s.behaviourOf(c).Outcome {
	case outcomeApprove:
		err := c.approve(c.Amount, c.CreatedAt)
		return []string{"charge." + c.Status}, err
	case outcomeDecline:
		err := c.fail("declined", c.CreatedAt)
		return []string{"charge." + c.Status}, err
	}
	return nil, nil
}

func traceOf(r *http.Request) string {
	trace := r.Header.Get("Traceparent")
	if len(trace) != 55 {
		return ""
	}
	return trace
}

// locate tells ids of this gateway from references of the merchant.
func locate(r *http.Request) (column, value string) {
	value = r.PathValue("id")
	if strings.HasPrefix(value, "chg_") {
		return "id", value
	}
	return "reference", value
}

func (s *Simulator) getCharge(r *http.Request) (int, any, error) {
	column, value := locate(r)
	c, err := s.current(r.Context(), column, value)
	return http.StatusOK, c, err
}

func (s *Simulator) captureCharge(r *http.Request) (int, any, error) {
	var request struct {
		Amount int64 `json:"amount"`
	}
	if err := readJSON(r, &request); err != nil {
		return 0, nil, err
	}
	return s.changeCharge(r, "charge.captured", func(c *charge) (bool, error) {
		return c.capture(request.Amount, s.config.Clock.Now())
	})
}

func (s *Simulator) cancelCharge(r *http.Request) (int, any, error) {
	return s.changeCharge(r, "charge.cancelled", func(c *charge) (bool, error) {
		return c.cancel(s.config.Clock.Now())
	})
}

func (s *Simulator) changeCharge(r *http.Request, kind string, do func(c *charge) (changed bool, err error)) (int, any, error) {
	column, value := locate(r)
	c, err := s.change(r.Context(), column, value, func(c *charge) ([]string, error) {
		changed, err := do(c)
		if err == nil && !changed {
			err = errUnchanged
		}
		return []string{kind}, err
	})
	return http.StatusOK, c, err
}

// createRefund sends money back, once for each reference.
func (s *Simulator) createRefund(r *http.Request) (int, any, error) {
	var request struct {
		Reference string `json:"reference"`
		Amount    int64  `json:"amount"`
		Reason    string `json:"reason"`
	}
	if err := readJSON(r, &request); err != nil {
		return 0, nil, err
	}
	if request.Reference == "" || len(request.Reference) > maxReference {
		return 0, nil, refuse(422, "reference_invalid", "reference must have 1 to %d characters.", maxReference)
	}
	column, value := locate(r)
	c, err := s.change(r.Context(), column, value, func(c *charge) ([]string, error) {
		now := s.config.Clock.Now()
		refund := Refund{
			ID: newID("ref"), Reference: request.Reference, Amount: request.Amount, Reason: request.Reason,
			Status: "succeeded", CreatedAt: now, UpdatedAt: now,
		}
		switch s.behaviourOf(c).Refunds {
		case refundsPending:
			refund.Status = "pending"
		case refundsDecline:
			refund.Status, refund.FailureCode = "failed", "declined"
		}
		changed, err := c.refund(refund)
		if err == nil && !changed {
			err = errUnchanged
		}
		return []string{"refund." + refund.Status}, err
	})
	return http.StatusOK, c, err
}

// settleRefund ends a pending refund.
func (s *Simulator) settleRefund(r *http.Request) (int, any, error) {
	var request struct {
		Status string `json:"status"`
	}
	if err := readJSON(r, &request); err != nil {
		return 0, nil, err
	}
	if request.Status != "succeeded" && request.Status != "failed" {
		return 0, nil, refuse(422, "status_invalid", "status must be succeeded or failed.")
	}
	column, value := locate(r)
	c, err := s.change(r.Context(), column, value, func(c *charge) ([]string, error) {
		refund := c.refundBy(r.PathValue("refund"))
		switch {
		case refund == nil:
			return nil, refuse(404, "refund_not_found", "There is no such refund.")
		case refund.Status == request.Status:
			return nil, errUnchanged
		case refund.Status != "pending":
			return nil, refuse(409, "refund_state", "The refund is %s.", refund.Status)
		}
		refund.Status, refund.UpdatedAt = request.Status, s.config.Clock.Now()
		if request.Status == "failed" {
			refund.FailureCode = "declined"
		}
		c.sumRefunds(refund.UpdatedAt)
		return []string{"refund." + request.Status}, nil
	})
	return http.StatusOK, c, err
}

func (s *Simulator) getControl(*http.Request) (int, any, error) {
	return http.StatusOK, s.behaviourOf(nil), nil
}

func (s *Simulator) setControl(r *http.Request) (int, any, error) {
	var b Behaviour
	if err := readJSON(r, &b); err != nil {
		return 0, nil, err
	}
	if err := s.SetBehaviour(b); err != nil {
		return 0, nil, refuse(422, "behaviour_invalid", "%v", err)
	}
	return http.StatusOK, b, nil
}

// virtualAccount makes a 16-digit account number of a charge's id.
func virtualAccount(id string) string {
	var n uint64
	for _, c := range []byte(id) {
		n = n*31 + uint64(c)
	}
	return fmt.Sprintf("8808%012d", n%1_000_000_000_000)
}
