package events_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pasar/internal/platform/events"
	"pasar/internal/platform/events/eventstest"
)

// TestStopFinishesWhatRuns stops in the middle of a handler that needs a moment.
func TestStopFinishesWhatRuns(t *testing.T) {
	t.Parallel()
	bus, outbox := eventstest.New(t), newOutbox()
	begun, release, finished := make(chan struct{}), make(chan struct{}), make(chan struct{})
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.slow", Types: []string{testType}, Handle: func(ctx context.Context, _ events.Event) error {
		close(begun)
		<-release
		defer close(finished)
		return ctx.Err()
	}})
	start(t, bus)
	outbox.emit(happened(1))
	receive(t, begun, "handler")
	stopped := make(chan error, 1)
	go func() { stopped <- bus.Stop(t.Context()) }()
	nothing(t, stopped, 50*time.Millisecond, "stop before the handler has finished")
	close(release)
	receive(t, finished, "end of the handler")
	if err := receive(t, stopped, "stop"); err != nil {
		t.Error(err)
	}
}

// TestStopHandsBack stops a bus whose handler does not finish in time. The next
// start gets the event at once, and the events that had not begun.
func TestStopHandsBack(t *testing.T) {
	t.Parallel()
	cfg := events.Config{StoreDir: t.TempDir(), RelaxedSync: true}
	first, outbox := eventstest.Open(t, cfg), newOutbox()
	begun := make(chan struct{}, 10)
	first.AddOutbox("test", outbox)
	first.Subscribe(events.Consumer{Name: "test.stuck", Types: []string{testType}, Handle: func(ctx context.Context, _ events.Event) error {
		begun <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}})
	start(t, first)
	outbox.emit(happenings(1, 5)...)
	receive(t, begun, "handler")
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	if err := first.Stop(ctx); err != nil {
		t.Fatal(err)
	}

	second := eventstest.Open(t, cfg)
	handle, got := collector()
	second.AddOutbox("test", outbox)
	second.Subscribe(events.Consumer{Name: "test.stuck", Types: []string{testType}, Handle: handle})
	began := systemClock.Now()
	start(t, second)
	seen := map[string]bool{}
	for range 5 {
		seen[receive(t, got, "event").ID] = true
	}
	if len(seen) != 5 {
		t.Errorf("got %v", seen)
	}
	if took := systemClock.Now().Sub(began); took > 5*time.Second {
		t.Errorf("the event was held for %s: it was not handed back", took)
	}
	if parked := listParked(t, second); len(parked) != 0 {
		t.Errorf("parked what a stop interrupted: %+v", parked)
	}
}

func TestStopNamesAHandlerThatIgnoresIt(t *testing.T) {
	t.Parallel()
	bus, err := events.Open(t.Context(), events.Config{StoreDir: t.TempDir(), RelaxedSync: true}, systemClock, eventstest.Log(t))
	if err != nil {
		t.Fatal(err)
	}
	begun, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	bus.Work("deaf", 1, func(context.Context, []byte) error {
		close(begun)
		<-release
		return nil
	})
	start(t, bus)
	enqueue(t, bus, "deaf", "x", events.EnqueueOptions{})
	receive(t, begun, "handler")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := bus.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "handlers") {
		t.Errorf("stopped with %v", err)
	}
}

func TestStopTwiceAndBeforeStart(t *testing.T) {
	t.Parallel()
	bus := eventstest.New(t)
	for range 2 {
		if err := bus.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if err := bus.Start(t.Context()); err == nil {
		t.Error("started after the stop")
	}
}

// consumeAll starts a bus on cfg and outbox and waits for count events.
func consumeAll(t *testing.T, cfg events.Config, outbox *memoryOutbox, count int) (*events.Bus, <-chan events.Event) {
	t.Helper()
	bus := eventstest.Open(t, cfg)
	handle, got := collector()
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.restart", Types: []string{testType}, Handle: handle})
	start(t, bus)
	for range count {
		receive(t, got, "event")
	}
	return bus, got
}

func TestRestartContinues(t *testing.T) {
	t.Parallel()
	cfg := events.Config{StoreDir: t.TempDir(), RelaxedSync: true}
	outbox := newOutbox()
	outbox.emit(happenings(1, 20)...)
	first, _ := consumeAll(t, cfg, outbox, 20)
	eventstest.Stop(t, first)
	replaysBefore := len(outbox.replays)

	outbox.emit(happenings(21, 30)...)
	_, got := consumeAll(t, cfg, outbox, 10)
	nothing(t, got, 100*time.Millisecond, "event that was done before the restart")
	if len(outbox.replays) != replaysBefore {
		t.Errorf("replayed after a clean stop: %v", outbox.replays)
	}
}

// TestUncleanStopReplays finds the marker of a run that did not stop.
func TestUncleanStopReplays(t *testing.T) {
	t.Parallel()
	cfg := events.Config{StoreDir: t.TempDir(), RelaxedSync: true}
	outbox := newOutbox()
	outbox.emit(happenings(1, 5)...)
	first, _ := consumeAll(t, cfg, outbox, 5)
	marker := filepath.Join(cfg.StoreDir, "running")
	left, err := os.ReadFile(marker)
	if err != nil {
		t.Fatal(err)
	}
	eventstest.Stop(t, first)
	if _, err := os.Stat(marker); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("a clean stop left its marker: %v", err)
	}
	if err := os.WriteFile(marker, left, 0o600); err != nil { // what a kill leaves
		t.Fatal(err)
	}

	// The replayed events are in the stream already, which drops them by their ids.
	second, got := consumeAll(t, cfg, outbox, 0)
	waitUntil(t, "the replayed events are published again", func() bool {
		count, _, _ := outbox.OutboxLag(t.Context())
		outbox.mu.Lock()
		defer outbox.mu.Unlock()
		return count == 0 && len(outbox.replays) == 2
	})
	if age := systemClock.Now().Sub(outbox.replays[1]); age < 10*time.Minute || age > 20*time.Minute {
		t.Errorf("replayed from %s ago, want a margin of 10 minutes", age)
	}
	nothing(t, got, 100*time.Millisecond, "duplicate")
	eventstest.Stop(t, second)
	if _, err := os.Stat(marker); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the replay was done and the marker is still there: %v", err)
	}
}

// TestLostStoreReplaysEverything loses the whole store directory, as a restore
// of the databases alone does.
func TestLostStoreReplaysEverything(t *testing.T) {
	t.Parallel()
	outbox := newOutbox()
	outbox.emit(happenings(1, 300)...)
	first, _ := consumeAll(t, events.Config{}, outbox, 300)
	eventstest.Stop(t, first)
	consumeAll(t, events.Config{}, outbox, 300) // another empty directory
}

// TestUnfinishedReplaySurvivesARestart stops before the outbox could be replayed.
func TestUnfinishedReplaySurvivesARestart(t *testing.T) {
	t.Parallel()
	cfg := events.Config{StoreDir: t.TempDir(), RelaxedSync: true}
	marker := filepath.Join(cfg.StoreDir, "running")
	if err := os.WriteFile(marker, []byte("2026-01-02T03:04:05Z\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	bus := eventstest.Open(t, cfg)
	eventstest.Stop(t, bus)
	if left, err := os.ReadFile(marker); err != nil || string(left) != "2026-01-02T03:04:05Z\n" {
		t.Errorf("the crash is forgotten before it was made up for: %q, %v", left, err)
	}
}
