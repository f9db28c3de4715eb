package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/internal/order"
	"pasar/internal/order/store"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

func TestMain(m *testing.M) { sqldbtest.Main(m) }

var now = time.Date(2026, time.November, 23, 10, 11, 12, 131415000, time.UTC)

// each runs a test on a store of every dialect.
func each(t *testing.T, test func(t *testing.T, s *store.Store, db *sqldb.DB)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, store.Migrations(), func(t *testing.T, db *sqldb.DB) { test(t, store.New(db), db) })
}

func address() *order.Address {
	return &order.Address{Recipient: "Sari \"Dewi\" 🌺", Phone: "+62812", Line1: "Jl. Ä 1", City: "Denpasar", Province: "Bali", PostalCode: "80111", Country: "ID"}
}

func newCart() *order.Cart {
	return &order.Cart{
		ID: api.NewID(api.PrefixCart), TokenHash: order.HashToken("x"), Version: 1, State: order.CartOpen, Currency: "IDR", Language: "id",
		CreatedAt: now, UpdatedAt: now, ExpiresAt: now.Add(time.Hour),
	}
}

func newOrder(edit ...func(*order.Order)) *order.Order {
	id := api.NewID(api.PrefixOrder)
	o := &order.Order{
		ID: id, Number: order.Number(id, 0), Version: 1, Status: order.StatusOpen, TokenHash: order.HashToken("x"),
		Email: "sari@example.com", Language: "id", Currency: "IDR",
		Items: []order.Item{
			{ID: api.NewID(api.PrefixItem), VariantID: api.NewID(api.PrefixVariant), ProductID: api.NewID(api.PrefixProduct), SKU: "KP-1", Slug: "kopi", Name: "Kopi Gayo", Options: "250 g", ImageURL: "/media/x.png", Quantity: 10, UnitPrice: 50, Total: 500, TaxIncluded: 49, WeightGrams: 250},
			{ID: api.NewID(api.PrefixItem), VariantID: api.NewID(api.PrefixVariant), ProductID: api.NewID(api.PrefixProduct), SKU: "TH-1", Slug: "teh", Name: "Teh", Quantity: 1, UnitPrice: 400, Total: 400},
		},
		Subtotal: 900, Shipping: 100, ShippingTax: 10, TaxIncluded: 99, Total: 1000, TaxRule: "ppn-2025",
		ShippingMethod: "regular", ShippingAddress: address(), Note: "hati-hati 🙏", TraceParent: "00-abc-def-01",
		PlacedAt: now, UpdatedAt: now, ExpiresAt: now.Add(time.Hour),
	}
	for _, e := range edit {
		e(o)
	}
	total := api.Money{Amount: o.Total, Currency: "IDR"}
	entry := order.Entry{At: now, Kind: order.EntryPlaced, By: order.ByCustomer, ActorID: o.UserID, Amount: &total}
	o.Timeline, o.Changes.Timeline = []order.Entry{entry}, []order.Entry{entry}
	return o
}

func insertOrder(t *testing.T, s *store.Store, o *order.Order) {
	t.Helper()
	if err := s.InTx(t.Context(), func(tx order.Tx) error { return tx.InsertOrder(o) }); err != nil {
		t.Fatal(err)
	}
	o.Changes = order.Changes{}
}

// change reads an order, changes it and writes it under the next version.
func change(t *testing.T, s *store.Store, id string, do func(*order.Order) error) error {
	t.Helper()
	return s.InTx(t.Context(), func(tx order.Tx) error {
		o, err := tx.Order(id, order.Whole)
		if err != nil {
			return err
		}
		if err := do(o); err != nil {
			return err
		}
		o.Version++
		done, err := tx.UpdateOrder(o)
		if err == nil && !done {
			return errLost
		}
		return err
	})
}

var errLost = errors.New("somebody was faster")

func TestCartRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		cart := newCart()
		if err := s.InTx(t.Context(), func(tx order.Tx) error { return tx.InsertCart(cart) }); err != nil {
			t.Fatal(err)
		}
		cart.Version, cart.UserID, cart.Language = 2, api.NewID(api.PrefixUser), "en"
		cart.Contents = order.Contents{
			Email: "sari@example.com", ShippingAddress: address(), ShippingMethod: "regular", Note: "🙏",
			Lines: []order.CartLine{{ID: api.NewID(api.PrefixItem), VariantID: api.NewID(api.PrefixVariant), Quantity: 3}},
		}
		update := func() (done bool) {
			if err := s.InTx(t.Context(), func(tx order.Tx) (err error) { done, err = tx.UpdateCart(cart); return err }); err != nil {
				t.Fatal(err)
			}
			return done
		}
		if !update() || update() {
			t.Fatal("an update must work once at one version")
		}
		got, err := s.Cart(t.Context(), cart.ID)
		if err != nil || !reflect.DeepEqual(got, cart) {
			t.Fatalf("%+v, %v; want %+v", got, err, cart)
		}
		if got, err := s.Cart(t.Context(), strings.ToUpper(cart.ID)); err != nil || got != nil {
			t.Errorf("ids must compare byte for byte: %+v, %v", got, err)
		}
		cart.Version, cart.State = 3, order.CartOrdered
		if !update() {
			t.Fatal("the cart could not be closed")
		}
		if cart.Version = 4; update() {
			t.Error("an ordered cart was changed")
		}
	})
}

func TestPurgeCarts(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		var ids []string
		for i := range 4 {
			cart := newCart()
			cart.ExpiresAt = now.Add(time.Duration(i) * time.Minute)
			ids = append(ids, cart.ID)
			if err := s.InTx(t.Context(), func(tx order.Tx) error { return tx.InsertCart(cart) }); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range []int{2, 1, 0} {
			if n, err := s.PurgeCarts(t.Context(), now.Add(3*time.Minute), 2); n != want || err != nil {
				t.Fatalf("%d, %v; want %d", n, err, want)
			}
		}
		if last, err := s.Cart(t.Context(), ids[3]); err != nil || last == nil {
			t.Errorf("a living cart is gone: %v", err)
		}
	})
}

func TestOrderRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		o := newOrder(func(o *order.Order) { o.UserID, o.BillingAddress = api.NewID(api.PrefixUser), address() })
		insertOrder(t, s, o)
		read := func() *order.Order {
			got, err := s.Order(t.Context(), o.ID, order.Whole)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if got := read(); !reflect.DeepEqual(got, o) {
			t.Fatalf("%+v\nwant %+v", got, o)
		}
		paid := api.Money{Amount: 1000, Currency: "IDR"}
		later := now.Add(time.Minute)
		for _, do := range []func(o *order.Order) error{
			func(o *order.Order) error {
				o.Capture(order.Capture{PaymentID: "pay_1", Amount: paid, CapturedTotal: paid, At: now}, order.RetakeUntried, later)
				return nil
			},
			func(o *order.Order) error {
				o.Refund(order.Refund{ID: "rfd_1", PaymentID: "pay_1", Amount: api.Money{Amount: 300, Currency: "IDR"}, Reason: strings.Repeat("ü", 900), At: now}, later)
				return nil
			},
			func(o *order.Order) error {
				return o.Fulfil(order.Fulfilment{Carrier: "JNE", Tracking: "X1", Lines: []order.FulfilmentLine{{ItemID: o.Items[0].ID, Quantity: 4}}}, later)
			},
			func(o *order.Order) error { return o.Fulfil(order.Fulfilment{Carrier: "JNE", ActorID: "usr_2"}, later) },
		} {
			if err := change(t, s, o.ID, func(o2 *order.Order) error { err := do(o2); o = o2; return err }); err != nil {
				t.Fatal(err)
			}
			o.Changes = order.Changes{}
			got := read()
			sortLines(got)
			sortLines(o)
			if !reflect.DeepEqual(got, o) {
				t.Fatalf("%+v\nwant %+v", got, o)
			}
		}
		if o.Status != order.StatusCompleted || o.PaymentStatus() != order.PartiallyRefunded || o.FulfillmentStatus() != order.Fulfilled || len(o.Timeline) != 7 {
			t.Errorf("%s %s %s, %d entries", o.Status, o.PaymentStatus(), o.FulfillmentStatus(), len(o.Timeline))
		}
		part, err := s.Order(t.Context(), o.ID, order.WithLedger)
		if err != nil || len(part.Ledger) != 2 || part.Items != nil || part.Timeline != nil {
			t.Errorf("a part: %+v, %v", part, err)
		}
		if none, err := s.Order(t.Context(), api.NewID(api.PrefixOrder), order.Whole); none != nil || err != nil {
			t.Errorf("no order: %+v, %v", none, err)
		}
	})
}

func sortLines(o *order.Order) {
	for _, f := range o.Fulfilments {
		slices.SortFunc(f.Lines, func(a, b order.FulfilmentLine) int { return strings.Compare(a.ItemID, b.ItemID) })
	}
}

func TestUniqueKeysAndChecks(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, db *sqldb.DB) {
		first := newOrder()
		insertOrder(t, s, first)
		for name, o := range map[string]*order.Order{
			"id":     newOrder(func(o *order.Order) { o.ID = first.ID }),
			"number": newOrder(func(o *order.Order) { o.Number = first.Number }),
		} {
			if err := s.InTx(t.Context(), func(tx order.Tx) error { return tx.InsertOrder(o) }); !errors.Is(err, order.ErrExists) {
				t.Errorf("a second order with this %s: %v", name, err)
			}
		}
		item := first.Items[1].ID
		for name, sql := range map[string]string{
			"total differs":     "UPDATE orders SET total = total + 1",
			"unknown status":    "UPDATE orders SET status = 'paid'",
			"over-fulfilled":    fmt.Sprintf("UPDATE order_items SET fulfilled = 2 WHERE id = '%s'", item),
			"under-fulfilled":   fmt.Sprintf("UPDATE order_items SET fulfilled = -1 WHERE id = '%s'", item),
			"line total":        "UPDATE order_items SET total = total - 1",
			"negative shipping": "UPDATE orders SET shipping = -1, total = subtotal - 1, shipping_tax = 0",
		} {
			if err := db.InTx(t.Context(), func(tx *sqldb.Tx) error { return tx.Exec(sql).Error }); err == nil {
				t.Errorf("%s: the table takes it", name)
			}
		}
	})
}

func TestOverdue(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		var want []string
		for i := range 5 {
			o := newOrder(func(o *order.Order) { o.ExpiresAt = now.Add(-time.Duration(i) * time.Minute) })
			if i == 4 {
				o.Status = order.StatusConfirmed
			} else {
				want = slices.Insert(want, 0, o.ID)
			}
			insertOrder(t, s, o)
		}
		if got, err := s.Overdue(t.Context(), now, 10); err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
		if got, err := s.Overdue(t.Context(), now.Add(-time.Minute), 2); err != nil || !slices.Equal(got, want[:2]) {
			t.Errorf("%v, %v; want %v", got, err, want[:2])
		}
	})
}
