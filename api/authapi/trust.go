package authapi

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"pasar/api"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/token"
)

// TrustSource is what a service must be able to ask in order to judge
// credentials: the auth service in process, or its client.
type TrustSource interface {
	GetJWKS(context.Context, *GetJWKSInput) (*JWKS, error)
	VerifyServiceKey(context.Context, *VerifyServiceKeyInput) (*ServiceKeyInfo, error)
	VerifyAPIKey(context.Context, *VerifyAPIKeyInput) (*APIKeyInfo, error)
	ListRevocations(context.Context, *ListRevocationsInput) (*RevocationList, error)
}

// APIKeyPrefix is how the API keys of integrations begin.
const APIKeyPrefix = "pak_"

// Trust judges access tokens, API keys and service keys for one process. It
// implements rest.Authenticator and rest.ServiceKeyVerifier.
type Trust struct {
	*token.Verifier
	Deny *token.DenyList

	source TrustSource
	clock  clock.Clock

	mu    sync.Mutex
	known map[[sha256.Size]byte]knownKey
}

var (
	_ rest.Authenticator      = (*Trust)(nil)
	_ rest.ServiceKeyVerifier = (*Trust)(nil)
)

// NewTrust returns a Trust for tokens of this issuer and audience. The deny
// list may be shared with the auth service in the same process, so that
// revocations take effect with their commit; nil makes a new one.
func NewTrust(source TrustSource, issuer, audience string, deny *token.DenyList, c clock.Clock) *Trust {
	if deny == nil {
		deny = token.NewDenyList(c)
	}
	t := &Trust{Deny: deny, source: source, clock: c, known: map[[sha256.Size]byte]knownKey{}}
	t.Verifier = token.New(token.Config{
		Issuer: issuer, Audience: audience, Deny: deny, Clock: c,
		Keys: t.keys, APIKeys: t.apiKey, APIKeyPrefix: APIKeyPrefix,
	})
	return t
}

func (t *Trust) keys(ctx context.Context) ([]token.JWK, error) {
	set, err := t.source.GetJWKS(bare(ctx), &GetJWKSInput{})
	if err != nil {
		return nil, err
	}
	return set.Keys, nil
}

// bare keeps a token that is still being judged from being sent along.
func bare(ctx context.Context) context.Context { return rest.WithBearer(ctx, "") }

func (t *Trust) apiKey(ctx context.Context, key string) (token.Key, error) {
	in := &VerifyAPIKeyInput{}
	in.Body.Key = key
	info, err := t.source.VerifyAPIKey(bare(ctx), in)
	if err != nil {
		return token.Key{}, err
	}
	return token.Key{
		Actor:     api.Actor{Kind: api.ActorKey, ID: info.ID, Permissions: info.Permissions},
		ExpiresAt: info.ExpiresAt,
	}, nil
}

type knownKey struct {
	info    ServiceKeyInfo
	checked time.Time
}

const (
	serviceKeyFreshFor = 15 * time.Second
	maxKnownKeys       = 64
)

// VerifyServiceKey says whose service key this is. A good one is remembered
// for a few seconds: siblings call each other many times a second.
func (t *Trust) VerifyServiceKey(ctx context.Context, key string) (service string, scopes []string, err error) {
	sum := sha256.Sum256([]byte(key))
	now := t.clock.Now()
	t.mu.Lock()
	known, ok := t.known[sum]
	t.mu.Unlock()
	if ok && now.Sub(known.checked) < serviceKeyFreshFor && !t.Deny.Denied(known.info.ID, "", known.checked) {
		return known.info.Service, known.info.Scopes, nil
	}
	in := &VerifyServiceKeyInput{}
	in.Body.Key = key
	info, err := t.source.VerifyServiceKey(bare(ctx), in)
	if err != nil {
		return "", nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.known) >= maxKnownKeys {
		clear(t.known)
	}
	t.known[sum] = knownKey{info: *info, checked: now}
	return info.Service, info.Scopes, nil
}

// Seed takes in the revocations that living tokens may be subject to. Call it
// before the first request.
func (t *Trust) Seed(ctx context.Context) error { return t.Deny.Seed(ctx, t.revocations) }

// Follow polls for revocations until ctx ends. An event reaches one instance
// of a service; the poll reaches each. Failures are given to report.
func (t *Trust) Follow(ctx context.Context, every time.Duration, report func(error)) {
	t.Deny.Follow(ctx, t.revocations, every, report)
}

func (t *Trust) revocations(ctx context.Context, since time.Time) ([]token.Revocation, error) {
	list, err := t.source.ListRevocations(ctx, &ListRevocationsInput{Since: since})
	if err != nil {
		return nil, fault.Wrap(err, fault.KindOf(err), api.CodeUnavailable, "The auth service did not list its revocations.")
	}
	revocations := make([]token.Revocation, len(list.Data))
	for i, r := range list.Data {
		revocations[i] = r.Revocation()
	}
	return revocations, nil
}

// Revocation is the entry of a deny list.
func (r RevokedData) Revocation() token.Revocation {
	return token.Revocation{Subject: r.UserID, SessionID: r.SessionID, NotAfter: r.NotAfter}
}

// Consumer feeds the deny list with events. The name is unique in the shop:
// "order.access-revoked".
func (t *Trust) Consumer(name string) events.Consumer {
	return events.Consumer{
		Name: name, Types: []string{AccessRevoked.Name},
		Handle: func(_ context.Context, e events.Event) error {
			data, err := AccessRevoked.Decode(e)
			if err != nil {
				return err
			}
			t.Deny.Add(data.Revocation())
			return nil
		},
	}
}
