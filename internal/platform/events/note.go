package events

import (
	"context"
	"fmt"
	"time"
)

// noteAfter is how long a published event may wait until its outbox says so.
// Noting many at once saves commits. What a crash leaves unnoted is published
// again, and refused by the stream or by the consumers' inboxes.
const noteAfter = 50 * time.Millisecond

// notes are the published events of which the outbox does not know it yet.
type notes struct {
	outbox Outbox
	ids    []string
	timer  *time.Timer // set while there are any
}

func newNotes(o Outbox) *notes {
	n := &notes{outbox: o, timer: time.NewTimer(time.Hour)}
	n.timer.Stop()
	return n
}

// add takes ids, and writes them down when there are many.
func (n *notes) add(ctx context.Context, ids []string) error {
	if len(n.ids) == 0 {
		n.timer.Reset(noteAfter)
	}
	n.ids = append(n.ids, ids...)
	if len(n.ids) < claimLimit {
		return nil
	}
	return n.write(ctx)
}

// due says when the oldest has waited long enough.
func (n *notes) due() <-chan time.Time { return n.timer.C }

func (n *notes) write(ctx context.Context) error {
	n.timer.Stop()
	if len(n.ids) == 0 {
		return nil
	}
	ids := n.ids
	n.ids = nil // those that cannot be noted now are published again
	if err := n.outbox.MarkPublished(ctx, ids); err != nil {
		return fmt.Errorf("note %d events as published: %w", len(ids), err)
	}
	return nil
}
