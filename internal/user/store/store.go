// Package store keeps the user service's data on SQLite and MySQL.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"gorm.io/gorm"

	"pasar/internal/platform/sqldb"
	"pasar/internal/user"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the schema, with a directory for each dialect.
func Migrations() fs.FS { return sqldb.Embedded(migrations) }

// Store implements user.Store.
type Store struct{ db *sqldb.DB }

var (
	_ user.Store = (*Store)(nil)
	_ user.Tx    = (*tx)(nil)
)

// New returns a Store on a database with this package's schema.
func New(db *sqldb.DB) *Store { return &Store{db: db} }

// InTx runs do in a transaction; it may run more than once.
func (s *Store) InTx(ctx context.Context, do func(user.Tx) error) error {
	return s.db.InTx(ctx, func(t *sqldb.Tx) error { return do(&tx{t}) })
}

type tx struct{ *sqldb.Tx }

// exec runs one statement and returns how many rows it met.
func (t *tx) exec(what, sql string, args ...any) (int64, error) {
	result := t.DB.Exec(sql, args...)
	if errors.Is(result.Error, gorm.ErrDuplicatedKey) {
		return 0, fmt.Errorf("user store: %s: %w", what, user.ErrTaken)
	}
	if result.Error != nil {
		return 0, fmt.Errorf("user store: %s: %w", what, result.Error)
	}
	return result.RowsAffected, nil
}

// one reads exactly one row; user.ErrNotFound when there is none.
func one[Row any](db *gorm.DB, what, sql string, args ...any) (*Row, error) {
	found, err := all[Row](db, what, sql, args...)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, user.ErrNotFound
	}
	return &found[0], nil
}

func all[Row any](db *gorm.DB, what, sql string, args ...any) ([]Row, error) {
	var found []Row
	if err := db.Raw(sql, args...).Scan(&found).Error; err != nil {
		return nil, fmt.Errorf("user store: %s: %w", what, err)
	}
	return found, nil
}
