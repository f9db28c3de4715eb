package events

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"pasar/internal/platform/telemetry"
)

const (
	scope             = "pasar/internal/platform/events"
	traceparentHeader = "traceparent"
)

// serviceOf returns the service that a consumer or an event source belongs to:
// "order" of "order.payment-captured" and of "/pasar/order".
func serviceOf(name string) string {
	name = strings.TrimPrefix(name, "/pasar/")
	service, _, _ := strings.Cut(name, ".")
	return service
}

func tracer(tracing func(string) trace.TracerProvider, service string) trace.Tracer {
	if tracing != nil {
		if provider := tracing(service); provider != nil {
			return provider.Tracer(scope)
		}
	}
	return noop.NewTracerProvider().Tracer(scope)
}

func messagingAttributes(destination, id string) trace.SpanStartEventOption {
	return trace.WithAttributes(
		attribute.String("messaging.system", "nats"),
		attribute.String("messaging.destination.name", destination),
		attribute.String("messaging.message.id", id),
	)
}

// publishSpan spans the event's stay in the outbox: from the statement of the
// fact to the stream's answer.
func publishSpan(ctx context.Context, t trace.Tracer, e Event) trace.Span {
	ctx = telemetry.WithTraceParent(ctx, e.TraceParent)
	_, span := t.Start(ctx, "publish "+e.Type, trace.WithSpanKind(trace.SpanKindProducer),
		trace.WithTimestamp(e.Time), messagingAttributes(e.Type, e.ID))
	return span
}

func endSpan(span trace.Span, err error) {
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
	}
	span.End()
}
