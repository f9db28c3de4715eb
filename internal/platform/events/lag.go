package events

import (
	"context"
	"fmt"
	"math"
)

// Lag returns, by consumer and by "jobs.<queue>", how many messages are not done:
// those that wait, are worked on or are in back-off. It covers the consumers of
// this process, once started.
func (b *Bus) Lag(ctx context.Context) (map[string]int64, error) {
	b.mu.Lock()
	intakes := b.intakes
	b.mu.Unlock()
	lag := make(map[string]int64, len(intakes))
	for _, in := range intakes {
		count, err := in.lag(ctx)
		if err != nil {
			return nil, err
		}
		lag[in.name] = count
	}
	return lag, nil
}

func (in *intake) lag(ctx context.Context) (int64, error) {
	consumer, err := in.bus.js.Consumer(ctx, in.stream, in.serverName())
	if err != nil {
		return 0, fmt.Errorf("events: lag of %s: %w", in.name, err)
	}
	info := consumer.CachedInfo() // fetched just now
	return int64(min(info.NumPending, math.MaxInt32)) + int64(info.NumAckPending), nil
}
