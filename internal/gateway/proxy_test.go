package gateway_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"go.opentelemetry.io/otel/trace/noop"

	"pasar/api"
	"pasar/internal/gateway"
	"pasar/internal/platform/clock"
)

func proxyTo(t *testing.T, address string) http.Handler {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return gateway.Proxy("product", target, slog.New(slog.DiscardHandler))
}

func TestProxyHandsOn(t *testing.T) {
	t.Parallel()
	service := httptest.NewServer(echo("product"))
	t.Cleanup(service.Close)
	w := ask(proxyTo(t, service.URL), "POST", "/v1/products/x?limit=2",
		map[string]string{"X-Forwarded-For": "203.0.113.9", "Request-Id": "req_1"}, "body")
	if w.Code != http.StatusOK || w.Body.String() != "" || w.Header().Get("Seen-Service") != "product" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if got := w.Header().Get("Seen-Forwarded"); got != "203.0.113.9" {
		t.Errorf("the client's address became %q", got)
	}
	if got := w.Header().Get("Seen-Request"); got != "req_1" {
		t.Errorf("the request's name became %q", got)
	}
}

// The policies of a page and of the gateway would both hold, and the page would
// have no style sheet.
func TestAProxiedPageKeepsItsPolicy(t *testing.T) {
	t.Parallel()
	const policy = "default-src 'none'; style-src 'self'"
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
	}))
	t.Cleanup(service.Close)
	handler := gateway.New(gateway.Config{}, gateway.Deps{
		Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), TracerProvider: noop.NewTracerProvider(),
	}, nil, []gateway.Page{{Pattern: "GET /setup", Handler: proxyTo(t, service.URL)}})
	h := ask(handler, "GET", "/setup", nil, "").Header()
	if got := h.Values("Content-Security-Policy"); len(got) != 1 || got[0] != policy {
		t.Errorf("the policies are %q", got)
	}
	if got := h.Values("Referrer-Policy"); len(got) != 1 {
		t.Errorf("the page said nothing of referrers, and the gateway says %q", got)
	}
}

func TestProxyToAServiceThatIsGone(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	w := ask(proxyTo(t, gone.URL), "GET", "/v1/products/x", nil, "")
	if p := problemOf(t, w); w.Code != http.StatusServiceUnavailable || p.Code != api.CodeUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestProxyToAServiceThatBreaksOff(t *testing.T) {
	t.Parallel()
	service := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(service.Close)
	w := ask(proxyTo(t, service.URL), "POST", "/v1/orders", nil, "{}")
	if p := problemOf(t, w); w.Code != http.StatusGatewayTimeout || p.Code != api.CodeTimeout {
		t.Errorf("whether it acted is not known, but it answers %d %s", w.Code, w.Body)
	}
}
