package events_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"pasar/internal/platform/events"
	"pasar/internal/platform/events/eventstest"
	"pasar/internal/platform/telemetry"
)

// TestOneTrace follows an event from the span that stated it to its handler.
func TestOneTrace(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	asked := make(chan string, 100)
	bus := eventstest.Open(t, events.Config{Backoff: quick, Tracing: func(service string) trace.TracerProvider {
		asked <- service
		return provider
	}})
	outbox := newOutbox()
	handled := make(chan trace.SpanContext, 10)
	bus.AddOutbox("order", outbox)
	bus.Subscribe(events.Consumer{Name: "notify.happened", Types: []string{testType}, Handle: func(ctx context.Context, _ events.Event) error {
		handled <- trace.SpanContextFromContext(ctx)
		return errors.New("no mail server")
	}})
	bus.Work("product-images", 1, func(ctx context.Context, _ []byte) error {
		handled <- trace.SpanContextFromContext(ctx)
		return nil
	})
	for _, want := range []string{"order", "notify", "product"} {
		if got := <-asked; got != want {
			t.Errorf("asked for the tracer of %q, want %q", got, want)
		}
	}
	start(t, bus)

	ctx, stating := provider.Tracer("test").Start(t.Context(), "POST /v1/orders")
	e := happened(1)
	e.TraceParent = telemetry.TraceParent(ctx)
	outbox.emit(e)
	if err := bus.Enqueue(ctx, "product-images", nil, events.EnqueueOptions{}); err != nil {
		t.Fatal(err)
	}
	stating.End()
	for range 2 {
		if got := receive(t, handled, "handler"); got.TraceID() != stating.SpanContext().TraceID() {
			t.Errorf("the handler runs in trace %s, not %s", got.TraceID(), stating.SpanContext().TraceID())
		}
	}
	waitUntil(t, "four spans have ended", func() bool { return len(spans.Ended()) >= 4 })
	byName := map[string]sdktrace.ReadOnlySpan{}
	for _, s := range spans.Ended() {
		byName[s.Name()] = s
	}
	publish, process := byName["publish "+testType], byName["process notify.happened"]
	if publish == nil || process == nil || byName["process jobs.product-images"] == nil {
		t.Fatalf("spans are %v", byName)
	}
	if publish.Parent().SpanID() != stating.SpanContext().SpanID() || process.Parent().SpanID() != publish.SpanContext().SpanID() {
		t.Error("the spans do not hang together: stated, published, processed")
	}
	if publish.StartTime().After(e.Time) || process.Status().Description != "no mail server" {
		t.Errorf("publish began at %s, want %s; process ended with %+v", publish.StartTime(), e.Time, process.Status())
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	reader := sdkmetric.NewManualReader()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	bus := eventstest.Open(t, events.Config{Backoff: []time.Duration{time.Hour}, Metering: func(string) metric.MeterProvider { return provider }})
	outbox := newOutbox()
	done := make(chan struct{}, 10)
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.measured", Types: []string{testType}, Handle: func(_ context.Context, e events.Event) error {
		defer func() { done <- struct{}{} }()
		switch e.Version {
		case 1:
			return errors.New("broken")
		case 2:
			return events.Poison(errors.New("bad"))
		}
		return nil
	}})
	start(t, bus)
	outbox.emit(happenings(1, 4)...)
	for range 4 {
		receive(t, done, "handler")
	}
	awaitParked(t, bus, 1)
	var got map[string]int64
	waitUntil(t, "one is in back-off, all others are done", func() bool {
		got = collect(t, reader)
		return got["pasar.events.handled retry"] == 1 && got["pasar.events.handled parked"] == 1 &&
			got["pasar.events.handled done"] == 2 && got["pasar.events.lag"] == 1 && got["pasar.outbox.published"] == 4 &&
			got["pasar.outbox.waiting"] == 0
	})
	eventstest.Stop(t, bus)
	collect(t, reader) // asks nobody any more
}

// collect flattens what the reader finds: counts by metric and outcome.
func collect(t *testing.T, reader sdkmetric.Reader) map[string]int64 {
	t.Helper()
	var data metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &data); err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, scope := range data.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch points := m.Data.(type) {
			case metricdata.Histogram[float64]:
				for _, p := range points.DataPoints {
					outcome, _ := p.Attributes.Value("outcome")
					got[m.Name+" "+outcome.AsString()] += int64(p.Count)
				}
			case metricdata.Sum[int64]:
				for _, p := range points.DataPoints {
					got[m.Name] += p.Value
				}
			case metricdata.Gauge[int64]:
				for _, p := range points.DataPoints {
					got[m.Name] += p.Value
				}
			}
		}
	}
	return got
}
