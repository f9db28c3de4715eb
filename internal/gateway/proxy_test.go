package gateway_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"pasar/api"
	"pasar/internal/gateway"
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
