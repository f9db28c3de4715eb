// Package idempotency carries an Idempotency-Key from the edge of a request to
// the transaction that does its work, so that key and effect commit together.
package idempotency

import (
	"context"
	"errors"
	"time"
)

// ErrTaken is returned by the transaction that lost the race for a key.
var ErrTaken = errors.New("idempotency: another request with this key was first")

// Request is the key of the request at hand.
type Request struct {
	Scope       string // caller + operation
	Key         string // 1 to 255 characters, as sent
	Fingerprint string // hex SHA-256 of the canonical request
	Resume      string // resource id of an unfinished earlier try whose lease ran out, else ""
}

// Record is what the store knows of a key.
type Record struct {
	Fingerprint string
	Done        bool
	Status      int       // HTTP status of the stored answer
	Body        []byte    // the stored answer, byte for byte
	Resource    string    // id of what an unfinished try was making
	LeaseUntil  time.Time // until when an unfinished try is left alone
}

// Store looks keys up. Writing happens in the transaction of the effect.
type Store interface {
	// LookupKey returns nil, nil when the key is new or expired.
	LookupKey(ctx context.Context, scope, key string) (*Record, error)
}

type contextKey struct{}

// NewContext returns ctx carrying r.
func NewContext(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, contextKey{}, r)
}

// FromContext returns the request's key; ok is false when there is none.
func FromContext(ctx context.Context) (r Request, ok bool) {
	r, ok = ctx.Value(contextKey{}).(Request)
	return r, ok && r.Key != ""
}

// Detach returns ctx without a key, for work that is not the effect of the
// operation the key was sent to.
func Detach(ctx context.Context) context.Context {
	return context.WithValue(ctx, contextKey{}, Request{})
}
