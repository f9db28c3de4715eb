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

func enqueue(t *testing.T, bus *events.Bus, queue, job string, o events.EnqueueOptions) {
	t.Helper()
	if err := bus.Enqueue(t.Context(), queue, []byte(job), o); err != nil {
		t.Fatal(err)
	}
}

func TestJobsAreDoneOnce(t *testing.T) {
	t.Parallel()
	bus := eventstest.New(t)
	done := make(chan string, 100)
	do := func(_ context.Context, job []byte) error {
		done <- string(job)
		return nil
	}
	bus.Work("images", 4, do)
	bus.Work("mail", 1, func(_ context.Context, job []byte) error {
		t.Errorf("got a job of another queue: %s", job)
		return nil
	})
	enqueue(t, bus, "images", "before the start", events.EnqueueOptions{})
	start(t, bus)
	for n := range 50 {
		enqueue(t, bus, "images", fmt.Sprint("job ", n), events.EnqueueOptions{})
	}
	seen := map[string]bool{}
	for range 51 {
		job := receive(t, done, "job")
		if seen[job] {
			t.Errorf("%s was done twice", job)
		}
		seen[job] = true
	}
	nothing(t, done, 50*time.Millisecond, "job")
}

func TestOneIDIsOneJob(t *testing.T) {
	t.Parallel()
	bus := eventstest.New(t)
	done := make(chan string, 100)
	bus.Work("images", 1, func(_ context.Context, job []byte) error {
		done <- string(job)
		return nil
	})
	start(t, bus)
	for range 3 {
		enqueue(t, bus, "images", "variants of img_1", events.EnqueueOptions{ID: "img_1"})
	}
	enqueue(t, bus, "images", "variants of img_2", events.EnqueueOptions{ID: "img_2"})
	receive(t, done, "job")
	receive(t, done, "job")
	nothing(t, done, 100*time.Millisecond, "job")
}

func TestDelayedJob(t *testing.T) {
	t.Parallel()
	bus := quickBus(t)
	done := make(chan time.Time, 10)
	bus.Work("mail", 1, func(context.Context, []byte) error {
		done <- systemClock.Now()
		return nil
	})
	start(t, bus)
	asked := systemClock.Now()
	enqueue(t, bus, "mail", "later", events.EnqueueOptions{Delay: 300 * time.Millisecond})
	enqueue(t, bus, "mail", "now", events.EnqueueOptions{})
	if waited := receive(t, done, "job").Sub(asked); waited > 300*time.Millisecond {
		t.Errorf("a delayed job held up another for %s", waited)
	}
	if waited := receive(t, done, "delayed job").Sub(asked); waited < 300*time.Millisecond {
		t.Errorf("came after %s, want 300ms", waited)
	}
}

func TestJobFailsIsParkedAndReplayed(t *testing.T) {
	t.Parallel()
	bus := quickBus(t)
	healed := false
	tried := make(chan int, 100)
	n := 0
	bus.Work("images", 1, func(context.Context, []byte) error { // one worker: no two calls at once
		n++
		defer func() { tried <- n }()
		switch {
		case healed:
			return nil
		case n == 2:
			panic("a defect")
		}
		return errors.New("broken")
	})
	start(t, bus)
	// A delayed job's too early delivery is no attempt.
	enqueue(t, bus, "images", "x", events.EnqueueOptions{ID: "img/1 of *", Delay: 50 * time.Millisecond})
	for range len(quick) + 1 {
		receive(t, tried, "attempt")
	}
	p := awaitParked(t, bus, 1)[0]
	if p.Consumer != "jobs.images" || p.EventID != "img/1 of *" || string(p.Payload) != "x" || p.Attempts != 4 {
		t.Errorf("parked %+v", p)
	}
	healed = true
	if err := bus.Replay(t.Context(), p.Consumer, p.EventID); err != nil {
		t.Fatal(err)
	}
	receive(t, tried, "replayed job")
	if parked := listParked(t, bus); len(parked) != 0 {
		t.Errorf("still parked: %+v", parked)
	}
}

func TestQueueNames(t *testing.T) {
	t.Parallel()
	bus := eventstest.New(t)
	for _, name := range []string{"", "a.b", "a b", "*", ">", "a/b"} {
		if err := bus.Enqueue(t.Context(), name, nil, events.EnqueueOptions{}); err == nil {
			t.Errorf("%q is taken as a queue", name)
		}
	}
	bus.Work("a.b", 1, func(context.Context, []byte) error { return nil })
	if err := bus.Start(t.Context()); err == nil {
		t.Error("started with a queue that cannot be")
	}
}
