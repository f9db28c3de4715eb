package telemetry_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"pasar/internal/platform/clock"
	"pasar/internal/platform/telemetry"
)

func scrape(t *testing.T, tel *telemetry.Telemetry) string {
	t.Helper()
	w := httptest.NewRecorder()
	telemetry.OpsHandler(tel.Registry(), nil).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("GET /metrics: %d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestEachServiceHasItsOwnMetrics(t *testing.T) {
	t.Parallel()
	tel := start(t, telemetry.Options{})
	for _, name := range []string{"order", "payment"} {
		s := service(t, tel, name)
		if again := service(t, tel, name); again.MeterProvider != s.MeterProvider {
			t.Error("asking twice makes two providers")
		}
		h, err := s.MeterProvider.Meter("test").Float64Histogram("http.server.request.duration", metric.WithUnit("s"))
		if err != nil {
			t.Fatal(err)
		}
		h.Record(t.Context(), 0.2)
	}
	got := scrape(t, tel)
	for _, want := range []string{
		`http_server_request_duration_seconds_count{service="order"} 1`,
		`http_server_request_duration_seconds_count{service="payment"} 1`,
		"go_goroutines ", "process_resident_memory_bytes ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	if err := tel.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// collector is an OTLP collector that notes which names reach it, per path.
type collector struct {
	mu   sync.Mutex
	seen map[string]*bytes.Buffer
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := gzip.NewReader(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	text, err := io.ReadAll(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[r.URL.Path] == nil {
		c.seen[r.URL.Path] = &bytes.Buffer{}
	}
	c.seen[r.URL.Path].Write(text)
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func TestEverythingReachesTheCollector(t *testing.T) {
	t.Parallel()
	c := &collector{seen: map[string]*bytes.Buffer{}}
	server := httptest.NewServer(c)
	defer server.Close()
	tel := start(t, telemetry.Options{Endpoint: server.URL, SampleRatio: 1, Version: "v1"})
	for _, name := range []string{"order", "payment"} {
		s := service(t, tel, name)
		ctx, span := s.TracerProvider.Tracer("test").Start(t.Context(), "span of "+name)
		s.Log.InfoContext(ctx, "line of "+name, "email", "budi@example.com")
		counter, err := s.MeterProvider.Meter("test").Int64Counter("count_" + name)
		if err != nil {
			t.Fatal(err)
		}
		counter.Add(ctx, 1)
		span.End()
	}
	if err := tel.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for path, wants := range map[string][]string{
		"/v1/traces":  {"span of order", "span of payment", "service.name"},
		"/v1/logs":    {"line of order", "line of payment", "b***@example.com"},
		"/v1/metrics": {"count_order", "count_payment"},
	} {
		if c.seen[path] == nil {
			t.Errorf("nothing reached %s", path)
			continue
		}
		for _, want := range wants {
			if !strings.Contains(c.seen[path].String(), want) {
				t.Errorf("%q did not reach %s", want, path)
			}
		}
	}
}

// TestADeadCollectorCostsNothing sends far more than the queues hold to a port
// where nobody listens, and to one that accepts and never answers.
func TestADeadCollectorCostsNothing(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, address := range map[string]string{"refusing": closed.Addr().String(), "silent": silent.Addr().String()} {
		tel := start(t, telemetry.Options{Endpoint: "http://" + address, SampleRatio: 1})
		s := service(t, tel, "order")
		tracer := s.TracerProvider.Tracer("test")
		begin := time.Now()
		const n = 20_000
		for range n {
			ctx, span := tracer.Start(t.Context(), "work")
			s.Log.InfoContext(ctx, "line")
			span.End()
		}
		took := time.Since(begin)
		t.Logf("%s collector: %s per span and log line", name, took/n)
		if took > 5*time.Second {
			t.Errorf("%s collector: %d spans took %s", name, n, took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		begin = time.Now()
		if err := tel.Stop(ctx); err == nil {
			t.Errorf("%s collector: Stop reports no loss", name)
		}
		cancel()
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("%s collector: Stop took %s", name, took)
		}
	}
}

func TestBadEndpoint(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"otel:4318", "://", "localhost"} {
		if _, err := telemetry.Start(t.Context(), telemetry.Options{Endpoint: endpoint}); err == nil {
			t.Errorf("%q is accepted", endpoint)
		}
	}
}

func TestWithoutMemoryAndEndpointSpansHaveIDsOnly(t *testing.T) {
	t.Parallel()
	tel := start(t, telemetry.Options{})
	_, span := service(t, tel, "order").TracerProvider.Tracer("test").Start(t.Context(), "work")
	defer span.End()
	if !span.SpanContext().IsValid() || span.IsRecording() || tel.Traces() != nil {
		t.Error("want an id for the log and nothing kept")
	}
}

// TestALoadTestPaysForFewTraces: new traces are limited per second, and the
// children of a kept one are always kept.
func TestALoadTestPaysForFewTraces(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tel := start(t, telemetry.Options{TraceMemory: 300, Clock: clock.Func(func() time.Time { return now })})
	tracer := service(t, tel, "order").TracerProvider.Tracer("test")
	for range 10_000 {
		ctx, span := tracer.Start(t.Context(), "request")
		_, child := tracer.Start(ctx, "child")
		child.End()
		span.End()
	}
	list := tel.Traces().List()
	if len(list) == 0 || len(list) > 50 {
		t.Errorf("%d of 10000 traces within one moment were kept, want a few", len(list))
	}
	if slices.ContainsFunc(list, func(s telemetry.TraceSummary) bool { return s.Spans != 2 }) {
		t.Error("a kept trace is not whole")
	}
	now = now.Add(time.Second)
	ctx, span := tracer.Start(t.Context(), "a second later")
	span.End()
	if !trace.SpanContextFromContext(ctx).IsSampled() {
		t.Error("a second later nothing is sampled")
	}
}

func BenchmarkSpan(b *testing.B) {
	for name, o := range map[string]telemetry.Options{"ids only": {}, "trace memory": {TraceMemory: 300}} {
		b.Run(name, func(b *testing.B) {
			tel, err := telemetry.Start(b.Context(), o)
			if err != nil {
				b.Fatal(err)
			}
			s, err := tel.Service(b.Context(), "order")
			if err != nil {
				b.Fatal(err)
			}
			tracer := s.TracerProvider.Tracer("test")
			b.ReportAllocs()
			for b.Loop() {
				_, span := tracer.Start(b.Context(), "work")
				span.End()
			}
		})
	}
}

// TestAnImportLeavesRoomForPurchases: work that no request asked for has a
// budget of its own.
func TestAnImportLeavesRoomForPurchases(t *testing.T) {
	t.Parallel()
	tel := start(t, telemetry.Options{TraceMemory: 200})
	tracer := service(t, tel, "product").TracerProvider.Tracer("test")
	for range 1000 {
		_, span := tracer.Start(t.Context(), "publish pasar.product.changed.v1", trace.WithSpanKind(trace.SpanKindProducer))
		span.End()
	}
	_, span := tracer.Start(t.Context(), "POST /v1/orders", trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	if !span.SpanContext().IsSampled() {
		t.Error("the purchase is not kept")
	}
}
