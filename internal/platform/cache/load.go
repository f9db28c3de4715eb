package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"golang.org/x/sync/singleflight"

	"pasar/internal/platform/fault"
)

const (
	absentTTL   = 10 * time.Second // most that "there is none" is remembered
	loadTimeout = 30 * time.Second
)

// Load returns the cached value of key, or loads, keeps and returns it. Callers
// that miss at once share one load, which goes on when the first of them leaves.
// A fault of kind NotFound is remembered too, for at most 10 s, so that asking
// for what is not there costs no more than asking for what is. T goes through
// JSON.
//
// A load that began before a Delete may keep its older value after it, for at
// most ttl: choose ttl as the staleness you can bear.
func Load[T any](ctx context.Context, c Cache, key string, ttl time.Duration, load func(ctx context.Context) (T, error)) (T, error) {
	if value, err, known := kept[T](ctx, c, key); known {
		return value, err
	}
	return share(ctx, groupOf(c), key, func(ctx context.Context) (T, error) {
		// A load may have ended between the miss and here.
		if value, err, known := kept[T](ctx, c, key); known {
			return value, err
		}
		value, err := load(ctx)
		if raw, keep := packed(value, err, ttl); keep > 0 {
			if setErr := c.Set(ctx, key, raw, keep); setErr != nil {
				return value, errors.Join(err, setErr)
			}
		}
		return value, err
	})
}

// kept returns what the cache knows of key: a value, that there is none, or
// that ctx ended.
func kept[T any](ctx context.Context, c Cache, key string) (value T, err error, known bool) {
	raw, ok, err := c.Get(ctx, key)
	if err != nil || !ok {
		return value, err, err != nil
	}
	return unpack[T](raw)
}

// groupOf returns the flights of c's own, or none to share with.
func groupOf(c Cache) *singleflight.Group {
	if f, ok := c.(interface{ flights() *singleflight.Group }); ok {
		return f.flights()
	}
	return new(singleflight.Group)
}

// share runs load once for all who ask for key meanwhile.
func share[T any](ctx context.Context, group *singleflight.Group, key string, load func(ctx context.Context) (T, error)) (T, error) {
	var zero T
	done := group.DoChan(key, func() (_ any, err error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		defer func() { // a panic here would end the process, beyond anyone's recover
			if p := recover(); p != nil {
				err = fmt.Errorf("cache: loading %s panicked: %v\n%s", key, p, debug.Stack())
			}
		}()
		return load(ctx)
	})
	select {
	case r := <-done:
		value, ok := r.Val.(T)
		if !ok && r.Err == nil {
			return zero, fmt.Errorf("cache: %s is loaded as %T elsewhere; give each type its own keys", key, r.Val)
		}
		return value, r.Err
	case <-ctx.Done():
		return zero, ctx.Err()
	}
}

// A packed value starts with its kind.
const (
	packedValue  = 'v' // JSON of the value
	packedAbsent = 'n' // JSON of absent
)

type absent struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// packed returns what to keep of a load and for how long; zero means nothing.
func packed[T any](value T, err error, ttl time.Duration) ([]byte, time.Duration) {
	kind, body := byte(packedValue), any(value)
	if err != nil {
		f := fault.As(err)
		if f == nil || f.Kind != fault.NotFound {
			return nil, 0
		}
		kind, body, ttl = packedAbsent, absent{Code: f.Code, Detail: f.Detail}, min(ttl, absentTTL)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, 0
	}
	return append([]byte{kind}, raw...), ttl
}

// unpack returns what was kept: a value, or the fault that there is none. What
// another version of the program kept in another shape is not readable.
func unpack[T any](raw []byte) (value T, err error, readable bool) {
	if len(raw) == 0 {
		return value, nil, false
	}
	switch raw[0] {
	case packedValue:
		if json.Unmarshal(raw[1:], &value) != nil {
			var zero T
			return zero, nil, false
		}
		return value, nil, true
	case packedAbsent:
		var a absent
		if json.Unmarshal(raw[1:], &a) != nil {
			return value, nil, false
		}
		return value, fault.New(fault.NotFound, a.Code, "%s", a.Detail), true
	}
	return value, nil, false
}
