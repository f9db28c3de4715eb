package sqldb

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations
var platformFiles embed.FS

// lineage is one line of migrations with a version table of its own, so that
// the platform's and the service's numbers do not meet.
type lineage struct {
	name  string
	table string
	files fs.FS
}

func (db *DB) lineages() ([]lineage, error) {
	platform, err := fs.Sub(platformFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("sqldb: embedded migrations: %w", err)
	}
	all := []lineage{{name: "platform", table: "platform_version", files: platform}}
	if db.options.Migrations != nil {
		all = append(all, lineage{name: db.options.Name, table: "schema_version", files: db.options.Migrations})
	}
	for i := range all {
		if all[i].files, err = fs.Sub(all[i].files, db.dialect); err != nil {
			return nil, fmt.Errorf("sqldb: %s migrations of %s: %w", db.dialect, all[i].name, err)
		}
	}
	return all, nil
}

// Migrate brings the schema to what this binary needs: the platform's tables
// (outbox, inbox, idempotency keys), then the service's. It may be repeated, and
// several processes may do it at once on MySQL.
func (db *DB) Migrate(ctx context.Context) (err error) {
	pool, err := db.migrationDB()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	unlock, err := db.lockMigrations(ctx, pool)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	lines, err := db.lineages()
	if err != nil {
		return err
	}
	for _, line := range lines {
		if err := db.migrateLine(ctx, pool, line); err != nil {
			return fmt.Errorf("sqldb: migrate the %s database of %s: %w", db.dialect, line.name, err)
		}
	}
	return nil
}

func (db *DB) migrateLine(ctx context.Context, pool *sql.DB, line lineage) error {
	provider, err := db.provider(pool, line)
	if err != nil {
		return err
	}
	results, err := provider.Up(ctx)
	for _, r := range results {
		db.options.Log.InfoContext(ctx, "sqldb: migrated", "service", db.options.Name, "schema", line.name,
			"version", r.Source.Version, "duration", r.Duration)
	}
	var partial *goose.PartialError
	if errors.As(err, &partial) && partial.Failed != nil {
		return fmt.Errorf("%s: %w", partial.Failed.Source.Path, partial.Err)
	}
	return err
}

func (db *DB) provider(pool *sql.DB, line lineage) (*goose.Provider, error) {
	return goose.NewProvider(db.gooseDialect(), pool, line.files,
		goose.WithTableName(line.table), goose.WithDisableGlobalRegistry(true))
}

func (db *DB) gooseDialect() database.Dialect {
	if db.dialect == dialectMySQL {
		return database.DialectMySQL
	}
	return database.DialectSQLite3
}

const migrationLockSeconds = 60

// lockMigrations keeps two processes from migrating one MySQL schema at once.
// SQLite needs nothing: each migration there is a transaction that takes the
// file, and the process that serves a file is the only one.
func (db *DB) lockMigrations(ctx context.Context, pool *sql.DB) (unlock func() error, err error) {
	if db.dialect != dialectMySQL {
		return func() error { return nil }, nil
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("sqldb: lock the schema for migration: %w", err)
	}
	var got sql.NullInt64
	err = conn.QueryRowContext(ctx, "SELECT GET_LOCK(CONCAT('pasar_', MD5(DATABASE())), ?)", migrationLockSeconds).Scan(&got)
	if err == nil && got.Int64 != 1 {
		err = fmt.Errorf("another process has been migrating for %d seconds", migrationLockSeconds)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: lock the schema for migration: %w", err), conn.Close())
	}
	// The lock ends with the connection.
	return conn.Close, nil
}
