package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
	"pasar/internal/product"
	"pasar/internal/product/store"
)

func TestProductsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		p := &product.Product{
			Slug: "utuh", Status: product.Active,
			Name:        product.Text{ID: "Nama — “kutip” ☕", EN: "Name 'quote' \\ % _"},
			Description: product.Text{ID: "Baris\nsatu\tdua", EN: strings.Repeat("é", 10_000)},
			Options: []product.Option{{Code: "size", Name: product.Text{ID: "Ukuran", EN: "Size"}, Values: []product.OptionValue{
				{Code: "s", Name: product.Text{ID: "Kecil", EN: "Small"}}, {Code: "l", Name: product.Text{ID: "Besar", EN: "Large"}},
			}}},
			Variants: []product.Variant{
				{SKU: "Utuh-S", Barcode: "899-1", Options: map[string]string{"size": "s"}, WeightGrams: 1, Prices: []api.Money{{Amount: 5, Currency: "IDR"}, {Amount: 0, Currency: "USD"}}},
				{SKU: "utuh-s", Options: map[string]string{"size": "l"}, Discontinued: true},
			},
		}
		made, err := s.Create(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		want := p.Clone()
		want.ID, want.Version, want.CreatedAt, want.UpdatedAt = made.ID, 1, made.CreatedAt, made.UpdatedAt
		for i := range want.Variants {
			want.Variants[i].ID = made.Variants[i].ID
		}
		if got, want := fmt.Sprintf("%+v", *made.Product), fmt.Sprintf("%+v", *want); got != want {
			t.Errorf("read   %s\nwrote %s", got, want)
		}
		if d := time.Since(made.CreatedAt); d < -time.Minute || d > time.Minute || made.CreatedAt.Location() != time.UTC {
			t.Errorf("created at %v", made.CreatedAt)
		}
		if _, err := s.Look(t.Context(), strings.ToUpper(made.Slug)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another case of the slug: %v", err)
		}
		if _, err := s.Look(t.Context(), made.Slug+" "); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a space after the slug: %v", err)
		}
	})
}

// Of many who create the same thing one wins, and the others are told why not.
func TestSameSlugAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		var made, taken atomic.Int64
		var working sync.WaitGroup
		for i := range 12 {
			working.Go(func() {
				p := &product.Product{
					Slug: "sama", Status: product.Draft, Name: product.Text{ID: "A", EN: "A"},
					Variants: []product.Variant{{SKU: fmt.Sprintf("sama-%d", i)}},
				}
				if i%2 == 1 { // another slug, the same SKU
					p.Slug, p.Variants[0].SKU = fmt.Sprintf("sama-%d", i), "sama"
				}
				_, err := s.Create(t.Context(), p)
				switch {
				case err == nil:
					made.Add(1)
				case fault.HasCode(err, productapi.CodeSlugTaken) && i%2 == 0, fault.HasCode(err, productapi.CodeSKUTaken) && i%2 == 1:
					taken.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		working.Wait()
		if made.Load() != 2 || taken.Load() != 10 {
			t.Errorf("%d made, %d refused", made.Load(), taken.Load())
		}
	})
}

// Changes without a version all happen; of those at one version one does.
func TestEditsAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		view := s.coffee("ramai", 1)
		var working sync.WaitGroup
		for i := range 4 {
			working.Go(func() {
				_, err := s.Edit(t.Context(), view.ID, 0, func(p *product.Product) error {
					p.Description.EN += fmt.Sprint(i)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		working.Wait()
		after, err := s.Inspect(t.Context(), view.ID)
		if err != nil || len(after.Description.EN) != len(view.Description.EN)+4 || after.Version != view.Version+4 {
			t.Fatalf("%+v, %v", after, err)
		}
		var won atomic.Int64
		for range 8 {
			working.Go(func() {
				_, err := s.Archive(t.Context(), view.ID, after.Version)
				if err == nil {
					won.Add(1)
				} else if fault.KindOf(err) != fault.PreconditionFailed {
					t.Error(err)
				}
			})
		}
		working.Wait()
		if won.Load() != 1 {
			t.Errorf("%d edits of one version", won.Load())
		}
	})
}

// Two moves that are each sound never make a circle together.
func TestMovesOfTheTreeAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		for round := range 5 {
			var pair [2]product.Category
			for i := range pair {
				c, err := s.CreateCategory(t.Context(), product.Category{
					Slug: fmt.Sprintf("rak-%d-%d", round, i), Name: product.Text{ID: "R", EN: "R"},
				})
				if err != nil {
					t.Fatal(err)
				}
				pair[i] = c
			}
			var won atomic.Int64
			var moving sync.WaitGroup
			for i := range pair {
				moving.Go(func() {
					_, err := s.EditCategory(t.Context(), pair[i].ID, 1, func(c *product.Category) { c.ParentID = pair[1-i].ID })
					if err == nil {
						won.Add(1)
					} else if !fault.HasCode(err, productapi.CodeCategoryTree) {
						t.Error(err)
					}
				})
			}
			moving.Wait()
			if won.Load() != 1 {
				t.Errorf("%d of two opposite moves were done", won.Load())
			}
		}
	})
}

func TestImportGoesOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		broken := errors.New("the brush is dry")
		asked := 0
		in := product.Import{
			Categories: []product.ImportCategory{{Slug: "kopi", Name: product.Text{ID: "Kopi", EN: "Coffee"}}},
			Products:   []product.ImportProduct{importOf("satu", 4), importOf("dua", 5)},
		}
		in.Products[0].Category = "kopi"
		in.Products[1].Images = []product.ImportImage{{Data: func() ([]byte, error) { asked++; return nil, broken }}}
		first, err := s.ImportProducts(t.Context(), in)
		if !errors.Is(err, broken) || first.Products != 2 || first.Categories != 1 {
			t.Fatalf("%+v, %v", first, err)
		}
		in.Products = append(in.Products, importOf("tiga", 6))
		in.Products[1].Images = nil
		second, err := s.ImportProducts(t.Context(), in)
		if err != nil || second != (product.Imported{Products: 1}) || asked != 1 {
			t.Fatalf("%+v, %v", second, err)
		}
		third, err := s.ImportProducts(t.Context(), in)
		if err != nil || third != (product.Imported{}) {
			t.Fatalf("%+v, %v", third, err)
		}
		for i, slug := range []string{"satu", "dua", "tiga"} {
			view, err := s.Look(t.Context(), slug)
			if err != nil {
				t.Fatal(err)
			}
			s.stock(view.Variants[0].ID, int64(4+i), 0)
		}
		in.Products[2].Category, in.Products[2].Slug = "tidak-ada", "empat"
		if _, err := s.ImportProducts(t.Context(), in); err == nil || !strings.Contains(err.Error(), "empat") {
			t.Errorf("a product on no shelf: %v", err)
		}
	})
}

// What another process changes is seen here when its event arrives.
func TestAnotherProcessChangesThings(t *testing.T) {
	t.Parallel()
	options := sqldb.Options{URL: sqldbtest.SQLiteURL(t), Migrations: store.Migrations()}
	here, there := newShop(t, sqldbtest.Open(t, options)), newShop(t, sqldbtest.Open(t, options))
	v := &there.coffee("jauh", 9).Variants[0]
	deliver := func() {
		t.Helper()
		stated, err := there.db.ClaimOutbox(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range slices.Concat(stated, slices.Clone(stated)) { // late and twice
			if err := here.handle(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	look := func() *product.View {
		t.Helper()
		view, err := here.Look(t.Context(), "jauh")
		if err != nil {
			t.Fatal(err)
		}
		return view
	}
	if look().Available(v) != 9 {
		t.Error("not 9")
	}
	there.mustReserve(order(), want(v, 4))
	there.mustReserve(order(), want(v, 2))
	before := here.db.Statements()
	deliver()
	if got := look().Available(v); got != 3 {
		t.Errorf("%d available, want 3", got)
	}
	if n := here.db.Statements() - before; n != 0 {
		t.Errorf("%d statements for stock that the event told of", n)
	}
	if _, err := there.Edit(t.Context(), look().ID, 0, func(p *product.Product) error { p.Name.ID = "Baru"; return nil }); err != nil {
		t.Fatal(err)
	}
	deliver()
	if got := look().Name.ID; got != "Baru" {
		t.Errorf("named %q", got)
	}
	bad := events.Event{ID: "evt_x", Type: productapi.StockChanged.Name, Data: []byte("{")}
	if err := here.handle(bad); !errors.Is(err, events.ErrPoison) {
		t.Errorf("a broken event: %v", err)
	}
}

// Hot reads cost no statement, cold ones few.
func TestStatementsOfReads(t *testing.T) {
	t.Parallel()
	s := newShop(t, sqliteShop(t))
	listShop(t, s)
	list := func() error {
		_, err := s.List(t.Context(), product.Criteria{Category: "a", Currency: "IDR", Limit: 20, Sort: product.ByCreated, Falling: true})
		return err
	}
	look := func() error { _, err := s.Look(t.Context(), "p-03"); return err }
	var variant string
	s.query(&variant, "SELECT id FROM variants WHERE sku = 'p-07-0'")
	quote := func() error { _, err := s.Quotes(t.Context(), []string{variant}, "IDR"); return err }
	for _, c := range []struct {
		name string
		read func() error
		cold uint64
	}{{"list of 20", list, 7}, {"product by slug", look, 6}, {"quote", quote, 6}} {
		cold, hot := s.count(c.read), s.count(c.read)
		t.Logf("%s: %d statements cold, %d hot", c.name, cold, hot)
		if cold > c.cold || hot != 0 {
			t.Errorf("%s: %d statements cold and %d hot, want at most %d and 0", c.name, cold, hot, c.cold)
		}
	}
}
