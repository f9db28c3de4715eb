package lifecycle

import (
	"context"
	"errors"
	"sync"
	"time"
)

// The states of a part, as /readyz shows them.
const (
	Starting = "starting"
	Ready    = "ready"
	Failing  = "failing"
	Stopping = "stopping"
)

// Status is one part's readiness.
type Status struct {
	Name  string `json:"name"`
	State string `json:"state"`
	Error string `json:"error,omitempty"`
}

// readinessAge is how long an answer is good for, so that probes cost the
// engines no more than one check a second.
const readinessAge = time.Second

type readinessCache struct {
	mu    sync.Mutex
	state groupState
	at    time.Time
	last  []Status
}

// Readiness tells the state of every part. Checks run at once, bounded in time,
// and at most once a second.
func (g *Group) Readiness(ctx context.Context) []Status {
	g.cache.mu.Lock()
	defer g.cache.mu.Unlock()
	state, now := groupState(g.state.Load()), g.opts.Clock.Now()
	age := now.Sub(g.cache.at)
	if g.cache.last != nil && state == g.cache.state && state == groupRunning && age >= 0 && age < readinessAge {
		return g.cache.last
	}
	g.cache.last, g.cache.at, g.cache.state = g.check(ctx, state), now, state
	return g.cache.last
}

// AllReady reports whether the program should be sent work.
func AllReady(statuses []Status) bool {
	for _, s := range statuses {
		if s.State != Ready {
			return false
		}
	}
	return true
}

func (g *Group) check(ctx context.Context, state groupState) []Status {
	// The answer is shared with later callers, so this caller's leaving must not spoil it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.opts.ReadyTimeout)
	defer cancel()
	statuses := make([]Status, len(g.parts))
	results := make([]chan error, len(g.parts))
	for i, m := range g.parts {
		statuses[i].Name = m.Name
		switch {
		case state == groupStopping:
			statuses[i].State = Stopping
		case !m.up.Load():
			statuses[i].State = Starting
		default:
			statuses[i].State = Ready
			results[i] = m.check(ctx)
		}
	}
	for i, result := range results {
		if result == nil {
			continue
		}
		if err := await(ctx, result); err != nil {
			statuses[i].State, statuses[i].Error = Failing, err.Error()
		}
	}
	return statuses
}

// check starts the part's readiness check, unless the last one still hangs.
func (m *member) check(ctx context.Context) chan error {
	if m.Ready == nil {
		return nil
	}
	result := make(chan error, 1)
	if !m.checking.CompareAndSwap(false, true) {
		result <- errors.New("the last check has not returned yet")
		return result
	}
	go func() {
		defer m.checking.Store(false)
		result <- m.Ready(ctx)
	}()
	return result
}

func await(ctx context.Context, result <-chan error) error {
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
	}
	select { // an answer that came with the deadline still counts
	case err := <-result:
		return err
	default:
		return errors.New("no answer in time")
	}
}
