package events

import (
	"context"
	"fmt"
)

// Lag returns, by consumer and by "jobs.<queue>", how many messages are not done:
// those that wait, are worked on or are in back-off. It covers the consumers of
// this process.
func (b *Bus) Lag(ctx context.Context) (map[string]int64, error) {
	b.mu.Lock()
	intakes := b.intakes
	b.mu.Unlock()
	lag := make(map[string]int64, len(intakes))
	for _, in := range intakes {
		consumer, err := b.js.Consumer(ctx, in.stream, in.durable())
		if err != nil {
			return nil, fmt.Errorf("events: lag of %s: %w", in.name, err)
		}
		info := consumer.CachedInfo()
		lag[in.name] = int64(info.NumPending) + int64(info.NumAckPending)
	}
	return lag, nil
}
