package rest_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pasar/internal/platform/rest"
)

type page struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Version int64  `json:"version"`
}

func (p page) ResourceVersion() int64 { return p.Version }

var (
	getPage  = rest.Operation[getInput, page]{ID: "get-page", Method: "GET", Path: "/v1/pages/{id}", Summary: "A page", Needs: rest.Public, Cache: "public"}
	onePage  = &page{ID: knownNote, Text: strings.Repeat("x", 960), Version: 3}
	lineBuys = `{"title":"kopi","lines":[{"sku":"a","quantity":1},{"sku":"b","quantity":2}],"meta":{"note":"pagi"}}`
)

type sink struct {
	header http.Header
	n      int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(p []byte) (int, error) { s.n += len(p); return len(p), nil }

func benchGet(b *testing.B, handler http.Handler) {
	r := httptest.NewRequest("GET", "/v1/pages/"+knownNote, nil)
	w := &sink{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		handler.ServeHTTP(w, r)
	}
}

// BenchmarkGet compares a 1 KB read through the package, silent and with its
// log line, with a bare handler that writes the same bytes.
func BenchmarkGet(b *testing.B) {
	body, err := rest.Encode(onePage)
	if err != nil {
		b.Fatal(err)
	}
	bare := http.NewServeMux()
	bare.HandleFunc("GET /v1/pages/{id}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
	serve := func(log *slog.Logger) http.Handler {
		a := rest.NewAPI(rest.Config{Service: "toy", Title: "Toy", Version: "1", Log: log})
		rest.Handle(a, getPage, func(context.Context, *getInput) (*page, error) { return onePage, nil })
		return a.Handler()
	}
	b.Run("bare", func(b *testing.B) { benchGet(b, bare) })
	b.Run("rest", func(b *testing.B) { benchGet(b, serve(nil)) })
	b.Run("rest and log", func(b *testing.B) { benchGet(b, serve(slog.New(slog.NewJSONHandler(io.Discard, nil)))) })
}

// BenchmarkGetTCP is the same over a connection.
func BenchmarkGetTCP(b *testing.B) {
	body, err := rest.Encode(onePage)
	if err != nil {
		b.Fatal(err)
	}
	a := rest.NewAPI(rest.Config{Service: "toy", Title: "Toy", Version: "1"})
	rest.Handle(a, getPage, func(context.Context, *getInput) (*page, error) { return onePage, nil })
	for name, handler := range map[string]http.Handler{
		"bare": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(body)
		}),
		"rest": a.Handler(),
	} {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewServer(handler)
			defer server.Close()
			b.ReportAllocs()
			for b.Loop() {
				response, err := server.Client().Get(server.URL + "/v1/pages/" + knownNote)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
		})
	}
}

func BenchmarkPost(b *testing.B) {
	f := newFixture(b, func(c *rest.Config) { c.Log = nil })
	f.forget = true
	body := []byte(lineBuys)
	w := &sink{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest("POST", "/v1/notes", bytes.NewReader(body))
		r.Header["Content-Type"] = []string{"application/json"}
		r.Header["Idempotency-Key"] = []string{"k"}
		clear(w.header)
		f.handler.ServeHTTP(w, r)
	}
}
