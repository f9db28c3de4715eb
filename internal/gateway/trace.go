package gateway

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// propagator hands the trace on to the service, wherever it runs.
var propagator = propagation.TraceContext{}

// startTrace starts the span of a request and hands it on. A traceparent is a
// claim like any other header: whoever is believed decides what is recorded and
// writes into traces of their choice. So a stranger's request begins a new one.
func (g *Gateway) startTrace(r *http.Request, pattern string) (context.Context, trace.Span) {
	ctx := r.Context()
	if g.config.TrustTraces {
		ctx = propagator.Extract(ctx, propagation.HeaderCarrier(r.Header))
	}
	for _, name := range propagator.Fields() {
		r.Header.Del(name)
	}
	ctx, span := g.tracer.Start(ctx, r.Method+" "+pattern, trace.WithSpanKind(trace.SpanKindServer))
	propagator.Inject(ctx, propagation.HeaderCarrier(r.Header))
	return ctx, span
}
