// Package rest serves the contract of the payment service: it maps contract
// types to the heart and back, and decides nothing.
package rest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"go.opentelemetry.io/otel/trace"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/internal/payment"
	"pasar/internal/platform/idempotency"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/telemetry"
)

// Service implements paymentapi.Service.
type Service struct{ heart *payment.Service }

var _ paymentapi.Service = (*Service)(nil)

// New returns the contract of heart.
func New(heart *payment.Service) *Service { return &Service{heart: heart} }

// caller is who asks. A guest's token is compared by its hash, so that the
// token itself is stored nowhere.
func caller(ctx context.Context, cartToken string) payment.Caller {
	c := payment.Caller{Actor: rest.ActorFrom(ctx)}
	if cartToken != "" {
		sum := sha256.Sum256([]byte(cartToken))
		c.CartTokenHash = hex.EncodeToString(sum[:])
	}
	return c
}

// resume is what an unfinished earlier request with the same key was making.
func resume(ctx context.Context) string {
	request, _ := idempotency.FromContext(ctx)
	return request.Resume
}

// after decodes a cursor into last; no cursor leaves it as it is.
func after(p api.Paging, last any) error {
	if p.Cursor == "" {
		return nil
	}
	return rest.DecodeCursor(p.Cursor, last)
}

// Spans is payment.Spans on OpenTelemetry.
type Spans struct{ Tracer trace.Tracer }

var _ payment.Spans = Spans{}

// Continue starts a span in the trace of a purchase.
func (s Spans) Continue(ctx context.Context, traceParent, name string) (context.Context, func()) {
	ctx, span := telemetry.Continue(ctx, s.Tracer, traceParent, name)
	return ctx, func() { span.End() }
}

// TraceParent names the current span.
func (s Spans) TraceParent(ctx context.Context) string { return telemetry.TraceParent(ctx) }

// Orders is the order service as payment asks it. The Idempotency-Key of a
// request is the payment service's: a sibling in this process must not store
// an answer of its own under it.
func Orders(orders payment.Orders) payment.Orders { return siblingOrders{orders} }

type siblingOrders struct{ orders payment.Orders }

func (s siblingOrders) GetPayable(ctx context.Context, in *orderapi.GetPayableInput) (*orderapi.Payable, error) {
	return s.orders.GetPayable(rest.Sibling(ctx), in)
}
