package rest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pasar/internal/platform/fault"
	"pasar/internal/platform/idempotency"
	"pasar/internal/platform/rest"
)

const noteBody = `{"title":"<kopi>","amount":5}`

func post(f *fixture, body, key string, headers ...string) *httptest.ResponseRecorder {
	return f.do("POST", "/v1/notes", body, append([]string{"Idempotency-Key: " + key}, headers...)...)
}

func TestReplayIsByteEqual(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := post(f, noteBody, "k1")
	if first.Code != 201 || first.Header().Get("Idempotent-Replayed") != "" {
		t.Fatalf("first: %d %v %s", first.Code, first.Header(), first.Body)
	}
	for _, again := range []*httptest.ResponseRecorder{
		post(f, noteBody, "k1"),
		post(f, noteBody, `"k1"`),
		post(f, ` { "amount" : 5, "title" : "\u003ckopi\u003e" } `, "k1"),
	} {
		if again.Code != 201 || again.Body.String() != first.Body.String() {
			t.Errorf("replay: %d %s, want %s", again.Code, again.Body, first.Body)
		}
		if again.Header().Get("Idempotent-Replayed") != "true" {
			t.Error("the replay is not marked")
		}
		for _, name := range []string{"Location", "ETag", "Content-Type", "Cache-Control"} {
			if again.Header().Get(name) != first.Header().Get(name) {
				t.Errorf("%s = %q, first %q", name, again.Header().Get(name), first.Header().Get(name))
			}
		}
	}
	wantProblem(t, post(f, `{"title":"other"}`, "k1"), 422, "idempotency_key_reused")
	if other := post(f, noteBody, "k2"); other.Body.String() == first.Body.String() {
		t.Error("another key got the first answer")
	}
}

func TestKeyForms(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	wantProblem(t, f.do("POST", "/v1/notes", noteBody), 400, "idempotency_key_missing")
	for key, status := range map[string]int{
		"":                             400,
		"a":                            201,
		strings.Repeat("a", 255):       201,
		strings.Repeat("b", 256):       422,
		`"quoted"`:                     201,
		`""`:                           422,
		"has space":                    422,
		"ümlaut":                       422,
		`"` + strings.Repeat("c", 255): 422,
		"tab\tbed":                     422,
	} {
		if w := post(f, noteBody, key); w.Code != status {
			t.Errorf("key %q: %d, want %d", key, w.Code, status)
		}
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	callers := [][]string{
		nil,
		{"Cart-Token: one"},
		{"Cart-Token: two"},
		{"Authorization: Bearer ann"},
		{"Authorization: Bearer staff"},
		{"Authorization: Bearer key"},
		{"Authorization: Bearer ann", "Cart-Token: one"}, // the same caller as ann
	}
	bodies := map[string]bool{}
	for _, headers := range callers {
		bodies[post(f, noteBody, "shared", headers...).Body.String()] = true
	}
	if len(bodies) != len(callers)-1 {
		t.Errorf("%d answers for %d callers", len(bodies), len(callers)-1)
	}
	for _, scope := range f.store.scopes() {
		if !strings.HasSuffix(scope, "/create-note") || len(scope) > 150 || strings.Contains(scope, "one") {
			t.Errorf("scope = %q", scope)
		}
	}
}

func TestUnfinished(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	request := learn(t, f, "k")
	f.store.put(request, idempotency.Record{Resource: "prd_half", LeaseUntil: toyNow.Add(1500 * time.Millisecond)})
	w := post(f, noteBody, "k")
	wantProblem(t, w, 409, "idempotency_key_in_flight")
	if w.Header().Get("Retry-After") != "2" {
		t.Errorf("Retry-After = %q", w.Header().Get("Retry-After"))
	}
	wantProblem(t, post(f, `{"title":"other"}`, "k"), 422, "idempotency_key_reused")

	f.store.put(request, idempotency.Record{Resource: "prd_half", LeaseUntil: toyNow})
	if w := post(f, noteBody, "k"); w.Code != 201 || w.Header().Get("Idempotent-Replayed") != "" {
		t.Errorf("resumed: %d %s", w.Code, w.Body)
	}
	if f.last.resume != "prd_half" {
		t.Errorf("Resume = %q", f.last.resume)
	}
}

// learn returns what the handler is told about a key, leaving no trace of it.
func learn(t *testing.T, f *fixture, key string) idempotency.Request {
	t.Helper()
	var request idempotency.Request
	f.during = func(ctx context.Context) error {
		request, _ = idempotency.FromContext(ctx)
		return fault.New(fault.Conflict, codeTotalChanged, "Not now.")
	}
	wantProblem(t, post(f, noteBody, key), 409, codeTotalChanged)
	f.during = nil
	if request.Key != key || len(request.Fingerprint) != 64 || request.Scope == "" {
		t.Fatalf("request = %+v", request)
	}
	return request
}

func TestConcurrentSameKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	f.during = func(context.Context) error {
		close(entered)
		<-leave
		return nil
	}
	done := make(chan *httptest.ResponseRecorder)
	go func() { done <- post(f, noteBody, "k") }()
	<-entered
	w := post(f, noteBody, "k")
	wantProblem(t, w, 409, "idempotency_key_in_flight")
	if w.Header().Get("Retry-After") != "1" {
		t.Errorf("Retry-After = %q", w.Header().Get("Retry-After"))
	}
	wantProblem(t, post(f, `{"title":"other"}`, "k"), 422, "idempotency_key_reused")
	close(leave)
	if first := <-done; first.Code != 201 {
		t.Errorf("first: %d %s", first.Code, first.Body)
	}
	if w := post(f, noteBody, "k"); w.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

// Another process may finish the key while this one works on it.
func TestLostRace(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		winner idempotency.Record
		other  bool // the winner's request was another one
		err    error
		status int
		code   string
	}{
		{name: "winner is done", winner: idempotency.Record{Done: true, Status: 201, Body: []byte(`{"id":"won"}`)}, err: idempotency.ErrTaken, status: 201},
		{name: "winner is done, other error", winner: idempotency.Record{Done: true, Status: 201, Body: []byte(`{"id":"won"}`)}, err: io.ErrUnexpectedEOF, status: 201},
		{name: "winner still works", winner: idempotency.Record{LeaseUntil: toyNow.Add(time.Minute)}, err: idempotency.ErrTaken, status: 409, code: "idempotency_key_in_flight"},
		{name: "winner gave up", winner: idempotency.Record{LeaseUntil: toyNow}, err: idempotency.ErrTaken, status: 409, code: "idempotency_key_in_flight"},
		{name: "winner had another body", winner: idempotency.Record{Done: true, Status: 201}, other: true, err: idempotency.ErrTaken, status: 422, code: "idempotency_key_reused"},
		{name: "no winner", other: true, err: io.ErrUnexpectedEOF, status: 500, code: "internal"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.during = func(ctx context.Context) error {
				request, _ := idempotency.FromContext(ctx)
				if test.other {
					request.Fingerprint = "other"
				}
				f.store.put(request, test.winner)
				return fmt.Errorf("place: %w", test.err)
			}
			w := post(f, noteBody, "k")
			if test.code != "" {
				wantProblem(t, w, test.status, test.code)
			} else if w.Code != test.status || w.Body.String() != `{"id":"won"}` || w.Header().Get("Idempotent-Replayed") != "true" {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

func TestStoreFails(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var served atomic.Bool
	f.during = func(context.Context) error { served.Store(true); return nil }
	f.store.fail = errors.New("disk hunter2")
	w := post(f, noteBody, "k")
	wantProblem(t, w, 500, "internal")
	if served.Load() || strings.Contains(w.Body.String(), "hunter2") {
		t.Errorf("served without knowing the key, or told why: %s", w.Body)
	}
	none := newFixture(t, func(c *rest.Config) { c.Idempotency = nil })
	wantProblem(t, post(none, noteBody, "k"), 500, "internal")
}

func TestClientIP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(c *rest.Config) {
		c.ClientIP = func(r *http.Request) string { return r.Header.Get("X-Client") }
	})
	one := post(f, noteBody, "k", "X-Client: 192.0.2.1")
	two := post(f, noteBody, "k", "X-Client: 192.0.2.2")
	if one.Body.String() == two.Body.String() {
		t.Error("two guests share a key")
	}
}

func TestSiblingGetsNoKey(t *testing.T) {
	t.Parallel()
	ctx := idempotency.NewContext(t.Context(), idempotency.Request{Scope: "s", Key: "k"})
	if _, ok := idempotency.FromContext(rest.Sibling(ctx)); ok {
		t.Error("the sibling sees the key of its caller")
	}
	if _, ok := idempotency.FromContext(ctx); !ok {
		t.Error("the caller lost its key")
	}
}
