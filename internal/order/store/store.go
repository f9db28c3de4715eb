// Package store keeps carts and orders in SQL.
package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"gorm.io/gorm"

	"pasar/internal/order"
	"pasar/internal/platform/events"
	"pasar/internal/platform/sqldb"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the schema, by dialect.
func Migrations() fs.FS { return sqldb.Embedded(migrations) }

// Store is order.Store on SQL.
type Store struct{ db *sqldb.DB }

var _ order.Store = (*Store)(nil)

// New returns the store of an open, migrated database.
func New(db *sqldb.DB) *Store { return &Store{db: db} }

type transaction struct{ tx *sqldb.Tx }

// InTx runs work in one transaction, perhaps more than once.
func (s *Store) InTx(ctx context.Context, work func(order.Tx) error) error {
	return s.db.InTx(ctx, func(tx *sqldb.Tx) error { return work(transaction{tx}) })
}

func (t transaction) Receive(consumer, eventID string) (bool, error) {
	return t.tx.Receive(consumer, eventID)
}

func (t transaction) Emit(facts ...events.Event) error { return t.tx.Emit(facts...) }

func (t transaction) Remember(status int, body []byte) error { return t.tx.Remember(status, body) }

// insert writes rows with one statement. It returns order.ErrExists when a
// unique key is taken.
func insert[R any](tx *sqldb.Tx, rows []R, what string) error {
	if len(rows) == 0 {
		return nil
	}
	err := tx.Create(&rows).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fmt.Errorf("insert %s: %w", what, order.ErrExists)
	}
	if err != nil {
		return fmt.Errorf("insert %s: %w", what, err)
	}
	return nil
}

func nullable(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func encodeAddress(a *order.Address) (*string, error) {
	if a == nil {
		return nil, nil
	}
	raw, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("encode address: %w", err)
	}
	encoded := string(raw)
	return &encoded, nil
}

func decodeAddress(encoded *string) (*order.Address, error) {
	if encoded == nil {
		return nil, nil
	}
	a := new(order.Address)
	if err := json.Unmarshal([]byte(*encoded), a); err != nil {
		return nil, fmt.Errorf("decode address: %w", err)
	}
	return a, nil
}
