package sqldb

import (
	"context"
	"fmt"
	"time"
)

const (
	// keepEvents is the least time that published events and the inbox are
	// kept: as long as a broker's store may be restored from an older copy.
	keepEvents = 7 * 24 * time.Hour
	pruneBatch = 500
)

// PruneOutbox deletes what was published before olderThan, what the inbox
// received before it, and idempotency keys that have expired; it returns how
// many rows that were. Nothing younger than seven days leaves outbox or inbox,
// whatever olderThan says, and nothing unpublished ever does. Rows go in small
// batches, so that other writers are not kept waiting.
func (db *DB) PruneOutbox(ctx context.Context, olderThan time.Time) (int64, error) {
	now := db.options.Clock.Now()
	if latest := now.Add(-keepEvents); olderThan.After(latest) {
		olderThan = latest
	}
	var total int64
	for _, old := range []struct {
		table, key, column string
		before             Micros
	}{
		{"outbox", "id", "published_at", At(olderThan)},
		{"inbox", "consumer, event_id", "received_at", At(olderThan)},
		{"idempotency_keys", "scope, idempotency_key", "expires_at", At(now)},
	} {
		count, err := db.prune(ctx, db.pruneQuery(old.table, old.key, old.column), old.before)
		total += count
		if err != nil {
			return total, fmt.Errorf("sqldb: prune %s: %w", old.table, err)
		}
	}
	return total, nil
}

// pruneQuery deletes one batch by its index. MySQL limits a DELETE itself;
// SQLite looks the keys up first.
func (db *DB) pruneQuery(table, key, column string) string {
	where := " WHERE " + column + " < ? ORDER BY " + column + " LIMIT ?"
	if db.dialect == dialectMySQL {
		return "DELETE FROM " + table + where
	}
	return "DELETE FROM " + table + " WHERE (" + key + ") IN (SELECT " + key + " FROM " + table + where + ")"
}

func (db *DB) prune(ctx context.Context, query string, before Micros) (int64, error) {
	var total int64
	for {
		var count int64
		err := db.InTx(ctx, func(tx *Tx) error {
			done := tx.Exec(query, before, pruneBatch)
			count = done.RowsAffected
			return done.Error
		})
		if err != nil {
			return total, err
		}
		total += count
		if count < pruneBatch {
			return total, nil
		}
	}
}
