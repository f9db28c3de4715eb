package events_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"pasar/internal/platform/clock"
	"pasar/internal/platform/events"
)

// lease of memoryOutbox, short enough for a test to wait for.
const lease = 300 * time.Millisecond

// memoryOutbox is an outbox whose rows survive the bus, as a database's do.
type memoryOutbox struct {
	mu    sync.Mutex
	rows  []*outboxRow
	byID  map[string]*outboxRow
	first int // all rows before are published
	ready chan struct{}

	claimErr  error // answered by ClaimOutbox while set
	replays   []time.Time
	forgetful bool // MarkPublished fails
}

type outboxRow struct {
	events.Event
	published bool
	until     time.Time
}

func newOutbox() *memoryOutbox {
	return &memoryOutbox{byID: map[string]*outboxRow{}, ready: make(chan struct{}, 1)}
}

func (o *memoryOutbox) emit(evs ...events.Event) {
	o.mu.Lock()
	for _, e := range evs {
		r := &outboxRow{Event: e}
		o.rows = append(o.rows, r)
		o.byID[e.ID] = r
	}
	o.mu.Unlock()
	select {
	case o.ready <- struct{}{}:
	default:
	}
}

func (o *memoryOutbox) ClaimOutbox(_ context.Context, limit int) ([]events.Event, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.claimErr != nil {
		return nil, o.claimErr
	}
	now := clock.System{}.Now()
	var claimed []events.Event
	for o.first < len(o.rows) && o.rows[o.first].published {
		o.first++
	}
	for _, r := range o.rows[o.first:] {
		if len(claimed) == limit {
			break
		}
		if !r.published && r.until.Before(now) {
			r.until = now.Add(lease)
			claimed = append(claimed, r.Event)
		}
	}
	return claimed, nil
}

func (o *memoryOutbox) MarkPublished(_ context.Context, ids []string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.forgetful {
		return fmt.Errorf("the database went away")
	}
	for _, id := range ids {
		o.byID[id].published = true
	}
	return nil
}

func (o *memoryOutbox) ReplaySince(_ context.Context, t time.Time) (int64, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.replays = append(o.replays, t)
	var count int64
	for _, r := range o.rows {
		if r.published && !r.Time.Before(t) {
			r.published, r.until, o.first = false, time.Time{}, 0
			count++
		}
	}
	return count, nil
}

func (o *memoryOutbox) PruneOutbox(context.Context, time.Time) (int64, error) { return 0, nil }

func (o *memoryOutbox) OutboxReady() <-chan struct{} { return o.ready }

func (o *memoryOutbox) OutboxLag(context.Context) (int64, time.Duration, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var count int64
	for _, r := range o.rows {
		if !r.published {
			count++
		}
	}
	return count, 0, nil
}

func (o *memoryOutbox) set(change func(o *memoryOutbox)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change(o)
}

const testType = "pasar.test.happened.v1"

// happened returns the n-th event of a test.
func happened(n int) events.Event {
	return events.Event{
		SpecVersion: "1.0", ID: fmt.Sprintf("evt_%06d", n), Source: "/pasar/test", Type: testType,
		Subject: "tst_1", Time: clock.System{}.Now(), ContentType: "application/json", Version: int64(n),
		Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, n)),
	}
}

func happenings(from, to int) []events.Event {
	var evs []events.Event
	for n := from; n <= to; n++ {
		evs = append(evs, happened(n))
	}
	return evs
}

// patience is how long a test waits for what should be there in milliseconds.
const patience = 20 * time.Second

// receive takes the next value, or fails the test.
func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("no %s after %s", what, patience)
		panic("unreachable")
	}
}

// nothing fails the test when a value comes within a while.
func nothing[T any](t *testing.T, from <-chan T, while time.Duration, what string) {
	t.Helper()
	select {
	case v := <-from:
		t.Fatalf("unexpected %s: %v", what, v)
	case <-time.After(while):
	}
}
