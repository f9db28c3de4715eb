package rest_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"pasar/internal/platform/clock"
	"pasar/internal/platform/rest"
)

func TestSpans(t *testing.T) {
	t.Parallel()
	recorder := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	f := newFixture(t, func(c *rest.Config) { c.TracerProvider = provider })
	const parent = "4bf92f3577b34da6a3ce929d0e0e4736"
	f.do("GET", "/v1/notes/"+knownNote, "", "Traceparent: 00-"+parent+"-00f067aa0ba902b7-01")
	f.do("POST", "/v1/fail/secret", "")
	spans := recorder.Ended()
	if len(spans) != 2 {
		t.Fatalf("%d spans", len(spans))
	}
	if s := spans[0]; s.Name() != "GET /v1/notes/{id}" || s.SpanContext().TraceID().String() != parent || !s.Parent().IsRemote() {
		t.Errorf("span = %s %v", s.Name(), s.SpanContext())
	}
	if s := spans[1]; s.Status().Code != codes.Error || len(s.Events()) != 1 {
		t.Errorf("failed span = %v %v", s.Status(), s.Events())
	}
	lines := f.log.lines(t)
	if lines[1]["trace_id"] != spans[1].SpanContext().TraceID().String() {
		t.Errorf("log = %v", lines[1])
	}
}

func TestDurations(t *testing.T) {
	t.Parallel()
	reader := sdkmetric.NewManualReader()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	f := newFixture(t, func(c *rest.Config) { c.MeterProvider = provider })
	for range 3 {
		f.do("GET", "/v1/notes/"+knownNote, "")
	}
	f.do("GET", "/v1/notes/"+orderID, "")
	f.do("POST", "/v1/fail/unknown", "")
	f.do("BREW", "/v1/whatever/1", "")
	f.do("BREW", "/v1/whatever/2", "")
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	metrics := got.ScopeMetrics[0].Metrics
	if len(metrics) != 1 || metrics[0].Name != "http.server.request.duration" || metrics[0].Unit != "s" {
		t.Fatalf("metrics = %+v", metrics)
	}
	counts := map[string]uint64{}
	for _, point := range metrics[0].Data.(metricdata.Histogram[float64]).DataPoints {
		counts[point.Attributes.Encoded(attribute.DefaultEncoder())] = point.Count
	}
	for want, count := range map[string]uint64{
		"http.request.method=GET,http.response.status_code=200,http.route=/v1/notes/{id},url.scheme=http":                 3,
		"http.request.method=GET,http.response.status_code=404,http.route=/v1/notes/{id},url.scheme=http":                 1,
		"error.type=500,http.request.method=POST,http.response.status_code=500,http.route=/v1/fail/{how},url.scheme=http": 1,
		"http.request.method=_OTHER,http.response.status_code=404,url.scheme=http":                                        2,
	} {
		if counts[want] != count {
			t.Errorf("%s: %d, want %d; all: %v", want, counts[want], count, counts)
		}
	}
}

func TestBodiesOverTheWire(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	server := httptest.NewServer(f.handler)
	t.Cleanup(server.Close)
	post := func(body io.Reader) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), "PUT", server.URL+"/v1/notes/"+knownNote+"/picture", body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "image/png")
		response, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		answer, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(answer)
	}
	chunked := func(n int) io.Reader { return io.MultiReader(strings.NewReader(strings.Repeat("x", n))) }
	if status, body := post(chunked(1000)); status != 200 || !strings.Contains(body, `"size":1000`) {
		t.Errorf("chunked: %d %s", status, body)
	}
	if status, body := post(chunked(1001)); status != 413 || !strings.Contains(body, "body_too_large") {
		t.Errorf("chunked and too large: %d %s", status, body)
	}
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if err := connection.SetDeadline(clock.System{}.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, "PUT /v1/notes/"+knownNote+"/picture HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 10\r\n\r\nhalf"); err != nil {
		t.Fatal(err)
	}
	if err := connection.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(connection)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") || !strings.Contains(string(answer), "malformed_request") {
		t.Errorf("cut short: %q, %v", answer, err)
	}
}

// failingReader breaks in the middle.
type failingReader struct{ closed *bool }

func (failingReader) Read(p []byte) (int, error) {
	return copy(p, "some"), errors.New("disk hunter2")
}

func (r failingReader) Close() error { *r.closed = true; return nil }
