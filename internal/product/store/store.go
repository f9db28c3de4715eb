// Package store keeps the catalogue and the stock in SQL, on SQLite and MySQL.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"pasar/internal/platform/sqldb"
	"pasar/internal/product"
)

//go:embed migrations
var files embed.FS

// Migrations holds the schema of the service, in sqlite/ and mysql/.
func Migrations() fs.FS { return sqldb.Embedded(files) }

// Store is a product.Store on SQL.
type Store struct{ db *sqldb.DB }

var _ product.Store = (*Store)(nil)

// New returns the store of a migrated database.
func New(db *sqldb.DB) *Store { return &Store{db: db} }

// InTx runs do in a transaction.
func (s *Store) InTx(ctx context.Context, do func(product.Tx) error) error {
	return s.db.InTx(ctx, func(t *sqldb.Tx) error {
		return do(&tx{Tx: t, mysql: s.db.Dialect() == "mysql"})
	})
}

// tx is a product.Tx on SQL.
type tx struct {
	*sqldb.Tx
	mysql bool
}

var _ product.Tx = (*tx)(nil)

// read turns a failed query into an error that says what was read.
func read(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("product: read %s: %w", what, err)
}

func write(what string, err error) error {
	if err == nil || errors.Is(err, product.ErrStale) {
		return err
	}
	return fmt.Errorf("product: write %s: %w", what, err)
}
