package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Propagator carries trace context over HTTP and NATS headers: W3C Trace
// Context. Baggage is left out, because nothing here reads it and it would
// carry whatever a client sent from service to service.
var Propagator propagation.TextMapPropagator = propagation.TraceContext{}

const traceparentHeader = "traceparent"

// TraceParent returns the W3C traceparent of the span in ctx, or "" when there
// is none. It is what the outbox and long-lived rows keep.
func TraceParent(ctx context.Context) string {
	carrier := propagation.MapCarrier{}
	Propagator.Inject(ctx, carrier)
	return carrier[traceparentHeader]
}

// WithTraceParent returns ctx whose next span is a child of traceparent. An
// empty or malformed traceparent changes nothing.
func WithTraceParent(ctx context.Context, traceparent string) context.Context {
	if traceparent == "" {
		return ctx
	}
	return Propagator.Extract(ctx, propagation.MapCarrier{traceparentHeader: traceparent})
}

// Continue starts a span in the trace of a stored traceparent, with a link to
// the span in ctx. That is how one purchase stays one trace although it is
// several HTTP requests, a webhook and some events: the cart keeps the
// traceparent it was made under, and each later step continues it. Without a
// usable traceparent the span is an ordinary child of the one in ctx.
func Continue(ctx context.Context, tracer trace.Tracer, traceparent, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	current := trace.SpanContextFromContext(ctx)
	continued := WithTraceParent(ctx, traceparent)
	stored := trace.SpanContextFromContext(continued)
	if current.IsValid() && stored.TraceID() != current.TraceID() {
		opts = append(opts, trace.WithLinks(trace.Link{SpanContext: current}))
	}
	return tracer.Start(continued, name, opts...)
}
