package store_test

import (
	"testing"
	"time"

	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
	"pasar/internal/product"
	"pasar/internal/product/store"
)

func TestReserveSellAndRelease(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		v := &s.coffee("gayo", 10).Variants[0]
		first, second := order(), order()
		s.mustReserve(first, want(v, 3))
		s.mustReserve(second, want(v, 4))
		s.stock(v.ID, 10, 7)
		if view, err := s.Look(t.Context(), "gayo"); err != nil || view.Available(v) != 3 {
			t.Errorf("a reader sees %d available, want 3 (%v)", view.Available(v), err)
		}
		confirmed := s.order(orderapi.OrderConfirmed, first, 2, want(v, 3))
		for range 2 { // delivered twice
			if err := s.handle(confirmed); err != nil {
				t.Fatal(err)
			}
		}
		s.stock(v.ID, 7, 4)
		for range 2 {
			if err := s.Release(t.Context(), second); err != nil {
				t.Fatal(err)
			}
		}
		s.stock(v.ID, 7, 0)
		if err := s.Release(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		s.stock(v.ID, 7, 0) // sold stays sold
		if hold := s.mustReserve(first, want(v, 5)); hold.Status != product.Sold || hold.Lines[0].Quantity != 3 {
			t.Errorf("a sold hold was answered as %+v", hold)
		}
	})
}

func TestReserveIsSafeToRepeat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		p := s.coffee("toraja", 10, 10)
		a, b, id := &p.Variants[0], &p.Variants[1], order()
		soon := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
		reserve := func(expires time.Time, lines ...product.Demand) product.Hold {
			t.Helper()
			hold, err := s.Reserve(t.Context(), id, lines, expires)
			if err != nil {
				t.Fatal(err)
			}
			return hold
		}
		reserve(soon, want(a, 2), want(b, 1), want(a, 1)) // the lines of a are summed
		s.stock(a.ID, 10, 3)
		if hold := reserve(soon.Add(time.Hour), want(b, 1), want(a, 3)); !hold.ExpiresAt.Equal(soon.Add(time.Hour)) {
			t.Errorf("the later expiry was not taken: %v", hold.ExpiresAt)
		}
		if hold := reserve(soon, want(b, 1), want(a, 3)); !hold.ExpiresAt.Equal(soon.Add(time.Hour)) {
			t.Errorf("an earlier expiry was taken: %v", hold.ExpiresAt)
		}
		s.stock(a.ID, 10, 3)
		reserve(soon, want(b, 7)) // other lines replace the hold
		s.stock(a.ID, 10, 0)
		s.stock(b.ID, 10, 7)
		if _, err := s.reserve(id, want(b, 11)); !fault.HasCode(err, productapi.CodeInsufficientStock) {
			t.Fatalf("more than there is: %v", err)
		}
		s.stock(b.ID, 10, 7) // the hold before is untouched
		if err := s.Release(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		reserve(soon, want(a, 10)) // a released order may hold again
		s.stock(a.ID, 10, 10)
		s.stock(b.ID, 10, 0)
	})
}

func TestReserveTakesAllOrNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		p := s.coffee("bajawa", 5, 1)
		a, b := &p.Variants[0], &p.Variants[1]
		_, err := s.reserve(order(), want(a, 2), want(b, 2))
		f := fault.As(err)
		if f == nil || f.Code != productapi.CodeInsufficientStock || f.Kind != fault.Conflict {
			t.Fatalf("short: %v", err)
		}
		shortages, _ := f.Extra["shortages"].([]map[string]any)
		if len(shortages) != 1 || shortages[0]["variant_id"] != b.ID || shortages[0]["available"] != int64(1) {
			t.Errorf("shortages: %v", f.Extra)
		}
		s.stock(a.ID, 5, 0)
		if _, err := s.reserve(order(), want(a, 3), want(a, 3)); !fault.HasCode(err, productapi.CodeInsufficientStock) {
			t.Errorf("two lines of 3 out of 5: %v", err)
		}
		if _, err := s.reserve(order(), product.Demand{VariantID: "var_01jd5k9q2r3s4t5v6w7x8y9z0a", Quantity: 1}); !fault.HasCode(err, productapi.CodeVariantNotSellable) {
			t.Errorf("an unknown variant: %v", err)
		}
		if _, err := s.Archive(t.Context(), p.ID, p.Version); err != nil {
			t.Fatal(err)
		}
		if _, err := s.reserve(order(), want(a, 1)); !fault.HasCode(err, productapi.CodeVariantNotSellable) {
			t.Errorf("an archived product: %v", err)
		}
		s.stock(a.ID, 5, 0)
	})
}

func TestHoldsRunOut(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, store.Migrations(), func(t *testing.T, db *sqldb.DB) {
		s := newShop(t, db)
		v := &s.coffee("kintamani", 5).Variants[0]
		kept, lapsing := order(), order()
		s.mustReserve(kept, want(v, 1))
		if _, err := s.Reserve(t.Context(), lapsing, []product.Demand{want(v, 4)}, time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		later := clock.Func(func() time.Time { return time.Now().UTC().Add(10 * time.Minute) })
		future := reopened(t, db, later)
		// Nobody has swept, but what ran out can be had at once.
		if _, err := future.reserve(order(), want(v, 2)); err != nil {
			t.Fatal(err)
		}
		s.stock(v.ID, 5, 3)
		if n, err := future.ExpireReservations(t.Context(), 100); n != 0 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
		// The order was paid late: two are left, four are needed.
		if err := future.handle(s.order(orderapi.OrderConfirmed, lapsing, 2, want(v, 4))); err != nil {
			t.Fatal(err)
		}
		s.stock(v.ID, 5, 3)
		if n := s.emitted(productapi.StockShort.Name); n != 1 {
			t.Errorf("%d stock_short events, want 1", n)
		}
		if err := s.Release(t.Context(), kept); err != nil {
			t.Fatal(err)
		}
		// Another late payment finds enough.
		third := order()
		if err := future.handle(s.order(orderapi.OrderConfirmed, third, 2, want(v, 2))); err != nil {
			t.Fatal(err)
		}
		s.stock(v.ID, 3, 2)
	})
}

// A hold whose books are wrong stays, and keeps no other from ending.
func TestAHoldThatCannotEndKeepsNoOther(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		p := s.coffee("mandailing", 5, 5)
		broken, sound := &p.Variants[0], &p.Variants[1]
		s.mustReserve(order(), want(broken, 5))
		s.mustReserve(order(), want(sound, 5))
		err := s.db.InTx(t.Context(), func(tx *sqldb.Tx) error {
			return tx.Exec("UPDATE stock SET reserved = 0 WHERE variant_id = ?", broken.ID).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		later := reopened(t, s.db, clock.Func(func() time.Time { return time.Now().UTC().Add(2 * time.Hour) }))
		if n, err := later.ExpireReservations(t.Context(), 10); n != 1 || err == nil {
			t.Errorf("ended %d, %v; want 1 and what is wrong with the other", n, err)
		}
		s.stock(sound.ID, 5, 0)
	})
}

// reopened is the same database at another time of day.
func reopened(t *testing.T, db *sqldb.DB, c clock.Clock) *shop {
	t.Helper()
	return newShopAt(t, db, c)
}

func TestOrderEventsOutOfOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		v := &s.coffee("flores", 10).Variants[0]
		id := order()
		s.mustReserve(id, want(v, 2))
		if err := s.handle(s.order(orderapi.OrderCancelled, id, 3, want(v, 2))); err != nil {
			t.Fatal(err)
		}
		if err := s.handle(s.order(orderapi.OrderConfirmed, id, 2, want(v, 2))); err != nil {
			t.Fatal(err)
		}
		s.stock(v.ID, 10, 0) // the older event changed nothing
		sold := order()
		s.mustReserve(sold, want(v, 4))
		for version, kind := range []string{"", "confirmed", "cancelled"} {
			switch kind {
			case "confirmed":
				if err := s.handle(s.order(orderapi.OrderConfirmed, sold, int64(version)+1, want(v, 4))); err != nil {
					t.Fatal(err)
				}
				s.stock(v.ID, 6, 0)
			case "cancelled":
				if err := s.handle(s.order(orderapi.OrderCancelled, sold, int64(version)+1, want(v, 4))); err != nil {
					t.Fatal(err)
				}
			}
		}
		s.stock(v.ID, 10, 0) // not to be sent: back on hand
		never := order()     // an order whose hold never was
		if err := s.handle(s.order(orderapi.OrderExpired, never, 2, want(v, 1))); err != nil {
			t.Fatal(err)
		}
		if err := s.handle(s.order(orderapi.OrderConfirmed, never, 1, want(v, 1))); err != nil {
			t.Fatal(err)
		}
		s.stock(v.ID, 10, 0)
	})
}

// A checkout that lost the race for its order and crashed before it could put
// the hold right leaves its own lines under the order's id.
func TestWhatWasOrderedIsSoldWhateverTheHoldSays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		p := s.coffee("kerinci", 10, 10)
		a, b, id := &p.Variants[0], &p.Variants[1], order()
		s.mustReserve(id, want(a, 1), want(b, 3))
		if err := s.handle(s.order(orderapi.OrderConfirmed, id, 2, want(a, 2))); err != nil {
			t.Fatal(err)
		}
		s.stock(a.ID, 8, 0)
		s.stock(b.ID, 10, 0)
		if err := s.handle(s.order(orderapi.OrderCancelled, id, 3, want(a, 2))); err != nil {
			t.Fatal(err)
		}
		s.stock(a.ID, 10, 0)
		s.stock(b.ID, 10, 0)

		short := order() // more was ordered than the hold and all that is free
		s.mustReserve(short, want(a, 4))
		s.mustReserve(order(), want(a, 5))
		if err := s.handle(s.order(orderapi.OrderConfirmed, short, 2, want(a, 6))); err != nil {
			t.Fatal(err)
		}
		s.stock(a.ID, 10, 9) // nothing was sold; the cancellation that follows lets go
		var told int
		s.query(&told, "SELECT COUNT(*) FROM outbox WHERE event LIKE '%stock_short%'")
		if told != 1 {
			t.Errorf("%d shortages told, want 1", told)
		}
	})
}

func TestStockInTwoLocations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		v := &s.coffee("lampung", 3).Variants[0]
		err := s.db.InTx(t.Context(), func(tx *sqldb.Tx) error {
			return tx.Exec("INSERT INTO stock_locations (code, name, position) VALUES ('bandung', 'Bandung', 1)").Error
		})
		if err != nil {
			t.Fatal(err)
		}
		move := product.Movement{VariantID: v.ID, Location: "bandung", Quantity: 4, Reason: product.Receipt, Actor: "usr_test"}
		if _, err := s.Move(t.Context(), move, nil); err != nil {
			t.Fatal(err)
		}
		id := order()
		if hold := s.mustReserve(id, want(v, 6)); len(hold.Lines) != 2 {
			t.Fatalf("lines: %+v", hold.Lines)
		}
		s.stock(v.ID, 7, 6)
		if _, err := s.reserve(order(), want(v, 2)); !fault.HasCode(err, productapi.CodeInsufficientStock) {
			t.Errorf("two of one: %v", err)
		}
		if err := s.handle(s.order(orderapi.OrderConfirmed, id, 2, want(v, 6))); err != nil {
			t.Fatal(err)
		}
		s.stock(v.ID, 1, 0)
		move.Location = "nowhere"
		if _, err := s.Move(t.Context(), move, nil); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an unknown location: %v", err)
		}
	})
}

func TestMovements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		v := &s.coffee("jawa", 5).Variants[0]
		s.mustReserve(order(), want(v, 3))
		move := func(quantity int64, reason product.Reason) error {
			_, err := s.Move(t.Context(), product.Movement{
				VariantID: v.ID, Location: product.MainLocation, Quantity: quantity, Reason: reason, Actor: "usr_test",
			}, nil)
			return err
		}
		if err := move(-2, product.Adjustment); err != nil {
			t.Fatal(err)
		}
		if err := move(-1, product.Adjustment); !fault.HasCode(err, productapi.CodeInsufficientStock) {
			t.Errorf("reserved stock was taken: %v", err)
		}
		for _, bad := range []struct {
			quantity int64
			reason   product.Reason
		}{{0, product.Receipt}, {-1, product.Receipt}, {-1, product.Return}, {1, product.Sale}, {1, "gift"}, {1_000_001, product.Receipt}} {
			if err := move(bad.quantity, bad.reason); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if err := move(7, product.Receipt); err != nil {
			t.Fatal(err)
		}
		s.stock(v.ID, 10, 3)
		page, err := s.Movements(t.Context(), product.MovementQuery{VariantID: v.ID, Limit: 2})
		if err != nil || len(page) != 2 || page[0].Quantity != 7 || page[1].Quantity != -2 {
			t.Fatalf("ledger: %+v %v", page, err)
		}
		page, err = s.Movements(t.Context(), product.MovementQuery{VariantID: v.ID, Limit: 2, Before: page[1].ID})
		if err != nil || len(page) != 1 || page[0].Quantity != 5 || page[0].Reason != product.Receipt {
			t.Fatalf("ledger: %+v %v", page, err)
		}
	})
}

func TestStatements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		p := s.coffee("sidikalang", 100, 100, 100)
		one := []product.Demand{want(&p.Variants[0], 1)}
		three := []product.Demand{want(&p.Variants[0], 1), want(&p.Variants[1], 1), want(&p.Variants[2], 1)}
		for _, c := range []struct {
			name                string
			lines               []product.Demand
			reserve, sell, free uint64
		}{{"1 line", one, 4, 5, 5}, {"3 lines", three, 6, 7, 7}} {
			id, other := order(), order()
			reserve := s.count(func() error { _, err := s.reserve(id, c.lines...); return err })
			sell := s.count(func() error { return s.handle(s.order(orderapi.OrderConfirmed, id, 2, c.lines...)) })
			s.mustReserve(other, c.lines...)
			free := s.count(func() error { return s.Release(t.Context(), other) })
			t.Logf("%s, SQL statements: reserve %d, sale %d, release %d", c.name, reserve, sell, free)
			if reserve > c.reserve || sell > c.sell || free > c.free {
				t.Errorf("%s: more statements than %d, %d and %d", c.name, c.reserve, c.sell, c.free)
			}
		}
	})
}

func (s *shop) count(do func() error) uint64 {
	s.t.Helper()
	before := s.db.Statements()
	if err := do(); err != nil {
		s.t.Fatal(err)
	}
	return s.db.Statements() - before
}
