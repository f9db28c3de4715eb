// Package sqldbtest gives tests a migrated database of their own, on SQLite in
// a temporary file and on a MariaDB that the test process starts by itself.
//
// A package whose tests use MySQL should have
//
//	func TestMain(m *testing.M) { sqldbtest.Main(m) }
//
// so that the server is stopped in order when they end. Without it the kernel
// kills the server together with the test process.
package sqldbtest

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/fstest"

	"pasar/internal/platform/clock"
	"pasar/internal/platform/sqldb"
)

// Each runs test on SQLite and on MySQL, as subtests of those names that run
// in parallel. Migrations may be nil: the platform's tables are there anyway.
func Each(t *testing.T, migrations fs.FS, test func(t *testing.T, db *sqldb.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t, migrations))
	})
	t.Run("mysql", func(t *testing.T) {
		t.Parallel()
		test(t, MySQL(t, migrations))
	})
}

// SQLite opens a database in a temporary file, with every commit on the disk.
func SQLite(t testing.TB, migrations fs.FS) *sqldb.DB {
	t.Helper()
	return Open(t, sqldb.Options{URL: SQLiteURL(t), Migrations: migrations})
}

// MySQL opens a schema of the test's own. Where no mariadbd is installed and
// PASAR_TEST_MYSQL_URL is not set it skips the test, or fails it when
// PASAR_TEST_ENGINES=required.
func MySQL(t testing.TB, migrations fs.FS) *sqldb.DB {
	t.Helper()
	return Open(t, sqldb.Options{URL: MySQLURL(t), Migrations: migrations})
}

// SQLiteURL is the URL of a file that does not exist yet.
func SQLiteURL(t testing.TB) string {
	t.Helper()
	return "sqlite://" + filepath.Join(t.TempDir(), "test.db")
}

// MySQLURL is the URL of an empty schema, which is dropped when the test ends.
func MySQLURL(t testing.TB) string {
	t.Helper()
	s, err := theServer.get(t.Context())
	if err != nil {
		skipOrFail(t, err)
	}
	u, drop, err := s.newSchema(t.Context())
	if err != nil {
		t.Fatalf("make a MySQL schema: %v", err)
	}
	t.Cleanup(func() {
		if err := drop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("drop the MySQL schema: %v", err)
		}
	})
	return u
}

// Open opens and migrates what o says, and closes it when the test ends. It
// fills in Name "test", the real clock and the test's log.
func Open(t testing.TB, o sqldb.Options) *sqldb.DB {
	t.Helper()
	if o.Name == "" {
		o.Name = "test"
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	db, err := sqldb.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// Schema makes migrations of one file for each dialect, for tests whose tables
// are no service's.
func Schema(sqlite, mysql string) fs.FS {
	file := func(sql string) *fstest.MapFile {
		return &fstest.MapFile{Data: fmt.Appendf(nil, "-- +goose Up\n%s\n", sql)}
	}
	return fstest.MapFS{"sqlite/0001_test.sql": file(sqlite), "mysql/0001_test.sql": file(mysql)}
}
