package events_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pasar/internal/platform/events"
	"pasar/internal/platform/events/eventstest"
)

var quick = []time.Duration{20 * time.Millisecond, 40 * time.Millisecond, 60 * time.Millisecond}

func quickBus(t *testing.T) *events.Bus {
	t.Helper()
	return eventstest.Open(t, events.Config{Backoff: quick})
}

// attempt is one call of a handler.
type attempt struct {
	id string
	at time.Time
}

// failing returns a handler that fails with what err says for each attempt.
func failing(err func(n int) error) (handle events.Handler, attempts <-chan attempt) {
	c := make(chan attempt, 1000)
	var n atomic.Int64
	return func(_ context.Context, e events.Event) error {
		c <- attempt{id: e.ID, at: systemClock.Now()}
		return err(int(n.Add(1)))
	}, c
}

func TestFailureIsTriedAgainWithGrowingPauses(t *testing.T) {
	t.Parallel()
	bus, outbox := quickBus(t), newOutbox()
	handle, attempts := failing(func(n int) error {
		switch n {
		case 1:
			return errors.New("the database is busy")
		case 2:
			panic("a defect")
		}
		return nil
	})
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.retry", Types: []string{testType}, Handle: handle})
	start(t, bus)
	outbox.emit(happened(1))
	last := receive(t, attempts, "attempt").at
	for _, pause := range quick[:2] {
		at := receive(t, attempts, "attempt").at
		if waited := at.Sub(last); waited < pause {
			t.Errorf("tried again after %s, want at least %s", waited, pause)
		}
		last = at
	}
	nothing(t, attempts, 100*time.Millisecond, "attempt after success")
	if parked := listParked(t, bus); len(parked) != 0 {
		t.Errorf("parked although it worked: %+v", parked)
	}
}

func listParked(t *testing.T, bus *events.Bus) []events.ParkedEvent {
	t.Helper()
	parked, err := bus.Parked(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	return parked
}

func awaitParked(t *testing.T, bus *events.Bus, want int) []events.ParkedEvent {
	t.Helper()
	var parked []events.ParkedEvent
	waitUntil(t, fmt.Sprintf("%d are parked", want), func() bool {
		parked = listParked(t, bus)
		return len(parked) == want
	})
	return parked
}

func TestLastFailureParksAndReplayBringsBack(t *testing.T) {
	t.Parallel()
	bus, outbox := quickBus(t), newOutbox()
	var healed atomic.Bool
	handle, attempts := failing(func(int) error {
		if healed.Load() {
			return nil
		}
		return errors.New("still broken")
	})
	other, gotOther := collector()
	bus.AddOutbox("test", outbox)
	bus.Subscribe(
		events.Consumer{Name: "test.broken", Types: []string{testType}, Handle: handle},
		events.Consumer{Name: "other.fine", Types: []string{testType}, Handle: other},
	)
	start(t, bus)
	outbox.emit(happened(1))
	for range len(quick) + 1 {
		receive(t, attempts, "attempt")
	}
	p := awaitParked(t, bus, 1)[0]
	if p.Consumer != "test.broken" || p.EventID != happened(1).ID || p.Error != "still broken" || p.Attempts != 4 ||
		p.Subject != testType || p.ParkedAt.IsZero() || !strings.Contains(string(p.Payload), p.EventID) {
		t.Errorf("parked %+v", p)
	}
	nothing(t, attempts, 100*time.Millisecond, "attempt at a parked event")
	receive(t, gotOther, "event")

	for range 2 { // parked again after a vain replay, then for good
		if err := bus.Replay(t.Context(), p.Consumer, p.EventID); err != nil {
			t.Fatal(err)
		}
		if got := receive(t, attempts, "replayed attempt"); got.id != p.EventID {
			t.Errorf("replayed %s", got.id)
		}
		if !healed.Load() {
			for range len(quick) {
				receive(t, attempts, "attempt")
			}
			awaitParked(t, bus, 1)
			healed.Store(true)
		}
	}
	nothing(t, attempts, 100*time.Millisecond, "attempt after success")
	nothing(t, gotOther, 10*time.Millisecond, "replay for a consumer that had no trouble")
	if err := bus.Replay(t.Context(), p.Consumer, p.EventID); !errors.Is(err, events.ErrNotParked) {
		t.Errorf("replay of what is not parked: %v", err)
	}
}

func TestPoisonIsParkedAtOnce(t *testing.T) {
	t.Parallel()
	bus, outbox := quickBus(t), newOutbox()
	handle, attempts := failing(func(int) error {
		return fmt.Errorf("order: %w", events.Poison(errors.New("an order of minus one")))
	})
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.poison", Types: []string{testType}, Handle: handle})
	start(t, bus)
	outbox.emit(happened(1), happened(2))
	receive(t, attempts, "attempt")
	receive(t, attempts, "attempt at the next event")
	for _, p := range awaitParked(t, bus, 2) {
		if p.Error != "order: an order of minus one" || p.Attempts != 1 {
			t.Errorf("parked %+v", p)
		}
	}
	nothing(t, attempts, 100*time.Millisecond, "second attempt at poison")
}

func TestPoison(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	if err := events.Poison(cause); !errors.Is(err, events.ErrPoison) || !errors.Is(err, cause) {
		t.Errorf("%v", err)
	}
	if events.Poison(nil) != nil {
		t.Error("no error became one")
	}
}

func TestFailureHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	bus := eventstest.Open(t, events.Config{Backoff: []time.Duration{time.Hour}})
	outbox := newOutbox()
	done := make(chan string, 100)
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.mixed", Types: []string{testType}, Handle: func(_ context.Context, e events.Event) error {
		if e.Version == 1 {
			return errors.New("broken")
		}
		done <- e.ID
		return nil
	}})
	start(t, bus)
	outbox.emit(happenings(1, 10)...)
	for range 9 {
		receive(t, done, "event behind the broken one")
	}
}

// TestLongWorkIsNotGivenToAnother lets a handler take much longer than the wait
// after which the server would give its event to somebody else.
func TestLongWorkIsNotGivenToAnother(t *testing.T) {
	t.Parallel()
	bus := eventstest.Open(t, events.Config{AckWait: 150 * time.Millisecond})
	outbox := newOutbox()
	begun, release := make(chan string, 10), make(chan struct{})
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.long", Types: []string{testType}, Workers: 3, Handle: func(context.Context, events.Event) error {
		begun <- "attempt"
		<-release
		return nil
	}})
	start(t, bus)
	outbox.emit(happened(1))
	receive(t, begun, "attempt")
	nothing(t, begun, 600*time.Millisecond, "second attempt beside the first")
	close(release)
	waitUntil(t, "the event is done", func() bool {
		lag, err := bus.Lag(t.Context())
		return err == nil && lag["test.long"] == 0
	})
}

func TestWorkersAreBounded(t *testing.T) {
	t.Parallel()
	bus, outbox := eventstest.New(t), newOutbox()
	var now, most atomic.Int64
	begun, release := make(chan struct{}, 100), make(chan struct{})
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.bounded", Types: []string{testType}, Workers: 3, Handle: func(context.Context, events.Event) error {
		most.Store(max(most.Load(), now.Add(1)))
		begun <- struct{}{}
		<-release
		now.Add(-1)
		return nil
	}})
	start(t, bus)
	outbox.emit(happenings(1, 30)...)
	for range 3 {
		receive(t, begun, "handler")
	}
	nothing(t, begun, 50*time.Millisecond, "fourth handler at once")
	close(release)
	for range 27 {
		receive(t, begun, "handler")
	}
	if most.Load() != 3 {
		t.Errorf("%d handlers at once, want 3", most.Load())
	}
}

func TestOutOfOrderIsTheConsumersToJudge(t *testing.T) {
	t.Parallel()
	bus, outbox := eventstest.New(t), newOutbox()
	handle, got := collector()
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.versions", Types: []string{testType}, Handle: handle})
	start(t, bus)
	late, early := happened(1), happened(2)
	outbox.emit(early)
	receive(t, got, "event")
	outbox.emit(late)
	if e := receive(t, got, "late event"); e.Version != 1 || e.Subject != early.Subject {
		t.Errorf("got %+v: a consumer could not tell that it is late", e)
	}
}
