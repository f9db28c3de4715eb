package sqldb_test

import (
	"errors"
	"sync"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

// crossing makes two transactions that take the same two rows in opposite
// order, so that one of them is the victim of a deadlock in its first run.
func crossing(t *testing.T, db *sqldb.DB, second func(tx *sqldb.Tx, sku string) error) {
	t.Helper()
	addStock(t, db, "a", 10)
	addStock(t, db, "b", 10)
	var both, wg sync.WaitGroup
	both.Add(2)
	for _, skus := range [][2]string{{"a", "b"}, {"b", "a"}} {
		var first sync.Once
		wg.Go(func() {
			err := db.InTx(t.Context(), func(tx *sqldb.Tx) error {
				if err := reserve(tx, skus[0]); err != nil {
					return err
				}
				first.Do(func() { both.Done(); both.Wait() })
				return second(tx, skus[1])
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, sku := range []string{"a", "b"} {
		if row := stockOf(t, db, sku); row.Reserved != 2 {
			t.Errorf("%s: reserved %d, want 2", sku, row.Reserved)
		}
	}
	if db.Stats().Retries == 0 {
		t.Error("there was no deadlock: the test shows nothing")
	}
}

func reserve(tx *sqldb.Tx, sku string) error {
	return tx.Exec("UPDATE stock SET reserved = reserved + 1 WHERE sku = ?", sku).Error
}

func TestDeadlockIsRepeated(t *testing.T) {
	t.Parallel()
	crossing(t, sqldbtest.MySQL(t, shop()), reserve)
}

// The server has rolled back by the time the closure sees the error. A closure
// that overlooks it must not commit its other half.
func TestOverlookedDeadlockIsRepeated(t *testing.T) {
	t.Parallel()
	crossing(t, sqldbtest.MySQL(t, shop()), func(tx *sqldb.Tx, sku string) error {
		_ = reserve(tx, sku)
		return nil
	})
}

func TestConflictsAreRepeatedThreeTimes(t *testing.T) {
	t.Parallel()
	db := sqldbtest.MySQL(t, shop())
	for number, want := range map[uint16]int{1213: 4, 1205: 4, 1020: 4, 1064: 1} {
		runs := 0
		err := db.InTx(t.Context(), func(*sqldb.Tx) error {
			runs++
			return &driver.MySQLError{Number: number, Message: "made up"}
		})
		var failure *driver.MySQLError
		if !errors.As(err, &failure) || failure.Number != number || runs != want {
			t.Errorf("error %d: ran %d times and returned %v, want %d runs", number, runs, err, want)
		}
	}
}

func TestMySQLSession(t *testing.T) {
	t.Parallel()
	db := sqldbtest.MySQL(t, nil)
	for variable, want := range map[string]string{
		"innodb_snapshot_isolation": "ON",
		"time_zone":                 "+00:00",
		"character_set_client":      "utf8mb4",
		"collation_connection":      "utf8mb4_bin",
		"tx_isolation":              "READ-COMMITTED",
	} {
		put(t, db, func(tx *sqldb.Tx) error {
			rows, err := tx.Raw("SHOW SESSION VARIABLES WHERE Variable_name = ?", variable).Rows()
			if err != nil {
				return err
			}
			defer func() { _ = rows.Close() }()
			for rows.Next() {
				var name, value string
				if err := rows.Scan(&name, &value); err != nil {
					return err
				}
				if value != want {
					t.Errorf("%s = %s, want %s", name, value, want)
				}
			}
			return rows.Err()
		})
	}
}
