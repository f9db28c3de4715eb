// Package cache keeps what can be made again: copies of rows for hot reads, and
// the state of rate limits. Losing it costs speed and lets a few requests more
// through, nothing else.
package cache

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"go.opentelemetry.io/otel/metric"

	"pasar/internal/platform/clock"
)

// Cache is a bounded store of bytes by key, and a rate limiter. An engine that
// does not answer makes every Get a miss, drops every Set and limits rates in
// this process alone; only Delete reports it, because a stale copy would stay.
// A change may take some milliseconds to be seen, also where it was made.
type Cache interface {
	// Get returns the value and whether there is one. The caller must not change
	// it. The error is only ever that of ctx.
	Get(ctx context.Context, key string) ([]byte, bool, error)

	// Set keeps val for ttl, or less when room is short. The caller must not
	// change val afterwards. A ttl of zero or less deletes the key.
	Set(ctx context.Context, key string, val []byte, ttl time.Duration) error

	// Delete forgets keys. On an error some may still be there.
	Delete(ctx context.Context, keys ...string) error

	// Allow asks whether one more event of key fits into rate, and counts it if
	// so (GCRA: a steady rate with a burst). Keys of Allow and of Get are apart.
	Allow(ctx context.Context, key string, rate Rate) (Decision, error)

	Close() error
}

// Config of a Cache. Zero values mean the defaults given.
type Config struct {
	URL      string // "" or memory:// keeps all in this process; redis:// or rediss://, more nodes as ?addr=host:port
	MaxBytes int64  // bound of what is kept in this process, default 64 MiB
	Clock    clock.Clock
	Log      *slog.Logger
	Meter    metric.MeterProvider // nil counts nothing
}

const (
	defaultMaxBytes = 64 << 20
	maxLimits       = 200_000 // rate limits kept in this process
)

// Open chooses the engine by the scheme of cfg.URL. A Redis that does not answer
// is no error: the cache does without it until it does.
func Open(ctx context.Context, cfg Config) (Cache, error) {
	if cfg.MaxBytes <= 0 {
		cfg.MaxBytes = defaultMaxBytes
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.System{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	scheme := "memory"
	if cfg.URL != "" {
		u, err := url.Parse(cfg.URL)
		if err != nil {
			return nil, fmt.Errorf("cache: cache.url is no URL; use memory:// or redis://host:6379") // the cause would show the password
		}
		scheme = u.Scheme
	}
	switch scheme {
	case "memory":
		return newMemory(cfg), nil
	case "redis", "rediss":
		return openRedis(ctx, cfg)
	}
	return nil, fmt.Errorf("cache: cache.url has the scheme %q; use memory://, redis:// or rediss://", scheme)
}
