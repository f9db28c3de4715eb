// Package store keeps payments, refunds, the ledger, notifications and the
// transaction log in SQL.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"gorm.io/gorm"

	"pasar/internal/payment"
	"pasar/internal/platform/events"
	"pasar/internal/platform/sqldb"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the schema, by dialect.
func Migrations() fs.FS { return sqldb.Embedded(migrations) }

// Store is payment.Store and payment.TransactionLog on SQL.
type Store struct{ db *sqldb.DB }

var (
	_ payment.Store          = (*Store)(nil)
	_ payment.TransactionLog = (*Store)(nil)
)

// New returns the store of an open, migrated database.
func New(db *sqldb.DB) *Store { return &Store{db: db} }

// transaction is payment.Tx.
type transaction struct{ *sqldb.Tx }

var _ payment.Tx = transaction{}

// InTx runs work in one transaction.
func (s *Store) InTx(ctx context.Context, work func(payment.Tx) error) error {
	return s.db.InTx(ctx, func(tx *sqldb.Tx) error { return work(transaction{tx}) })
}

// Emit writes events to the outbox; none cost nothing.
func (t transaction) Emit(evs ...events.Event) error { return t.Tx.Emit(evs...) }

// first reads the columns of a row that there is at most one of.
func first[R any](db *gorm.DB, what, rest string, args ...any) (R, error) {
	rows, err := sqldb.Rows[R](db, rest, args...)
	var none R
	if err != nil {
		return none, fmt.Errorf("read %s: %w", what, err)
	}
	if len(rows) == 0 {
		return none, payment.ErrNotFound
	}
	return rows[0], nil
}

// one runs a query that finds at most one row.
func one[R any](db *gorm.DB, what, query string, args ...any) (R, error) {
	var rows []R
	var none R
	if err := db.Raw(query, args...).Scan(&rows).Error; err != nil {
		return none, fmt.Errorf("read %s: %w", what, err)
	}
	if len(rows) == 0 {
		return none, payment.ErrNotFound
	}
	return rows[0], nil
}

// exec runs a statement and returns how many rows it changed.
func exec(tx *sqldb.Tx, what, statement string, args ...any) (int64, error) {
	result := tx.Exec(statement, args...)
	if result.Error != nil {
		return 0, fmt.Errorf("%s: %w", what, result.Error)
	}
	return result.RowsAffected, nil
}

func duplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }

// cut keeps a text that others chose within its column.
func cut(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit])
}
