package rest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/order"
	"pasar/internal/order/store"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

func TestExpectedTotalGuards(t *testing.T) {
	s := sqliteShop(t)
	variant := s.catalogue.Stock(10_000_00, 100, 5)
	cart := s.cart(variant, 1)
	s.catalogue.Reprice(variant, 12_000_00)
	refusal := s.refused(409, orderapi.CodeTotalChanged, s.do("POST", "/v1/orders", checkout(cart), token(cart), key("k1")))
	if refusal.num("total.amount") != 27_000_00 || refusal.str("total.currency") != "IDR" || s.catalogue.Calls("ReserveStock") != 0 {
		t.Errorf("%s", refusal.raw)
	}
	for _, wrong := range []object{{"amount": 27_000_00, "currency": "USD"}, {"amount": -27_000_00, "currency": "IDR"}, {"amount": 0, "currency": "IDR"}} {
		s.refused(409, orderapi.CodeTotalChanged, s.do("POST", "/v1/orders", object{"cart_id": cart.str("id"), "expected_total": wrong}, token(cart), key("k2")))
	}
	right := object{"cart_id": cart.str("id"), "expected_total": refusal.at("total")}
	if order := s.must(http.StatusCreated, "POST", "/v1/orders", right, token(cart), key("k1")); order.num("total.amount") != 27_000_00 {
		t.Errorf("%s", order.raw)
	}
}

func TestCheckoutRefusals(t *testing.T) {
	s := sqliteShop(t)
	plenty, gone := s.catalogue.Stock(10_000_00, 100, 50), s.catalogue.Stock(10_000_00, 100, 5)

	empty := s.must(http.StatusCreated, "POST", "/v1/carts", object{"currency": "IDR"})
	s.refused(422, orderapi.CodeCartEmpty, s.do("POST", "/v1/orders", checkout(empty), token(empty), key("k")))

	s.must(http.StatusOK, "POST", "/v1/carts/"+empty.str("id")+"/items", object{"variant_id": plenty, "quantity": 1}, token(empty))
	refusal := s.refused(422, orderapi.CodeCartIncomplete, s.do("POST", "/v1/orders", checkout(empty), token(empty), key("k")))
	if refusal.pointers() != "#/email #/shipping_method #/shipping_address" {
		t.Errorf("%s", refusal.pointers())
	}

	withdrawn := s.cart(gone, 1)
	s.catalogue.Withdraw(gone)
	s.refused(409, productapi.CodeVariantNotSellable, s.do("POST", "/v1/orders", checkout(withdrawn), token(withdrawn), key("k")))
}

// TestOutOfStockNamesTheLines has the catalogue answer in the order of its own
// ids, and the refusal point to the lines of the cart.
func TestOutOfStockNamesTheLines(t *testing.T) {
	everywhere(t, func(t *testing.T, s *shop) {
		plenty, scarce, none := s.catalogue.Stock(10_000_00, 100, 50), s.catalogue.Stock(10_000_00, 100, 1), s.catalogue.Stock(10_000_00, 100, 0)
		cart := s.cart(none, 1)
		proof := token(cart)
		for _, variant := range []string{plenty, scarce} {
			cart = s.must(http.StatusOK, "POST", "/v1/carts/"+cart.str("id")+"/items", object{"variant_id": variant, "quantity": 2}, proof)
		}
		refusal := s.refused(409, productapi.CodeInsufficientStock, s.do("POST", "/v1/orders", checkout(cart), proof, key("k")))
		for _, pointer := range []string{"#/items/0/quantity", "#/items/2/quantity"} {
			if !strings.Contains(refusal.pointers(), pointer) || strings.Contains(refusal.pointers(), "#/items/1") {
				t.Errorf("points to %s", refusal.pointers())
			}
		}
		if s.catalogue.Reserved(plenty) != 0 || s.toldTypes() != "" {
			t.Error("a refused checkout left something behind")
		}
		s.catalogue.SetOnHand(none, 1)
		s.catalogue.SetOnHand(scarce, 2)
		s.must(http.StatusCreated, "POST", "/v1/orders", checkout(cart), proof, key("k"))
	})
}

func TestFiftyCheckoutsMakeOneOrder(t *testing.T) {
	everywhere(t, func(t *testing.T, s *shop) {
		for name, keyOf := range map[string]func(int) string{
			"one key":  func(int) string { return "same" },
			"own keys": func(n int) string { return fmt.Sprint("key-", n) },
		} {
			variant := s.catalogue.Stock(10_000_00, 100, 500)
			cart := s.cart(variant, 2)
			var made, replayed, conflicts atomic.Int64
			var group sync.WaitGroup
			for n := range 50 {
				group.Go(func() {
					a := s.do("POST", "/v1/orders", checkout(cart), token(cart), key(keyOf(n)))
					switch {
					case a.status == 201 && a.header.Get("Idempotent-Replayed") == "true":
						replayed.Add(1)
					case a.status == 201:
						made.Add(1)
					case a.status == 409 && a.str("code") == api.CodeIdempotencyInFlight && a.header.Get("Retry-After") != "",
						a.status == 409 && a.str("code") == orderapi.CodeCartOrdered && a.str("order_id") == api.SiblingID("ord", cart.str("id")):
						conflicts.Add(1)
					default:
						t.Errorf("%s: %d %s", name, a.status, a.raw)
					}
				})
			}
			group.Wait()
			if made.Load() != 1 || replayed.Load()+conflicts.Load() != 49 {
				t.Errorf("%s: %d made, %d replayed, %d conflicts", name, made.Load(), replayed.Load(), conflicts.Load())
			}
			t.Logf("%s: 1 made, %d replayed, %d conflicts", name, replayed.Load(), conflicts.Load())
			if held := s.catalogue.Reserved(variant); held != 2 {
				t.Errorf("%s: %d held for one order of 2", name, held)
			}
			if told := s.toldTypes(); told != "placed" {
				t.Errorf("%s: told %s", name, told)
			}
		}
	})
}

// TestNeverOversells lets more customers buy than there are pieces.
func TestNeverOversells(t *testing.T) {
	everywhere(t, func(t *testing.T, s *shop) {
		const pieces, buyers = 7, 25
		variant := s.catalogue.Stock(10_000_00, 100, pieces)
		var carts []answer
		for range buyers {
			carts = append(carts, s.cart(variant, 1))
		}
		var made atomic.Int64
		var group sync.WaitGroup
		for _, cart := range carts {
			group.Go(func() {
				a := s.do("POST", "/v1/orders", checkout(cart), token(cart), key("k"))
				switch {
				case a.status == 201:
					made.Add(1)
				case a.status != 409 || a.str("code") != productapi.CodeInsufficientStock:
					t.Errorf("%d %s", a.status, a.raw)
				}
			})
		}
		group.Wait()
		if made.Load() != pieces || s.catalogue.Reserved(variant) != pieces || s.catalogue.Oversold() != "" {
			t.Errorf("%d orders of %d pieces, %d held", made.Load(), pieces, s.catalogue.Reserved(variant))
		}
	})
}

// faultyStore loses answers of transactions, before or after they commit.
type faultyStore struct {
	order.Store
	before, after atomic.Pointer[error]
}

func (f *faultyStore) InTx(ctx context.Context, work func(order.Tx) error) error {
	if err := f.before.Swap(nil); err != nil {
		return *err
	}
	err := f.Store.InTx(ctx, work)
	if lost := f.after.Swap(nil); lost != nil && err == nil {
		return *lost
	}
	return err
}

var errLost = errors.New("the connection broke")

// TestCheckoutIsRepairedByRepeating breaks a checkout at each step, with the
// step's work done and its answer lost, and has the customer try again.
func TestCheckoutIsRepairedByRepeating(t *testing.T) {
	t.Parallel()
	timeout := fault.New(fault.Timeout, api.CodeTimeout, "whether it acted is not known")
	breaks := map[string]func(*shop, *faultyStore){
		"quoting":              func(s *shop, _ *faultyStore) { s.catalogue.FailNext("QuoteVariants", timeout) },
		"holding":              func(s *shop, _ *faultyStore) { s.catalogue.FailNext("ReserveStock", timeout) },
		"writing, not done":    func(_ *shop, f *faultyStore) { f.before.Store(&errLost) },
		"writing, done":        func(_ *shop, f *faultyStore) { f.after.Store(&errLost) },
		"writing, cancelled":   func(_ *shop, f *faultyStore) { err := context.Canceled; f.after.Store(&err) },
		"writing, out of time": func(_ *shop, f *faultyStore) { err := context.DeadlineExceeded; f.before.Store(&err) },
	}
	for name, breakIt := range breaks {
		for _, sameKey := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, same key %v", name, sameKey), func(t *testing.T) {
				t.Parallel()
				sqldbtest.Each(t, store.Migrations(), func(t *testing.T, db *sqldb.DB) {
					faulty := &faultyStore{}
					s := newShop(t, db, setup{store: func(real order.Store) order.Store { faulty.Store = real; return faulty }})
					variant := s.catalogue.Stock(10_000_00, 100, 5)
					cart := s.cart(variant, 2)
					breakIt(s, faulty)
					first := s.do("POST", "/v1/orders", checkout(cart), token(cart), key("k1"))
					if first.status == 201 && first.header.Get("Idempotent-Replayed") != "true" || first.status < 500 && first.status != 201 && first.status != 499 {
						t.Errorf("the broken try answers %d: %s", first.status, first.raw)
					}
					second := "k1"
					if !sameKey {
						second = "k2"
					}
					a := s.do("POST", "/v1/orders", checkout(cart), token(cart), key(second))
					known := a.status == 409 && a.str("code") == orderapi.CodeCartOrdered && a.str("order_id") == api.SiblingID("ord", cart.str("id"))
					if a.status != 201 && !(known && !sameKey) {
						t.Fatalf("repeating does not repair: %d %s", a.status, a.raw)
					}
					if told := s.toldTypes(); told != "placed" || s.catalogue.Reserved(variant) != 2 {
						t.Errorf("told %q, %d held", told, s.catalogue.Reserved(variant))
					}
				})
			})
		}
	}
}

// meddler runs something else between the hold of a checkout and its writing.
type meddler struct {
	order.Catalogue
	meddle atomic.Pointer[func()]
}

func (m *meddler) ReserveStock(ctx context.Context, in *productapi.ReserveStockInput) (*productapi.Reservation, error) {
	held, err := m.Catalogue.ReserveStock(ctx, in)
	if do := m.meddle.Swap(nil); do != nil {
		(*do)()
	}
	return held, err
}

func meddledShop(t *testing.T) (*shop, *meddler) {
	t.Helper()
	t.Parallel()
	m := &meddler{}
	s := newShop(t, sqldbtest.SQLite(t, store.Migrations()), setup{catalogue: func(c order.Catalogue) order.Catalogue { m.Catalogue = c; return m }})
	return s, m
}

func TestCartThatChangesDuringCheckoutIsPricedAnew(t *testing.T) {
	s, m := meddledShop(t)
	variant := s.catalogue.Stock(10_000_00, 100, 50)
	cart := s.cart(variant, 1)
	add := func() {
		s.must(http.StatusOK, "POST", "/v1/carts/"+cart.str("id")+"/items", object{"variant_id": variant, "quantity": 3}, token(cart))
	}
	m.meddle.Store(&add)
	refusal := s.refused(409, orderapi.CodeTotalChanged, s.do("POST", "/v1/orders", checkout(cart), token(cart), key("k")))
	if refusal.num("total.amount") != 55_000_00 || s.catalogue.Reserved(variant) != 0 || s.catalogue.Hold(api.SiblingID("ord", cart.str("id"))) != "released" {
		t.Errorf("%d held: %s", s.catalogue.Reserved(variant), refusal.raw)
	}
	s.must(http.StatusCreated, "POST", "/v1/orders", object{"cart_id": cart.str("id"), "expected_total": refusal.at("total")}, token(cart), key("k"))
	if s.catalogue.Reserved(variant) != 4 {
		t.Errorf("%d held", s.catalogue.Reserved(variant))
	}
}

// TestLoserOfACheckoutLeavesTheWinnersHold has a second checkout, of a cart
// that changed meanwhile, win while the first one has its own lines on hold
// under the same id.
func TestLoserOfACheckoutLeavesTheWinnersHold(t *testing.T) {
	s, m := meddledShop(t)
	variant := s.catalogue.Stock(10_000_00, 100, 50)
	cart := s.cart(variant, 1)
	overtake := func() {
		now := s.must(http.StatusOK, "POST", "/v1/carts/"+cart.str("id")+"/items", object{"variant_id": variant, "quantity": 2}, token(cart))
		s.must(http.StatusCreated, "POST", "/v1/orders", checkout(now), token(cart), key("winner"))
		if _, err := m.Catalogue.ReserveStock(t.Context(), holdOf(cart, variant, 1)); err != nil { // the loser's hold arrives late
			t.Error(err)
		}
	}
	m.meddle.Store(&overtake)
	refusal := s.refused(409, orderapi.CodeCartOrdered, s.do("POST", "/v1/orders", checkout(cart), token(cart), key("loser")))
	if refusal.str("order_id") == "" || s.catalogue.Reserved(variant) != 3 {
		t.Errorf("%d held for an order of 3: %s", s.catalogue.Reserved(variant), refusal.raw)
	}
}

func holdOf(cart answer, variant string, quantity int64) *productapi.ReserveStockInput {
	in := &productapi.ReserveStockInput{}
	in.Body.OrderID = api.SiblingID("ord", cart.str("id"))
	in.Body.Lines = []productapi.StockLine{{VariantID: variant, Quantity: quantity}}
	return in
}

// clashing makes the first numbers of orders taken.
type clashing struct {
	order.Store
	left atomic.Int32
}

type clashingTx struct {
	order.Tx
	c *clashing
}

func (c *clashing) InTx(ctx context.Context, work func(order.Tx) error) error {
	return c.Store.InTx(ctx, func(tx order.Tx) error { return work(clashingTx{tx, c}) })
}

func (tx clashingTx) InsertOrder(o *order.Order) error {
	if tx.c.left.Add(-1) >= 0 {
		return order.ErrExists
	}
	return tx.Tx.InsertOrder(o)
}

func TestTakenNumberGivesWayToTheNext(t *testing.T) {
	t.Parallel()
	c := &clashing{}
	s := newShop(t, sqldbtest.SQLite(t, store.Migrations()), setup{store: func(real order.Store) order.Store { c.Store = real; return c }})
	cart := s.cart(s.catalogue.Stock(10_000_00, 100, 5), 1)
	c.left.Store(2)
	placed := s.must(http.StatusCreated, "POST", "/v1/orders", checkout(cart), token(cart), key("k"))
	if want := order.Number(placed.str("id"), 2); placed.str("number") != want {
		t.Errorf("number %s, want %s", placed.str("number"), want)
	}
	if got := s.must(http.StatusOK, "GET", "/v1/orders/"+placed.str("id"), nil, token(cart)); got.str("number") != placed.str("number") {
		t.Errorf("%s", got.raw)
	}
}

func TestFreeOrderNeedsNoPayment(t *testing.T) {
	s := sqliteShop(t)
	cart := s.cart(s.catalogue.Stock(0, 100, 5), 1)
	cart.body["totals"] = s.must(http.StatusOK, "PATCH", "/v1/carts/"+cart.str("id"), object{"shipping_method": "pickup"}, token(cart)).at("totals")
	order := s.must(http.StatusCreated, "POST", "/v1/orders", checkout(cart), token(cart), key("k"))
	if order.str("status") != "confirmed" || order.str("payment_status") != "paid" || s.toldTypes() != "placed confirmed" {
		t.Errorf("%s", order.raw)
	}
}
