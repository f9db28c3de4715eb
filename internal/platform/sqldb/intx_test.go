package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"gorm.io/gorm"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

var errChangedMind = errors.New("changed my mind")

// Transactions that run at once, some failing and some panicking: exactly those
// that were told of success are there.
func TestFailuresTakeNobodyWithThem(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		const n = 90
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				defer func() {
					if p := recover(); (p != nil) != (i%3 == 2) || p != nil && p != i {
						t.Errorf("transaction %d: recovered %v", i, p)
					}
				}()
				err := db.InTx(t.Context(), func(tx *sqldb.Tx) error {
					if err := tx.Create(&stockRow{SKU: fmt.Sprint(i)}).Error; err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return errChangedMind
					case 2:
						panic(i)
					}
					return nil
				})
				if want := map[int]error{1: errChangedMind}[i%3]; !errors.Is(err, want) {
					t.Errorf("transaction %d: %v, want %v", i, err, want)
				}
			})
		}
		wg.Wait()
		var skus []int
		if err := db.Reader(t.Context()).Raw("SELECT sku FROM stock").Scan(&skus).Error; err != nil {
			t.Fatal(err)
		}
		if len(skus) != n/3 {
			t.Errorf("%d rows, want %d", len(skus), n/3)
		}
		for _, sku := range skus {
			if sku%3 != 0 {
				t.Errorf("row %d was rolled back but is there", sku)
			}
		}
	})
}

// A test that fails inside a closure ends its goroutine there; the database
// must live on.
func TestGoexitRollsBack(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = db.InTx(t.Context(), func(tx *sqldb.Tx) error {
				if err := tx.Create(&stockRow{SKU: "gone"}).Error; err != nil {
					t.Error(err)
				}
				runtime.Goexit() // as t.FailNow does
				return nil
			})
		}()
		<-ended
		addStock(t, db, "after", 1)
		if n := count(t, db, "SELECT COUNT(*) FROM stock"); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	})
}

func TestCancelledBeforeItBegins(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := db.InTx(ctx, func(*sqldb.Tx) error {
			t.Error("the closure ran")
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v", err)
		}
	})
}

func TestNestedIsRefused(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		err := db.InTx(t.Context(), func(tx *sqldb.Tx) error {
			return db.InTx(tx.Context(), func(*sqldb.Tx) error { return nil })
		})
		if !errors.Is(err, sqldb.ErrNested) {
			t.Errorf("InTx inside InTx: %v, want ErrNested", err)
		}
		err = db.InTx(t.Context(), func(tx *sqldb.Tx) error {
			return tx.Transaction(func(*gorm.DB) error { return nil })
		})
		if err == nil {
			t.Error("GORM's Transaction inside InTx was not refused")
		}
	})
}

func TestTxEndsWithItsClosure(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		var kept *sqldb.Tx
		put(t, db, func(tx *sqldb.Tx) error { kept = tx; return nil })
		if err := kept.Create(&stockRow{SKU: "late"}).Error; err == nil {
			t.Error("wrote through a transaction that had ended")
		}
		var row stockRow
		if err := kept.Take(&row).Error; err == nil {
			t.Error("read through a transaction that had ended")
		}
		var n int
		if err := kept.Raw("SELECT 1").Row().Scan(&n); err == nil {
			t.Error("read a row through a transaction that had ended")
		}
	})
}

func TestClosureSeesItsContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		ctx := context.WithValue(t.Context(), key{}, "value")
		err := db.InTx(ctx, func(tx *sqldb.Tx) error {
			if tx.Context().Value(key{}) != "value" || tx.Statement.Context.Value(key{}) != "value" {
				t.Error("the caller's values are lost")
			}
			if tx.Now().IsZero() || !tx.Now().Equal(tx.Now()) {
				t.Error("the time of the transaction is not fixed")
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestClosedDatabaseRefuses(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		addStock(t, db, "a", 1)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := db.InTx(t.Context(), func(*sqldb.Tx) error { return nil }); !errors.Is(err, sqldb.ErrClosed) {
			t.Errorf("after Close: %v, want ErrClosed", err)
		}
		if err := db.Close(); err != nil {
			t.Errorf("second Close: %v", err)
		}
	})
}
