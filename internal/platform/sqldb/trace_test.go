package sqldb_test

import (
	"slices"
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

func TestSpansAndMeasurements(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(testing.TB) string{
		"sqlite": sqldbtest.SQLiteURL, "mysql": sqldbtest.MySQLURL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spans := tracetest.NewSpanRecorder()
			tracers := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
			reader := sdkmetric.NewManualReader()
			db := sqldbtest.Open(t, sqldb.Options{
				URL: address(t), Name: "order", Migrations: shop(), TracerProvider: tracers,
				MeterProvider: sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)),
			})
			spans.Reset()
			ctx, parent := tracers.Tracer("test").Start(t.Context(), "request")
			err := db.InTx(ctx, func(tx *sqldb.Tx) error {
				return tx.Exec("INSERT INTO stock (sku, on_hand, reserved) VALUES (?, ?, ?)", "hunter2", 1, 0).Error
			})
			if err != nil {
				t.Fatal(err)
			}
			parent.End()
			checkSpans(t, spans.Ended(), parent.SpanContext().TraceID().String())
			var measured metricdata.ResourceMetrics
			if err := reader.Collect(t.Context(), &measured); err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(instruments(measured), "db.client.operation.duration") {
				t.Errorf("instruments = %v", instruments(measured))
			}
		})
	}
}

func checkSpans(t *testing.T, spans []sdktrace.ReadOnlySpan, traceID string) {
	t.Helper()
	var names []string
	for _, s := range spans {
		names = append(names, s.Name())
		if s.SpanContext().TraceID().String() != traceID {
			t.Errorf("span %s is in another trace", s.Name())
		}
		for _, a := range s.Attributes() {
			if a.Value.String() == "hunter2" {
				t.Errorf("span %s shows a value in %s", s.Name(), a.Key)
			}
		}
	}
	if !slices.Contains(names, "sqldb.tx order") || len(names) < 3 {
		t.Errorf("spans = %q, want the request, the transaction and the statement", names)
	}
	t.Logf("spans: %q", names)
}

func instruments(m metricdata.ResourceMetrics) (names []string) {
	for _, scope := range m.ScopeMetrics {
		for _, i := range scope.Metrics {
			names = append(names, i.Name)
		}
	}
	return names
}
