// Package cachetest is the definition of a correct cache.Cache: every engine
// runs the same suite.
package cachetest

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pasar/internal/platform/cache"
)

// Run tests the engine that open gives. It uses the machine's clock, since Redis
// has no other.
func Run(t *testing.T, open func(t *testing.T) cache.Cache) {
	for name, test := range map[string]func(t *testing.T, c cache.Cache){
		"absent":       absent,
		"round trip":   roundTrip,
		"replace":      replace,
		"delete":       deletes,
		"expiry":       expiry,
		"no ttl":       noTTL,
		"key spaces":   keySpaces,
		"rate":         rate,
		"rate refills": rateRefills,
		"rate race":    rateRace,
		"bad rate":     badRate,
		"ended ctx":    endedContext,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func get(t *testing.T, c cache.Cache, key string) ([]byte, bool) {
	t.Helper()
	val, ok, err := c.Get(t.Context(), key)
	if err != nil {
		t.Fatalf("get %s: %v", key, err)
	}
	return val, ok
}

func set(t *testing.T, c cache.Cache, key, val string, ttl time.Duration) {
	t.Helper()
	if err := c.Set(t.Context(), key, []byte(val), ttl); err != nil {
		t.Fatalf("set %s: %v", key, err)
	}
}

func absent(t *testing.T, c cache.Cache) {
	if val, ok := get(t, c, "nobody"); ok || val != nil {
		t.Errorf("got %q, %t", val, ok)
	}
}

func roundTrip(t *testing.T, c cache.Cache) {
	values := []string{"", "x", "\x00\xff bytes \r\n", string(bytes.Repeat([]byte("long"), 50_000))}
	for i, want := range values {
		key := fmt.Sprintf("key %d: é{}*", i)
		set(t, c, key, want, time.Minute)
		if val, ok := get(t, c, key); !ok || string(val) != want {
			t.Errorf("%s: got %d bytes, %t; want %d", key, len(val), ok, len(want))
		}
	}
}

func replace(t *testing.T, c cache.Cache) {
	set(t, c, "k", "old", time.Minute)
	get(t, c, "k") // a copy near the caller must not outlive the replacement
	set(t, c, "k", "new", time.Minute)
	eventually(t, "the new value", func() bool {
		val, ok := get(t, c, "k")
		return ok && string(val) == "new"
	})
}

func deletes(t *testing.T, c cache.Cache) {
	for _, key := range []string{"a", "b", "c"} {
		set(t, c, key, key, time.Minute)
		get(t, c, key)
	}
	if err := c.Delete(t.Context(), "a", "b", "never there"); err != nil {
		t.Fatal(err)
	}
	if err := c.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a and b are gone", func() bool {
		_, a := get(t, c, "a")
		_, b := get(t, c, "b")
		return !a && !b
	})
	if _, ok := get(t, c, "c"); !ok {
		t.Error("c is gone too")
	}
}

func expiry(t *testing.T, c cache.Cache) {
	set(t, c, "short", "x", 80*time.Millisecond)
	set(t, c, "long", "x", time.Minute)
	get(t, c, "short")
	eventually(t, "the short one is gone", func() bool {
		_, ok := get(t, c, "short")
		return !ok
	})
	if _, ok := get(t, c, "long"); !ok {
		t.Error("the long one is gone")
	}
}

func noTTL(t *testing.T, c cache.Cache) {
	set(t, c, "k", "x", time.Minute)
	set(t, c, "k", "y", 0)
	eventually(t, "a ttl of zero deletes", func() bool {
		_, ok := get(t, c, "k")
		return !ok
	})
}

func keySpaces(t *testing.T, c cache.Cache) {
	allow(t, c, "k", cache.PerMinute(5))
	if _, ok := get(t, c, "k"); ok {
		t.Error("a limit is read as a value")
	}
	set(t, c, "k", "x", time.Minute)
	if err := c.Delete(t.Context(), "k"); err != nil {
		t.Fatal(err)
	}
	if d := allow(t, c, "k", cache.PerMinute(5)); d.Remaining != 3 {
		t.Errorf("deleting a value touched the limit: %+v", d)
	}
}

func allow(t *testing.T, c cache.Cache, key string, r cache.Rate) cache.Decision {
	t.Helper()
	d, err := c.Allow(t.Context(), key, r)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func rate(t *testing.T, c cache.Cache) {
	r := cache.Rate{Limit: 10, Per: 10 * time.Minute, Burst: 3}
	for i := range 3 {
		d := allow(t, c, "k", r)
		if !d.Allowed || d.Limit != 3 || d.Remaining != 2-i || d.RetryAfter != 0 {
			t.Errorf("event %d: %+v", i+1, d)
		}
	}
	d := allow(t, c, "k", r)
	if d.Allowed || d.Remaining != 0 || d.RetryAfter <= 50*time.Second || d.RetryAfter > time.Minute {
		t.Errorf("event 4: %+v", d)
	}
	if d.ResetAfter <= 2*time.Minute || d.ResetAfter > 3*time.Minute {
		t.Errorf("event 4: all fit again after %s, want about 3 min", d.ResetAfter)
	}
	if d := allow(t, c, "other", r); !d.Allowed {
		t.Error("another key shares the limit")
	}
}

func rateRefills(t *testing.T, c cache.Cache) {
	r := cache.Rate{Limit: 20, Per: time.Second, Burst: 1}
	if !allow(t, c, "k", r).Allowed {
		t.Fatal("the first is refused")
	}
	refused := allow(t, c, "k", r)
	if refused.Allowed {
		t.Skip("the machine was too slow to ask twice in 50 ms")
	}
	<-time.After(refused.RetryAfter)
	if d := allow(t, c, "k", r); !d.Allowed {
		t.Errorf("refused after the wait that was asked for: %+v", d)
	}
}

func rateRace(t *testing.T, c cache.Cache) {
	r := cache.Rate{Limit: 50, Per: time.Hour}
	var allowed atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 10 {
				d, err := c.Allow(t.Context(), "hot", r)
				if err != nil {
					t.Error(err)
				}
				if d.Allowed {
					allowed.Add(1)
				}
			}
		})
	}
	all.Wait()
	if allowed.Load() != 50 {
		t.Errorf("%d of 200 are allowed, want exactly 50", allowed.Load())
	}
}

func badRate(t *testing.T, c cache.Cache) {
	for _, r := range []cache.Rate{{}, {Limit: -1, Per: time.Second}, {Limit: 10}, {Limit: 10, Per: time.Microsecond}, {Limit: 1, Per: time.Second, Burst: -1}} {
		if _, err := c.Allow(t.Context(), "k", r); err == nil {
			t.Errorf("%+v is accepted", r)
		}
	}
}

func endedContext(t *testing.T, c cache.Cache) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := c.Get(ctx, "k"); err == nil {
		t.Error("Get ignores that its caller left")
	}
	if _, err := c.Allow(ctx, "k", cache.PerSecond(1)); err == nil {
		t.Error("Allow ignores that its caller left")
	}
}

// eventually asks until the answer is yes: Redis takes copies back a few
// milliseconds after a change, and nothing signals an expiry.
func eventually(t *testing.T, what string, yes func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(10 * time.Second)
	for !yes() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("still not true after 10 s: %s", what)
		}
	}
}
