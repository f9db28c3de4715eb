package app

import (
	"context"
	"log/slog"
	"time"

	"pasar/internal/platform/lifecycle"
)

// sweepBatch bounds one step of a sweep; a full step is followed by another at once.
const sweepBatch = 200

// sweep is a part that does work which falls due with time: it calls step
// until nothing is left, then waits.
func sweep(name string, every time.Duration, log *slog.Logger, step func(ctx context.Context, limit int) (int, error), needs ...string) lifecycle.Part {
	return lifecycle.Part{Name: name, Needs: needs, Run: func(ctx context.Context) error {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			done, err := step(ctx, sweepBatch)
			if err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, "sweep failed, it is tried again", "sweep", name, "error", err)
			}
			if err == nil && done == sweepBatch {
				if ctx.Err() == nil {
					continue
				}
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
		}
	}}
}
