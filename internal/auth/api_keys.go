package auth

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/platform/fault"
)

// KeyKind says what a key opens.
type KeyKind string

// The kinds of keys.
const (
	IntegrationKey KeyKind = "integration" // public operations, by permission
	ServiceKey     KeyKind = "service"     // internal operations, by scope
)

// Prefixes of keys: people and secret scanners see what they are.
const (
	IntegrationKeyPrefix = authapi.APIKeyPrefix
	ServiceKeyPrefix     = "psk_"
)

const (
	keyLife     = 365 * 24 * time.Hour
	keyMaxLife  = 2 * keyLife
	keyHint     = 8
	keyUsePause = time.Minute // between two notes of a key's use
	checkLength = 6
)

// Key is an API key without its secret.
type Key struct {
	ID         string
	Name       string
	Kind       KeyKind
	Hash       string
	Hint       string
	Scopes     []string
	CreatedBy  string
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt *time.Time
	RevokedAt  *time.Time
}

func (k *Key) alive(now time.Time) bool { return k.RevokedAt == nil && now.Before(k.ExpiresAt) }

// permissions are all that a role or a key may hold.
var permissions = []string{
	api.PermUserRead, api.PermUserWrite, api.PermRoleManage, api.PermKeyManage, api.PermSessionManage, api.PermAuditRead,
	api.PermProductRead, api.PermProductWrite, api.PermCategoryWrite, api.PermStockRead, api.PermStockWrite,
	api.PermOrderRead, api.PermOrderWrite, api.PermOrderFulfil,
	api.PermPaymentRead, api.PermPaymentCapture, api.PermRefundCreate, api.PermLedgerRead,
}

var internalScopes = []string{
	api.ScopeAuthInternal, api.ScopeUserInternal, api.ScopeProductInternal, api.ScopeOrderInternal, api.ScopePaymentInternal,
}

// newKeySecret returns 256 random bits and a checksum, with which a mistyped
// or invented key is refused without asking the database.
func newKeySecret(prefix string) string {
	body := newSecret(prefix)
	return body + checksum(body)
}

func checksum(body string) string {
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(body)))
	return base64.RawURLEncoding.EncodeToString(sum)
}

func plausibleKey(secret, prefix string) bool {
	cut := len(secret) - checkLength
	return cut > 0 && strings.HasPrefix(secret, prefix) && checksum(secret[:cut]) == secret[cut:]
}

// NewKey describes a key to be.
type NewKey struct {
	Name      string
	Kind      KeyKind
	Scopes    []string
	ExpiresAt *time.Time
}

// CreateKey makes a key and returns its secret, which is not kept.
func (s *Service) CreateKey(ctx context.Context, from Origin, in NewKey) (*Key, string, error) {
	now := s.clock.Now()
	expires := now.Add(keyLife)
	if in.ExpiresAt != nil {
		expires = in.ExpiresAt.UTC().Truncate(time.Microsecond)
	}
	if !expires.After(now) || expires.After(now.Add(keyMaxLife)) {
		return nil, "", fault.New(fault.Invalid, api.CodeInvalid, "A key expires in the future, at most two years ahead.").
			At("#/expires_at", "out_of_range", "expected a moment within two years")
	}
	if err := checkScopes(from.Actor, in); err != nil {
		return nil, "", err
	}
	prefix := IntegrationKeyPrefix
	if in.Kind == ServiceKey {
		prefix = ServiceKeyPrefix
	}
	secret := newKeySecret(prefix)
	key, err := s.storeKey(ctx, from, in, secret, expires)
	return key, secret, err
}

func (s *Service) storeKey(ctx context.Context, from Origin, in NewKey, secret string, expires time.Time) (*Key, error) {
	key := Key{
		ID: api.NewID(api.PrefixKey), Name: in.Name, Kind: in.Kind, Hash: fingerprint(secret), Hint: secret[:keyHint],
		Scopes: slices.Sorted(slices.Values(in.Scopes)), CreatedBy: from.Actor.ID, ExpiresAt: expires,
	}
	err := s.store.InTx(ctx, func(tx Tx) error {
		key.CreatedAt = tx.Now()
		if err := tx.InsertKey(key); err != nil {
			return err
		}
		return s.note(tx, from, "key_created", key.ID, details{"name": key.Name, "kind": string(key.Kind), "scopes": strings.Join(key.Scopes, " ")})
	})
	if errors.Is(err, ErrTaken) {
		return nil, fault.New(fault.Conflict, authapi.CodeKeyLimit, "Two keys of this name are alive; revoke one of them first.")
	}
	if err != nil {
		return nil, err
	}
	return &key, nil
}

// checkScopes keeps a key from holding what does not exist, or more than its
// maker holds. The scopes of services are not permissions: whoever may manage
// keys may give them.
func checkScopes(actor api.Actor, in NewKey) error {
	known := permissions
	if in.Kind == ServiceKey {
		known = internalScopes
	}
	for _, scope := range in.Scopes {
		if !slices.Contains(known, scope) {
			return fault.New(fault.Invalid, authapi.CodeScopeUnknown, "A key of the kind %s may hold: %s.", in.Kind, strings.Join(known, ", ")).
				At("#/scopes", "not_allowed", "expected known scopes")
		}
	}
	if in.Kind == ServiceKey {
		return nil
	}
	return holdsAll(actor, in.Scopes)
}

// ImportServiceKey makes sure that a key from the configuration is known, so
// that a deployment can hand the same secret to both sides.
func (s *Service) ImportServiceKey(ctx context.Context, service, secret string, scopes []string) error {
	const least = 32
	if len(secret) < least {
		return fault.New(fault.Invalid, api.CodeInvalid, "The service key of %s is shorter than %d characters.", service, least)
	}
	in := NewKey{Name: service, Kind: ServiceKey, Scopes: scopes}
	if err := checkScopes(System.Actor, in); err != nil {
		return err
	}
	_, err := s.store.KeyByHash(ctx, fingerprint(secret))
	if err == nil || !errors.Is(err, ErrNotFound) {
		return err
	}
	_, err = s.storeKey(ctx, System, in, secret, s.clock.Now().Add(keyMaxLife))
	return err
}

// Keys lists keys, newest first.
func (s *Service) Keys(ctx context.Context, page Page) ([]Key, error) { return s.store.Keys(ctx, page) }

// RevokeKey ends a key. To revoke one again is no error.
func (s *Service) RevokeKey(ctx context.Context, from Origin, id string) error {
	var ended []authapi.RevokedData
	err := s.store.InTx(ctx, func(tx Tx) error {
		ended = nil
		key, err := tx.RevokeKey(id)
		if errors.Is(err, ErrNotFound) {
			return fault.New(fault.NotFound, api.CodeNotFound, "There is no such API key.")
		}
		if err != nil || key.RevokedAt != nil {
			return err
		}
		revocation, err := s.revoke(tx, id, "")
		if err != nil {
			return err
		}
		ended = append(ended, revocation)
		return s.note(tx, from, "key_revoked", id, details{"name": key.Name})
	})
	if err != nil {
		return err
	}
	s.revoked(ended...)
	return nil
}

// VerifyIntegrationKey returns the key of a bearer.
func (s *Service) VerifyIntegrationKey(ctx context.Context, secret string) (*Key, error) {
	if !plausibleKey(secret, IntegrationKeyPrefix) {
		return nil, badKey()
	}
	return s.verifyKey(ctx, secret, IntegrationKey)
}

// VerifyServiceKey returns the key of a sibling service.
func (s *Service) VerifyServiceKey(ctx context.Context, secret string) (*Key, error) {
	return s.verifyKey(ctx, secret, ServiceKey)
}

func (s *Service) verifyKey(ctx context.Context, secret string, kind KeyKind) (*Key, error) {
	key, err := s.store.KeyByHash(ctx, fingerprint(secret))
	if errors.Is(err, ErrNotFound) {
		return nil, badKey()
	}
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	if key.Kind != kind || !key.alive(now) {
		return nil, badKey()
	}
	if key.LastUsedAt == nil || now.Sub(*key.LastUsedAt) >= keyUsePause {
		if err := s.store.InTx(ctx, func(tx Tx) error { return tx.TouchKey(key.ID) }); err != nil {
			return nil, err
		}
	}
	return key, nil
}

func badKey() error {
	return fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "The API key is not valid, has expired or was revoked.")
}
