package gateway_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"pasar/internal/gateway"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/rest"
)

// A traceparent says whether the request is recorded, so that of a stranger
// must neither force it nor choose the trace.
func TestOnlyTrustedTracesGoOn(t *testing.T) {
	t.Parallel()
	const foreign = "4bf92f3577b34da6a3ce929d0e0e4736"
	for name, c := range map[string]struct{ trusted, recorded bool }{
		"stranger": {false, false}, "trusted": {true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spans := tracetest.NewSpanRecorder()
			var handed http.Header
			handler := gateway.New(gateway.Config{TrustTraces: c.trusted}, gateway.Deps{
				Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
				TracerProvider: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans),
					sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.NeverSample()))),
			}, []gateway.Backend{{
				Operations: []rest.Info{{Method: "GET", Path: "/v1/products", Access: "public"}},
				Handler:    http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { handed = r.Header.Clone() }),
			}}, nil)
			ask(handler, "GET", "/v1/products", map[string]string{
				"traceparent": "00-" + foreign + "-00f067aa0ba902b7-01", "tracestate": "vendor=forged",
			}, "")
			if got := len(spans.Ended()) > 0; got != c.recorded {
				t.Errorf("recorded: %t, want %t", got, c.recorded)
			}
			given := handed.Get("Traceparent")
			if strings.Contains(given, foreign) != c.trusted || len(given) != 55 {
				t.Errorf("the service was handed %q", given)
			}
			if (handed.Get("Tracestate") != "") != c.trusted {
				t.Errorf("the service was handed the state %q", handed.Get("Tracestate"))
			}
		})
	}
}
