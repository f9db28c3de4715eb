package events_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pasar/internal/platform/events"
	"pasar/internal/platform/events/eventstest"
)

func start(t *testing.T, b *events.Bus) {
	t.Helper()
	if err := b.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// collector is a handler that passes its events on.
func collector() (handle events.Handler, got <-chan events.Event) {
	c := make(chan events.Event, 200000)
	return func(_ context.Context, e events.Event) error {
		c <- e
		return nil
	}, c
}

func TestEventReachesEveryConsumer(t *testing.T) {
	t.Parallel()
	bus, outbox := eventstest.New(t), newOutbox()
	one, gotOne := collector()
	two, gotTwo := collector()
	bus.AddOutbox("test", outbox)
	bus.Subscribe(
		events.Consumer{Name: "one.happened", Types: []string{testType}, Handle: one},
		events.Consumer{Name: "two.happened", Types: []string{testType}, Handle: two, Workers: 4},
		events.Consumer{Name: "two.other", Types: []string{"pasar.test.other.v1"}, Handle: func(_ context.Context, e events.Event) error {
			t.Errorf("got %s, which was not asked for", e.Type)
			return nil
		}},
	)
	start(t, bus)

	want := happened(1)
	outbox.emit(want)
	for _, got := range []<-chan events.Event{gotOne, gotTwo} {
		e := receive(t, got, "event")
		if e.ID != want.ID || e.Version != want.Version || string(e.Data) != string(want.Data) || !e.Time.Equal(want.Time) {
			t.Errorf("got %+v, want %+v", e, want)
		}
	}
	waitUntil(t, "nothing is left", func() bool {
		lag, err := bus.Lag(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return lag["one.happened"]+lag["two.happened"] == 0
	})
	if err := bus.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

// waitUntil asks until the answer is yes: for state that sends no signal.
func waitUntil(t *testing.T, what string, yes func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for !yes() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("still not true after %s: %s", patience, what)
		}
	}
}

func TestEventsInOrderForOneWorker(t *testing.T) {
	t.Parallel()
	bus, outbox := synced(t), newOutbox()
	handle, got := collector()
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.order", Types: []string{testType}, Handle: handle})
	outbox.emit(happenings(1, 1000)...) // more than one pass, in batches
	start(t, bus)
	for n := int64(1); n <= 1000; n++ {
		if e := receive(t, got, "event"); e.Version != n {
			t.Fatalf("event %d came in place of %d", e.Version, n)
		}
	}
	nothing(t, got, 100*time.Millisecond, "second delivery")
}

// synced is a bus as the shop runs it: every write on disk, so in batches.
func synced(t *testing.T) *events.Bus {
	t.Helper()
	return eventstest.Open(t, events.Config{StoreDir: t.TempDir()})
}

func TestDuplicatesOfTheOutboxAreDropped(t *testing.T) {
	t.Parallel()
	bus, outbox := synced(t), newOutbox()
	handle, got := collector()
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.once", Types: []string{testType}, Handle: handle})
	outbox.set(func(o *memoryOutbox) { o.forgetful = true })
	outbox.emit(happenings(1, 50)...)
	start(t, bus)
	for range 50 {
		receive(t, got, "event")
	}
	// The relay could not note what it published. A later pass finds the same
	// rows, with new ones among them, which the batch must not take down with it.
	outbox.emit(happenings(51, 53)...)
	outbox.set(func(o *memoryOutbox) { o.forgetful = false })
	for n := int64(51); n <= 53; n++ {
		if e := receive(t, got, "event"); e.Version != n {
			t.Errorf("event %d came in place of %d", e.Version, n)
		}
	}
	waitUntil(t, "all are noted as published", func() bool {
		count, _, _ := outbox.OutboxLag(t.Context())
		return count == 0
	})
	nothing(t, got, 50*time.Millisecond, "duplicate")
}

func TestRelayOutlivesABrokenOutbox(t *testing.T) {
	t.Parallel()
	bus, outbox := eventstest.New(t), newOutbox()
	handle, got := collector()
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.broken", Types: []string{testType}, Handle: handle})
	outbox.set(func(o *memoryOutbox) { o.claimErr = errors.New("the database went away") })
	start(t, bus)
	outbox.emit(happened(1))
	nothing(t, got, 50*time.Millisecond, "event")
	outbox.set(func(o *memoryOutbox) { o.claimErr = nil })
	receive(t, got, "event")
}

func TestStartRefusesMistakes(t *testing.T) {
	t.Parallel()
	handle, _ := collector()
	good := events.Consumer{Name: "test.good", Types: []string{testType}, Handle: handle}
	for name, consumers := range map[string][]events.Consumer{
		"no name":      {{Types: good.Types, Handle: handle}},
		"bad name":     {{Name: "test *", Types: good.Types, Handle: handle}},
		"no types":     {{Name: "test.good", Handle: handle}},
		"wildcard":     {{Name: "test.good", Types: []string{"pasar.>"}, Handle: handle}},
		"no handler":   {{Name: "test.good", Types: good.Types}},
		"same name":    {good, good},
		"same on NATS": {good, {Name: "test_good", Types: good.Types, Handle: handle}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bus := eventstest.New(t)
			bus.Subscribe(consumers...)
			if err := bus.Start(t.Context()); err == nil {
				t.Error("started")
			} else {
				t.Log(err)
			}
		})
	}
}

func TestTwoBusesShareNoDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := eventstest.Open(t, events.Config{StoreDir: dir, RelaxedSync: true})
	if _, err := events.Open(t.Context(), events.Config{StoreDir: dir}, systemClock, eventstest.Log(t)); err == nil {
		t.Fatal("a second bus opened the directory of the first")
	} else {
		t.Log(err)
	}
	eventstest.Stop(t, first)
	eventstest.Open(t, events.Config{StoreDir: dir, RelaxedSync: true})
}

func TestOpenNeedsAPlace(t *testing.T) {
	t.Parallel()
	for _, cfg := range []events.Config{{}, {URL: "nats://user:hunter2@127.0.0.1:1"}} {
		_, err := events.Open(t.Context(), cfg, systemClock, eventstest.Log(t))
		if err == nil {
			t.Fatalf("opened %+v", cfg)
		}
		if text := fmt.Sprint(err); containsSecret(text) {
			t.Errorf("the error shows the password: %s", text)
		}
	}
}
