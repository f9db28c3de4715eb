package store

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm"

	"pasar/internal/auth"
	"pasar/internal/platform/sqldb"
)

type keyRow struct {
	ID         string        `gorm:"column:id"`
	Name       string        `gorm:"column:name"`
	Kind       string        `gorm:"column:kind"`
	Hash       string        `gorm:"column:hash"`
	Hint       string        `gorm:"column:hint"`
	Scopes     string        `gorm:"column:scopes"` // separated by spaces
	CreatedBy  string        `gorm:"column:created_by"`
	CreatedAt  sqldb.Micros  `gorm:"column:created_at"`
	ExpiresAt  sqldb.Micros  `gorm:"column:expires_at"`
	LastUsedAt *sqldb.Micros `gorm:"column:last_used_at"`
	RevokedAt  *sqldb.Micros `gorm:"column:revoked_at"`
}

const keyColumns = `SELECT id, name, kind, hash, hint, scopes, created_by, created_at, expires_at, last_used_at, revoked_at FROM api_keys`

func (r *keyRow) key() auth.Key {
	return auth.Key{
		ID: r.ID, Name: r.Name, Kind: auth.KeyKind(r.Kind), Hash: r.Hash, Hint: r.Hint, Scopes: strings.Fields(r.Scopes),
		CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt.Time(), ExpiresAt: r.ExpiresAt.Time(),
		LastUsedAt: timePointer(r.LastUsedAt), RevokedAt: timePointer(r.RevokedAt),
	}
}

// Keys lists keys, newest first.
func (s *Store) Keys(ctx context.Context, page auth.Page) ([]auth.Key, error) {
	where, args := ``, []any{}
	if !page.BeforeAt.IsZero() {
		before := sqldb.At(page.BeforeAt)
		where, args = ` WHERE created_at < ? OR (created_at = ? AND id < ?)`, []any{before, before, page.BeforeID}
	}
	rows, err := all[keyRow](s.db.Reader(ctx), "list keys", keyColumns+where+` ORDER BY created_at DESC, id DESC LIMIT ?`, append(args, page.Limit)...)
	if err != nil {
		return nil, err
	}
	keys := make([]auth.Key, len(rows))
	for i := range rows {
		keys[i] = rows[i].key()
	}
	return keys, nil
}

// KeyByHash returns the key with a secret of this hash.
func (s *Store) KeyByHash(ctx context.Context, hash string) (*auth.Key, error) {
	return readKey(s.db.Reader(ctx), `hash = ?`, hash)
}

func readKey(db *gorm.DB, where string, args ...any) (*auth.Key, error) {
	row, err := one[keyRow](db, "read key", keyColumns+` WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	key := row.key()
	return &key, nil
}

// InsertKey takes the first free place of the key's name. The unique index on
// name and place is what keeps a third living key out.
func (t *tx) InsertKey(k auth.Key) error {
	_, err := t.exec("free places of expired keys",
		`UPDATE api_keys SET place = NULL WHERE name = ? AND place IS NOT NULL AND expires_at <= ?`, k.Name, sqldb.At(t.Now()))
	if err != nil {
		return err
	}
	for place := 1; place <= 2; place++ {
		_, err = t.exec("insert key", `
			INSERT INTO api_keys (id, name, kind, hash, hint, scopes, created_by, created_at, expires_at, place)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			k.ID, k.Name, string(k.Kind), k.Hash, k.Hint, strings.Join(k.Scopes, " "), k.CreatedBy, sqldb.At(k.CreatedAt), sqldb.At(k.ExpiresAt), place)
		if !errors.Is(err, auth.ErrTaken) {
			return err
		}
	}
	return err
}

// RevokeKey returns the key as it was before.
func (t *tx) RevokeKey(id string) (*auth.Key, error) {
	changed, err := t.exec("revoke key", `UPDATE api_keys SET revoked_at = ?, place = NULL WHERE id = ? AND revoked_at IS NULL`, sqldb.At(t.Now()), id)
	if err != nil {
		return nil, err
	}
	key, err := readKey(t.DB, `id = ?`, id)
	if err != nil {
		return nil, err
	}
	if changed == 1 {
		key.RevokedAt = nil
	}
	return key, nil
}

func (t *tx) TouchKey(id string) error {
	_, err := t.exec("note use of key", `UPDATE api_keys SET last_used_at = ? WHERE id = ?`, sqldb.At(t.Now()), id)
	return err
}
