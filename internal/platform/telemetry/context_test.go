package telemetry_test

import (
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"pasar/internal/platform/telemetry"
)

func TestContinueJoinsTheStoredTrace(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewSpanRecorder()
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)).Tracer("test")

	ctx, cart := tracer.Start(t.Context(), "make cart")
	stored := telemetry.TraceParent(ctx)
	cart.End()
	if stored == "" {
		t.Fatal("no traceparent in a traced context")
	}

	ctx, request := tracer.Start(t.Context(), "POST /v1/orders")
	_, order := telemetry.Continue(ctx, tracer, stored, "place order")
	order.End()
	request.End()

	placed := spans.Ended()[1]
	if placed.SpanContext().TraceID() != cart.SpanContext().TraceID() || placed.Parent().SpanID() != cart.SpanContext().SpanID() {
		t.Error("the continued span is not a child of the stored one")
	}
	if links := placed.Links(); len(links) != 1 || links[0].SpanContext.SpanID() != request.SpanContext().SpanID() {
		t.Errorf("links are %v, want the request's span", placed.Links())
	}
}

func TestContinueWithoutUsableTraceParent(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewSpanRecorder()
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)).Tracer("test")
	for _, stored := range []string{"", "garbage", "00-00000000000000000000000000000000-0000000000000000-01"} {
		ctx, request := tracer.Start(t.Context(), "request")
		_, span := telemetry.Continue(ctx, tracer, stored, "work")
		span.End()
		request.End()
		ended := spans.Ended()
		got := ended[len(ended)-2]
		if got.Parent().SpanID() != request.SpanContext().SpanID() || len(got.Links()) != 0 {
			t.Errorf("traceparent %q: want an ordinary child", stored)
		}
	}
	if got := telemetry.TraceParent(t.Context()); got != "" {
		t.Errorf("TraceParent of an untraced context = %q", got)
	}
	if trace.SpanContextFromContext(telemetry.WithTraceParent(t.Context(), "")).IsValid() {
		t.Error("an empty traceparent made a span context")
	}
}
