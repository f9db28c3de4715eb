package product

import (
	"context"
	"errors"
	"sync"
	"time"

	"pasar/internal/platform/clock"
)

// loadTimeout bounds a load, which outlives the caller that began it because
// others wait for it too.
const loadTimeout = 10 * time.Second

var errAborted = errors.New("product: the load that others waited for did not finish")

// memory keeps answers for a short while. Callers that want the same one while
// it is being loaded wait for that load.
type memory[K comparable, V any] struct {
	clock clock.Clock
	ttl   time.Duration
	limit int

	mu    sync.Mutex
	cells map[K]*cell[V]
}

type cell[V any] struct {
	done  chan struct{}
	value V
	err   error
	until time.Time // zero while loading
}

func newMemory[K comparable, V any](c clock.Clock, ttl time.Duration, limit int) *memory[K, V] {
	return &memory[K, V]{clock: c, ttl: ttl, limit: limit, cells: map[K]*cell[V]{}}
}

func (m *memory[K, V]) get(ctx context.Context, key K, load func(context.Context) (V, error)) (V, error) {
	c, mine := m.claim(key)
	if mine {
		m.fill(ctx, key, c, load)
		return c.value, c.err
	}
	select {
	case <-c.done:
		return c.value, c.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

// claim returns the cell of key, and whether the caller has to fill it.
func (m *memory[K, V]) claim(key K) (c *cell[V], mine bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c = m.cells[key]; c != nil && (c.until.IsZero() || m.clock.Now().Before(c.until)) {
		return c, false
	}
	for old := range m.cells { // map order is random enough to choose who goes
		if len(m.cells) < m.limit {
			break
		}
		delete(m.cells, old)
	}
	c = &cell[V]{done: make(chan struct{})}
	m.cells[key] = c
	return c, true
}

func (m *memory[K, V]) fill(ctx context.Context, key K, c *cell[V], load func(context.Context) (V, error)) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
	defer cancel()
	c.err = errAborted // what those who wait are told if load panics
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if c.err != nil && m.cells[key] == c {
			delete(m.cells, key)
		}
		c.until = m.clock.Now().Add(m.ttl)
		close(c.done)
	}()
	c.value, c.err = load(ctx)
}

// clear forgets everything; what is being loaded now is not kept.
func (m *memory[K, V]) clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cells = map[K]*cell[V]{}
}
