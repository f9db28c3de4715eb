package auth

import (
	"context"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"time"

	"pasar/internal/platform/clock"
)

const (
	ringFreshFor = time.Minute
	keyAfterlife = time.Hour        // of a retired key: tokens it signed live 15 minutes
	tokenMaxLife = 15 * time.Minute // see Settings.AccessLife
)

// SigningKey is a row of the key ring. Its private half is sealed with a key
// that is derived from the service's secret: a copy of the database alone
// cannot sign.
type SigningKey struct {
	Generation int64
	KID        string
	Public     []byte
	Sealed     []byte
	ActiveFrom time.Time
	CreatedAt  time.Time

	private ed25519.PrivateKey
}

// ring holds the signing keys: the current one and the next, which is published
// long before it is used, so that no verifier meets an unknown key. Which one
// is current follows from the time alone, so instances agree without talking.
type ring struct {
	store  Store
	clock  clock.Clock
	seal   cipher.AEAD
	period time.Duration

	mu     sync.Mutex
	keys   []SigningKey // oldest first
	loaded time.Time
}

func newRing(store Store, c clock.Clock, seal cipher.AEAD, period time.Duration) *ring {
	return &ring{store: store, clock: c, seal: seal, period: period}
}

// current returns the key to sign with.
func (r *ring) current(ctx context.Context) (*SigningKey, error) {
	keys, err := r.all(ctx)
	if err != nil {
		return nil, err
	}
	now := r.clock.Now()
	for i := len(keys) - 1; i >= 0; i-- {
		if !keys[i].ActiveFrom.After(now) {
			return &keys[i], nil
		}
	}
	return nil, errors.New("auth: there is no signing key; was Prepare called?")
}

// all returns the keys whose tokens may be met, oldest first.
func (r *ring) all(ctx context.Context) ([]SigningKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.keys) > 0 && r.clock.Now().Sub(r.loaded) < ringFreshFor {
		return r.keys, nil
	}
	keys, err := r.load(ctx)
	if err != nil && len(r.keys) == 0 {
		return nil, err
	}
	if err == nil {
		r.keys, r.loaded = keys, r.clock.Now()
	}
	return r.keys, nil // after a failed read the keys at hand still hold
}

func (r *ring) load(ctx context.Context) ([]SigningKey, error) {
	keys, err := r.store.SigningKeys(ctx)
	if err != nil {
		return nil, err
	}
	for i := range keys {
		if err := r.open(&keys[i]); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// rotate makes what is missing: a current key, and the one that follows it. It
// removes keys that were followed long ago.
func (r *ring) rotate(ctx context.Context) error {
	keys, err := r.load(ctx)
	if err != nil {
		return err
	}
	now := r.clock.Now()
	if len(keys) == 0 {
		if err := r.add(ctx, 1, now); err != nil {
			return err
		}
		if err := r.add(ctx, 2, now.Add(r.period)); err != nil {
			return err
		}
	} else if last := keys[len(keys)-1]; !last.ActiveFrom.After(now) {
		if err := r.add(ctx, last.Generation+1, now.Add(r.period)); err != nil {
			return err
		}
	}
	for i := range len(keys) - 1 {
		if keys[i+1].ActiveFrom.Add(tokenMaxLife + keyAfterlife).Before(now) {
			if err := r.remove(ctx, keys[i].Generation); err != nil {
				return err
			}
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.loaded = time.Time{} // read anew at the next use
	return nil
}

func (r *ring) remove(ctx context.Context, generation int64) error {
	return r.store.InTx(ctx, func(tx Tx) error { return tx.DeleteSigningKey(generation) })
}

// add makes the key of a generation, unless another instance did.
func (r *ring) add(ctx context.Context, generation int64, activeFrom time.Time) error {
	key, err := r.generate(generation, activeFrom)
	if err != nil {
		return err
	}
	err = r.store.InTx(ctx, func(tx Tx) error {
		key.CreatedAt = tx.Now()
		return tx.InsertSigningKey(key)
	})
	if errors.Is(err, ErrTaken) {
		return nil
	}
	return err
}

func (r *ring) generate(generation int64, activeFrom time.Time) (SigningKey, error) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return SigningKey{}, fmt.Errorf("auth: make a signing key: %w", err)
	}
	sum := sha256.Sum256(public)
	key := SigningKey{Generation: generation, KID: base64.RawURLEncoding.EncodeToString(sum[:12]), Public: public, ActiveFrom: activeFrom}
	nonce := randomBytes(r.seal.NonceSize())
	key.Sealed = r.seal.Seal(nonce, nonce, private.Seed(), []byte(key.KID))
	return key, nil
}

func (r *ring) open(key *SigningKey) error {
	size := r.seal.NonceSize()
	if len(key.Sealed) < size {
		return fmt.Errorf("auth: signing key %s is damaged", key.KID)
	}
	seed, err := r.seal.Open(nil, key.Sealed[:size], key.Sealed[size:], []byte(key.KID))
	if err != nil {
		return fmt.Errorf("auth: signing key %s cannot be opened; the auth secret must be the one it was made with: %w", key.KID, err)
	}
	key.private = ed25519.NewKeyFromSeed(seed)
	return nil
}

// SigningKeys returns the keys whose tokens may be met, oldest first.
func (s *Service) SigningKeys(ctx context.Context) ([]SigningKey, error) { return s.ring.all(ctx) }

// RotateKeys makes the next signing key when it is time. Run it every hour.
func (s *Service) RotateKeys(ctx context.Context) error { return s.ring.rotate(ctx) }
