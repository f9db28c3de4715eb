package sqldb

import (
	"context"
	"encoding/json"
	"fmt"
	"math/bits"
	"sync"
	"time"

	"pasar/internal/platform/events"
)

const (
	// outboxLease is how long a relay may hold events before another takes
	// them. A relay that dies delays its events by this much.
	outboxLease = 30 * time.Second
	maxClaim    = 1000
)

// outboxRow is an event that waits to be published.
type outboxRow struct {
	ID    string
	Event string
}

// ClaimOutbox returns up to limit events that are not published, oldest first,
// and keeps other relays from them for 30 seconds.
func (db *DB) ClaimOutbox(ctx context.Context, limit int) ([]events.Event, error) {
	claim := db.claimInTable
	if db.dialect == dialectSQLite {
		claim = db.claimInMemory
	}
	rows, err := claim(ctx, min(max(limit, 1), maxClaim))
	if err != nil {
		return nil, fmt.Errorf("sqldb: claim events of the outbox: %w", err)
	}
	return decodeRows(rows)
}

// claims are the events that relays of this process hold, and until when.
// SQLite's file has one owner, so nobody else needs to know, and claiming costs
// no commit.
type claims struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (db *DB) claimInMemory(ctx context.Context, limit int) ([]outboxRow, error) {
	c := &db.claims
	c.mu.Lock() // also while reading: two relays must not find the same event free
	defer c.mu.Unlock()
	db.counts.upkeep.Add(1)
	rows, err := Rows[outboxRow](db.Reader(ctx), "FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT ?", limit+len(c.until))
	if err != nil {
		return nil, err
	}
	now := db.options.Clock.Now()
	free := rows[:0]
	for _, r := range rows {
		if len(free) < limit && !now.Before(c.until[r.ID]) {
			c.until[r.ID] = now.Add(outboxLease)
			free = append(free, r)
		}
	}
	return free, nil
}

func (c *claims) letGo(ids []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		delete(c.until, id)
	}
}

func (db *DB) claimInTable(ctx context.Context, limit int) ([]outboxRow, error) {
	var rows []outboxRow
	err := db.InTx(ctx, func(tx *Tx) error {
		rows = nil
		db.counts.upkeep.Add(1)
		err := tx.Raw(`SELECT id, event FROM outbox WHERE published_at IS NULL AND leased_until <= ?
			ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED`, At(tx.now), limit).Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		db.counts.upkeep.Add(1)
		return tx.Exec("UPDATE outbox SET leased_until = ? WHERE id IN ?",
			At(tx.now.Add(outboxLease)), padded(rowIDs(rows))).Error
	})
	return rows, err
}

func rowIDs(rows []outboxRow) []string {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids
}

// padded repeats the last id up to a power of two. Lists of ten lengths instead
// of a thousand keep their statements prepared.
func padded(ids []string) []string {
	out := make([]string, 0, 1<<bits.Len(uint(len(ids)-1)))
	out = append(out, ids...)
	for len(out) < cap(out) {
		out = append(out, ids[len(ids)-1])
	}
	return out
}

func decodeRows(rows []outboxRow) ([]events.Event, error) {
	evs := make([]events.Event, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Event), &evs[i]); err != nil {
			return nil, fmt.Errorf("sqldb: decode event %s of the outbox: %w", r.ID, err)
		}
	}
	return evs, nil
}

// MarkPublished notes that the broker has the events on disk. Ids that are
// unknown, or marked already, are passed over.
func (db *DB) MarkPublished(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	err := db.InTx(ctx, func(tx *Tx) error {
		db.counts.upkeep.Add(1)
		return tx.Exec("UPDATE outbox SET published_at = ? WHERE id IN ? AND published_at IS NULL", At(tx.now), padded(ids)).Error
	})
	if err != nil {
		return fmt.Errorf("sqldb: mark %d events as published: %w", len(ids), err)
	}
	db.claims.letGo(ids)
	return nil
}

// ReplaySince makes the events published since t unpublished again and returns
// how many those are.
func (db *DB) ReplaySince(ctx context.Context, t time.Time) (int64, error) {
	var count int64
	err := db.InTx(ctx, func(tx *Tx) error {
		done := tx.Exec("UPDATE outbox SET published_at = NULL, leased_until = 0 WHERE published_at >= ?", At(t))
		count = done.RowsAffected
		return done.Error
	})
	if err != nil {
		return 0, fmt.Errorf("sqldb: replay events since %s: %w", t.Format(time.RFC3339), err)
	}
	if count > 0 {
		db.pulse()
	}
	return count, nil
}

// OutboxReady is pulsed after a commit that emitted. One pulse may stand for
// many commits, and none is sent for what another process wrote: poll as well.
func (db *DB) OutboxReady() <-chan struct{} { return db.ready }

// OutboxLag returns how many events wait to be published and the age of the
// oldest.
func (db *DB) OutboxLag(ctx context.Context) (count int64, oldest time.Duration, err error) {
	var lag struct {
		Count  int64
		Oldest *Micros
	}
	err = db.Reader(Current(ctx)).Raw(`SELECT
		(SELECT COUNT(*) FROM outbox WHERE published_at IS NULL) AS count,
		(SELECT created_at FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT 1) AS oldest`).Scan(&lag).Error
	if err != nil {
		return 0, 0, fmt.Errorf("sqldb: lag of the outbox: %w", err)
	}
	if lag.Oldest != nil {
		oldest = max(0, db.options.Clock.Now().Sub(lag.Oldest.Time()))
	}
	return lag.Count, oldest, nil
}
