package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"

	"pasar/api"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/idempotency"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/secret"
)

// TestContract runs one suite on the implementation and on its client.
func TestContract(t *testing.T) {
	t.Parallel()
	t.Run("in process", func(t *testing.T) {
		t.Parallel()
		suite(t, newFixture(t).toy)
	})
	t.Run("http", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		suite(t, toyClient{serveToy(t, f.handler)})
	})
}

func serveToy(t testing.TB, handler http.Handler) *rest.Caller {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return &rest.Caller{Service: "toy", BaseURL: server.URL + "/", HTTP: server.Client(), ServiceKey: secret.New("good")}
}

func suite(t *testing.T, s toyService) {
	ctx := rest.WithBearer(rest.WithActor(t.Context(), api.Actor{Kind: api.ActorUser, ID: "usr_staff"}), "staff")
	got, err := s.Get(ctx, &getInput{ID: knownNote})
	if err != nil || got.Amount != 1<<60 || !got.MadeAt.Equal(toyNow) || got.Title != "<b>kopi & susu</b>" {
		t.Errorf("get: %+v, %v", got, err)
	}
	_, err = s.Get(ctx, &getInput{ID: "prd_01jd5k9q2r3s4t5v6w7x8y9z00"})
	_ = wantFault(t, err, fault.NotFound, api.CodeNotFound)

	list, err := s.List(ctx, &listInput{Paging: api.Paging{Limit: 5}, Status: "open", Tags: []string{"a", "b"}, Q: "a&b=c ☕", Since: toyNow})
	if err != nil || len(list.Data) != 0 {
		t.Errorf("list: %+v, %v", list, err)
	}
	due := toyNow
	made, err := s.Create(ctx, &createInput{
		IdempotencyKey: rest.IdempotencyKey{IdempotencyKey: "k"}, CartToken: "c",
		Body: createBody{Title: "<kopi>", Amount: 9007199254740993, Due: &due, Lines: []lineBody{{SKU: "x", Quantity: 1}}},
	})
	if err != nil || made.Amount != 9007199254740993 || made.Title != "<kopi>" {
		t.Errorf("create: %+v, %v", made, err)
	}
	update := &updateInput{ID: knownNote, IfMatch: rest.MatchVersion(3)}
	update.Body.Title = "new"
	if changed, err := s.Update(ctx, update); err != nil || changed.Version != 4 || changed.Title != "new" {
		t.Errorf("update: %+v, %v", changed, err)
	}
	update.IfMatch = rest.MatchVersion(2)
	_, err = s.Update(ctx, update)
	_ = wantFault(t, err, fault.PreconditionFailed, api.CodePreconditionFailed)

	if _, err := s.Delete(ctx, &getInput{ID: knownNote}); err != nil {
		t.Errorf("delete: %v", err)
	}
	if e, err := s.Upload(ctx, &uploadInput{ID: knownNote, ContentType: "image/png", RawBody: []byte("PNG!")}); err != nil || e.Size != 4 || e.MediaType != "image/png" {
		t.Errorf("upload: %+v, %v", e, err)
	}
	if b, err := s.Picture(ctx, &getInput{ID: knownNote}); err != nil || string(b.Data) != "\x89PNG" || b.ETag != `"pic1"` {
		t.Errorf("picture: %+v, %v", b, err)
	}
	hook := &hookInput{Gateway: "a b/c", Headers: rest.Headers{Header: http.Header{"X-Signature": {"s"}}}, RawBody: []byte(`{}`)}
	if e, err := s.Hook(ctx, hook); err != nil || e.ID != "a b/c" || e.Signature != "s" || e.Size != 2 {
		t.Errorf("hook: %+v, %v", e, err)
	}
	if e, err := s.Internal(ctx, &empty{}); err != nil || e.ID != "usr_staff" {
		t.Errorf("internal: %+v, %v", e, err)
	}
	_, err = s.Fail(ctx, &failInput{How: "conflict"})
	f := wantFault(t, err, fault.Conflict, codeTotalChanged)
	total, encodeErr := json.Marshal(f.Extra["total"])
	if encodeErr != nil || string(total) != `{"amount":9007199254740993,"currency":"IDR"}` || len(f.Fields) != 1 || f.Fields[0].Pointer != "#/total" {
		t.Errorf("fault = %+v, total %s", f, total)
	}
	_, err = s.Fail(ctx, &failInput{How: "busy"})
	if f := wantFault(t, err, fault.Unavailable, api.CodeUnavailable); f.RetryAfter < time.Second {
		t.Errorf("RetryAfter = %v", f.RetryAfter)
	}
	_, err = s.Fail(ctx, &failInput{How: "unknown"})
	if fault.KindOf(err) != fault.Internal {
		t.Errorf("unknown: %v", err)
	}
}

func wantFault(t *testing.T, err error, kind fault.Kind, code string) *fault.Error {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != kind || f.Code != code || f.Detail == "" {
		t.Fatalf("error = %#v, want kind %d code %s", err, kind, code)
	}
	return f
}

func TestCallForwards(t *testing.T) {
	t.Parallel()
	var got http.Header
	caller := serveToy(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		_, _ = w.Write([]byte(`{}`))
	}))
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: 1})
	ctx := trace.ContextWithSpanContext(rest.WithRequestID(rest.WithBearer(t.Context(), "ann"), "abc"), span)
	if _, err := rest.Call(ctx, caller, internalOp, &empty{}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer ann", "Service-Key": "good", "Request-Id": "abc",
		"Traceparent": "00-01000000000000000000000000000000-0200000000000000-01",
	} {
		if got.Get(name) != want {
			t.Errorf("%s = %q, want %q", name, got.Get(name), want)
		}
	}
	if _, err := rest.Call(rest.WithActor(ctx, api.Actor{Kind: api.ActorSystem}), caller, whoAmI, &empty{}); err != nil {
		t.Fatal(err)
	}
	if got.Get("Authorization") != "" || got.Get("Service-Key") != "" {
		t.Errorf("a public call as the system carried %v", got)
	}
}

func TestCallMakesKeys(t *testing.T) {
	t.Parallel()
	var keys []string
	caller := serveToy(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		_, _ = w.Write([]byte(`{}`))
	}))
	outer := idempotency.NewContext(t.Context(), idempotency.Request{Scope: "s", Key: "k"})
	for _, ctx := range []context.Context{outer, outer, t.Context(), t.Context()} {
		if _, err := rest.Call(ctx, caller, createNote, &createInput{}); err != nil {
			t.Fatal(err)
		}
	}
	if keys[0] == "" || keys[0] != keys[1] || keys[2] == "" || keys[2] == keys[3] || keys[0] == keys[2] {
		t.Errorf("keys = %q", keys)
	}
}

func TestCallFailures(t *testing.T) {
	t.Parallel()
	respond := func(status int, header http.Header, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for name, values := range header {
				w.Header()[name] = values
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	problem := http.Header{"Content-Type": {"application/problem+json"}}
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		kind    fault.Kind
		code    string
	}{
		{"proxy page", respond(502, nil, "<html>"), fault.Unavailable, api.CodeUnavailable},
		{"html 404", respond(404, nil, "<html>"), fault.NotFound, api.CodeNotFound},
		{"teapot", respond(418, nil, ""), fault.Malformed, api.CodeMalformed},
		{"redirect", respond(302, http.Header{"Location": {"http://192.0.2.1/"}}, ""), fault.Internal, api.CodeInternal},
		{"problem that is none", respond(409, problem, "{"), fault.Conflict, api.CodeConflict},
		{"problem without code", respond(409, problem, "{}"), fault.Conflict, api.CodeConflict},
		{"limited", respond(429, http.Header{"Retry-After": {"7"}}, ""), fault.RateLimited, api.CodeRateLimited},
		{"key refused", respond(401, http.Header{"Www-Authenticate": {"Service-Key"}}, "{}"), fault.Internal, api.CodeInternal},
		{"connection lost", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, fault.Unavailable, api.CodeUnavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := rest.Call(t.Context(), serveToy(t, test.handler), whoAmI, &empty{})
			_ = wantFault(t, err, test.kind, test.code)
		})
	}
	t.Run("not JSON", func(t *testing.T) {
		t.Parallel()
		if _, err := rest.Call(t.Context(), serveToy(t, respond(200, nil, "<html>")), whoAmI, &empty{}); err == nil {
			t.Error("no error")
		}
	})
	t.Run("too large", func(t *testing.T) {
		t.Parallel()
		if _, err := rest.Call(t.Context(), serveToy(t, respond(200, nil, strings.Repeat(" ", 8<<20+1))), whoAmI, &empty{}); err == nil {
			t.Error("no error")
		}
	})
	t.Run("write whose connection was lost", func(t *testing.T) {
		t.Parallel()
		lost := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
		_, err := rest.Call(t.Context(), serveToy(t, http.HandlerFunc(lost)), failNote, &failInput{How: "x"})
		_ = wantFault(t, err, fault.Timeout, api.CodeTimeout)
	})
}

func TestCallDeadlines(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	caller := serveToy(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-release:
		}
	}))
	t.Cleanup(func() { close(release) })
	caller.Timeout = 10 * time.Millisecond
	_, err := rest.Call(t.Context(), caller, whoAmI, &empty{})
	_ = wantFault(t, err, fault.Timeout, api.CodeTimeout)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := rest.Call(ctx, caller, whoAmI, &empty{}); !errors.Is(err, context.Canceled) || fault.As(err) != nil {
		t.Errorf("cancelled: %v", err)
	}
}

func TestCallRefused(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	caller := &rest.Caller{Service: "toy", BaseURL: "http://" + address}
	_, err = rest.Call(t.Context(), caller, failNote, &failInput{How: "x"})
	if f := wantFault(t, err, fault.Unavailable, api.CodeUnavailable); !strings.Contains(f.Detail, "toy") {
		t.Errorf("detail = %q", f.Detail)
	}
	if s := fmt.Sprintf("%v %+v", caller, *caller); strings.Contains(s, "good") {
		t.Errorf("the key prints: %s", s)
	}
}

func TestForeignKeyIsOurFault(t *testing.T) {
	t.Parallel()
	caller := serveToy(t, newFixture(t).handler)
	for _, key := range []string{"bad", "narrow", ""} {
		caller.ServiceKey = secret.New(key)
		_, err := rest.Call(t.Context(), caller, internalOp, &empty{})
		_ = wantFault(t, err, fault.Internal, api.CodeInternal)
	}
}
