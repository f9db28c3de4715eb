package store

import (
	"context"
	"time"

	"pasar/internal/platform/sqldb"
)

// Retention of what has ended. Used refresh tokens are kept for a while
// because their reuse tells of a thief.
const (
	keepUsedRefresh  = 7 * 24 * time.Hour
	keepEndedSession = 30 * 24 * time.Hour
	keepOneTimeToken = 7 * 24 * time.Hour
	keepAttempts     = 25 * time.Hour
	keepRevocation   = time.Hour
)

// Prune deletes what nobody needs any more, at most limit rows of each kind in
// a transaction of its own, and returns how many went.
func (s *Store) Prune(ctx context.Context, now time.Time, limit int) (int, error) {
	ago := func(d time.Duration) sqldb.Micros { return sqldb.At(now.Add(-d)) }
	steps := []struct {
		what, table, key, where string
		before                  sqldb.Micros
	}{
		{"used refresh tokens", "refresh_tokens", "hash", "used_at < ?", ago(keepUsedRefresh)},
		{
			"refresh tokens of ended sessions", "refresh_tokens", "hash",
			"session_id IN (SELECT id FROM sessions WHERE expires_at < ?)", ago(keepEndedSession),
		},
		{
			"ended sessions", "sessions", "id",
			"expires_at < ? AND NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.session_id = sessions.id)", ago(keepEndedSession),
		},
		{"one-time tokens", "one_time_tokens", "hash", "expires_at < ?", ago(keepOneTimeToken)},
		{"attempts", "attempts", "name", "last_at < ?", ago(keepAttempts)},
		{"revocations", "revocations", "id", "not_after < ?", ago(keepRevocation)},
	}
	var deleted int
	for _, step := range steps {
		// MySQL takes no LIMIT in a subquery, but does in a derived table.
		statement := `DELETE FROM ` + step.table + ` WHERE ` + step.key + ` IN (SELECT k FROM (SELECT ` + step.key +
			` AS k FROM ` + step.table + ` WHERE ` + step.where + ` LIMIT ?) AS doomed)`
		var gone int64
		err := s.db.InTx(ctx, func(t *sqldb.Tx) error {
			var err error
			gone, err = exec(t.DB, "prune "+step.what, statement, step.before, limit)
			return err
		})
		if err != nil {
			return deleted, err
		}
		deleted += int(gone)
	}
	return deleted, nil
}
