package token

import (
	"context"
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"pasar/api"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
)

const (
	clockSkew      = 5 * time.Second
	maxTokenLength = 4096
)

// Key is a good API key: who it acts as, and until when.
type Key struct {
	Actor     api.Actor
	ExpiresAt time.Time
}

// KeyChecker looks an API key up. A key that is not good is a fault of kind
// Unauthenticated.
type KeyChecker func(ctx context.Context, key string) (Key, error)

// Config says whom a Verifier trusts.
type Config struct {
	Issuer   string
	Audience string
	Keys     KeySource
	Deny     *DenyList
	Clock    clock.Clock

	// APIKeys checks bearers that begin with APIKeyPrefix; nil refuses them.
	APIKeys      KeyChecker
	APIKeyPrefix string
}

// Verifier turns bearers into actors. It is safe for concurrent use.
type Verifier struct {
	config Config
	keys   *keySet
	seen   *cache
	parser *jwt.Parser
}

// New returns a Verifier.
func New(c Config) *Verifier {
	return &Verifier{
		config: c,
		keys:   &keySet{source: c.Keys, clock: c.Clock},
		seen:   newCache(),
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
			jwt.WithIssuer(c.Issuer),
			jwt.WithAudience(c.Audience),
			jwt.WithExpirationRequired(),
			jwt.WithIssuedAt(),
			jwt.WithLeeway(clockSkew),
			jwt.WithStrictDecoding(),
			jwt.WithTimeFunc(c.Clock.Now),
		),
	}
}

// Authenticate returns the actor of an access token or API key. A bearer that
// is not good is a fault of kind Unauthenticated; any other error means that
// nobody could tell.
func (v *Verifier) Authenticate(ctx context.Context, bearer string) (api.Actor, error) {
	now := v.config.Clock.Now()
	entry, ok := v.seen.get(bearer, now)
	if !ok {
		var err error
		if entry, err = v.check(ctx, bearer, now); err != nil {
			return api.Actor{}, err
		}
		v.seen.put(bearer, entry)
	}
	if v.config.Deny.Denied(entry.actor.ID, entry.actor.SessionID, entry.issued) {
		return api.Actor{}, refused("The access token has been revoked; sign in or refresh.", nil)
	}
	return entry.actor, nil
}

func (v *Verifier) check(ctx context.Context, bearer string, now time.Time) (verified, error) {
	if len(bearer) > maxTokenLength {
		return verified{}, refused("The access token is not valid.", nil)
	}
	if v.config.APIKeyPrefix != "" && strings.HasPrefix(bearer, v.config.APIKeyPrefix) {
		return v.checkKey(ctx, bearer, now)
	}
	return v.checkToken(ctx, bearer)
}

// checkKey remembers a key for a few seconds only: unlike a token it has no
// end of its own that would bound a missed revocation.
func (v *Verifier) checkKey(ctx context.Context, bearer string, now time.Time) (verified, error) {
	const keyFreshFor = 5 * time.Second
	if v.config.APIKeys == nil {
		return verified{}, refused("This service takes no API keys.", nil)
	}
	key, err := v.config.APIKeys(ctx, bearer)
	if err != nil {
		return verified{}, err
	}
	until := now.Add(keyFreshFor)
	if key.ExpiresAt.Before(until) {
		until = key.ExpiresAt
	}
	return verified{actor: key.Actor, issued: now, until: until}, nil
}

func (v *Verifier) checkToken(ctx context.Context, bearer string) (verified, error) {
	var claims wireClaims
	unavailable := error(nil)
	_, err := v.parser.ParseWithClaims(bearer, &claims, func(t *jwt.Token) (any, error) {
		key, err := v.keyOf(ctx, t)
		if err != nil {
			unavailable = err
			return nil, err
		}
		if key == nil {
			return nil, jwt.ErrTokenUnverifiable
		}
		return key, nil
	})
	switch {
	case unavailable != nil:
		return verified{}, fault.Wrap(unavailable, fault.Unavailable, api.CodeUnavailable, "Access tokens cannot be checked right now; try again.").After(time.Second)
	case errors.Is(err, jwt.ErrTokenExpired) && onlyExpired(err):
		return verified{}, fault.New(fault.Unauthenticated, api.CodeTokenExpired, "The access token has expired; refresh it.")
	case err != nil:
		return verified{}, refused("The access token is not valid.", err)
	}
	return claims.verified()
}

// keyOf refuses headers that an honest issuer never sends before it looks for
// the key: above all those that bring a key of their own.
func (v *Verifier) keyOf(ctx context.Context, t *jwt.Token) (ed25519.PublicKey, error) {
	for name := range t.Header {
		if !slices.Contains([]string{"alg", "typ", "kid"}, name) {
			return nil, nil
		}
	}
	kid, _ := t.Header["kid"].(string)
	typ, _ := t.Header["typ"].(string)
	if kid == "" || len(kid) > 64 || typ != Type {
		return nil, nil
	}
	return v.keys.find(ctx, kid)
}

// onlyExpired keeps "refresh it" from being the answer to a token that is
// wrong in another way too.
func onlyExpired(err error) bool {
	for _, other := range []error{
		jwt.ErrTokenInvalidIssuer, jwt.ErrTokenInvalidAudience, jwt.ErrTokenUsedBeforeIssued, jwt.ErrTokenNotValidYet,
		jwt.ErrTokenSignatureInvalid, jwt.ErrTokenUnverifiable, jwt.ErrTokenMalformed,
	} {
		if errors.Is(err, other) {
			return false
		}
	}
	return true
}

func (c *wireClaims) verified() (verified, error) {
	issued := time.UnixMicro(c.IssuedMicros).UTC()
	switch {
	case !api.ValidID(api.PrefixUser, c.Subject), !api.ValidID(api.PrefixSession, c.SessionID), c.ID == "":
		return verified{}, refused("The access token lacks a claim.", nil)
	case c.IssuedAt == nil, c.IssuedAt.Unix() != issued.Unix():
		return verified{}, refused("The access token lacks a claim.", nil)
	case c.ExpiresAt.Sub(issued) > MaxLife+time.Second:
		return verified{}, refused("The access token claims to live too long.", nil)
	}
	return verified{
		actor:  api.Actor{Kind: api.ActorUser, ID: c.Subject, SessionID: c.SessionID, Permissions: c.Permissions},
		issued: issued,
		until:  c.ExpiresAt.UTC(),
	}, nil
}

func refused(detail string, err error) error {
	return fault.Wrap(err, fault.Unauthenticated, api.CodeUnauthenticated, detail)
}
