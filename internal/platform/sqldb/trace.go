package sqldb

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"pasar/internal/platform/clock"
)

const scope = "pasar/internal/platform/sqldb"

// Bounds in seconds that the semantic conventions advise.
var durationBounds = []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}

// observer measures statements, and makes spans of those inside a recorded
// trace. What has no provider costs nothing. A wrapper around the driver would
// see the same, and cost a statement more than SQLite needs to run it.
type observer struct {
	tracer   trace.Tracer            // nil for none
	duration metric.Float64Histogram // nil for none
	clock    clock.Clock
	service  string
	fixed    []attribute.KeyValue

	known sync.Map // seriesKey -> []metric.RecordOption
}

// seriesKey is what tells one series of measurements from another.
type seriesKey struct{ operation, failure string }

func newObserver(o Options, dialect string) (*observer, error) {
	v := &observer{clock: o.Clock, service: o.Name, fixed: []attribute.KeyValue{
		attribute.String("db.system.name", dialect), attribute.String("db.namespace", o.Name),
	}}
	if o.TracerProvider != nil {
		v.tracer = o.TracerProvider.Tracer(scope)
	}
	if o.MeterProvider == nil {
		return v, nil
	}
	var err error
	v.duration, err = o.MeterProvider.Meter(scope).Float64Histogram("db.client.operation.duration",
		metric.WithUnit("s"), metric.WithDescription("Duration of database client operations"),
		metric.WithExplicitBucketBoundaries(durationBounds...))
	if err != nil {
		return nil, fmt.Errorf("sqldb: measure statements: %w", err)
	}
	return v, nil
}

// observed is one statement under way.
type observed struct {
	by        *observer
	ctx       context.Context
	span      trace.Span // nil unless the trace is recorded
	operation string
	began     time.Time
}

func (v *observer) begin(ctx context.Context, query string) observed {
	o := observed{by: v, ctx: ctx}
	if v.duration != nil {
		o.operation, o.began = operationOf(query), v.clock.Now()
	}
	if v.tracer != nil && trace.SpanFromContext(ctx).IsRecording() {
		operation := operationOf(query)
		o.ctx, o.span = v.tracer.Start(ctx, operation+" "+v.service, trace.WithSpanKind(trace.SpanKindClient),
			trace.WithAttributes(v.fixed...),
			trace.WithAttributes(attribute.String("db.operation.name", operation), attribute.String("db.query.text", query)))
	}
	return o
}

func (o observed) end(err error) {
	if o.by.duration != nil {
		o.by.duration.Record(o.ctx, o.by.clock.Now().Sub(o.began).Seconds(), o.by.series(o.operation, err)...)
	}
	if o.span == nil {
		return
	}
	if err != nil {
		o.span.SetStatus(codes.Error, "")
		o.span.RecordError(err)
	}
	o.span.End()
}

// series returns the attributes of an outcome, made once each.
func (v *observer) series(operation string, err error) []metric.RecordOption {
	key := seriesKey{operation: operation}
	if err != nil {
		key.failure = fmt.Sprintf("%T", err)
	}
	if options, ok := v.known.Load(key); ok {
		return options.([]metric.RecordOption)
	}
	attributes := append([]attribute.KeyValue{attribute.String("db.operation.name", operation)}, v.fixed...)
	if err != nil {
		attributes = append(attributes, attribute.String("error.type", key.failure))
	}
	options := []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(attributes...))}
	v.known.Store(key, options)
	return options
}

// operationOf is a statement's first word, one of a bounded number.
func operationOf(query string) string {
	word, _, _ := strings.Cut(strings.TrimLeft(query, " \t\r\n("), " ")
	switch word {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE":
		return word
	}
	return "OTHER"
}

// startSpan opens the span of a transaction that is part of a trace. One that
// nobody asked for, such as the outbox relay's, would be a trace of its own
// and push those that people look for aside.
func (db *DB) startSpan(ctx context.Context) (context.Context, trace.Span) {
	if db.options.TracerProvider == nil || !trace.SpanContextFromContext(ctx).IsValid() {
		return ctx, tracenoop.Span{}
	}
	return db.options.TracerProvider.Tracer(scope).Start(ctx, "sqldb.tx "+db.options.Name,
		trace.WithSpanKind(trace.SpanKindClient))
}

func endSpan(span trace.Span, err error) {
	if err != nil {
		span.SetStatus(codes.Error, "rolled back")
	}
	span.End()
}
