package sqldb_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

func TestURLsThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ url, says string }{
		{"", "no scheme"},
		{"order.db", "no scheme"},
		{"postgres://u:hunter2@h/db", `"postgres"`},
		{"sqlite://", "names no file"},
		{"sqlite://:memory:", "name a file"},
		{"sqlite:///tmp/x.db?mode=ro", "no parameters"},
		{"mysql://u:hunter2@127.0.0.1", "names no schema"},
		{"mysql://u:hunter2@127.0.0.1/a/b", "names no schema"},
		{"mysql://u:hunter2@127.0.0.1/a?charset=latin1", `"charset"`},
		{"mysql://u:hunter2@127.0.0.1/a?tls=maybe", "skip-verify"},
		{"mysql://u:hunter2@127.0.0.1:x/a", "malformed"},
		{"mysql://u:hunter2@127.0.0.1:1/a", "connect to MySQL at 127.0.0.1:1"},
	} {
		db, err := sqldb.Open(t.Context(), sqldb.Options{URL: c.url, Name: "test"})
		if err == nil {
			t.Errorf("%s was opened", c.url)
			_ = db.Close()
			continue
		}
		if !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error %q, want one that says %q and no password", c.url, err, c.says)
		}
	}
}

func TestReplicasThatAreRefused(t *testing.T) {
	t.Parallel()
	_, err := sqldb.Open(t.Context(), sqldb.Options{URL: sqldbtest.SQLiteURL(t), Name: "test", Replicas: []string{"mysql://h/s"}})
	wantError(t, err, "no replicas")
	_, err = sqldb.Open(t.Context(), sqldb.Options{URL: sqldbtest.MySQLURL(t), Name: "test", Replicas: []string{"postgres://u:hunter2@h/s"}})
	wantError(t, err, `"postgres"`)
}

func TestFileIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a dir", "100% (odd) #1.db")
	db := sqldbtest.Open(t, sqldb.Options{URL: "sqlite://" + path, Migrations: shop()})
	addStock(t, db, "a", 1)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Error(err)
			continue
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o, want 600", filepath.Base(path+suffix), mode)
		}
	}
}

func TestSQLiteIsDurable(t *testing.T) {
	t.Parallel()
	db := sqldbtest.SQLite(t, nil)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		put(t, db, func(tx *sqldb.Tx) error {
			var got string
			err := tx.Raw("PRAGMA " + pragma).Scan(&got).Error
			if got != want {
				t.Errorf("%s = %s, want %s", pragma, got, want)
			}
			return err
		})
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, nil, func(t *testing.T, db *sqldb.DB) {
		if err := db.Ping(t.Context()); err != nil {
			t.Error(err)
		}
		if err := errors.Join(db.Close(), db.Ping(t.Context())); err == nil {
			t.Error("a closed database answered")
		}
	})
}
