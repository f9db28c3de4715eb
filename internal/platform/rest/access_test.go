package rest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pasar/internal/platform/rest"
)

func TestAccess(t *testing.T) {
	t.Parallel()
	const (
		me       = "/v1/me"
		update   = "/v1/notes/" + knownNote
		internal = "/internal/v1/echo"
		bearer   = `Bearer realm="pasar"`
		invalid  = `Bearer realm="pasar", error="invalid_token"`
		service  = `Service-Key realm="pasar"`
	)
	tests := []struct {
		name, method, path string
		headers            []string
		status             int
		code, challenge    string
	}{
		{"public, guest", "GET", me, nil, 200, "", ""},
		{"public, valid token", "GET", me, []string{"Authorization: Bearer ann"}, 200, "", ""},
		{"public, scheme in lower case", "GET", me, []string{"Authorization: bearer ann"}, 200, "", ""},
		{"public, bad token", "GET", me, []string{"Authorization: Bearer nobody"}, 401, "unauthenticated", invalid},
		{"public, expired token", "GET", me, []string{"Authorization: Bearer old"}, 401, "token_expired", invalid},
		{"public, basic", "GET", me, []string{"Authorization: Basic YTpi"}, 401, "unauthenticated", invalid},
		{"public, no token", "GET", me, []string{"Authorization: Bearer "}, 401, "unauthenticated", invalid},
		{"public, verifier down", "GET", me, []string{"Authorization: Bearer down"}, 500, "internal", ""},
		{"signed in, guest", "DELETE", update, nil, 401, "unauthenticated", bearer},
		{"signed in, user", "DELETE", update, []string{"Authorization: Bearer ann"}, 204, "", ""},
		{"signed in, key", "DELETE", update, []string{"Authorization: Bearer key"}, 204, "", ""},
		{"permission, guest", "PATCH", update, nil, 401, "unauthenticated", bearer},
		{"permission, user without", "PATCH", update, []string{"Authorization: Bearer ann"}, 403, "forbidden", ""},
		{"permission, user with", "PATCH", update, []string{"Authorization: Bearer staff"}, 428, "precondition_required", ""},
		{"permission, key with", "PATCH", update, []string{"Authorization: Bearer key"}, 428, "precondition_required", ""},
		{"owner or, guest passes", "POST", "/v1/notes", nil, 400, "malformed_request", ""},
		{"internal, none", "GET", internal, nil, 401, "unauthenticated", service},
		{"internal, user", "GET", internal, []string{"Authorization: Bearer staff"}, 401, "unauthenticated", service},
		{"internal, bad key", "GET", internal, []string{"Service-Key: bad"}, 401, "unauthenticated", service},
		{"internal, other scope", "GET", internal, []string{"Service-Key: narrow"}, 403, "forbidden", service},
		{"internal, good", "GET", internal, []string{"Service-Key: good"}, 200, "", ""},
		{"internal, good for a bad user", "GET", internal, []string{"Service-Key: good", "Authorization: Bearer old"}, 401, "token_expired", invalid},
	}
	f := newFixture(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := f.do(test.method, test.path, "", test.headers...)
			if test.code != "" {
				wantProblem(t, w, test.status, test.code)
			} else if w.Code != test.status {
				t.Errorf("status = %d, want %d: %s", w.Code, test.status, w.Body)
			}
			if got := w.Header().Get("WWW-Authenticate"); got != test.challenge {
				t.Errorf("WWW-Authenticate = %q, want %q", got, test.challenge)
			}
		})
	}
}

func TestActor(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, test := range []struct {
		path, want string
		headers    []string
	}{
		{"/v1/me", `"kind":"guest","id":""`, nil},
		{"/v1/me", `"kind":"user","id":"usr_ann"`, []string{"Authorization: Bearer ann"}},
		{"/internal/v1/echo", `"kind":"service","id":"order"`, []string{"Service-Key: good"}},
		{"/internal/v1/echo", `"kind":"user","id":"usr_ann"`, []string{"Service-Key: good", "Authorization: Bearer ann"}},
	} {
		if w := f.do("GET", test.path, "", test.headers...); !strings.Contains(w.Body.String(), test.want) {
			t.Errorf("%s %v: %s", test.path, test.headers, w.Body)
		}
	}
}

func TestNoVerifiers(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(c *rest.Config) { c.Authenticate, c.ServiceKeys = nil, nil })
	wantProblem(t, f.do("GET", "/v1/me", "", "Authorization: Bearer ann"), 401, "unauthenticated")
	wantProblem(t, f.do("GET", "/internal/v1/echo", "", "Service-Key: good"), 401, "unauthenticated")
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for sent, kept := range map[string]bool{
		"": false, "abc.DEF-123_x": true, strings.Repeat("a", 64): true, strings.Repeat("a", 65): false,
		"has space": false, "quote\"": false, "newline\n": false, "ümlaut": false,
	} {
		w := f.do("GET", "/v1/me", "", "Request-Id: "+sent)
		got := w.Header().Get("Request-Id")
		if kept != (got == sent) || !kept && !strings.HasPrefix(got, "req_") {
			t.Errorf("sent %q, got %q", sent, got)
		}
		var body echo
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || body.Request != got {
			t.Errorf("RequestID(ctx) = %q, header %q", body.Request, got)
		}
	}
}
