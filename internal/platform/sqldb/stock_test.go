package sqldb_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

// Many buyers of one SKU, each reserving and ordering in one transaction, sell
// exactly what is there.
func TestNeverOversells(t *testing.T) {
	t.Parallel()
	const onHand, buyers, tries = 100, 32, 10
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		addStock(t, db, "hot", onHand)
		var sold, refused atomic.Int64
		var wg sync.WaitGroup
		for buyer := range buyers {
			wg.Go(func() {
				for try := range tries {
					ok, err := buy(t, db, fmt.Sprintf("ord_%d_%d", buyer, try))
					if err != nil {
						t.Errorf("buyer %d: %v", buyer, err)
					}
					if ok {
						sold.Add(1)
					} else {
						refused.Add(1)
					}
				}
			})
		}
		wg.Wait()
		if sold.Load() != onHand || refused.Load() != buyers*tries-onHand {
			t.Errorf("sold %d and refused %d of %d tries for %d pieces", sold.Load(), refused.Load(), buyers*tries, onHand)
		}
		if row := stockOf(t, db, "hot"); row.Reserved != onHand {
			t.Errorf("reserved = %d, want %d", row.Reserved, onHand)
		}
		if n := count(t, db, "SELECT COUNT(*) FROM orders"); n != onHand {
			t.Errorf("%d orders for %d pieces", n, onHand)
		}
	})
}

// buy reads first, as use cases do, so that an engine that judges by a snapshot
// taken then would show it.
func buy(t *testing.T, db *sqldb.DB, id string) (bool, error) {
	ok := false
	err := db.InTx(t.Context(), func(tx *sqldb.Tx) error {
		ok = false
		var before stockRow
		if err := tx.Where("sku = ?", "hot").Take(&before).Error; err != nil {
			return err
		}
		taken := tx.Exec("UPDATE stock SET reserved = reserved + 1 WHERE sku = ? AND on_hand - reserved >= 1", "hot")
		if taken.Error != nil || taken.RowsAffected == 0 {
			return taken.Error
		}
		ok = true
		return tx.Create(&orderRow{ID: id, SKU: "hot", Quantity: 1, CreatedAt: sqldb.At(tx.Now())}).Error
	})
	return ok, err
}

func TestRowsAffectedAreRowsMatched(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		addStock(t, db, "a", 5)
		for _, c := range []struct {
			name, query string
			want        int64
		}{
			{"changed", "UPDATE stock SET on_hand = 6 WHERE sku = 'a'", 1},
			{"matched but unchanged", "UPDATE stock SET on_hand = 6 WHERE sku = 'a'", 1},
			{"not matched", "UPDATE stock SET on_hand = 7 WHERE sku = 'b'", 0},
		} {
			put(t, db, func(tx *sqldb.Tx) error {
				done := tx.Exec(c.query)
				if done.RowsAffected != c.want {
					t.Errorf("%s: %d rows affected, want %d", c.name, done.RowsAffected, c.want)
				}
				return done.Error
			})
		}
	})
}
