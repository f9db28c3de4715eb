package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"go.opentelemetry.io/otel/propagation"

	"pasar/api"
	"pasar/internal/payment"
)

const maxAnswer = 1 << 20

// Create makes a charge. The gateway makes one charge for one reference.
func (g *Gateway) Create(ctx context.Context, c payment.NewCharge) (payment.Answer, error) {
	units, err := toUnits(c.Amount)
	if err != nil {
		return payment.Answer{}, refused(paymentCodeAmount, err)
	}
	return g.call(ctx, http.MethodPost, "/charges", map[string]any{
		"reference": c.Reference, "amount": units, "currency": c.Amount.Currency, "method": c.Method,
		"description": c.Description, "return_url": c.ReturnURL, "webhook_url": c.WebhookURL,
		"expires_at": c.ExpiresAt.Format(time.RFC3339Nano),
	})
}

// Get asks how a charge stands.
func (g *Gateway) Get(ctx context.Context, reference string) (payment.Answer, error) {
	return g.call(ctx, http.MethodGet, chargePath(reference), nil)
}

// Capture takes authorized money; the same capture again changes nothing.
func (g *Gateway) Capture(ctx context.Context, reference string, amount api.Money) (payment.Answer, error) {
	units, err := toUnits(amount)
	if err != nil {
		return payment.Answer{}, refused(paymentCodeAmount, err)
	}
	return g.call(ctx, http.MethodPost, chargePath(reference)+"/capture", map[string]any{"amount": units})
}

// Cancel gives a charge up.
func (g *Gateway) Cancel(ctx context.Context, reference string) (payment.Answer, error) {
	return g.call(ctx, http.MethodPost, chargePath(reference)+"/cancel", map[string]any{})
}

// Refund sends money back, once for one refund id.
func (g *Gateway) Refund(ctx context.Context, r payment.NewRefund) (payment.Answer, error) {
	units, err := toUnits(r.Amount)
	if err != nil {
		return payment.Answer{}, refused(paymentCodeAmount, err)
	}
	return g.call(ctx, http.MethodPost, chargePath(r.Reference)+"/refunds", map[string]any{
		"reference": r.ID, "amount": units, "reason": r.Reason,
	})
}

const paymentCodeAmount = "amount_unsupported"

func refused(code string, err error) error {
	return &payment.GatewayError{Outcome: payment.Refused, Code: code, Detail: err.Error(), Err: err}
}

func chargePath(reference string) string { return "/charges/" + url.PathEscape(reference) }

// call makes one HTTP exchange and says what became of it.
func (g *Gateway) call(ctx context.Context, method, path string, body any) (payment.Answer, error) {
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return payment.Answer{}, refused("request_invalid", err)
		}
	}
	answer := payment.Answer{Exchange: payment.Exchange{Request: string(sent)}}
	request, err := http.NewRequestWithContext(ctx, method, g.config.URL+path, bytes.NewReader(sent))
	if err != nil {
		return answer, &payment.GatewayError{Outcome: payment.NotSent, Err: err}
	}
	request.Header.Set("Authorization", "Bearer "+g.config.APIKey.Reveal())
	request.Header.Set("Content-Type", "application/json")
	propagation.TraceContext{}.Inject(ctx, propagation.HeaderCarrier(request.Header))
	response, err := g.config.HTTP.Do(request)
	if err != nil {
		return answer, unreached(err)
	}
	defer func() { _ = response.Body.Close() }() // all that matters has been read
	received, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return answer, &payment.GatewayError{Outcome: payment.Unknown, Err: err}
	}
	answer.Exchange.HTTPStatus, answer.Exchange.Answer = response.StatusCode, string(received)
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return answer, refusalOf(response.StatusCode, received)
	}
	return understood(answer, received)
}

// understood reads a charge. An answer that cannot be read leaves open whether
// the gateway acted.
func understood(answer payment.Answer, received []byte) (payment.Answer, error) {
	var document chargeDocument
	if err := json.Unmarshal(received, &document); err != nil {
		return answer, &payment.GatewayError{Outcome: payment.Unknown, Err: fmt.Errorf("the answer cannot be read: %w", err)}
	}
	charge, err := document.charge()
	if err != nil {
		return answer, &payment.GatewayError{Outcome: payment.Unknown, Err: err}
	}
	answer.Charge = charge
	return answer, nil
}

// unreached tells a call that was never sent from one that may have acted.
func unreached(err error) error {
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return &payment.GatewayError{Outcome: payment.NotSent, Err: err}
	}
	return &payment.GatewayError{Outcome: payment.Unknown, Err: err}
}

// refusalOf classes an answer that is no success. Only a 4xx says for sure that
// nothing happened; a bad key or too many requests is our trouble, not the
// payment's, and is tried again later.
func refusalOf(status int, body []byte) error {
	var document struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	_ = json.Unmarshal(body, &document) // without a code the status alone has to do
	e := &payment.GatewayError{
		Outcome: payment.Refused, Code: document.Error.Code, Detail: document.Error.Message,
		Err: fmt.Errorf("the gateway answered with status %d", status),
	}
	switch {
	case status == http.StatusNotFound && e.Code == "charge_not_found":
		e.Outcome = payment.Missing
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusTooManyRequests, status == http.StatusNotFound:
		e.Outcome = payment.NotSent
	case status >= 500 || status < 400:
		e.Outcome = payment.Unknown
	}
	return e
}
