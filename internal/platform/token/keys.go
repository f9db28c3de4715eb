package token

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"sync"
	"time"

	"pasar/internal/platform/clock"
)

const (
	keysFreshFor    = 5 * time.Minute
	keysRefetchPace = 10 * time.Second
)

// KeySource fetches the current key set.
type KeySource func(ctx context.Context) ([]JWK, error)

// keySet caches the key set. An unknown kid makes it fetch again, but not more
// often than the pace, or forged kids would turn into load on the auth service.
type keySet struct {
	source KeySource
	clock  clock.Clock

	mu      sync.Mutex
	keys    map[string]ed25519.PublicKey
	fetched time.Time // of the keys
	tried   time.Time
}

// find returns the key, or nil when there is none of this id.
func (s *keySet) find(ctx context.Context, kid string) (ed25519.PublicKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	key := s.keys[kid]
	stale := now.Sub(s.fetched) > keysFreshFor
	if key != nil && !stale {
		return key, nil
	}
	if now.Sub(s.tried) < keysRefetchPace && len(s.keys) > 0 {
		return key, nil
	}
	s.tried = now
	err := s.fetch(ctx, now)
	if err != nil && len(s.keys) == 0 {
		return nil, err
	}
	return s.keys[kid], nil // after a failed fetch the keys at hand still hold
}

func (s *keySet) fetch(ctx context.Context, now time.Time) error {
	set, err := s.source(ctx)
	if err != nil {
		return fmt.Errorf("token: fetch the key set: %w", err)
	}
	keys := make(map[string]ed25519.PublicKey, len(set))
	for _, jwk := range set {
		if keys[jwk.ID], err = jwk.public(); err != nil {
			return err
		}
	}
	s.keys, s.fetched = keys, now
	return nil
}
