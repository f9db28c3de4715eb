package e2e_test

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"pasar/internal/app"
	"pasar/internal/platform/config"
	"pasar/internal/platform/secret"
)

// shop is one running program under test.
type shop struct {
	url, ops, data string
	config         app.Config
	program        *app.Shop
	mu             sync.Mutex
	admin          *client
}

// startShop runs the whole shop on embedded engines, on free ports and in a
// folder of its own, until the test ends.
func startShop(t *testing.T, settings ...string) *shop {
	t.Helper()
	s, stop := runShop(t, t.TempDir(), settings...)
	t.Cleanup(stop)
	return s
}

// runShop is startShop with a folder that outlives the run.
func runShop(t *testing.T, data string, settings ...string) (s *shop, stop func()) {
	t.Helper()
	s = &shop{data: data}
	s.config = loadConfig(t, append([]string{
		"--listen=127.0.0.1:0", "--ops_listen=127.0.0.1:0", "--payment.simulator.listen=127.0.0.1:0", "--data=" + data,
		"--gateway.rate_limits.enabled=false", "--log.level=error", "--auth.bcrypt_cost=4",
		"--stop_timeout=1m", // the race detector makes a busy machine slow; TestFirstRunAndInterrupt keeps the default
	}, settings...)...)
	program := app.New(s.config, io.Discard)
	s.url, stop = runProgram(t, program)
	s.ops, s.program = program.OpsURL(), program
	visitor := newClient(t, s.url)
	eventually(t, "the demo catalogue", func() bool {
		return !s.config.Seed || visitor.do("GET", "/v1/products?limit=1", nil).str("data.0.id") != ""
	})
	return s, stop
}

func loadConfig(t *testing.T, args ...string) app.Config {
	t.Helper()
	var c app.Config
	if _, err := config.Load(&c, config.Sources{Args: args}); err != nil {
		t.Fatal(err)
	}
	return c
}

// newSecret makes a secret that production accepts.
func newSecret(t *testing.T) string {
	t.Helper()
	return secret.Generate(32).Reveal()
}

// runProgram runs the program until stop is called.
func runProgram(t *testing.T, program *app.Shop) (url string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- program.Run(ctx) }()
	select {
	case <-program.Started():
	case err := <-ended:
		cancel()
		t.Fatalf("the shop did not start: %v", err)
	case <-time.After(time.Minute):
		cancel()
		t.Fatal("the shop did not start in a minute")
	}
	var once sync.Once
	return program.URL(), func() {
		once.Do(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("the shop stopped with: %v", err)
			}
		})
	}
}

const adminEmail, password = "admin@example.com", "a long pass phrase for tests"

// root returns a client signed in as the administrator, made on first use.
func (s *shop) root(t *testing.T) *client {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.admin == nil {
		if _, err := app.CreateAdmin(t.Context(), s.config, adminEmail, password); err != nil {
			t.Fatal(err)
		}
		s.admin = s.signIn(t, adminEmail)
	}
	copied := *s.admin
	copied.t = t
	return &copied
}

// signIn returns a client with an access token.
func (s *shop) signIn(t *testing.T, email string) *client {
	t.Helper()
	visitor := newClient(t, s.url)
	login := visitor.must(200, "POST", "/v1/auth/login", map[string]any{"email": email, "password": password})
	return visitor.with("Authorization", "Bearer "+login.str("access_token"))
}

// customer registers an account and signs in.
func (s *shop) customer(t *testing.T, name string) *client {
	t.Helper()
	email := name + "@example.com"
	newClient(t, s.url).must(201, "POST", "/v1/auth/register", map[string]any{"email": email, "password": password, "name": name})
	return s.signIn(t, email)
}

// staff returns a client of an account with one role.
func (s *shop) staff(t *testing.T, role string) *client {
	t.Helper()
	name := role + ".staff"
	id := s.customer(t, name).must(200, "GET", "/v1/auth/me", nil).str("id")
	root := s.root(t)
	account := root.must(200, "GET", "/v1/users/"+id+"/account", nil)
	root.with("If-Match", account.header.Get("ETag")).must(200, "PUT", "/v1/users/"+id+"/roles", map[string]any{"roles": []string{"customer", role}})
	return s.signIn(t, name+"@example.com")
}

// mailed reports whether the development mailbox shows this text.
func (s *shop) mailed(t *testing.T, text string) bool {
	t.Helper()
	return strings.Contains(string(newClient(t, s.url).do("GET", "/dev/mail", nil).raw), text)
}

// traced reports whether one trace runs through all these services.
func (s *shop) traced(t *testing.T, services ...string) bool {
	t.Helper()
	list, _ := newClient(t, s.url).do("GET", "/dev/traces.json", nil).at("data").([]any)
	for i := range list {
		one := answer{body: list[i].(map[string]any)}
		all := true
		for _, service := range services {
			names, _ := one.at("services").([]any)
			found := false
			for _, name := range names {
				found = found || name == service
			}
			all = all && found
		}
		if all {
			return true
		}
	}
	return false
}
