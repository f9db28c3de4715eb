package rest_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"pasar/internal/platform/rest"
)

// cachedNote keeps its JSON at hand.
type cachedNote struct {
	note
	ready []byte
}

func (n *cachedNote) EncodedJSON() []byte { return n.ready }

func TestEncodedAnswer(t *testing.T) {
	t.Parallel()
	op := rest.Operation[empty, cachedNote]{ID: "cached", Method: "GET", Path: "/v1/cached", Summary: "Cached", Needs: rest.Public}
	for _, out := range []*cachedNote{
		{note: note{ID: "x", MadeAt: toyNow, Version: 7}},
		{note: note{ID: "x", MadeAt: toyNow, Version: 7}, ready: []byte(`{"id":"x","title":"","amount":0,"made_at":"2026-11-23T08:00:00.000123Z","version":7}`)},
	} {
		a := rest.NewAPI(rest.Config{Service: "toy", Title: "Toy", Version: "1"})
		rest.Handle(a, op, func(context.Context, *empty) (*cachedNote, error) { return out, nil })
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/v1/cached", nil))
		want := `{"id":"x","title":"","amount":0,"made_at":"2026-11-23T08:00:00.000123Z","version":7}`
		if w.Code != 200 || w.Body.String() != want || w.Header().Get("ETag") != `"7"` || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
		}
	}
}

type restInput struct {
	Key string `path:"key"`
}

func TestRestOfThePath(t *testing.T) {
	t.Parallel()
	op := rest.Operation[restInput, echo]{ID: "rest-of-path", Method: "GET", Path: "/v1/files/{key...}", Summary: "File", Needs: rest.Public}
	a := rest.NewAPI(rest.Config{Service: "toy", Title: "Toy", Version: "1"})
	rest.Handle(a, op, func(_ context.Context, in *restInput) (*echo, error) { return &echo{ID: in.Key}, nil })
	got, err := rest.Call(t.Context(), serveToy(t, a.Handler()), op, &restInput{Key: "a/b c/d.webp"})
	if err != nil || got.ID != "a/b c/d.webp" {
		t.Errorf("%+v, %v", got, err)
	}
}
