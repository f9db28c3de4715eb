package rest_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.do("GET", "/v1/notes/"+knownNote, "")
	want := `{"id":"` + knownNote + `","title":"<b>kopi & susu</b>","amount":1152921504606846976,"made_at":"2026-11-23T08:00:00.000123Z","version":3}`
	if w.Code != 200 || w.Body.String() != want {
		t.Fatalf("got %d %s, want %s", w.Code, w.Body, want)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Etag": `"3"`, "Cache-Control": "public, max-age=60",
	} {
		if got := w.Header().Get(name); got != value {
			t.Errorf("%s = %q, want %q", name, got, value)
		}
	}
	if id := w.Header().Get("Request-Id"); !strings.HasPrefix(id, "req_") {
		t.Errorf("Request-Id = %q", id)
	}
	if w := f.do("GET", "/v1/notes", ""); w.Body.String() != `{"data":[],"page":{"has_more":false}}` || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("empty list: %s %v", w.Body, w.Header())
	}
	if w := f.do("DELETE", "/v1/notes/"+knownNote, "", "Authorization: Bearer ann"); w.Code != http.StatusNoContent || w.Body.Len() != 0 {
		t.Errorf("delete: %d %s", w.Code, w.Body)
	}
	w = f.do("POST", "/v1/notes", `{"title":"a"}`, "Idempotency-Key: k1")
	if w.Code != 201 || !strings.HasPrefix(w.Header().Get("Location"), "/v1/notes/prd_") || w.Header().Get("ETag") != `"1"` {
		t.Errorf("create: %d %v %s", w.Code, w.Header(), w.Body)
	}
}
