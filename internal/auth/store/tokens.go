package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"pasar/internal/auth"
	"pasar/internal/platform/sqldb"
)

type oneTimeTokenRow struct {
	Hash      string        `gorm:"column:hash"`
	Purpose   string        `gorm:"column:purpose"`
	AccountID string        `gorm:"column:account_id"`
	Email     string        `gorm:"column:email"`
	ExpiresAt sqldb.Micros  `gorm:"column:expires_at"`
	UsedAt    *sqldb.Micros `gorm:"column:used_at"`
}

// OneTimeToken returns the stored half of a secret.
func (s *Store) OneTimeToken(ctx context.Context, hash string) (*auth.OneTimeToken, error) {
	row, err := one[oneTimeTokenRow](s.db.Reader(ctx), "read one-time token",
		`SELECT hash, purpose, account_id, email, expires_at, used_at FROM one_time_tokens WHERE hash = ?`, hash)
	if err != nil {
		return nil, err
	}
	return &auth.OneTimeToken{
		Hash: row.Hash, Purpose: row.Purpose, UserID: row.AccountID, Email: row.Email,
		ExpiresAt: row.ExpiresAt.Time(), Used: row.UsedAt != nil,
	}, nil
}

func (t *tx) ReplaceOneTimeToken(o auth.OneTimeToken) error {
	_, err := t.exec("end earlier one-time tokens",
		`DELETE FROM one_time_tokens WHERE account_id = ? AND purpose = ? AND used_at IS NULL`, o.UserID, o.Purpose)
	if err != nil {
		return err
	}
	_, err = t.exec("insert one-time token",
		`INSERT INTO one_time_tokens (hash, purpose, account_id, email, expires_at) VALUES (?, ?, ?, ?, ?)`,
		o.Hash, o.Purpose, o.UserID, o.Email, sqldb.At(o.ExpiresAt))
	return err
}

func (t *tx) UseOneTimeToken(hash, purpose string) (bool, error) {
	now := sqldb.At(t.Now())
	changed, err := t.exec("use one-time token",
		`UPDATE one_time_tokens SET used_at = ? WHERE hash = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?`, now, hash, purpose, now)
	return changed == 1, err
}

type signingKeyRow struct {
	Generation int64        `gorm:"column:generation"`
	KID        string       `gorm:"column:kid"`
	PublicKey  []byte       `gorm:"column:public_key"`
	Sealed     []byte       `gorm:"column:sealed"`
	ActiveFrom sqldb.Micros `gorm:"column:active_from"`
	CreatedAt  sqldb.Micros `gorm:"column:created_at"`
}

// SigningKeys lists the key ring, oldest first.
func (s *Store) SigningKeys(ctx context.Context) ([]auth.SigningKey, error) {
	rows, err := all[signingKeyRow](s.db.Reader(ctx), "read signing keys",
		`SELECT generation, kid, public_key, sealed, active_from, created_at FROM signing_keys ORDER BY generation`)
	if err != nil {
		return nil, err
	}
	keys := make([]auth.SigningKey, len(rows))
	for i, row := range rows {
		keys[i] = auth.SigningKey{
			Generation: row.Generation, KID: row.KID, Public: row.PublicKey, Sealed: row.Sealed,
			ActiveFrom: row.ActiveFrom.Time(), CreatedAt: row.CreatedAt.Time(),
		}
	}
	return keys, nil
}

func (t *tx) InsertSigningKey(k auth.SigningKey) error {
	_, err := t.exec("insert signing key",
		`INSERT INTO signing_keys (generation, kid, public_key, sealed, active_from, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
		k.Generation, k.KID, k.Public, k.Sealed, sqldb.At(k.ActiveFrom), sqldb.At(k.CreatedAt))
	return err
}

func (t *tx) DeleteSigningKey(generation int64) error {
	_, err := t.exec("delete signing key", `DELETE FROM signing_keys WHERE generation = ?`, generation)
	return err
}

type attemptsRow struct {
	Name         string       `gorm:"column:name"`
	Tries        int          `gorm:"column:tries"`
	LastAt       sqldb.Micros `gorm:"column:last_at"`
	BlockedUntil sqldb.Micros `gorm:"column:blocked_until"`
}

// Attempts returns the counters that exist of these keys.
func (s *Store) Attempts(ctx context.Context, keys []string) ([]auth.Attempts, error) {
	return attempts(s.db.Reader(ctx), keys)
}

func attempts(db *gorm.DB, keys []string) ([]auth.Attempts, error) {
	rows, err := all[attemptsRow](db, "read attempts",
		`SELECT name, tries, last_at, blocked_until FROM attempts WHERE name IN ? ORDER BY name`, keys)
	if err != nil {
		return nil, err
	}
	found := make([]auth.Attempts, len(rows))
	for i, row := range rows {
		found[i] = auth.Attempts{Key: row.Name, Count: row.Tries, LastAt: row.LastAt.Time(), BlockedUntil: moment(row.BlockedUntil)}
	}
	return found, nil
}

// moment reads 0 as no time at all.
func moment(m sqldb.Micros) time.Time {
	if m == 0 {
		return time.Time{}
	}
	return m.Time()
}

func micros(t time.Time) sqldb.Micros {
	if t.IsZero() {
		return 0
	}
	return sqldb.At(t)
}

// LockAttempts makes the counters that are missing and holds all of them.
func (t *tx) LockAttempts(keys []string) ([]auth.Attempts, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	args := make([]any, 0, 2*len(keys))
	for _, key := range keys {
		args = append(args, key, sqldb.At(t.Now()))
	}
	values := tuplesOf(len(keys), `(?, 0, ?, 0)`)
	onConflict := ` ON CONFLICT (name) DO UPDATE SET locks = locks + 1`
	if t.mysql {
		onConflict = ` ON DUPLICATE KEY UPDATE locks = locks + 1`
	}
	if _, err := t.exec("lock attempts", `INSERT INTO attempts (name, tries, last_at, blocked_until) VALUES `+values+onConflict, args...); err != nil {
		return nil, err
	}
	held, err := attempts(t.DB, keys)
	if err == nil && len(held) != len(keys) {
		return nil, fmt.Errorf("auth store: %d of %d counters are there after they were made", len(held), len(keys))
	}
	return held, err
}

func (t *tx) PutAttempts(counters []auth.Attempts) error {
	for _, c := range counters {
		_, err := t.exec("count attempt", `UPDATE attempts SET tries = ?, last_at = ?, blocked_until = ? WHERE name = ?`,
			c.Count, micros(c.LastAt), micros(c.BlockedUntil), c.Key)
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) ClearAttempts(keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := t.exec("clear attempts", `DELETE FROM attempts WHERE name IN ?`, keys)
	return err
}
