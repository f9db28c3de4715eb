package cache

import (
	"log/slog"
	"sync/atomic"

	"pasar/internal/platform/clock"
)

// health leaves an engine alone for a while after it failed, so that a dead one
// costs one slow call in a while and not every call. It logs the turns only.
type health struct {
	clock clock.Clock
	log   *slog.Logger
	until atomic.Int64 // unix microseconds until which to rest
	away  atomic.Bool
}

func (h *health) resting() bool {
	until := h.until.Load()
	return until != 0 && h.clock.Now().UnixMicro() < until
}

func (h *health) failed(err error) {
	h.until.Store(h.clock.Now().Add(redisRest).UnixMicro())
	if !h.away.Swap(true) {
		h.log.Warn("cache: redis does not answer; reading from the database and limiting rates in this process", "error", err)
	}
}

func (h *health) answered() {
	if h.away.Load() && h.away.Swap(false) {
		h.until.Store(0)
		h.log.Info("cache: redis answers again")
	}
}
