package sqldb_test

import (
	"errors"
	"testing"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

func TestIDsCompareByteForByte(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		for i, sku := range []string{"Kopi", "kopi", "KOPI", "kopí", "kopi\u0301"} {
			addStock(t, db, sku, int64(i+1))
		}
		if got := stockOf(t, db, "kopi").OnHand; got != 2 {
			t.Errorf("kopi has %d on hand, want 2", got)
		}
		var row stockRow
		err := db.Reader(t.Context()).Where("sku = ?", "kOPI").Take(&row).Error
		if !errors.Is(err, gorm.ErrRecordNotFound) {
			t.Errorf("kOPI: %v, want gorm.ErrRecordNotFound", err)
		}
	})
}

func TestMicrosComeBackExactly(t *testing.T) {
	t.Parallel()
	paid := time.Date(2026, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		addStock(t, db, "a", 1)
		for id, at := range map[string]time.Time{
			"now":       time.Date(2026, 3, 1, 12, 0, 0, 123_456_789, time.FixedZone("WIB", 7*3600)),
			"before":    time.Date(1969, 7, 20, 20, 17, 40, 1000, time.UTC),
			"leap year": time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC),
		} {
			put(t, db, func(tx *sqldb.Tx) error {
				return tx.Create(&orderRow{ID: id, SKU: "a", CreatedAt: sqldb.At(at), PaidAt: sqldb.AtPtr(paid)}).Error
			})
			var row orderRow
			if err := db.Reader(t.Context()).Where("id = ? AND created_at = ?", id, sqldb.At(at)).Take(&row).Error; err != nil {
				t.Fatal(err)
			}
			if got, want := row.CreatedAt.Time(), at.UTC().Truncate(time.Microsecond); !got.Equal(want) || got.Location() != time.UTC {
				t.Errorf("%s: %v, want %v", id, got, want)
			}
			if got := sqldb.TimeOf(row.PaidAt); !got.Equal(paid) {
				t.Errorf("paid_at = %v, want %v", got, paid)
			}
		}
	})
}

// GORM fills fields of these names by itself, in seconds, when they look like
// numbers to it.
func TestGORMLeavesMicrosAlone(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		addStock(t, db, "a", 1)
		put(t, db, func(tx *sqldb.Tx) error { return tx.Create(&orderRow{ID: "1", SKU: "a"}).Error })
		put(t, db, func(tx *sqldb.Tx) error {
			return tx.Model(&orderRow{}).Where("id = ?", "1").Update("quantity", 3).Error
		})
		var row orderRow
		if err := db.Reader(t.Context()).Take(&row).Error; err != nil {
			t.Fatal(err)
		}
		if row.CreatedAt != 0 || row.UpdatedAt != 0 || row.PaidAt != nil || row.Quantity != 3 {
			t.Errorf("row = %+v, want no times and quantity 3", row)
		}
		if at := sqldb.TimeOf(row.PaidAt); !at.IsZero() || sqldb.AtPtr(at) != nil {
			t.Error("the zero time and NULL do not stand for each other")
		}
	})
}

// What stores write with GORM's builder means the same in both dialects.
func TestQueriesBuiltByGORM(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		for _, sku := range []string{"a", "b", "c", "d"} {
			addStock(t, db, sku, 10)
		}
		put(t, db, func(tx *sqldb.Tx) error {
			return tx.Create([]orderRow{{ID: "1", SKU: "a"}, {ID: "2", SKU: "b"}}).Error
		})
		var skus []string
		page := db.Reader(t.Context()).Model(&stockRow{}).Order("sku").Limit(2).Offset(1).Pluck("sku", &skus)
		if page.Error != nil || len(skus) != 2 || skus[0] != "b" {
			t.Errorf("page = %v, %v", skus, page.Error)
		}
		var joined []orderRow
		err := db.Reader(t.Context()).Table("orders").Joins("JOIN stock ON stock.sku = orders.sku").
			Where("stock.on_hand IN ?", []int64{10, 11}).Order("orders.id").Find(&joined).Error
		if err != nil || len(joined) != 2 {
			t.Errorf("joined %d rows, %v", len(joined), err)
		}
		var total int64
		if err := db.Reader(t.Context()).Model(&stockRow{}).Where("sku <> ?", "a").Count(&total).Error; err != nil || total != 3 {
			t.Errorf("count = %d, %v", total, err)
		}
		put(t, db, func(tx *sqldb.Tx) error {
			var row stockRow
			if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("sku = ?", "a").Take(&row).Error; err != nil {
				return err
			}
			return tx.Clauses(clause.OnConflict{
				Columns:   []clause.Column{{Name: "sku"}},
				DoUpdates: clause.AssignmentColumns([]string{"on_hand"}),
			}).Create(&stockRow{SKU: "a", OnHand: 77}).Error
		})
		if got := stockOf(t, db, "a").OnHand; got != 77 {
			t.Errorf("on_hand = %d after the upsert, want 77", got)
		}
	})
}
