package events_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pasar/internal/platform/events"
	"pasar/internal/platform/events/eventstest"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

// BenchmarkRelay measures how many events a second go from an outbox in memory
// through the stream to a consumer, with every batch on disk and without.
func BenchmarkRelay(b *testing.B) {
	for _, relaxed := range []bool{false, true} {
		b.Run(fmt.Sprintf("sync=%t", !relaxed), func(b *testing.B) {
			bus, outbox := openForBench(b, relaxed), newOutbox()
			handle, got := collector()
			bus.AddOutbox("test", outbox)
			bus.Subscribe(events.Consumer{Name: "test.bench", Types: []string{testType}, Handle: handle, Workers: 4})
			outbox.emit(happenings(1, b.N)...)
			b.ResetTimer()
			if err := bus.Start(b.Context()); err != nil {
				b.Fatal(err)
			}
			for range b.N {
				<-got
			}
		})
	}
}

// BenchmarkLatency measures the time from a stated event to its handler on an
// idle bus.
func BenchmarkLatency(b *testing.B) {
	for _, relaxed := range []bool{false, true} {
		b.Run(fmt.Sprintf("sync=%t", !relaxed), func(b *testing.B) {
			bus, outbox := openForBench(b, relaxed), newOutbox()
			handle, got := collector()
			bus.AddOutbox("test", outbox)
			bus.Subscribe(events.Consumer{Name: "test.bench", Types: []string{testType}, Handle: handle})
			if err := bus.Start(b.Context()); err != nil {
				b.Fatal(err)
			}
			var took []time.Duration
			for n := range b.N {
				e := happened(n)
				outbox.emit(e)
				<-got
				took = append(took, systemClock.Now().Sub(e.Time))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
		})
	}
}

// BenchmarkEnqueue measures jobs put on a queue by one caller.
func BenchmarkEnqueue(b *testing.B) {
	for _, relaxed := range []bool{false, true} {
		b.Run(fmt.Sprintf("sync=%t", !relaxed), func(b *testing.B) {
			bus := openForBench(b, relaxed)
			for b.Loop() {
				if err := bus.Enqueue(b.Context(), "bench", make([]byte, 512), events.EnqueueOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func openForBench(b *testing.B, relaxed bool) *events.Bus {
	return eventstest.Open(b, events.Config{StoreDir: b.TempDir(), RelaxedSync: relaxed})
}

// BenchmarkShopLatency measures, on an idle shop with SQLite, from the return of
// the transaction that states a fact to the call of its handler.
func BenchmarkShopLatency(b *testing.B) {
	db := sqldbtest.SQLite(b, nil)
	bus := openForBench(b, false)
	handle, got := collector()
	bus.AddOutbox("test", db)
	bus.Subscribe(events.Consumer{Name: "test.bench", Types: []string{testType}, Handle: handle})
	if err := bus.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for b.Loop() {
		err := db.InTx(b.Context(), func(tx *sqldb.Tx) error {
			e, err := events.Type[struct{}]{Name: testType}.New("tst_1", 1, tx.Now(), struct{}{})
			if err != nil {
				return err
			}
			return tx.Emit(e)
		})
		if err != nil {
			b.Fatal(err)
		}
		committed := systemClock.Now()
		<-got
		took = append(took, systemClock.Now().Sub(committed))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
}
