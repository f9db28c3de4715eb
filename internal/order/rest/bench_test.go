package rest_test

import (
	"testing"

	"pasar/internal/order/store"
	"pasar/internal/platform/sqldb/sqldbtest"
)

// BenchmarkCheckout is a guest's way to an order: cart, item, details, order.
// Each is a request over HTTP and each change a commit on the disk.
func BenchmarkCheckout(b *testing.B) {
	s := newShop(b, sqldbtest.SQLite(b, store.Migrations()), setup{})
	variant := s.catalogue.Stock(10_000_00, 100, 1<<40)
	begun := s.db.Stats()
	b.SetParallelism(8) // on two cores, 16 clients
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s.order(variant, 1)
		}
	})
	now := s.db.Stats()
	b.ReportMetric(float64(now.Statements-begun.Statements)/float64(b.N), "statements/op")
	b.ReportMetric(float64(now.Commits-begun.Commits)/float64(b.N), "fsyncs/op")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
}
