package sqldb_test

import (
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

// grown is shop with a second migration.
func grown() fs.FS {
	files := fstest.MapFS{}
	for name, file := range shop().(fstest.MapFS) {
		files[name] = file
		files[strings.Replace(name, "0001_test", "0002_more", 1)] = &fstest.MapFile{
			Data: []byte("-- +goose Up\nALTER TABLE orders ADD COLUMN note VARCHAR(20);\n"),
		}
	}
	return files
}

// reopen opens the database at url as another binary would.
func reopen(t *testing.T, url string, migrations fs.FS) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		URL: url, Name: "test", Migrations: migrations, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestCheckSchemaSaysWhatToRun(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(testing.TB) string{
		"sqlite": sqldbtest.SQLiteURL, "mysql": sqldbtest.MySQLURL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := address(t)
			old := reopen(t, url, shop())
			wantError(t, old.CheckSchema(t.Context()), `run "pasar migrate"`)
			if n := count(t, old, tablesOf(old)); n != 0 {
				t.Errorf("CheckSchema made %d tables", n)
			}
			migrate(t, old)
			migrate(t, old)
			wantError(t, old.CheckSchema(t.Context()), "")

			newer := reopen(t, url, grown())
			wantError(t, newer.CheckSchema(t.Context()), `needs 2: run "pasar migrate"`)
			migrate(t, newer)
			wantError(t, newer.CheckSchema(t.Context()), "")
			wantError(t, old.CheckSchema(t.Context()), "run the newer binary")
		})
	}
}

func tablesOf(db *sqldb.DB) string {
	if db.Dialect() == "mysql" {
		return "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()"
	}
	return "SELECT COUNT(*) FROM sqlite_master"
}

func migrate(t *testing.T, db *sqldb.DB) {
	t.Helper()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// wantError expects no error when says is empty.
func wantError(t *testing.T, err error, says string) {
	t.Helper()
	if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
		t.Errorf("error = %v, want %q", err, says)
	}
}

func TestMigratingAtOnce(t *testing.T) {
	t.Parallel()
	url := sqldbtest.MySQLURL(t)
	var wg sync.WaitGroup
	for range 4 {
		db := reopen(t, url, grown())
		wg.Go(func() {
			if err := db.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestBrokenMigrationIsNamed(t *testing.T) {
	t.Parallel()
	broken := sqldbtest.Schema("CREATE TABLE fine (id INTEGER); CREATE TABLE;", "CREATE TABLE;")
	for name, address := range map[string]func(testing.TB) string{
		"sqlite": sqldbtest.SQLiteURL, "mysql": sqldbtest.MySQLURL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := reopen(t, address(t), broken)
			wantError(t, db.Migrate(t.Context()), "0001_test.sql")
			wantError(t, db.CheckSchema(t.Context()), "pasar migrate")
		})
	}
}
