package sqldb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"pasar/internal/platform/idempotency"
)

// keepKeys is how long a key answers repeats, counted from its first use.
const keepKeys = 48 * time.Hour

// keyRow is a request that carried a key: done with its answer, or under way
// until its lease runs out.
type keyRow struct {
	Scope          string
	IdempotencyKey string
	Fingerprint    string
	Done           int
	Status         int
	Body           []byte
	Resource       string
	LeasedUntil    Micros
	ExpiresAt      Micros
}

// Remember keeps the answer to the request in ctx, for operations whose effect
// and answer are one transaction. It returns idempotency.ErrTaken when another
// request with the key was first. Without a key in ctx it does nothing.
func (tx *Tx) Remember(status int, body []byte) error {
	r, found := idempotency.FromContext(tx.ctx)
	if !found {
		return nil
	}
	return tx.insertKey(r, keyRow{Done: 1, Status: status, Body: body})
}

// Claim notes that the request in ctx is being worked on and will make
// resource, for operations that need several transactions. It takes over from
// an earlier try whose lease has run out; any other earlier use of the key is
// idempotency.ErrTaken. Without a key in ctx it does nothing.
func (tx *Tx) Claim(resource string, lease time.Duration) error {
	r, found := idempotency.FromContext(tx.ctx)
	if !found {
		return nil
	}
	return tx.insertKey(r, keyRow{Resource: resource, LeasedUntil: At(tx.now.Add(lease))})
}

// Complete keeps the answer to a request that was claimed. It returns
// idempotency.ErrTaken when another try has completed it meanwhile: that
// answer stands. Without a key in ctx it does nothing.
func (tx *Tx) Complete(status int, body []byte) error {
	r, found := idempotency.FromContext(tx.ctx)
	if !found {
		return nil
	}
	done := tx.Exec(`UPDATE idempotency_keys SET done = 1, status = ?, body = ?, leased_until = 0
		WHERE scope = ? AND idempotency_key = ? AND done = 0`,
		status, notNil(body), r.Scope, r.Key)
	if done.Error != nil {
		return fmt.Errorf("sqldb: complete an idempotency key: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return idempotency.ErrTaken
	}
	return nil
}

func (tx *Tx) insertKey(r idempotency.Request, row keyRow) error {
	row.Scope, row.IdempotencyKey, row.Fingerprint = r.Scope, r.Key, r.Fingerprint
	row.Body = notNil(row.Body)
	row.ExpiresAt = At(tx.now.Add(keepKeys))
	err := tx.Exec(`INSERT INTO idempotency_keys
		(scope, idempotency_key, fingerprint, done, status, body, resource, leased_until, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		row.Scope, row.IdempotencyKey, row.Fingerprint, row.Done, row.Status, row.Body, row.Resource,
		row.LeasedUntil, row.ExpiresAt).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return tx.takeKey(row)
	}
	if err != nil {
		return fmt.Errorf("sqldb: keep an idempotency key: %w", err)
	}
	return nil
}

// takeKey takes over a key that has expired, or whose earlier try gave up.
func (tx *Tx) takeKey(row keyRow) error {
	now := At(tx.now)
	taken := tx.Exec(`UPDATE idempotency_keys
		SET fingerprint = ?, done = ?, status = ?, body = ?, resource = ?, leased_until = ?, expires_at = ?
		WHERE scope = ? AND idempotency_key = ?
		AND (expires_at <= ? OR (done = 0 AND leased_until <= ? AND fingerprint = ?))`,
		row.Fingerprint, row.Done, row.Status, row.Body, row.Resource, row.LeasedUntil, row.ExpiresAt,
		row.Scope, row.IdempotencyKey, now, now, row.Fingerprint)
	if taken.Error != nil {
		return fmt.Errorf("sqldb: take over an idempotency key: %w", taken.Error)
	}
	if taken.RowsAffected == 0 {
		return idempotency.ErrTaken
	}
	return nil
}

// notNil stores an empty answer as an empty one, not as NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

var _ idempotency.Store = (*DB)(nil)

// LookupKey returns what is known of a key: nil, nil when it is new or expired.
func (db *DB) LookupKey(ctx context.Context, scope, key string) (*idempotency.Record, error) {
	var rows []keyRow
	err := db.Reader(Current(ctx)).Raw(`SELECT fingerprint, done, status, body, resource, leased_until FROM idempotency_keys
		WHERE scope = ? AND idempotency_key = ? AND expires_at > ?`,
		scope, key, At(db.options.Clock.Now())).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("sqldb: look up an idempotency key: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	r := rows[0]
	return &idempotency.Record{
		Fingerprint: r.Fingerprint, Done: r.Done == 1, Status: r.Status, Body: r.Body,
		Resource: r.Resource, LeaseUntil: r.LeasedUntil.Time(),
	}, nil
}
