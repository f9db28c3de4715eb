package lifecycle_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pasar/internal/platform/lifecycle"
)

func states(statuses []lifecycle.Status) map[string]string {
	byName := map[string]string{}
	for _, s := range statuses {
		byName[s.Name] = s.State
		if s.Error != "" {
			byName[s.Name] += ": " + s.Error
		}
	}
	return byName
}

func TestReadinessFollowsTheGroup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var failure atomic.Pointer[error]
		var checks atomic.Int32
		g := lifecycle.New(lifecycle.Options{Drain: 2 * time.Second})
		g.Add(
			lifecycle.Part{
				Name:  "db",
				Start: func(context.Context) error { <-time.After(time.Second); return nil },
				Ready: func(context.Context) error {
					checks.Add(1)
					if err := failure.Load(); err != nil {
						return *err
					}
					return nil
				},
			},
			lifecycle.Part{Name: "http", Needs: []string{"db"}},
		)
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error, 1)
		go func() { result <- g.Run(ctx) }()

		synctest.Wait()
		if got := g.Readiness(ctx); lifecycle.AllReady(got) || states(got)["db"] != lifecycle.Starting {
			t.Errorf("while starting: %v", got)
		}
		<-g.Started()
		for range 50 {
			if got := g.Readiness(ctx); !lifecycle.AllReady(got) {
				t.Fatalf("when started: %v", got)
			}
		}
		if n := checks.Load(); n != 1 {
			t.Errorf("50 probes within a second made %d checks, want 1", n)
		}
		broken := errors.New("connection refused")
		failure.Store(&broken)
		<-time.After(1100 * time.Millisecond)
		if got := states(g.Readiness(ctx)); got["db"] != "failing: connection refused" || got["http"] != lifecycle.Ready {
			t.Errorf("when broken: %v", got)
		}
		failure.Store(nil)
		cancel()
		synctest.Wait() // draining now: nothing has stopped, and readiness is off already
		if got := states(g.Readiness(ctx)); got["db"] != lifecycle.Stopping || got["http"] != lifecycle.Stopping {
			t.Errorf("while draining: %v", got)
		}
		if err := <-result; err != nil {
			t.Error(err)
		}
	})
}

func TestReadinessChecksRunAtOnceAndAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var hanging atomic.Int32
		slow := func(context.Context) error { <-time.After(400 * time.Millisecond); return nil }
		g := lifecycle.New(lifecycle.Options{ReadyTimeout: 500 * time.Millisecond})
		g.Add(
			lifecycle.Part{Name: "a", Ready: slow},
			lifecycle.Part{Name: "b", Ready: slow},
			lifecycle.Part{Name: "stuck", Ready: func(context.Context) error { hanging.Add(1); <-release; return nil }},
		)
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error, 1)
		go func() { result <- g.Run(ctx) }()
		<-g.Started()

		begin := time.Now()
		got := states(g.Readiness(ctx))
		if took := time.Since(begin); took > 500*time.Millisecond {
			t.Errorf("the checks took %s", took)
		}
		if got["a"] != lifecycle.Ready || got["b"] != lifecycle.Ready || got["stuck"] != "failing: no answer in time" {
			t.Errorf("got %v", got)
		}
		<-time.After(2 * time.Second)
		if got := states(g.Readiness(ctx)); got["stuck"] != "failing: the last check has not returned yet" {
			t.Errorf("second probe: %v", got)
		}
		if n := hanging.Load(); n != 1 {
			t.Errorf("%d checks hang, want one at most", n)
		}
		close(release)
		cancel()
		if err := <-result; err != nil {
			t.Error(err)
		}
	})
}
