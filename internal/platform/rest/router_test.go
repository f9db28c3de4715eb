package rest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"pasar/internal/platform/rest"
)

func TestRouterRefusals(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, test := range []struct {
		method, path string
		status       int
		code, allow  string
	}{
		{"GET", "/", 404, "not_found", ""},
		{"GET", "/v1/nowhere", 404, "not_found", ""},
		{"GET", "/v1/notes/", 404, "not_found", ""},
		{"GET", "/v1//notes", 404, "not_found", ""},
		{"GET", "/v1/../v1/notes", 404, "not_found", ""},
		{"POST", "/v1/me", 405, "method_not_allowed", "GET, HEAD"},
		{"OPTIONS", "/v1/notes", 405, "method_not_allowed", "GET, HEAD, POST"},
		{"PUT", "/v1/notes/" + knownNote, 405, "method_not_allowed", "DELETE, GET, HEAD, PATCH"},
		{"BREW", "/v1/me", 405, "method_not_allowed", "GET, HEAD"},
	} {
		w := f.do(test.method, test.path, "")
		wantProblem(t, w, test.status, test.code)
		if got := w.Header().Get("Allow"); got != test.allow {
			t.Errorf("%s %s: Allow = %q, want %q", test.method, test.path, got, test.allow)
		}
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newFixture(t).handler)
	defer server.Close()
	response, err := server.Client().Head(server.URL + "/v1/notes/" + knownNote)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != 200 || response.Header.Get("ETag") != `"3"` {
		t.Errorf("HEAD: %d %v", response.StatusCode, response.Header)
	}
}

func TestPathIDs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for id, code := range map[string]string{
		orderID:                             "wrong_id_type",
		"prd_short":                         "not_found",
		"ord_short":                         "not_found",
		"xyz_01jd5k9q2r3s4t5v6w7x8y9z0a":    "not_found",
		"prd_01JD5K9Q2R3S4T5V6W7X8Y9Z0A":    "not_found",
		"prd_zzzzzzzzzzzzzzzzzzzzzzzzzz":    "not_found",
		"prd_01jd5k9q2r3s4t5v6w7x8y9z0%00":  "not_found",
		"prd_01jd5k9q2r3s4t5v6w7x8y9z0%2f":  "not_found",
		"prd_01jd5k9q2r3s4t5v6w7x8y9z0i":    "not_found",
		"%F0%9F%98%80":                      "not_found",
		"prd_01jd5k9q2r3s4t5v6w7x8y9z0a%0a": "not_found",
	} {
		wantProblem(t, f.do("GET", "/v1/notes/"+id, ""), 404, code)
	}
	p := wantProblem(t, f.do("GET", "/v1/notes/"+orderID, ""), 404, "wrong_id_type")
	if len(p.Errors) != 1 || p.Errors[0].Pointer != "path.id" {
		t.Errorf("errors = %+v", p.Errors)
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	infos := f.api.Operations()
	if len(infos) != 11 || !slices.IsSortedFunc(infos, func(a, b rest.Info) int {
		if a.Path < b.Path {
			return -1
		}
		return 1
	}) && infos[0].Path != "/internal/v1/echo" {
		t.Fatalf("operations = %+v", infos)
	}
	for _, info := range infos {
		if info.Internal() != (info.ID == "internal-echo") {
			t.Errorf("%s: Internal() = %v", info.ID, info.Internal())
		}
		if info.ID == "update-note" && (info.Access != "permission" || info.Permission != "note:write" || !info.Guarded) {
			t.Errorf("update-note = %+v", info)
		}
	}
}

func TestRegistrationPanics(t *testing.T) {
	t.Parallel()
	serve := func(context.Context, *empty) (*echo, error) { return nil, nil }
	for name, op := range map[string]rest.Operation[empty, echo]{
		"no access":    {ID: "x", Method: "GET", Path: "/v1/x"},
		"taken id":     {ID: "who-am-i", Method: "GET", Path: "/v1/x", Needs: rest.Public},
		"taken route":  {ID: "x", Method: "GET", Path: "/v1/me", Needs: rest.Public},
		"unknown code": {ID: "x", Method: "GET", Path: "/v1/x", Needs: rest.Public, Codes: []string{"nope"}},
		"no method":    {ID: "x", Path: "/v1/x", Needs: rest.Public},
		"no id":        {Method: "GET", Path: "/v1/x", Needs: rest.Public},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("registered")
				}
			}()
			rest.Handle(newFixture(t).api, op, serve)
		})
	}
}

func TestPanicIsAProblem(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.do("POST", "/v1/fail/panic", "")
	wantProblem(t, w, http.StatusInternalServerError, "internal")
	lines := f.log.lines(t)
	if len(lines) != 2 || lines[0]["stack"] == nil || lines[0]["panic"] != "hunter2" {
		t.Errorf("log = %v", lines)
	}
}
