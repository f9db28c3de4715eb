package sqldb_test

import (
	"errors"
	"strings"
	"testing"

	"gorm.io/gorm"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

func TestConstraintErrorsAreGORMs(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		do   func(tx *sqldb.Tx) error
		want error
	}{
		{"duplicate", func(tx *sqldb.Tx) error { return tx.Create(&stockRow{SKU: "a"}).Error }, gorm.ErrDuplicatedKey},
		{"duplicate by Exec", func(tx *sqldb.Tx) error {
			return tx.Exec("INSERT INTO stock (sku, on_hand, reserved) VALUES ('a', 0, 0)").Error
		}, gorm.ErrDuplicatedKey},
		{"no such parent", func(tx *sqldb.Tx) error {
			return tx.Create(&orderRow{ID: "2", SKU: "none"}).Error
		}, gorm.ErrForeignKeyViolated},
		{"parent still needed", func(tx *sqldb.Tx) error {
			return tx.Exec("DELETE FROM stock WHERE sku = 'a'").Error
		}, gorm.ErrForeignKeyViolated},
		{"check", func(tx *sqldb.Tx) error {
			return tx.Exec("UPDATE stock SET reserved = 100 WHERE sku = 'a'").Error
		}, gorm.ErrCheckConstraintViolated},
		{"not found", func(tx *sqldb.Tx) error {
			return tx.Where("sku = 'z'").Take(&stockRow{}).Error
		}, gorm.ErrRecordNotFound},
	}
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		addStock(t, db, "a", 5)
		put(t, db, func(tx *sqldb.Tx) error { return tx.Create(&orderRow{ID: "1", SKU: "a"}).Error })
		for _, c := range cases {
			if err := db.InTx(t.Context(), c.do); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		if row := stockOf(t, db, "a"); row.Reserved != 0 {
			t.Errorf("reserved = %d after the refused writes", row.Reserved)
		}
	})
}

func TestConstraintErrorNamesTheConstraint(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		addStock(t, db, "a", 5)
		err := db.InTx(t.Context(), func(tx *sqldb.Tx) error {
			return tx.Exec("UPDATE stock SET reserved = 6 WHERE sku = 'a'").Error
		})
		if err == nil || !strings.Contains(err.Error(), "stock_not_oversold") {
			t.Errorf("error %q does not name the constraint", err)
		}
	})
}

// A closure may go on after a refused statement: only that one is undone.
func TestTransactionOutlivesRefusedStatement(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		addStock(t, db, "a", 5)
		put(t, db, func(tx *sqldb.Tx) error {
			if err := tx.Create(&stockRow{SKU: "a"}).Error; !errors.Is(err, gorm.ErrDuplicatedKey) {
				t.Errorf("error = %v", err)
			}
			return tx.Create(&stockRow{SKU: "b", OnHand: 1}).Error
		})
		if n := count(t, db, "SELECT COUNT(*) FROM stock"); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
	})
}

func TestReaderRefusesToWrite(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		if err := db.Reader(t.Context()).Create(&stockRow{SKU: "x"}).Error; err == nil {
			t.Error("the reader wrote a row")
		}
		if n := count(t, db, "SELECT COUNT(*) FROM stock"); n != 0 {
			t.Errorf("%d rows, want none", n)
		}
	})
}
