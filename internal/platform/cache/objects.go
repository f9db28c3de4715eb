package cache

import (
	"context"
	"time"

	"golang.org/x/sync/singleflight"

	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
)

// Objects keeps decoded values in this process, for the hottest reads: a hit
// copies no bytes and decodes nothing. Other processes do not see it, so pair it
// with a short TTL and Invalidate by event. Values are shared: nobody may change
// what they point to.
type Objects[T any] struct {
	clock  clock.Clock
	ttl    time.Duration
	kept   *shards[object[T]]
	flight singleflight.Group
}

type object[T any] struct {
	value  T
	absent *fault.Error // there is none, and why
}

// NewObjects returns an empty Objects that keeps at most about entries values
// for at most ttl each.
func NewObjects[T any](entries int, ttl time.Duration, c clock.Clock) *Objects[T] {
	return &Objects[T]{clock: c, ttl: ttl, kept: newShards[object[T]](int64(max(entries, shardCount)))}
}

// Get returns the value of key, if one is kept.
func (o *Objects[T]) Get(key string) (value T, ok bool) {
	kept, ok := o.kept.get(key, o.clock.Now())
	return kept.value, ok && kept.absent == nil
}

// Set keeps value.
func (o *Objects[T]) Set(key string, value T) {
	o.kept.set(key, object[T]{value: value}, 1, o.clock.Now().Add(o.ttl))
}

// Load returns the kept value, or loads, keeps and returns it, once for all who
// ask meanwhile. NotFound is kept too, for at most 10 s. A value whose load began
// before an Invalidate is returned but not kept.
func (o *Objects[T]) Load(ctx context.Context, key string, load func(ctx context.Context) (T, error)) (T, error) {
	if kept, ok := o.kept.get(key, o.clock.Now()); ok {
		if kept.absent != nil {
			again := *kept.absent // a caller may add to it
			return kept.value, &again
		}
		return kept.value, nil
	}
	return share(ctx, &o.flight, key, func(ctx context.Context) (T, error) {
		deletions := o.kept.deletions(key)
		value, err := load(ctx)
		if err == nil {
			o.kept.setIf(key, object[T]{value: value}, 1, o.clock.Now().Add(o.ttl), deletions)
		} else if f := fault.As(err); f != nil && f.Kind == fault.NotFound {
			o.kept.setIf(key, object[T]{absent: f}, 1, o.clock.Now().Add(min(o.ttl, absentTTL)), deletions)
		}
		return value, err
	})
}

// Invalidate forgets keys. A load under way is not shared with those who ask
// from now on, and not kept.
func (o *Objects[T]) Invalidate(keys ...string) {
	for _, key := range keys {
		o.kept.delete(key)
		o.flight.Forget(key)
	}
}

// Clear forgets everything.
func (o *Objects[T]) Clear() { o.kept.clear() }
