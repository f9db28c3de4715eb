package rest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/auth"
	authrest "pasar/internal/auth/rest"
	"pasar/internal/auth/signer"
	"pasar/internal/auth/store"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/secret"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
	"pasar/internal/platform/token"
)

const (
	issuer   = "http://toko.test"
	password = "kopi tubruk jam lima"
)

type manual struct {
	mu  sync.Mutex
	now time.Time
}

func (c *manual) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Microsecond)
	return c.now
}

func (c *manual) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// stack is the whole service over HTTP: real database, real tokens.
type stack struct {
	t      *testing.T
	heart  *auth.Service
	server *authrest.Server
	trust  *trust
	api    *rest.API
	url    string
	clock  *manual
}

func newStack(t *testing.T) *stack {
	t.Helper()
	c := &manual{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	s := &stack{t: t, clock: c}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	db := sqldbtest.Open(t, sqldb.Options{URL: sqldbtest.SQLiteURL(t), Name: "auth", Migrations: store.Migrations(), Clock: c})
	deny := token.NewDenyList(c)
	heart, err := auth.New(auth.Deps{
		Store: store.New(db), Clock: c, Log: log, Sign: signer.Sign,
		Revoked: func(revoked ...authapi.RevokedData) { deny.Add(revocations(revoked...)...) },
	}, auth.Settings{Issuer: issuer, Audience: "pasar", Secret: bytes.Repeat([]byte("s"), 32), BcryptCost: 4, HashWorkers: 4, HashQueue: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if err := heart.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.heart, s.server = heart, authrest.New(heart)
	s.trust = newTrust(s.server, deny, c)
	s.api = rest.NewAPI(rest.Config{
		Service: "auth", Title: "Auth", Version: "test", Authenticate: s.trust, ServiceKeys: s.trust,
		Idempotency: db, Codes: authapi.Codes, Clock: c, Log: log,
		ClientIP: func(r *http.Request) string {
			if ip := r.Header.Get("Test-Ip"); ip != "" {
				return ip
			}
			return "203.0.113.7"
		},
	})
	authapi.Register(s.api, s.server)
	mux := http.NewServeMux()
	mux.Handle("/", s.api.Handler())
	pages := authrest.Pages(heart, func(*http.Request) string { return "203.0.113.7" }, log)
	for _, pattern := range authrest.PagePatterns() {
		mux.Handle(pattern, pages)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) code() string {
	var problem api.Problem
	_ = json.Unmarshal(a.body, &problem) // a body that is no problem has no code
	return problem.Code
}

func (a answer) pointer() string {
	var problem api.Problem
	if json.Unmarshal(a.body, &problem) != nil || len(problem.Errors) == 0 {
		return ""
	}
	return problem.Errors[0].Pointer
}

func decode[T any](t *testing.T, a answer) T {
	t.Helper()
	var value T
	if err := json.Unmarshal(a.body, &value); err != nil {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	return value
}

// do sends a request; headers are "Name: value".
func (s *stack) do(method, path, body string, headers ...string) answer {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, read}
}

func (s *stack) want(status int, method, path, body string, headers ...string) answer {
	s.t.Helper()
	got := s.do(method, path, body, headers...)
	if got.status != status {
		s.t.Fatalf("%s %s: %d %s, want %d", method, path, got.status, got.body, status)
	}
	return got
}

func encode(v any) string {
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

func credentials(email, secret string) string {
	return encode(map[string]string{"email": email, "password": secret})
}

func (s *stack) register(email string) {
	s.t.Helper()
	s.want(201, "POST", "/v1/auth/register", encode(map[string]string{"email": email, "password": password, "name": "Sari"}))
}

func (s *stack) login(email string) authapi.Tokens {
	s.t.Helper()
	return decode[authapi.Tokens](s.t, s.want(200, "POST", "/v1/auth/login", credentials(email, password)))
}

func bearer(t authapi.Tokens) string { return "Authorization: Bearer " + t.AccessToken }

// customer registers and signs in.
func (s *stack) customer(email string) (authapi.Account, string) {
	s.t.Helper()
	s.register(email)
	auth := bearer(s.login(email))
	return decode[authapi.Account](s.t, s.want(200, "GET", "/v1/auth/me", "", auth)), auth
}

func (s *stack) admin() string {
	s.t.Helper()
	if _, err := s.heart.CreateAdmin(s.t.Context(), "admin@example.com", password); err != nil {
		s.t.Fatal(err)
	}
	return bearer(s.login("admin@example.com"))
}

// serviceKey is imported with the scope of auth's internal operations.
const serviceKey = "psk_a-key-that-both-sides-were-given-to-test"

func (s *stack) client() *authapi.Client {
	s.t.Helper()
	if err := s.heart.ImportServiceKey(s.t.Context(), "order", serviceKey, []string{api.ScopeAuthInternal}); err != nil {
		s.t.Fatal(err)
	}
	return authapi.NewClient(&rest.Caller{Service: "auth", BaseURL: s.url, ServiceKey: secret.New(serviceKey)})
}
