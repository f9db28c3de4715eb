package events

import (
	"context"
	"time"
)

const pruneEvery = time.Hour

func (b *Bus) isStopping() bool {
	select {
	case <-b.stopping:
		return true
	default:
		return false
	}
}

// housekeeping keeps the marker fresh and forgets old events, first one beat
// after the start so that a program restarted every hour prunes too.
func (b *Bus) housekeeping(ctx context.Context) {
	beat := time.NewTicker(markerBeat)
	defer beat.Stop()
	for beats := 0; ; beats++ {
		select {
		case <-b.stopping:
			return
		case <-ctx.Done():
			return
		case <-beat.C:
		}
		if err := b.marker.beat(); err != nil {
			b.log.Warn("events: the sign of life is stale; a crash now replays more than needed", "error", err)
		}
		if beats%int(pruneEvery/markerBeat) == 0 {
			b.prune(ctx)
		}
	}
}

func (b *Bus) prune(ctx context.Context) {
	olderThan := b.clock.Now().Add(-b.cfg.Keep)
	for _, r := range b.relays {
		count, err := r.outbox.PruneOutbox(ctx, olderThan)
		if err != nil {
			r.log.Warn("events: old events are not forgotten, trying again within the hour", "error", err)
			continue
		}
		if count > 0 {
			r.log.Debug("events: forgot old events", "rows", count)
		}
	}
}
