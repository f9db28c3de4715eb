package payment

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
)

// Orders is what payment asks of the order service.
type Orders interface {
	GetPayable(ctx context.Context, in *orderapi.GetPayableInput) (*orderapi.Payable, error)
}

// Spans continue the trace of a purchase.
type Spans interface {
	// Continue starts a span in the trace of a stored traceparent; end ends it.
	Continue(ctx context.Context, traceParent, name string) (spanned context.Context, end func())
	TraceParent(ctx context.Context) string
}

// Deps is what the service is made of.
type Deps struct {
	Store    Store
	Log      TransactionLog // where exchanges are read
	Orders   Orders
	Gateways map[string]Gateway // by the name in the API
	Clock    clock.Clock
	Logger   *slog.Logger
	Spans    Spans // nil makes none
	// WebhookURL is the public root that gateways reach: notifications go to
	// WebhookURL + /v1/webhooks/<gateway>.
	WebhookURL string
	Timing     Timing
}

// Timing says how patient the service is. Zero fields take the defaults.
type Timing struct {
	Call      time.Duration // for one call to a gateway; 10 s
	Lease     time.Duration // how long an unfinished request keeps its key; 15 s
	PollAfter time.Duration // first question about an unsettled payment, doubling after; 60 s
	PollMax   time.Duration // longest pause between questions; 15 min
}

func (t Timing) withDefaults() Timing {
	fallback := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	fallback(&t.Call, 10*time.Second)
	fallback(&t.Lease, 15*time.Second)
	fallback(&t.PollAfter, time.Minute)
	fallback(&t.PollMax, 15*time.Minute)
	return t
}

// Service is the use cases of payment.
type Service struct {
	deps   Deps
	timing Timing
}

// New returns the service.
func New(deps Deps) *Service {
	if deps.Spans == nil {
		deps.Spans = noSpans{}
	}
	return &Service{deps: deps, timing: deps.Timing.withDefaults()}
}

type noSpans struct{}

func (noSpans) Continue(ctx context.Context, _, _ string) (context.Context, func()) {
	return ctx, func() {}
}
func (noSpans) TraceParent(context.Context) string { return "" }

// OfferedMethod is a method and where it is offered.
type OfferedMethod struct {
	Gateway string
	Method
}

// Methods lists the ways to pay, those that take currency if it is given.
func (s *Service) Methods(currency string) []OfferedMethod {
	var offered []OfferedMethod
	for name, gateway := range s.deps.Gateways {
		for _, m := range gateway.Methods() {
			if currency == "" || slices.Contains(m.Currencies, currency) {
				offered = append(offered, OfferedMethod{Gateway: name, Method: m})
			}
		}
	}
	slices.SortFunc(offered, func(a, b OfferedMethod) int {
		return strings.Compare(a.Gateway+"/"+a.Name, b.Gateway+"/"+b.Name)
	})
	return offered
}

// gatewayOf returns the gateway of a stored payment. One that is no longer
// configured is a mistake of the operator, and says so.
func (s *Service) gatewayOf(p Payment) (Gateway, error) {
	gateway, ok := s.deps.Gateways[p.Gateway]
	if !ok {
		return nil, fault.New(fault.Unavailable, paymentapi.CodeGatewayUnavailable,
			"The gateway %s of this payment is not configured here; add it to payment.gateways.", p.Gateway)
	}
	return gateway, nil
}

// Caller is who asks, with a guest's proof.
type Caller struct {
	Actor         api.Actor
	CartTokenHash string // hex SHA-256 of the Cart-Token sent, "" for none
}

// sees reports whether the payment is the caller's own or open to their staff
// permission.
func (c Caller) sees(p Payment, permission string) bool {
	switch {
	case c.Actor.Kind == api.ActorSystem:
		return true
	case c.Actor.IsUser(p.UserID), c.Actor.Can(permission):
		return true
	}
	return c.CartTokenHash != "" && c.CartTokenHash == p.CartTokenHash
}

// visible reads a payment for a caller. One that is not theirs is not there.
func (s *Service) visible(ctx context.Context, c Caller, id, permission string) (Payment, error) {
	p, err := s.deps.Store.Payment(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && !c.sees(p, permission) {
		return Payment{}, fault.New(fault.NotFound, api.CodeNotFound, "There is no such payment, or it is not yours.")
	}
	return p, err
}

// unanswered turns a call that brought no news into what the caller may do
// about it.
func unanswered(p Payment, err error) error {
	if outcomeOf(err) == NotSent {
		return fault.Wrap(err, fault.Unavailable, paymentapi.CodeGatewayUnavailable,
			"The payment gateway cannot be reached; repeat the request with the same Idempotency-Key.").
			With("payment_id", p.ID).After(5 * time.Second)
	}
	return fault.Wrap(err, fault.Timeout, paymentapi.CodeGatewayTimeout,
		"The payment gateway did not answer in time. Nothing is lost: repeat the request with the same Idempotency-Key, or verify the payment.").
		With("payment_id", p.ID).After(5 * time.Second)
}
