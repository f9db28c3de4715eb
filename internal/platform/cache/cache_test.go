package cache_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pasar/internal/platform/cache"
	"pasar/internal/platform/cache/cachetest"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
)

func open(t testing.TB, cfg cache.Config) cache.Cache {
	t.Helper()
	c, err := cache.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestMemory(t *testing.T) {
	t.Parallel()
	cachetest.Run(t, func(t *testing.T) cache.Cache { return open(t, cache.Config{}) })
}

func TestRedis(t *testing.T) {
	t.Parallel()
	cachetest.Run(t, func(t *testing.T) cache.Cache {
		return open(t, cache.Config{URL: cachetest.Redis(t).URL})
	})
}

func TestOpenNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"memcached://host", "redis://:hunter2@host:port", "://hunter2", "redis://host/notanumber"} {
		c, err := cache.Open(t.Context(), cache.Config{URL: url})
		if err == nil {
			t.Errorf("%s is accepted", url)
			_ = c.Close()
			continue
		}
		if strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "cache.url") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// handClock is a clock that a test moves.
type handClock struct{ micros atomic.Int64 }

func newHandClock() *handClock {
	h := &handClock{}
	h.micros.Store(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixMicro())
	return h
}

func (h *handClock) Now() time.Time          { return time.UnixMicro(h.micros.Load()).UTC() }
func (h *handClock) forward(d time.Duration) { h.micros.Add(d.Microseconds()) }

func TestMemoryFollowsItsClock(t *testing.T) {
	t.Parallel()
	now := newHandClock()
	c := open(t, cache.Config{Clock: now})
	if err := c.Set(t.Context(), "k", []byte("v"), time.Minute); err != nil {
		t.Fatal(err)
	}
	now.forward(time.Minute - time.Microsecond)
	if _, ok, _ := c.Get(t.Context(), "k"); !ok {
		t.Error("gone before its time")
	}
	now.forward(time.Microsecond)
	if _, ok, _ := c.Get(t.Context(), "k"); ok {
		t.Error("still there after its time")
	}

	rate := cache.Rate{Limit: 6, Per: time.Minute, Burst: 2}
	var taken int
	for range 60 { // two minutes in steps of two seconds: the burst, then one in ten seconds
		if d, err := c.Allow(t.Context(), "k", rate); err != nil {
			t.Fatal(err)
		} else if d.Allowed {
			taken++
		}
		now.forward(2 * time.Second)
	}
	if taken != 2+11 {
		t.Errorf("%d events in two minutes, want the burst of 2 and 11 more", taken)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	const most = 1 << 20
	c := open(t, cache.Config{MaxBytes: most})
	val := make([]byte, 1000)
	for i := range 5000 {
		if err := c.Set(t.Context(), fmt.Sprint("key", i), val, time.Hour); err != nil {
			t.Fatal(err)
		}
		if _, ok, _ := c.Get(t.Context(), "key0"); !ok {
			t.Fatalf("the key in constant use was pushed out by key %d", i)
		}
	}
	kept := 0
	for i := range 5000 {
		if _, ok, _ := c.Get(t.Context(), fmt.Sprint("key", i)); ok {
			kept++
		}
	}
	if kept*1000 > most || kept*1000 < most/2 {
		t.Errorf("%d values of 1000 bytes are kept in %d bytes", kept, most)
	}
	if err := c.Set(t.Context(), "huge", make([]byte, most), time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := c.Get(t.Context(), "key0"); !ok {
		t.Error("a value that cannot fit pushed out others")
	}
}

func TestRedisAway(t *testing.T) {
	t.Parallel()
	server := cachetest.Redis(t)
	c := open(t, cache.Config{URL: server.URL})
	if err := c.Set(t.Context(), "k", []byte("v"), time.Hour); err != nil {
		t.Fatal(err)
	}
	server.Stop()

	began := clock.System{}.Now()
	for range 100 {
		if _, ok, err := c.Get(t.Context(), "k"); ok || err != nil {
			t.Fatalf("got %t, %v from a Redis that is gone", ok, err)
		}
		if err := c.Set(t.Context(), "k", []byte("v"), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if took := (clock.System{}).Now().Sub(began); took > 2*time.Second {
		t.Errorf("200 operations without Redis took %s", took)
	}
	if err := c.Delete(t.Context(), "k"); err == nil {
		t.Error("a delete that did not happen is not reported")
	}
	allowed := 0
	for range 10 {
		d, err := c.Allow(t.Context(), "k", cache.PerHour(4))
		if err != nil {
			t.Fatal(err)
		}
		if d.Allowed {
			allowed++
		}
	}
	if allowed != 4 {
		t.Errorf("%d of 10 allowed without Redis, want 4", allowed)
	}

	server.Start()
	wait(t, "Redis is used again", func() bool {
		if err := c.Set(t.Context(), "again", []byte("v"), time.Hour); err != nil {
			t.Fatal(err)
		}
		_, ok, _ := c.Get(t.Context(), "again")
		return ok
	})
}

func TestRedisComesLater(t *testing.T) {
	t.Parallel()
	server := cachetest.Redis(t)
	server.Stop()
	var said lines
	c := open(t, cache.Config{URL: server.URL, Log: slog.New(slog.NewTextHandler(&said, nil))})
	if _, ok, err := c.Get(t.Context(), "k"); ok || err != nil {
		t.Fatalf("got %t, %v", ok, err)
	}
	server.Start()
	wait(t, "Redis is used", func() bool {
		_ = c.Set(t.Context(), "k", []byte("v"), time.Hour)
		_, ok, _ := c.Get(t.Context(), "k")
		return ok
	})
	if text := said.String(); strings.Count(text, "does not answer") != 1 || strings.Count(text, "answers again") != 1 {
		t.Errorf("want one line for each turn:\n%s", text)
	}
}

type lines struct {
	mu  sync.Mutex
	all strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func wait(t *testing.T, what string, yes func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(15 * time.Second)
	for !yes() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("still not true: %s", what)
		}
	}
}

type product struct {
	Name string
	Tags []string
}

func TestLoad(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(t *testing.T) string{
		"memory": func(*testing.T) string { return "" },
		"redis":  func(t *testing.T) string { return cachetest.Redis(t).URL },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := open(t, cache.Config{URL: url(t)})
			loads := 0
			load := func(context.Context) (product, error) {
				loads++
				return product{Name: "Kopi", Tags: []string{"a", "b"}}, nil
			}
			read := func() {
				p, err := cache.Load(t.Context(), c, "p", time.Minute, load)
				if err != nil || p.Name != "Kopi" || len(p.Tags) != 2 {
					t.Fatalf("got %+v, %v", p, err)
				}
			}
			read()
			wait(t, "the value is kept", func() bool { // Redis takes the noted absence back a moment later
				_, ok, err := c.Get(t.Context(), "p")
				return ok && err == nil
			})
			read()
			read()
			if loads != 1 {
				t.Errorf("loaded %d times", loads)
			}
		})
	}
}

func TestLoadRemembersAbsence(t *testing.T) {
	t.Parallel()
	now := newHandClock()
	c := open(t, cache.Config{Clock: now})
	loads := 0
	load := func(context.Context) (product, error) {
		loads++
		return product{}, fmt.Errorf("wrapped: %w", fault.New(fault.NotFound, "not_found", "no product %s", "50%"))
	}
	for range 3 {
		_, err := cache.Load(t.Context(), c, "p", time.Minute, load)
		if f := fault.As(err); f == nil || f.Kind != fault.NotFound || f.Code != "not_found" || f.Detail != "no product 50%" {
			t.Fatalf("got %v", err)
		}
	}
	if loads != 1 {
		t.Errorf("asked %d times for what is not there", loads)
	}
	now.forward(10 * time.Second)
	_, _ = cache.Load(t.Context(), c, "p", time.Minute, load)
	if loads != 2 {
		t.Error("absence is remembered for longer than 10 s")
	}
}

func TestLoadKeepsNoFailure(t *testing.T) {
	t.Parallel()
	c := open(t, cache.Config{})
	broken := errors.New("the database went away")
	if _, err := cache.Load(t.Context(), c, "p", time.Minute, func(context.Context) (int, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if _, err := cache.Load(t.Context(), c, "p", time.Minute, func(context.Context) (int, error) { panic("oops") }); err == nil || !strings.Contains(err.Error(), "oops") {
		t.Fatalf("a panic became %v", err)
	}
	if n, err := cache.Load(t.Context(), c, "p", time.Minute, func(context.Context) (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
}

func TestLoadOnceForAll(t *testing.T) {
	t.Parallel()
	c := open(t, cache.Config{})
	var loads atomic.Int64
	begun, release := make(chan struct{}), make(chan struct{})
	load := func(ctx context.Context) (int, error) {
		if loads.Add(1) == 1 {
			close(begun)
		}
		select {
		case <-release:
			return 7, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	impatient, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := cache.Load(impatient, c, "p", time.Minute, load)
		left <- err
	}()
	<-begun
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if n, err := cache.Load(t.Context(), c, "p", time.Minute, load); n != 7 || err != nil {
				t.Errorf("got %d, %v", n, err)
			}
		})
	}
	leave() // the first to ask leaves; the load goes on for the others
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(release)
	all.Wait()
	if loads.Load() != 1 {
		t.Errorf("%d loads", loads.Load())
	}
}

func TestObjects(t *testing.T) {
	t.Parallel()
	now := newHandClock()
	objects := cache.NewObjects[*product](1000, time.Minute, now)
	loads := 0
	load := func(context.Context) (*product, error) {
		loads++
		return &product{Name: fmt.Sprint("load ", loads)}, nil
	}
	get := func() *product {
		p, err := objects.Load(t.Context(), "p", load)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first := get()
	if get() != first {
		t.Error("a hit is not the kept object itself")
	}
	objects.Invalidate("p")
	if _, ok := objects.Get("p"); ok {
		t.Error("still there after Invalidate")
	}
	second := get()
	now.forward(time.Minute)
	if third := get(); third == second || loads != 3 {
		t.Errorf("still %q after its time", third.Name)
	}
	objects.Clear()
	if _, ok := objects.Get("p"); ok {
		t.Error("still there after Clear")
	}
}

func TestObjectsKeepNothingOlderThanAnInvalidation(t *testing.T) {
	t.Parallel()
	objects := cache.NewObjects[string](1000, time.Minute, clock.System{})
	begun, release, done := make(chan struct{}), make(chan struct{}), make(chan string)
	go func() {
		value, _ := objects.Load(t.Context(), "p", func(context.Context) (string, error) {
			close(begun)
			<-release
			return "old", nil
		})
		done <- value
	}()
	<-begun
	objects.Invalidate("p")
	value, err := objects.Load(t.Context(), "p", func(context.Context) (string, error) { return "new", nil })
	if value != "new" || err != nil {
		t.Errorf("asked after the invalidation, got %q, %v", value, err)
	}
	close(release)
	<-done
	if value, ok := objects.Get("p"); ok && value == "old" {
		t.Error("the value from before the invalidation is kept")
	}
}

func TestObjectsRememberAbsence(t *testing.T) {
	t.Parallel()
	objects := cache.NewObjects[string](1000, time.Minute, newHandClock())
	loads := 0
	for range 3 {
		_, err := objects.Load(t.Context(), "p", func(context.Context) (string, error) {
			loads++
			return "", fault.New(fault.NotFound, "not_found", "no such product")
		})
		if fault.KindOf(err) != fault.NotFound {
			t.Fatal(err)
		}
		if _, ok := objects.Get("p"); ok {
			t.Error("Get finds what is not there")
		}
	}
	if loads != 1 {
		t.Errorf("asked %d times for what is not there", loads)
	}
}

func BenchmarkObjects(b *testing.B) {
	objects := cache.NewObjects[*product](1000, time.Minute, clock.System{})
	objects.Set("prd_01", &product{})
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			objects.Get("prd_01")
		}
	})
}

func BenchmarkMemoryGet(b *testing.B) {
	c := open(b, cache.Config{})
	if err := c.Set(b.Context(), "k", make([]byte, 1000), time.Hour); err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, _, _ = c.Get(b.Context(), "k")
		}
	})
}

func BenchmarkRedisGet(b *testing.B) {
	c := open(b, cache.Config{URL: cachetest.Redis(b).URL})
	if err := c.Set(b.Context(), "k", make([]byte, 1000), time.Hour); err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, _, _ = c.Get(b.Context(), "k")
		}
	})
}

func BenchmarkMemoryAllow(b *testing.B) {
	c := open(b, cache.Config{})
	for b.Loop() {
		_, _ = c.Allow(b.Context(), "k", cache.PerSecond(100))
	}
}
