package store_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
	"pasar/internal/product"
)

// TestStockKeepsItsBooks does whatever can be done to stock, in any order, and
// after each step compares the rows with a model and the ledger.
func TestStockKeepsItsBooks(t *testing.T) {
	t.Parallel()
	db := sqliteShop(t)
	var shift atomic.Int64 // how far the clock was put forward
	s := newShopAt(t, db, clock.Func(func() time.Time {
		return time.Now().UTC().Add(time.Duration(shift.Load())).Truncate(time.Microsecond)
	}))
	var run int
	rapid.Check(t, func(r *rapid.T) {
		run++
		m := &bookModel{shop: s, shift: &shift, holds: map[string]*modelHold{}}
		view := s.coffee(fmt.Sprintf("buku-%d", run), 20, 5)
		for i := range view.Variants {
			m.variants = append(m.variants, view.Variants[i].ID)
			m.onHand = append(m.onHand, []int64{20, 5}[i])
		}
		r.Repeat(map[string]func(*rapid.T){
			"reserve": m.reserve, "release": m.release, "confirm": m.confirm, "cancel": m.cancel,
			"expire": m.expire, "move": m.move, "": m.check,
		})
	})
}

type modelHold struct {
	status  product.HoldStatus
	lines   [2]int64
	expires time.Time
	version int64
}

// bookModel is what the stock should be.
type bookModel struct {
	*shop
	shift    *atomic.Int64
	variants []string
	onHand   []int64
	orders   []string
	holds    map[string]*modelHold
}

func (m *bookModel) now() time.Time { return time.Now().UTC().Add(time.Duration(m.shift.Load())) }

func (m *bookModel) reserved(i int) (sum int64) {
	for _, h := range m.holds {
		if h.status == product.Held {
			sum += h.lines[i]
		}
	}
	return sum
}

// due ends what ran out, as reserving and selling do when stock is short.
func (m *bookModel) due() {
	for _, h := range m.holds {
		if h.status == product.Held && !h.expires.After(m.now()) {
			h.status = product.Expired
		}
	}
}

// fits reports whether there is room for lines beside what the others hold.
func (m *bookModel) fits(lines [2]int64, except *modelHold) bool {
	for i, quantity := range lines {
		room := m.onHand[i] - m.reserved(i)
		if except != nil && except.status == product.Held {
			room += except.lines[i]
		}
		if quantity > room {
			return false
		}
	}
	return true
}

func (m *bookModel) pick(r *rapid.T) string {
	if len(m.orders) == 0 || rapid.IntRange(0, 3).Draw(r, "new") == 0 {
		m.orders = append(m.orders, order())
		return m.orders[len(m.orders)-1]
	}
	return rapid.SampledFrom(m.orders).Draw(r, "order")
}

func drawLines(r *rapid.T) ([2]int64, func(variants []string) []product.Demand) {
	a, b := rapid.Int64Range(1, 8).Draw(r, "a"), rapid.Int64Range(0, 4).Draw(r, "b")
	return [2]int64{a, b}, func(variants []string) []product.Demand {
		wanted := []product.Demand{{VariantID: variants[0], Quantity: a}}
		if b > 0 {
			wanted = append(wanted, product.Demand{VariantID: variants[1], Quantity: b})
		}
		return wanted
	}
}

func (m *bookModel) reserve(r *rapid.T) {
	id := m.pick(r)
	lines, demand := drawLines(r)
	expires := m.now().Add(time.Duration(rapid.IntRange(1, 3).Draw(r, "hours")) * time.Hour)
	_, err := m.Reserve(m.t.Context(), id, demand(m.variants), expires)
	h := m.holds[id]
	switch {
	case h != nil && h.status == product.Sold:
	case h != nil && h.status == product.Held && h.lines == lines:
		if expires.After(h.expires) {
			h.expires = expires
		}
	default:
		if !m.fits(lines, h) {
			m.due()
		}
		if !m.fits(lines, h) {
			if !fault.HasCode(err, productapi.CodeInsufficientStock) {
				r.Fatalf("short, but %v", err)
			}
			return
		}
		version := int64(0)
		if h != nil {
			version = h.version
		}
		m.holds[id] = &modelHold{status: product.Held, lines: lines, expires: expires, version: version}
	}
	if err != nil {
		r.Fatalf("reserve: %v", err)
	}
}

func (m *bookModel) release(r *rapid.T) {
	id := m.pick(r)
	if err := m.Release(m.t.Context(), id); err != nil {
		r.Fatal(err)
	}
	if h := m.holds[id]; h != nil && h.status == product.Held {
		h.status = product.Released
	}
}

func (m *bookModel) event(r *rapid.T, kind events.Type[orderapi.OrderData]) (h *modelHold, lines [2]int64, fresh bool) {
	id := m.pick(r)
	h = m.holds[id]
	lines, demand := drawLines(r)
	if h == nil {
		h = &modelHold{status: product.Released, lines: lines}
		m.holds[id] = h
	}
	version := rapid.Int64Range(1, 4).Draw(r, "version")
	e := m.order(kind, id, version, demand(m.variants)...)
	for range rapid.IntRange(1, 2).Draw(r, "deliveries") {
		if err := m.handle(e); err != nil {
			r.Fatal(err)
		}
	}
	if version <= h.version {
		return h, lines, false
	}
	h.version = version
	return h, lines, true
}

func (m *bookModel) confirm(r *rapid.T) {
	h, lines, fresh := m.event(r, orderapi.OrderConfirmed)
	if !fresh || h.status == product.Sold {
		return
	}
	if !m.fits(lines, h) { // the order's lines: the hold may have others
		m.due()
	}
	if !m.fits(lines, h) {
		return // stated as stock_short
	}
	h.status, h.lines = product.Sold, lines
	for i, quantity := range h.lines {
		m.onHand[i] -= quantity
	}
}

func (m *bookModel) cancel(r *rapid.T) {
	h, _, fresh := m.event(r, orderapi.OrderCancelled)
	if !fresh {
		return
	}
	if h.status == product.Sold {
		for i, quantity := range h.lines {
			m.onHand[i] += quantity
		}
	}
	if h.status == product.Sold || h.status == product.Held {
		h.status = product.Released
	}
}

func (m *bookModel) expire(r *rapid.T) {
	m.shift.Add(int64(time.Duration(rapid.IntRange(0, 90).Draw(r, "minutes")) * time.Minute))
	if _, err := m.ExpireReservations(m.t.Context(), 1000); err != nil {
		r.Fatal(err)
	}
	m.due()
}

func (m *bookModel) move(r *rapid.T) {
	i := rapid.IntRange(0, 1).Draw(r, "variant")
	quantity := rapid.Int64Range(-5, 5).Filter(func(n int64) bool { return n != 0 }).Draw(r, "quantity")
	_, err := m.Move(m.t.Context(), product.Movement{
		VariantID: m.variants[i], Location: product.MainLocation, Quantity: quantity, Reason: product.Adjustment, Actor: "usr_test",
	}, nil)
	if m.onHand[i]+quantity < m.reserved(i) {
		if !fault.HasCode(err, productapi.CodeInsufficientStock) {
			r.Fatalf("took reserved stock: %v", err)
		}
		return
	}
	if err != nil {
		r.Fatal(err)
	}
	m.onHand[i] += quantity
}

func (m *bookModel) check(r *rapid.T) {
	for i, variant := range m.variants {
		onHand, reserved := m.sums(variant)
		if onHand != m.onHand[i] || reserved != m.reserved(i) {
			r.Fatalf("variant %d: %d on hand and %d reserved, want %d and %d", i, onHand, reserved, m.onHand[i], m.reserved(i))
		}
		var moved int64
		m.query(&moved, "SELECT COALESCE(SUM(quantity), 0) FROM stock_movements WHERE variant_id = ?", variant)
		if moved != onHand {
			r.Fatalf("variant %d: the ledger sums to %d, %d are on hand", i, moved, onHand)
		}
	}
	view, err := m.Look(m.t.Context(), m.slug(r))
	if err != nil {
		r.Fatal(err)
	}
	for i := range view.Variants {
		if got := view.Available(&view.Variants[i]); got != m.onHand[i]-m.reserved(i) {
			r.Fatalf("variant %d: readers see %d, want %d", i, got, m.onHand[i]-m.reserved(i))
		}
	}
}

func (m *bookModel) slug(r *rapid.T) string {
	owner, err := m.Quotes(m.t.Context(), m.variants[:1], "IDR")
	if err != nil || len(owner) != 1 {
		r.Fatalf("quote: %v", err)
	}
	return owner[0].View.Slug
}
