package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"github.com/XSAM/otelsql"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
)

const scope = "pasar/internal/platform/sqldb"

// instrument opens a pool whose statements are spans and measurements, as far
// as the options ask for them.
func (db *DB) instrument(connector driver.Connector, system string) *sql.DB {
	tracers, meters := db.options.TracerProvider, db.options.MeterProvider
	if tracers == nil && meters == nil {
		return sql.OpenDB(connector)
	}
	if tracers == nil {
		tracers = tracenoop.NewTracerProvider()
	}
	if meters == nil {
		meters = metricnoop.NewMeterProvider()
	}
	return otelsql.OpenDB(connector,
		otelsql.WithTracerProvider(tracers),
		otelsql.WithMeterProvider(meters),
		otelsql.WithAttributes(
			attribute.String("db.system.name", system),
			attribute.String("db.namespace", db.options.Name),
		),
		otelsql.WithSpanOptions(otelsql.SpanOptions{
			DisableErrSkip:       true,
			OmitConnResetSession: true,
			OmitConnPrepare:      true,
			OmitRows:             true,
			OmitConnectorConnect: true,
			SpanFilter:           recording,
		}),
	)
}

// recording keeps statements of traces that nobody records free of charge.
func recording(ctx context.Context, _ otelsql.Method, _ string, _ []driver.NamedValue) bool {
	return trace.SpanFromContext(ctx).IsRecording()
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
