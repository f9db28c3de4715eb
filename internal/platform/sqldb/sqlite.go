package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"gorm.io/gorm"
	"modernc.org/sqlite"
)

const (
	sqliteReaders = 4
	// sqliteBusyMillis is how long to wait for another process, a backup or a
	// migration, to let go of the file.
	sqliteBusyMillis = 5000
)

// openSQLite opens a file with one connection for writing and a few for
// reading, and starts the writer. More writers would only wait for each other.
func openSQLite(ctx context.Context, db *DB, rest string) error {
	path, err := sqlitePath(rest)
	if err != nil {
		return err
	}
	if err := createFile(path); err != nil {
		return err
	}
	db.migrationDB = func() (*sql.DB, error) { return db.sqlitePool(path, true) }
	write, err := db.sqlitePool(path, true)
	if err != nil {
		return err
	}
	w, err := newWriter(ctx, write, &db.counts, db.observer, db.options)
	if err != nil {
		return errors.Join(fmt.Errorf("sqldb: open %s: %w", path, err), write.Close())
	}
	db.engine = w
	read, err := db.sqlitePool(path, false)
	if err != nil {
		return errors.Join(err, w.close())
	}
	pool := newPrepared(*db.counted(read), false)
	db.closeReaders = append(db.closeReaders, pool.cache.close, read.Close)
	db.write, db.read, err = db.openGORM(sqliteDialect{w.pool}, sqliteDialect{pool})
	return err
}

// sqlitePath makes the part of the URL after sqlite:// an absolute file path.
func sqlitePath(rest string) (string, error) {
	path, parameters, _ := strings.Cut(rest, "?")
	switch {
	case parameters != "":
		return "", fmt.Errorf("sqldb: sqlite:// takes no parameters, but the database URL has %q", parameters)
	case path == "":
		return "", errors.New("sqldb: the database URL names no file: write sqlite:///path/file.db")
	case strings.HasPrefix(path, ":memory:"):
		return "", errors.New("sqldb: sqlite://:memory: would lose every order at the end: name a file")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("sqldb: path of the database: %w", err)
	}
	return absolute, nil
}

// createFile makes the file readable by its owner alone; SQLite gives the files
// it puts beside it the same mode.
func createFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("sqldb: make the database's directory: %w", err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("sqldb: create the database: %w", err)
	}
	return file.Close()
}

// sqlitePool opens a pool on path. What is written through it is on the disk
// when COMMIT returns; a pool that is not for writing refuses to.
func (db *DB) sqlitePool(path string, writes bool) (*sql.DB, error) {
	pragmas := []string{fmt.Sprintf("busy_timeout(%d)", sqliteBusyMillis), "foreign_keys(1)", "temp_store(memory)"}
	connections := sqliteReaders
	if writes {
		connections = 1
		pragmas = append(pragmas, "journal_mode(wal)", "synchronous(full)", "cache_size(-16000)",
			"journal_size_limit(67108864)")
	} else {
		pragmas = append(pragmas, "query_only(1)", "cache_size(-8000)")
	}
	query := url.Values{"_pragma": pragmas, "_dqs": {"0"}}
	dsn := url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}
	connector, err := sqlite.NewConnector(dsn.String())
	if err != nil {
		return nil, fmt.Errorf("sqldb: open %s: %w", path, err)
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return pool, nil
}

// openGORM opens GORM for writing and for reading.
func (db *DB) openGORM(write, read gorm.Dialector) (w, r *gorm.DB, err error) {
	if w, err = gorm.Open(write, db.gormConfig()); err != nil {
		return nil, nil, fmt.Errorf("sqldb: %w", err)
	}
	if r, err = gorm.Open(read, db.gormConfig()); err != nil {
		return nil, nil, fmt.Errorf("sqldb: %w", err)
	}
	return w, r, nil
}
