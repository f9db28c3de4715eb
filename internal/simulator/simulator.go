// Package simulator is a little payment gateway of its own: a REST API for
// merchants, a hosted payment page for customers, and signed webhooks. It is
// for demonstrations and tests, and it can be made to misbehave the ways real
// gateways do. It knows nothing of the shop that uses it.
//
// Amounts are in the unit that this gateway counts in, as Indonesian gateways
// do: whole rupiah for IDR, whole yen for JPY, cents for USD, fils for KWD.
package simulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"pasar/internal/platform/clock"
	"pasar/internal/platform/secret"
	"pasar/internal/platform/sqldb"
)

// Config is what a simulator is made of.
type Config struct {
	DB            *sqldb.DB     // its own database, migrated with Migrations
	PublicURL     string        // where customers reach Handler: "http://127.0.0.1:8085"
	APIKey        secret.Secret // merchants send it as Authorization: Bearer
	WebhookSecret secret.Secret // "whsec_" and base64 of 24 to 64 bytes
	Behaviour     Behaviour     // of every charge that does not bring its own
	Control       bool          // serve POST /control; for development only
	Clock         clock.Clock
	Log           *slog.Logger
	HTTP          *http.Client   // sends webhooks; nil is one with a 5 s limit
	Chance        func() float64 // 0 to 1; nil is random
	RetryAfter    time.Duration  // pause before a webhook's second try, doubling after; 0 is 1 s
}

// Simulator is the gateway.
type Simulator struct {
	config  Config
	signer  signer
	handler http.Handler
	wake    chan struct{}

	mu        sync.Mutex
	behaviour Behaviour
	sending   map[string]bool // ids of notices that are on their way now
}

// New returns a gateway on an open, migrated database.
func New(config Config) (*Simulator, error) {
	if config.APIKey.IsZero() {
		return nil, errors.New("simulator: an API key is needed")
	}
	signer, err := newSigner(config.WebhookSecret)
	if err != nil {
		return nil, fmt.Errorf("simulator: webhook secret: %w", err)
	}
	if err := config.Behaviour.check(); err != nil {
		return nil, err
	}
	if config.HTTP == nil {
		config.HTTP = &http.Client{
			Timeout:   5 * time.Second,
			Transport: &http.Transport{MaxIdleConnsPerHost: senders, IdleConnTimeout: time.Minute},
			// A webhook that is answered by a redirect was not taken.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	if config.Chance == nil {
		config.Chance = rand.Float64
	}
	if config.RetryAfter == 0 {
		config.RetryAfter = time.Second
	}
	config.PublicURL = strings.TrimSuffix(config.PublicURL, "/")
	s := &Simulator{
		config: config, signer: signer, behaviour: config.Behaviour,
		wake: make(chan struct{}, 1), sending: map[string]bool{},
	}
	s.handler = s.routes()
	return s, nil
}

// Handler serves the API and the payment page.
func (s *Simulator) Handler() http.Handler { return s.handler }

// SetPublicURL says where customers reach Handler, for a listener whose port
// is known only after it is open. Call it before the first charge.
func (s *Simulator) SetPublicURL(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config.PublicURL = strings.TrimSuffix(url, "/")
}

func (s *Simulator) publicURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.config.PublicURL
}

// SetBehaviour changes how charges without a behaviour of their own act.
func (s *Simulator) SetBehaviour(b Behaviour) error {
	if err := b.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaviour = b
	return nil
}

func (s *Simulator) behaviourOf(c *charge) Behaviour {
	if c != nil && c.Behaviour != nil {
		return *c.Behaviour
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.behaviour
}

// hold keeps an answer back although the work is done, as a gateway does whose
// network is slow.
func hold(ctx context.Context, b Behaviour) {
	if b.HoldAnswerMS == 0 {
		return
	}
	timer := time.NewTimer(time.Duration(b.HoldAnswerMS) * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
