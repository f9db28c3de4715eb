// Package eventstest gives tests a real bus: the embedded server, in a
// directory of the test's own.
package eventstest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"pasar/internal/platform/clock"
	"pasar/internal/platform/events"
)

// StopTimeout is how long a test's bus may take to stop.
const StopTimeout = 10 * time.Second

// New returns a bus that stops when the test ends. The test adds its outboxes
// and consumers and calls Start.
func New(t testing.TB) *events.Bus {
	t.Helper()
	return Open(t, events.Config{})
}

// Open is New with a configuration. An empty URL and StoreDir mean the embedded
// server in a temporary directory, which leaves syncing to the system.
func Open(t testing.TB, cfg events.Config) *events.Bus {
	t.Helper()
	if cfg.URL == "" && cfg.StoreDir == "" {
		cfg.StoreDir, cfg.RelaxedSync = t.TempDir(), true
	}
	bus, err := events.Open(t.Context(), cfg, clock.System{}, Log(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Stop(t, bus) })
	return bus
}

// Stop stops bus and fails the test when that does not work.
func Stop(t testing.TB, bus *events.Bus) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), StopTimeout)
	defer cancel()
	if err := bus.Stop(ctx); err != nil {
		t.Errorf("stop the bus: %v", err)
	}
}

// Log returns a log that goes to the test's output for as long as the test runs:
// the embedded server may say its last words a little later.
func Log(t testing.TB) *slog.Logger {
	w := &output{t: t}
	t.Cleanup(w.close)
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelInfo}))
}

type output struct {
	mu     sync.Mutex
	t      testing.TB
	closed bool
}

func (o *output) Write(line []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return len(line), nil
	}
	return o.t.Output().Write(line)
}

func (o *output) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
}
