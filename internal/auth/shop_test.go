package auth_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/auth"
	"pasar/internal/auth/signer"
	"pasar/internal/auth/store"
	"pasar/internal/platform/events"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
	"pasar/internal/platform/token"
)

func TestMain(m *testing.M) { sqldbtest.Main(m) }

// manual is a clock that a test moves. It ticks by a microsecond at each look,
// so that no two moments are the same.
type manual struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *manual {
	return &manual{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
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

// shop is the service on a real database, with what tests ask about it.
type shop struct {
	*auth.Service
	t        *testing.T
	db       *sqldb.DB
	store    *store.Store
	clock    *manual
	deny     *token.DenyList
	verifier *token.Verifier
}

const (
	testIssuer   = "http://toko.test"
	testPassword = "kopi tubruk jam lima"
)

func settings() auth.Settings {
	return auth.Settings{
		Issuer: testIssuer, Audience: "pasar", Secret: bytes.Repeat([]byte("s"), 32),
		BcryptCost: 4, HashWorkers: 4, HashQueue: 10_000,
	}
}

func newShop(t *testing.T, open func(testing.TB, sqldb.Options) *sqldb.DB, url string) *shop {
	t.Helper()
	c := newClock()
	s := &shop{t: t, clock: c, deny: token.NewDenyList(c)}
	s.db = open(t, sqldb.Options{URL: url, Name: "auth", Migrations: store.Migrations(), Clock: c})
	s.store = store.New(s.db)
	s.Service = s.service(settings())
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.verifier = token.New(token.Config{Issuer: testIssuer, Audience: "pasar", Keys: s.jwks, Deny: s.deny, Clock: c})
	return s
}

func (s *shop) service(choices auth.Settings) *auth.Service {
	s.t.Helper()
	return s.serviceOn(s.store, choices)
}

func (s *shop) serviceOn(store auth.Store, choices auth.Settings) *auth.Service {
	s.t.Helper()
	made, err := auth.New(auth.Deps{
		Store: store, Clock: s.clock, Sign: signer.Sign, Log: slog.New(slog.NewTextHandler(s.t.Output(), nil)),
		Revoked: func(revocations ...authapi.RevokedData) {
			for _, r := range revocations {
				s.deny.Add(token.Revocation{Subject: r.UserID, SessionID: r.SessionID, NotAfter: r.NotAfter})
			}
		},
	}, choices)
	if err != nil {
		s.t.Fatal(err)
	}
	return made
}

func (s *shop) jwks(ctx context.Context) ([]token.JWK, error) {
	keys, err := s.SigningKeys(ctx)
	set := make([]token.JWK, len(keys))
	for i, key := range keys {
		set[i] = token.NewJWK(key.KID, key.Public)
	}
	return set, err
}

// each runs a test on every dialect.
func each(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, newShop(t, sqldbtest.Open, sqldbtest.SQLiteURL(t)))
	})
	t.Run("mysql", func(t *testing.T) {
		t.Parallel()
		test(t, newShop(t, sqldbtest.Open, sqldbtest.MySQLURL(t)))
	})
}

// small is a shop on SQLite.
func small(t *testing.T) *shop {
	t.Helper()
	return newShop(t, sqldbtest.Open, sqldbtest.SQLiteURL(t))
}

var guest = auth.Origin{Actor: api.Actor{Kind: api.ActorGuest}, IP: "203.0.113.7", UserAgent: "test"}

func from(ip string) auth.Origin {
	origin := guest
	origin.IP = ip
	return origin
}

// register makes an account and returns it.
func (s *shop) register(email string) *auth.Account {
	s.t.Helper()
	normal, err := s.Register(s.t.Context(), guest, auth.Registration{Email: email, Password: testPassword, Name: "Sari", Language: "id"})
	if err != nil {
		s.t.Fatal(err)
	}
	account, err := s.store.AccountByEmail(s.t.Context(), normal)
	if err != nil {
		s.t.Fatal(err)
	}
	return account
}

func (s *shop) login(email string) *auth.Tokens {
	s.t.Helper()
	tokens, err := s.Login(s.t.Context(), guest, auth.Login{Email: email, Password: testPassword})
	if err != nil {
		s.t.Fatal(err)
	}
	return tokens
}

// actor is whom an access token stands for; ok is false when it is refused.
func (s *shop) actor(tokens *auth.Tokens) (api.Actor, bool) {
	s.t.Helper()
	actor, err := s.verifier.Authenticate(s.t.Context(), tokens.Access)
	return actor, err == nil
}

func (s *shop) mustActor(tokens *auth.Tokens) auth.Origin {
	s.t.Helper()
	actor, ok := s.actor(tokens)
	if !ok {
		s.t.Fatal("a fresh access token is refused")
	}
	return auth.Origin{Actor: actor, IP: guest.IP}
}

func (s *shop) admin(email string) (*auth.Account, auth.Origin) {
	s.t.Helper()
	account, err := s.CreateAdmin(s.t.Context(), email, testPassword)
	if err != nil {
		s.t.Fatal(err)
	}
	return account, s.mustActor(s.login(email))
}

// events returns the types of all events so far that nobody has seen yet.
func (s *shop) events() []events.Event {
	s.t.Helper()
	var found []events.Event
	for {
		batch, err := s.db.ClaimOutbox(s.t.Context(), 100)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(batch) == 0 {
			return found
		}
		ids := make([]string, len(batch))
		for i, event := range batch {
			ids[i] = event.ID
		}
		if err := s.db.MarkPublished(s.t.Context(), ids); err != nil {
			s.t.Fatal(err)
		}
		found = append(found, batch...)
	}
}

func (s *shop) eventTypes() map[string]int {
	s.t.Helper()
	types := map[string]int{}
	for _, event := range s.events() {
		types[event.Type]++
	}
	return types
}

// count is the answer of a SELECT COUNT(*).
func (s *shop) count(query string, args ...any) int64 {
	s.t.Helper()
	var n int64
	if err := s.db.Reader(s.t.Context()).Raw(query, args...).Scan(&n).Error; err != nil {
		s.t.Fatal(err)
	}
	return n
}

// exec changes the database behind the service's back.
func (s *shop) exec(statement string, args ...any) {
	s.t.Helper()
	err := s.db.InTx(s.t.Context(), func(tx *sqldb.Tx) error { return tx.Exec(statement, args...).Error })
	if err != nil {
		s.t.Fatal(err)
	}
}
