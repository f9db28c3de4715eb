package gateway_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace/noop"

	"pasar/api"
	"pasar/internal/gateway"
	"pasar/internal/platform/cache"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
)

// echo answers with what reached it.
func echo(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Seen-Service", name)
		w.Header().Set("Seen-Forwarded", r.Header.Get("X-Forwarded-For"))
		w.Header().Set("Seen-Key", r.Header.Get("Service-Key"))
		w.Header().Set("Seen-Request", r.Header.Get("Request-Id"))
		if _, err := io.ReadAll(r.Body); err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	})
}

type budget struct {
	keys    []string
	allowed bool
}

func (b *budget) Allow(_ context.Context, key string, _ cache.Rate) (cache.Decision, error) {
	b.keys = append(b.keys, key)
	return cache.Decision{Allowed: b.allowed, Remaining: 3, RetryAfter: 1500 * time.Millisecond, ResetAfter: 20 * time.Second}, nil
}

type oneUser struct{}

func (oneUser) Authenticate(_ context.Context, bearer string) (api.Actor, error) {
	if bearer != "good" {
		return api.Actor{}, fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "no")
	}
	return api.Actor{Kind: api.ActorUser, ID: "usr_1"}, nil
}

func door(config gateway.Config, limiter gateway.Limiter) http.Handler {
	return gateway.New(config, gateway.Deps{
		Limiter: limiter, Authenticate: oneUser{}, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
		TracerProvider: noop.NewTracerProvider(),
	}, []gateway.Backend{
		{Handler: echo("product"), Operations: []rest.Info{
			{Method: "GET", Path: "/v1/products/{id}", Access: "public"},
			{Method: "POST", Path: "/internal/v1/reservations", Access: "internal"},
		}},
		{Handler: echo("auth"), Operations: []rest.Info{{Method: "POST", Path: "/v1/auth/login", Access: "public"}}},
		{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a defect") }), Operations: []rest.Info{{Method: "GET", Path: "/v1/broken", Access: "public"}}},
	}, nil)
}

func ask(handler http.Handler, method, target string, headers map[string]string, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func problemOf(t *testing.T, w *httptest.ResponseRecorder) api.Problem {
	t.Helper()
	var p api.Problem
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("content type %q: %s", got, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRoutesToTheService(t *testing.T) {
	t.Parallel()
	w := ask(door(gateway.Config{}, nil), "GET", "/v1/products/prd_1", map[string]string{"Service-Key": "stolen"}, "")
	if w.Header().Get("Seen-Service") != "product" {
		t.Fatalf("reached %q: %d %s", w.Header().Get("Seen-Service"), w.Code, w.Body)
	}
	if w.Header().Get("Seen-Key") != "" {
		t.Error("a service key from outside got in")
	}
	if !strings.HasPrefix(w.Header().Get("Seen-Request"), "req_") {
		t.Errorf("the request was not named: %q", w.Header().Get("Seen-Request"))
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
		if w.Header().Get(name) != want {
			t.Errorf("%s: %q", name, w.Header().Get(name))
		}
	}
}

func TestInternalIsNeverReachable(t *testing.T) {
	t.Parallel()
	handler := door(gateway.Config{}, nil)
	for _, path := range []string{
		"/internal/v1/reservations", "//internal/v1/reservations", "/v1/../internal/v1/reservations",
		"/v1/products/../../internal/v1/reservations", "/internal/v1/reservations/", "/%69nternal/v1/reservations", "/./internal/v1/reservations",
	} {
		w := ask(handler, "POST", path, map[string]string{"Service-Key": "k"}, "{}")
		if w.Code != http.StatusNotFound || w.Header().Get("Seen-Service") != "" {
			t.Errorf("%s: %d, reached %q", path, w.Code, w.Header().Get("Seen-Service"))
			continue
		}
		if p := problemOf(t, w); p.Code != api.CodeNotFound || p.RequestID == "" {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

func TestAPanicIsAProblem(t *testing.T) {
	t.Parallel()
	w := ask(door(gateway.Config{}, nil), "GET", "/v1/broken", nil, "")
	if p := problemOf(t, w); w.Code != 500 || p.Code != api.CodeInternal || strings.Contains(w.Body.String(), "defect") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	w := ask(door(gateway.Config{MaxBody: 10}, nil), "POST", "/v1/auth/login", nil, strings.Repeat("x", 11))
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", w.Code)
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	handler := door(gateway.Config{AllowedOrigins: []string{"https://shop.example"}}, nil)
	for origin, allowed := range map[string]bool{
		"https://shop.example": true, "https://shop.example.evil": false, "http://shop.example": false, "null": false, "": false,
	} {
		headers := map[string]string{"Access-Control-Request-Method": "POST"}
		if origin != "" {
			headers["Origin"] = origin
		}
		w := ask(handler, "OPTIONS", "/v1/products/x", headers, "")
		if w.Code != http.StatusNoContent || w.Header().Get("Vary") != "Origin" {
			t.Errorf("%q: %d, Vary %q", origin, w.Code, w.Header().Get("Vary"))
		}
		if got := w.Header().Get("Access-Control-Allow-Origin"); (got == origin && origin != "") != allowed {
			t.Errorf("%q is answered with %q", origin, got)
		}
	}
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		proxies       int
		forwarded, ip string
	}{
		{0, "203.0.113.9", "192.0.2.1"}, // nobody in front is trusted
		{1, "203.0.113.9", "203.0.113.9"},
		{1, "10.9.9.9, 203.0.113.9", "203.0.113.9"}, // the client wrote the first one itself
		{2, "203.0.113.9, 198.51.100.2", "203.0.113.9"},
		{2, "203.0.113.9", "192.0.2.1"}, // fewer hops than promised
		{1, "nonsense", "192.0.2.1"},
		{1, "::ffff:203.0.113.9", "203.0.113.9"},
	} {
		w := ask(door(gateway.Config{TrustedProxies: c.proxies}, nil), "GET", "/v1/products/x", map[string]string{"X-Forwarded-For": c.forwarded}, "")
		if got := w.Header().Get("Seen-Forwarded"); got != c.ip {
			t.Errorf("%d proxies, %q: %q, want %q", c.proxies, c.forwarded, got, c.ip)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	rate := cache.Rate{Limit: 10, Per: time.Minute}
	config := gateway.Config{Limits: gateway.Limits{Read: rate, Sign: rate}}

	spent := &budget{allowed: true}
	handler := door(config, spent)
	w := ask(handler, "GET", "/v1/products/x", nil, "")
	if w.Header().Get("RateLimit-Policy") != `"read";q=10;w=60` || w.Header().Get("RateLimit") != `"read";r=3;t=20` {
		t.Errorf("headers %q and %q", w.Header().Get("RateLimit-Policy"), w.Header().Get("RateLimit"))
	}
	ask(handler, "GET", "/v1/products/x", map[string]string{"Authorization": "Bearer good"}, "")
	ask(handler, "POST", "/v1/auth/login", map[string]string{"Authorization": "Bearer good"}, "")
	ask(handler, "GET", "/v1/products/x", map[string]string{"Authorization": "Bearer forged"}, "")
	want := []string{"limit:read:ip:192.0.2.1", "limit:read:user:usr_1", "limit:sign:ip:192.0.2.1", "limit:read:ip:192.0.2.1"}
	if strings.Join(spent.keys, " ") != strings.Join(want, " ") {
		t.Errorf("spent %q, want %q", spent.keys, want)
	}

	w = ask(door(config, &budget{}), "GET", "/v1/products/x", nil, "")
	if p := problemOf(t, w); w.Code != http.StatusTooManyRequests || p.Code != api.CodeRateLimited || w.Header().Get("Retry-After") != "2" {
		t.Errorf("%d, Retry-After %q: %s", w.Code, w.Header().Get("Retry-After"), w.Body)
	}
}
