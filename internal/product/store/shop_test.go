package store_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/events"
	"pasar/internal/platform/media"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
	"pasar/internal/product"
	"pasar/internal/product/store"
)

func TestMain(m *testing.M) {
	if runAsBuyer() { // the second process of the two-process test
		return
	}
	sqldbtest.Main(m)
}

// shop is the real service on a real database.
type shop struct {
	*product.Service
	t  *testing.T
	db *sqldb.DB
}

func newShop(t *testing.T, db *sqldb.DB) *shop {
	t.Helper()
	return newShopAt(t, db, clock.System{})
}

func newShopAt(t *testing.T, db *sqldb.DB, c clock.Clock) *shop {
	t.Helper()
	files, err := media.NewDirectory(filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	service := product.New(product.Deps{
		Store: store.New(db), Media: store.NewMedia(files), Pictures: store.Pictures{},
		Clock: c, Log: slog.New(slog.DiscardHandler),
	})
	return &shop{Service: service, t: t, db: db}
}

func each(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	sqldbtest.Each(t, store.Migrations(), func(t *testing.T, db *sqldb.DB) { test(t, newShop(t, db)) })
}

// coffee is an active product with variants of these stocks; the first costs
// Rp 45.000, each further one Rp 10.000 more.
func (s *shop) coffee(slug string, stocks ...int64) *product.View {
	s.t.Helper()
	p := importOf(slug, stocks...)
	if _, err := s.ImportProducts(s.t.Context(), product.Import{Products: []product.ImportProduct{p}}); err != nil {
		s.t.Fatal(err)
	}
	view, err := s.Look(s.t.Context(), slug)
	if err != nil {
		s.t.Fatal(err)
	}
	return view
}

func importOf(slug string, stocks ...int64) product.ImportProduct {
	p := product.ImportProduct{
		Slug:        slug,
		Name:        product.Text{ID: "Kopi " + slug, EN: "Coffee " + slug},
		Description: product.Text{ID: "Biji kopi arabika.", EN: "Arabica coffee beans."},
		Options:     []product.Option{{Code: "size", Name: product.Text{ID: "Ukuran", EN: "Size"}}},
	}
	for i, stock := range stocks {
		code := fmt.Sprintf("s%d", i)
		p.Options[0].Values = append(p.Options[0].Values, product.OptionValue{
			Code: code, Name: product.Text{ID: code + " gram", EN: code + " grams"},
		})
		p.Variants = append(p.Variants, product.ImportVariant{
			SKU: fmt.Sprintf("%s-%d", slug, i), Options: map[string]string{"size": code}, WeightGrams: 250,
			Prices: []api.Money{{Amount: 4_500_000 + int64(i)*1_000_000, Currency: "IDR"}}, Stock: stock,
		})
	}
	return p
}

func (s *shop) reserve(orderID string, lines ...product.Demand) (product.Hold, error) {
	return s.Reserve(s.t.Context(), orderID, lines, time.Now().Add(time.Hour))
}

func (s *shop) mustReserve(orderID string, lines ...product.Demand) product.Hold {
	s.t.Helper()
	hold, err := s.reserve(orderID, lines...)
	if err != nil {
		s.t.Fatal(err)
	}
	return hold
}

// handle gives an order's event to the consumer that follows orders.
func (s *shop) handle(e events.Event) error {
	for _, c := range s.Consumers() {
		for _, name := range c.Types {
			if name == e.Type {
				return c.Handle(s.t.Context(), e)
			}
		}
	}
	return fmt.Errorf("nobody follows %s", e.Type)
}

func (s *shop) order(kind events.Type[orderapi.OrderData], orderID string, version int64, lines ...product.Demand) events.Event {
	s.t.Helper()
	data := orderapi.OrderData{OrderID: orderID}
	for _, l := range lines {
		data.Lines = append(data.Lines, orderapi.LineData{VariantID: l.VariantID, Quantity: l.Quantity})
	}
	e, err := kind.New(orderID, version, time.Now(), data)
	if err != nil {
		s.t.Fatal(err)
	}
	e.ID = api.NewID(api.PrefixEvent)
	return e
}

// stock checks on hand and reserved of a variant, and that the ledger agrees.
func (s *shop) stock(variantID string, onHand, reserved int64) {
	s.t.Helper()
	gotHand, gotReserved := s.sums(variantID)
	if gotHand != onHand || gotReserved != reserved {
		s.t.Errorf("%d on hand and %d reserved, want %d and %d", gotHand, gotReserved, onHand, reserved)
	}
	var moved int64
	s.query(&moved, "SELECT COALESCE(SUM(quantity), 0) FROM stock_movements WHERE variant_id = ?", variantID)
	if moved != gotHand {
		s.t.Errorf("the ledger sums to %d, %d are on hand", moved, gotHand)
	}
}

func (s *shop) sums(variantID string) (onHand, reserved int64) {
	s.t.Helper()
	rows, err := s.Stock(s.t.Context(), variantID)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, row := range rows {
		onHand += row.OnHand
		reserved += row.Reserved
	}
	return onHand, reserved
}

func (s *shop) query(into any, query string, args ...any) {
	s.t.Helper()
	if err := s.db.Reader(s.t.Context()).Raw(query, args...).Scan(into).Error; err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) emitted(kind string) int {
	s.t.Helper()
	var n int
	s.query(&n, "SELECT COUNT(*) FROM outbox WHERE type = ?", kind)
	return n
}

func order() string { return api.NewID(api.PrefixOrder) }

func want(v *product.Variant, quantity int64) product.Demand {
	return product.Demand{VariantID: v.ID, Quantity: quantity}
}

func sqliteShop(t *testing.T) *sqldb.DB {
	t.Helper()
	return sqldbtest.SQLite(t, store.Migrations())
}
