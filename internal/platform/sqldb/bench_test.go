package sqldb_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"pasar/internal/platform/events"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

// BenchmarkInTx places orders: one conditional reservation, one order and one
// event in each transaction. The gain of the group commit is 64 against 1.
func BenchmarkInTx(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *sqldb.DB{
		"sqlite": func(t testing.TB) *sqldb.DB { return sqldbtest.SQLite(t, shop()) },
		"mysql":  func(t testing.TB) *sqldb.DB { return sqldbtest.MySQL(t, shop()) },
	} {
		for _, callers := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("%s/callers=%d", name, callers), func(b *testing.B) {
				db := open(b)
				for sku := range 100 {
					addStock(b, db, fmt.Sprint(sku), 1<<40)
				}
				before := db.Stats()
				b.ResetTimer()
				placeOrders(b, db, callers)
				b.StopTimer()
				after := db.Stats()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
				b.ReportMetric(float64(b.N)/float64(after.Commits-before.Commits), "tx/commit")
			})
		}
	}
}

func placeOrders(b *testing.B, db *sqldb.DB, callers int) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(b.N) {
					return
				}
				if err := db.InTx(b.Context(), placeOrder(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func placeOrder(i int64) func(tx *sqldb.Tx) error {
	return func(tx *sqldb.Tx) error {
		sku, id := fmt.Sprint(i%100), fmt.Sprintf("ord_%026d", i)
		taken := tx.Exec("UPDATE stock SET reserved = reserved + 1 WHERE sku = ? AND on_hand - reserved >= 1", sku)
		if taken.Error != nil {
			return taken.Error
		}
		row := orderRow{ID: id, SKU: sku, Quantity: 1, CreatedAt: sqldb.At(tx.Now())}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return tx.Emit(events.Event{Type: "pasar.order.placed.v1", Subject: id, Version: 1, Data: []byte(`{"total":1299000}`)})
	}
}
