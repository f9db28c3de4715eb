// Package store keeps the auth service's data on SQLite and MySQL.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"gorm.io/gorm"

	"pasar/internal/auth"
	"pasar/internal/platform/sqldb"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the schema, with a directory for each dialect.
func Migrations() fs.FS { return sqldb.Embedded(migrations) }

// Store implements auth.Store.
type Store struct{ db *sqldb.DB }

var (
	_ auth.Store = (*Store)(nil)
	_ auth.Tx    = (*tx)(nil)
)

// New returns a Store on a database with this package's schema.
func New(db *sqldb.DB) *Store { return &Store{db: db} }

// InTx runs do in a transaction; it may run more than once.
func (s *Store) InTx(ctx context.Context, do func(auth.Tx) error) error {
	return s.db.InTx(ctx, func(t *sqldb.Tx) error {
		return do(&tx{Tx: t, mysql: s.db.Dialect() == "mysql"})
	})
}

type tx struct {
	*sqldb.Tx
	mysql bool
}

// exec runs one statement and returns how many rows it changed.
func (t *tx) exec(what, sql string, args ...any) (int64, error) {
	return exec(t.DB, what, sql, args...)
}

func exec(db *gorm.DB, what, sql string, args ...any) (int64, error) {
	result := db.Exec(sql, args...)
	if errors.Is(result.Error, gorm.ErrDuplicatedKey) {
		return 0, fmt.Errorf("auth store: %s: %w", what, auth.ErrTaken)
	}
	if result.Error != nil {
		return 0, fmt.Errorf("auth store: %s: %w", what, result.Error)
	}
	return result.RowsAffected, nil
}

// one reads exactly one row; auth.ErrNotFound when there is none.
func one[Row any](db *gorm.DB, what, sql string, args ...any) (*Row, error) {
	found, err := all[Row](db, what, sql, args...)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, auth.ErrNotFound
	}
	return &found[0], nil
}

func all[Row any](db *gorm.DB, what, sql string, args ...any) ([]Row, error) {
	var found []Row
	if err := db.Raw(sql, args...).Scan(&found).Error; err != nil {
		return nil, fmt.Errorf("auth store: %s: %w", what, err)
	}
	return found, nil
}

func timePointer(m *sqldb.Micros) *time.Time {
	if m == nil {
		return nil
	}
	t := m.Time()
	return &t
}
