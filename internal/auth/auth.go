// Package auth is the heart of the auth service: accounts, passwords, sessions,
// roles, API keys and the audit log.
//
// Two rules run through it. A transaction that hands out tokens, or takes them
// back, locks the account first: so a token that is issued has either seen a
// change of roles, or is older than the revocation that goes with it. And what
// a stranger may learn from an answer, or from the time it took, is the same
// for an address that has an account and for one that has none.
package auth

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"runtime"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/platform/clock"
)

// Origin is who asks, and from where.
type Origin struct {
	Actor     api.Actor
	IP        string
	UserAgent string
}

// System is the origin of what the shop does by itself.
var System = Origin{Actor: api.Actor{Kind: api.ActorSystem, ID: "pasar"}}

// AccessClaims is what an access token says.
type AccessClaims struct {
	Issuer, Audience  string
	UserID, SessionID string
	TokenID           string
	IssuedAt          time.Time
	ExpiresAt         time.Time
	Permissions       []string
	EmailVerified     bool
}

// Signer writes claims down as a signed token.
type Signer func(kid string, key ed25519.PrivateKey, claims AccessClaims) (string, error)

// Settings are the choices of whoever runs the shop. Zero values take the
// defaults; Issuer, Audience and Secret have none.
type Settings struct {
	Issuer   string
	Audience string

	Secret []byte // 32 bytes or more; every key of the service is derived from it
	Pepper []byte // of passwords; nil derives it from Secret

	AccessLife  time.Duration // of an access token, 15 minutes at most
	SessionLife time.Duration // from sign-in on, default 30 days
	IdleLife    time.Duration // without a refresh, default 14 days
	KeyRotation time.Duration // how long a signing key is used, default 30 days

	BcryptCost  int // default 12
	HashWorkers int // passwords hashed at once, default one a core
	HashQueue   int // passwords waiting for that, default 16 a worker
}

func (s *Settings) fill() error {
	if s.Issuer == "" || s.Audience == "" {
		return errors.New("auth: issuer and audience of access tokens must be set")
	}
	if len(s.Secret) < 32 {
		return errors.New("auth: the secret must have 32 bytes or more")
	}
	orDefault(&s.AccessLife, 15*time.Minute)
	orDefault(&s.SessionLife, 30*24*time.Hour)
	orDefault(&s.IdleLife, 14*24*time.Hour)
	orDefault(&s.KeyRotation, 30*24*time.Hour)
	orDefault(&s.BcryptCost, 12)
	orDefault(&s.HashWorkers, runtime.GOMAXPROCS(0))
	orDefault(&s.HashQueue, 16*s.HashWorkers)
	if s.AccessLife > 15*time.Minute {
		return errors.New("auth: an access token lives 15 minutes at most, because revocations are remembered for that long")
	}
	return nil
}

func orDefault[T comparable](value *T, fallback T) {
	var zero T
	if *value == zero {
		*value = fallback
	}
}

// Deps is what the service needs from outside.
type Deps struct {
	Store Store
	Clock clock.Clock
	Log   *slog.Logger
	Sign  Signer

	// Revoked is told of revocations right after their commit, for deny lists
	// in this process; nil for none. Others learn by event or by polling.
	Revoked func(...authapi.RevokedData)
}

// Service is the use cases.
type Service struct {
	store    Store
	clock    clock.Clock
	log      *slog.Logger
	sign     Signer
	settings Settings
	secrets  secrets
	hasher   *hasher
	ring     *ring
	revoked  func(...authapi.RevokedData)
}

// New returns the service. Call Prepare before the first request.
func New(d Deps, s Settings) (*Service, error) {
	if err := s.fill(); err != nil {
		return nil, err
	}
	derived, err := deriveSecrets(s.Secret, s.Pepper)
	if err != nil {
		return nil, err
	}
	h, err := newHasher(derived.pepper, s.BcryptCost, s.HashWorkers, s.HashQueue)
	if err != nil {
		return nil, err
	}
	if d.Revoked == nil {
		d.Revoked = func(...authapi.RevokedData) {}
	}
	return &Service{
		store: d.Store, clock: d.Clock, log: d.Log, sign: d.Sign, revoked: d.Revoked,
		settings: s, secrets: derived, hasher: h,
		ring: newRing(d.Store, d.Clock, derived.seal, s.KeyRotation),
	}, nil
}

// Prepare makes the first signing keys and proves that those in the database
// can be opened with the secret at hand.
func (s *Service) Prepare(ctx context.Context) error { return s.ring.rotate(ctx) }
