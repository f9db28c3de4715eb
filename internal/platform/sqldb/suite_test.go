package sqldb_test

import (
	"io/fs"
	"strings"
	"testing"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

func TestMain(m *testing.M) { sqldbtest.Main(m) }

// shop is the schema of these tests: enough of a shop to break every kind of
// constraint.
func shop() fs.FS {
	const tables = `
CREATE TABLE stock (
    sku      TEXT PRIMARY KEY,
    on_hand  BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    CONSTRAINT stock_not_oversold CHECK (reserved >= 0 AND reserved <= on_hand)
);
CREATE TABLE orders (
    id         TEXT PRIMARY KEY,
    sku        TEXT NOT NULL,
    quantity   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    paid_at    BIGINT,
    CONSTRAINT orders_sku FOREIGN KEY (sku) REFERENCES stock (sku)
);`
	const column = "VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
	return sqldbtest.Schema(tables, strings.ReplaceAll(tables, "TEXT", column))
}

type stockRow struct {
	SKU      string `gorm:"primaryKey;column:sku"`
	OnHand   int64
	Reserved int64
}

func (stockRow) TableName() string { return "stock" }

type orderRow struct {
	ID        string `gorm:"primaryKey"`
	SKU       string `gorm:"column:sku"`
	Quantity  int64
	CreatedAt sqldb.Micros
	UpdatedAt sqldb.Micros
	PaidAt    *sqldb.Micros
}

func (orderRow) TableName() string { return "orders" }

// put runs one transaction that has to succeed.
func put(t testing.TB, db *sqldb.DB, fn func(tx *sqldb.Tx) error) {
	t.Helper()
	if err := db.InTx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func addStock(t testing.TB, db *sqldb.DB, sku string, onHand int64) {
	t.Helper()
	put(t, db, func(tx *sqldb.Tx) error {
		return tx.Create(&stockRow{SKU: sku, OnHand: onHand}).Error
	})
}

func stockOf(t testing.TB, db *sqldb.DB, sku string) stockRow {
	t.Helper()
	var row stockRow
	if err := db.Reader(t.Context()).Where("sku = ?", sku).Take(&row).Error; err != nil {
		t.Fatal(err)
	}
	return row
}

func count(t testing.TB, db *sqldb.DB, query string, args ...any) int64 {
	t.Helper()
	var n int64
	if err := db.Reader(t.Context()).Raw(query, args...).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}
