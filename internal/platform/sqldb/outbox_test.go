package sqldb_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"

	"pasar/api"
	"pasar/internal/platform/events"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

type placed struct {
	Total int64  `json:"total"`
	Note  string `json:"note"`
}

var orderPlaced = events.Type[placed]{Name: "pasar.order.placed.v1"}

// emit states n facts in one transaction.
func emit(t testing.TB, db *sqldb.DB, subject string, n int) {
	t.Helper()
	evs := make([]events.Event, n)
	for i := range evs {
		e, err := orderPlaced.New(subject, int64(i+1), time.Time{}, placed{Total: 9007199254740993, Note: "süß \u2028 'x' \\"})
		if err != nil {
			t.Fatal(err)
		}
		evs[i] = e
	}
	put(t, db, func(tx *sqldb.Tx) error { return tx.Emit(evs...) })
}

func claim(t testing.TB, db *sqldb.DB, limit int) []events.Event {
	t.Helper()
	evs, err := db.ClaimOutbox(t.Context(), limit)
	if err != nil {
		t.Fatal(err)
	}
	return evs
}

func ids(evs []events.Event) []string {
	var out []string
	for _, e := range evs {
		out = append(out, e.ID)
	}
	return out
}

func TestEmitFillsInAndKeepsOrder(t *testing.T) {
	t.Parallel()
	eachWithClock(t, func(t *testing.T, db *sqldb.DB, h *hands) {
		before := db.Statements()
		emit(t, db, "ord_1", 5)
		if n := db.Statements() - before; n != 1 {
			t.Errorf("%d statements for 5 events, want 1", n)
		}
		select {
		case <-db.OutboxReady():
		default:
			t.Error("no pulse after the commit")
		}
		evs := claim(t, db, 10)
		if len(evs) != 5 {
			t.Fatalf("%d events, want 5", len(evs))
		}
		for i, e := range evs {
			data, err := orderPlaced.Decode(e)
			if err != nil || data.Total != 9007199254740993 || data.Note != "süß \u2028 'x' \\" {
				t.Errorf("data = %+v, %v", data, err)
			}
			if !api.ValidID("evt", e.ID) || e.Source != "/pasar/order" || e.Version != int64(i+1) ||
				!e.Time.Equal(h.now()) || e.SpecVersion != "1.0" || e.Subject != "ord_1" || e.TraceParent != "" {
				t.Errorf("event %d = %+v", i, e)
			}
		}
	})
}

func TestEmitCarriesTheTrace(t *testing.T) {
	t.Parallel()
	db := sqldbtest.SQLite(t, nil)
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	ctx := trace.ContextWithSpanContext(t.Context(), span)
	if err := db.InTx(ctx, func(tx *sqldb.Tx) error { return tx.Emit(events.Event{Type: "t", Data: []byte("{}")}) }); err != nil {
		t.Fatal(err)
	}
	want := "00-01000000000000000000000000000000-0200000000000000-01"
	if evs := claim(t, db, 1); len(evs) != 1 || evs[0].TraceParent != want {
		t.Errorf("events = %+v, want traceparent %s", evs, want)
	}
}

func TestRolledBackEventsAreNeverTold(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, nil, func(t *testing.T, db *sqldb.DB) {
		err := db.InTx(t.Context(), func(tx *sqldb.Tx) error {
			if err := tx.Emit(events.Event{Type: "t", Data: []byte("{}")}); err != nil {
				return err
			}
			return errChangedMind
		})
		if err == nil {
			t.Error("no error")
		}
		if evs := claim(t, db, 10); len(evs) != 0 {
			t.Errorf("claimed %v", evs)
		}
		select {
		case <-db.OutboxReady():
			t.Error("a pulse for nothing")
		default:
		}
	})
}

// Relays that work at once share the events while they are written: each is
// handed out once, and none is left.
func TestTwoRelaysLoseNothing(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, nil, func(t *testing.T, db *sqldb.DB) {
		const writers, each = 8, 25
		var writing, relaying sync.WaitGroup
		for w := range writers {
			writing.Go(func() {
				for range each {
					emit(t, db, fmt.Sprintf("ord_%d", w), 2)
				}
			})
		}
		written := make(chan struct{})
		go func() { writing.Wait(); close(written) }()
		var mu sync.Mutex
		seen := map[string]int{}
		for range 2 {
			relaying.Go(func() {
				for finished := false; ; {
					evs := claim(t, db, 7)
					if err := db.MarkPublished(t.Context(), ids(evs)); err != nil {
						t.Error(err)
					}
					mu.Lock()
					for _, e := range evs {
						seen[e.ID]++
					}
					mu.Unlock()
					if len(evs) == 0 && finished {
						return
					}
					select {
					case <-written:
						finished = true
					default:
					}
				}
			})
		}
		relaying.Wait()
		if len(seen) != writers*each*2 {
			t.Errorf("%d events were published, want %d", len(seen), writers*each*2)
		}
		if n := slices.Max(slices.Collect(maps.Values(seen))); n != 1 {
			t.Errorf("an event was handed out %d times", n)
		}
	})
}

func TestLeaseRunsOut(t *testing.T) {
	t.Parallel()
	eachWithClock(t, func(t *testing.T, db *sqldb.DB, h *hands) {
		emit(t, db, "ord_1", 3)
		first := ids(claim(t, db, 2))
		if rest := ids(claim(t, db, 10)); len(first) != 2 || len(rest) != 1 || slices.Contains(first, rest[0]) {
			t.Errorf("claimed %v, then %v", first, rest)
		}
		if err := db.MarkPublished(t.Context(), first[:1]); err != nil {
			t.Fatal(err)
		}
		h.move(31 * time.Second)
		if again := ids(claim(t, db, 10)); len(again) != 2 || again[0] != first[1] {
			t.Errorf("claimed %v after the lease, want the two that are not published", again)
		}
	})
}

func TestReplayAndLag(t *testing.T) {
	t.Parallel()
	eachWithClock(t, func(t *testing.T, db *sqldb.DB, h *hands) {
		publish := func(subject string) {
			emit(t, db, subject, 1)
			if err := db.MarkPublished(t.Context(), ids(claim(t, db, 10))); err != nil {
				t.Fatal(err)
			}
		}
		publish("old")
		h.move(time.Hour)
		publish("new")
		emit(t, db, "waiting", 1)
		h.move(time.Minute)
		lagged, oldest, err := db.OutboxLag(t.Context())
		if err != nil || lagged != 1 || oldest != time.Minute {
			t.Errorf("lag = %d events, %v, %v; want 1, a minute", lagged, oldest, err)
		}
		n, err := db.ReplaySince(t.Context(), h.now().Add(-2*time.Minute))
		if err != nil || n != 1 {
			t.Errorf("replayed %d, %v; want 1", n, err)
		}
		evs := claim(t, db, 10)
		if len(evs) != 2 || evs[0].Subject != "new" || evs[1].Subject != "waiting" {
			t.Errorf("claimed %+v, want new and waiting", evs)
		}
		if err := db.MarkPublished(t.Context(), ids(evs)); err != nil {
			t.Fatal(err)
		}
		if lagged, oldest, err = db.OutboxLag(t.Context()); err != nil || lagged != 0 || oldest != 0 {
			t.Errorf("lag = %d events, %v, %v; want none", lagged, oldest, err)
		}
	})
}

func TestPruneKeepsSevenDays(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	eachWithClock(t, func(t *testing.T, db *sqldb.DB, h *hands) {
		emit(t, db, "old", 1200) // more than one batch
		if err := db.MarkPublished(t.Context(), ids(append(claim(t, db, 1000), claim(t, db, 1000)...))); err != nil {
			t.Fatal(err)
		}
		emit(t, db, "never published", 1)
		receive(t, db, "c", "evt_old")
		if err := db.InTx(withKey(t.Context(), "old"), func(tx *sqldb.Tx) error { return tx.Remember(200, nil) }); err != nil {
			t.Fatal(err)
		}
		h.move(6 * day)
		emit(t, db, "new", 1)
		receive(t, db, "c", "evt_new")
		h.move(day + time.Second)
		// However much the caller asks for.
		n, err := db.PruneOutbox(t.Context(), h.now().Add(time.Hour))
		if err != nil || n != 1200+1+1 {
			t.Errorf("pruned %d rows, %v; want 1202", n, err)
		}
		if n := count(t, db, "SELECT COUNT(*) FROM outbox"); n != 2 {
			t.Errorf("%d events left, want 2", n)
		}
		if receive(t, db, "c", "evt_new") || !receive(t, db, "c", "evt_old") {
			t.Error("the inbox forgot the new event, or kept the old one")
		}
	})
}

func receive(t testing.TB, db *sqldb.DB, consumer, id string) (fresh bool) {
	t.Helper()
	put(t, db, func(tx *sqldb.Tx) error {
		var err error
		fresh, err = tx.Receive(consumer, id)
		return err
	})
	return fresh
}

// Deliveries of one event that run at once do the work once.
func TestInboxLetsAnEventInOnce(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		addStock(t, db, "a", 100)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				put(t, db, func(tx *sqldb.Tx) error {
					fresh, err := tx.Receive("order.payment-captured", "evt_1")
					if err != nil || !fresh {
						return err
					}
					return reserve(tx, "a")
				})
			})
		}
		wg.Wait()
		if row := stockOf(t, db, "a"); row.Reserved != 1 {
			t.Errorf("the work was done %d times", row.Reserved)
		}
		if !receive(t, db, "another consumer", "evt_1") {
			t.Error("another consumer was kept from the event")
		}
	})
}
