package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/text/unicode/norm"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// hasher hashes passwords, a few at a time: at cost 12 a core does about four
// a second, so without a bound a flood of logins would be the outage of
// everything else.
type hasher struct {
	pepper []byte
	cost   int
	decoy  string // a hash of nothing, as costly to compare as a real one

	slots   chan struct{}
	waiting atomic.Int64
	queue   int64

	compared atomic.Uint64 // how often bcrypt ran, for tests of equal effort
}

func newHasher(pepper []byte, cost, workers, queue int) (*hasher, error) {
	if cost < bcrypt.MinCost || cost > bcrypt.MaxCost {
		return nil, fmt.Errorf("auth: bcrypt cost %d is not between %d and %d", cost, bcrypt.MinCost, bcrypt.MaxCost)
	}
	return &hasher{
		pepper: pepper, cost: cost, decoy: decoy(cost),
		slots: make(chan struct{}, workers), queue: int64(queue),
	}, nil
}

// decoy is well formed but hashes nothing known. Making it costs nothing, where
// hashing for real would delay every start.
func decoy(cost int) string {
	const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	tail := randomBytes(53)
	for i, b := range tail {
		tail[i] = alphabet[b%64]
	}
	tail[21] = 'O' // the last character of a salt carries four bits
	return fmt.Sprintf("$2a$%02d$%s", cost, tail)
}

// prepare makes 44 characters of any password. bcrypt looks at 72 bytes only;
// the key keeps hashes that leak from elsewhere from being tried here.
func (h *hasher) prepare(password string) []byte {
	mac := hmac.New(sha256.New, h.pepper)
	mac.Write([]byte(norm.NFKC.String(password)))
	return []byte(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// hash returns the hash of a new password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	release, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	hashed, err := bcrypt.GenerateFromPassword(h.prepare(password), h.cost)
	if err != nil {
		return "", fmt.Errorf("auth: hash a password: %w", err)
	}
	return string(hashed), nil
}

// matches reports whether a password is the one of a hash. An empty hash
// matches nothing and takes as long.
func (h *hasher) matches(ctx context.Context, hash, password string) (bool, error) {
	release, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	known := hash != ""
	if !known {
		hash = h.decoy
	}
	h.compared.Add(1)
	err = bcrypt.CompareHashAndPassword([]byte(hash), h.prepare(password))
	if err != nil && !errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
		return false, fmt.Errorf("auth: compare a password: %w", err)
	}
	return err == nil && known, nil
}

// outdated reports whether a hash was made at another cost.
func (h *hasher) outdated(hash string) bool {
	cost, err := bcrypt.Cost([]byte(hash))
	return err != nil || cost != h.cost
}

func (h *hasher) enter(ctx context.Context) (release func(), err error) {
	select {
	case h.slots <- struct{}{}:
		return h.leave, nil
	default:
	}
	if h.waiting.Add(1) > h.queue {
		h.waiting.Add(-1)
		return nil, fault.New(fault.Unavailable, api.CodeUnavailable, "Too many people are signing in at this moment; try again in a few seconds.").After(3 * time.Second)
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
		return h.leave, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *hasher) leave() { <-h.slots }
