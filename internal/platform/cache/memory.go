package cache

import (
	"context"
	"time"

	"golang.org/x/sync/singleflight"

	"pasar/internal/platform/clock"
)

// memory keeps everything in this process, by the clock it is given.
type memory struct {
	clock  clock.Clock
	values *shards[[]byte]
	limits *shards[int64] // GCRA's theoretical arrival time in unix microseconds
	count  *counters
	flight singleflight.Group
}

func newMemory(cfg Config) *memory {
	return &memory{
		clock: cfg.Clock, count: newCounters(cfg.Meter, "memory"),
		values: newShards[[]byte](cfg.MaxBytes), limits: newShards[int64](maxLimits),
	}
}

func (m *memory) flights() *singleflight.Group { return &m.flight }

func (m *memory) Get(ctx context.Context, key string) ([]byte, bool, error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	val, ok := m.values.get(key, m.clock.Now())
	m.count.got(ctx, ok)
	return val, ok, nil
}

func (m *memory) Set(ctx context.Context, key string, val []byte, ttl time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if ttl <= 0 {
		m.values.delete(key)
		return nil
	}
	m.values.set(key, val, int64(len(key)+len(val)+entryOverhead), m.clock.Now().Add(ttl))
	return nil
}

func (m *memory) Delete(_ context.Context, keys ...string) error {
	for _, key := range keys {
		m.values.delete(key)
	}
	return nil
}

func (m *memory) Allow(ctx context.Context, key string, rate Rate) (Decision, error) {
	if err := ctx.Err(); err != nil {
		return Decision{}, err
	}
	if err := rate.check(); err != nil {
		return Decision{}, err
	}
	var d Decision
	now := m.clock.Now()
	m.limits.update(key, 1, now, func(tat int64) (next, until int64) {
		next, d = gcra(tat, now.UnixMicro(), rate)
		return next, next
	})
	return d, nil
}

func (m *memory) Close() error {
	m.values.clear()
	m.limits.clear()
	return nil
}
