package events

import (
	"context"
	"time"
)

// Outbox is the table in which a service states its facts, in the transaction
// that makes them true. sqldb.DB implements it. Several relays may work on one
// outbox: a claimed row belongs to its claimer until the lease ends.
type Outbox interface {
	// ClaimOutbox takes up to limit unpublished events, oldest first.
	ClaimOutbox(ctx context.Context, limit int) ([]Event, error)

	// MarkPublished notes that the broker holds these events.
	MarkPublished(ctx context.Context, ids []string) error

	// ReplaySince makes events stated since t unpublished again and returns how
	// many. Consumers drop those they have already worked on.
	ReplaySince(ctx context.Context, t time.Time) (int64, error)

	// PruneOutbox forgets published events, and what belongs to them, older
	// than olderThan.
	PruneOutbox(ctx context.Context, olderThan time.Time) (int64, error)

	// OutboxReady is pulsed after a commit that stated an event.
	OutboxReady() <-chan struct{}

	// OutboxLag returns how many events wait to be published and for how long
	// the oldest has.
	OutboxLag(ctx context.Context) (count int64, oldest time.Duration, err error)
}
