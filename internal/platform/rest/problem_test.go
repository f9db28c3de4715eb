package rest_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for how, want := range map[string]struct {
		status     int
		code       string
		retryAfter string
	}{
		"conflict": {409, codeTotalChanged, ""},
		"busy":     {503, "unavailable", "2"},
		"secret":   {500, "internal", ""},
		"unknown":  {500, "internal", ""},
		"deadline": {504, "upstream_timeout", ""},
	} {
		w := f.do("POST", "/v1/fail/"+how, "")
		wantProblem(t, w, want.status, want.code)
		if got := w.Header().Get("Retry-After"); got != want.retryAfter {
			t.Errorf("%s: Retry-After = %q, want %q", how, got, want.retryAfter)
		}
		if strings.Contains(w.Body.String(), "hunter2") || strings.Contains(w.Body.String(), "EOF") {
			t.Errorf("%s tells its cause: %s", how, w.Body)
		}
	}
}

func TestExtensionMembers(t *testing.T) {
	t.Parallel()
	w := newFixture(t).do("POST", "/v1/fail/conflict", "")
	p := wantProblem(t, w, 409, codeTotalChanged)
	if p.Title != "The total has changed" || p.Total == nil || p.Total.Amount != 9007199254740993 {
		t.Errorf("problem = %s", w.Body)
	}
	if len(p.Errors) != 1 || p.Errors[0] != (api.ProblemField{Pointer: "#/total", Code: "stale", Detail: "the total changed"}) {
		t.Errorf("errors = %+v", p.Errors)
	}
	if strings.Contains(w.Body.String(), "hidden") {
		t.Errorf("an extension took the place of a standard member: %s", w.Body)
	}
}

func TestDeadlineOfTheRequest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "POST", "/v1/fail/own-deadline", nil))
	wantProblem(t, w, http.StatusServiceUnavailable, "unavailable")
}

func TestClientGone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "POST", "/v1/fail/own-deadline", nil))
	if w.Body.Len() != 0 {
		t.Errorf("wrote %s to nobody", w.Body)
	}
	line := f.log.lines(t)[0]
	if line["status"] != 499.0 || line["level"] != "INFO" {
		t.Errorf("log = %v", line)
	}
}

func TestEveryGeneralCodeHasItsStatus(t *testing.T) {
	t.Parallel()
	kinds := map[int]bool{}
	for kind := fault.Internal; kind <= fault.Gone; kind++ {
		status := rest.StatusOf(kind)
		if kinds[status] {
			t.Errorf("two kinds are answered with %d", status)
		}
		kinds[status] = true
	}
	for _, code := range api.Codes {
		if !kinds[code.Status] {
			t.Errorf("%s has status %d, which no kind is answered with", code.Name, code.Status)
		}
	}
}

func TestProblemBody(t *testing.T) {
	t.Parallel()
	f := fault.New(fault.RateLimited, api.CodeRateLimited, "Slow down.").With("limit", 5).With("a\"b", "<x>")
	body, err := rest.ProblemBody(f, "Too many requests", "req_1")
	want := `{"type":"/docs/problems/rate_limited","title":"Too many requests","status":429,"detail":"Slow down.","code":"rate_limited","request_id":"req_1","a\"b":"<x>","limit":5}`
	if err != nil || string(body) != want {
		t.Errorf("got %s, %v; want %s", body, err, want)
	}
	if _, err := rest.ProblemBody(f.With("bad", func() {}), "", ""); err == nil {
		t.Error("a function was encoded")
	}
}

func TestLogLine(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.do("GET", "/v1/notes/"+knownNote, "", "Authorization: Bearer ann",
		"Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	f.do("POST", "/v1/fail/secret", "", "Request-Id: abc")
	f.do("GET", "/v1/nowhere/usr_1", "")
	lines := f.log.lines(t)
	if len(lines) != 3 {
		t.Fatalf("log = %v", lines)
	}
	for name, want := range map[string]any{
		"level": "INFO", "service": "toy", "method": "GET", "route": "/v1/notes/{id}", "status": 200.0, "duration_ms": 0.0,
		"actor_kind": "user", "actor_id": "usr_ann", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
	} {
		if lines[0][name] != want {
			t.Errorf("%s = %v, want %v", name, lines[0][name], want)
		}
	}
	if l := lines[1]; l["level"] != "WARN" || l["request_id"] != "abc" || !strings.Contains(l["error"].(string), "unexpected EOF") {
		t.Errorf("failure = %v", l)
	}
	if lines[2]["route"] != "unmatched" || lines[2]["status"] != 404.0 {
		t.Errorf("unmatched = %v", lines[2])
	}
}

// brokenWriter is a connection whose other end has gone.
type brokenWriter struct{ header http.Header }

func (w brokenWriter) Header() http.Header       { return w.header }
func (w brokenWriter) WriteHeader(int)           {}
func (w brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestWriteFails(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.handler.ServeHTTP(brokenWriter{http.Header{}}, httptest.NewRequest("GET", "/v1/me", nil))
	if line := f.log.lines(t)[0]; line["error"] != "broken pipe" || line["level"] != "INFO" {
		t.Errorf("log = %v", line)
	}
}
