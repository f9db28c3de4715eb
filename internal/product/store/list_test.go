package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pasar/internal/product"
)

// names of the products that the list tests look for, with prices that repeat.
var shopNames = []string{"Éclair Kopi", "apel", "Zaitun", "ärger", "Beras", "beras merah", "Cengkih", "Óleo", "apel hijau", "Damar"}

func listShop(t *testing.T, s *shop) {
	t.Helper()
	in := product.Import{Categories: []product.ImportCategory{
		{Slug: "a", Name: product.Text{ID: "A", EN: "A"}},
		{Slug: "a-1", Parent: "a", Name: product.Text{ID: "A1", EN: "A1"}},
		{Slug: "a-1-1", Parent: "a-1", Name: product.Text{ID: "A11", EN: "A11"}},
		{Slug: "b", Name: product.Text{ID: "B", EN: "B"}},
	}}
	for i := range 30 {
		p := importOf(fmt.Sprintf("p-%02d", i), int64(i%3))
		p.Category = []string{"a", "a-1", "a-1-1", "b", ""}[i%5]
		p.Name = product.Text{ID: shopNames[i%10], EN: shopNames[(i+3)%10]}
		p.Variants[0].Prices[0].Amount = int64(1+i%4) * 100_000
		in.Products = append(in.Products, p)
	}
	if _, err := s.ImportProducts(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// every page of a list, with pages of this size.
func (s *shop) every(c product.Criteria, limit int) []*product.View {
	s.t.Helper()
	c.Limit = limit
	if c.Currency == "" {
		c.Currency = "IDR"
	}
	var all []*product.View
	for range 100 {
		page, err := s.List(s.t.Context(), c)
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, page.Views...)
		if page.Next == nil {
			return all
		}
		c.After = page.Next
	}
	s.t.Fatal("the list does not end")
	return nil
}

func TestSortsAndPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		listShop(t, s)
		orders := map[product.Sort]func(a, b *product.View) int{
			product.ByCreated: func(a, b *product.View) int { return a.CreatedAt.Compare(b.CreatedAt) },
			product.ByPrice:   func(a, b *product.View) int { return int(a.LowestPrices()["IDR"] - b.LowestPrices()["IDR"]) },
			product.ByName: func(a, b *product.View) int {
				return strings.Compare(product.SortKey(a.Name.ID), product.SortKey(b.Name.ID))
			},
		}
		for sort, compare := range orders {
			for _, falling := range []bool{false, true} {
				for _, category := range []string{"", "a", "b"} {
					c := product.Criteria{Sort: sort, Falling: falling, Category: category, Language: product.Indonesian}
					whole, pages := s.every(c, 100), s.every(c, 4)
					if want := map[string]int{"": 30, "a": 18, "b": 6}[category]; len(whole) != want {
						t.Errorf("%+v: %d products, want %d", c, len(whole), want)
					}
					if !slices.EqualFunc(whole, pages, func(a, b *product.View) bool { return a.ID == b.ID }) {
						t.Errorf("%+v: pages of 4 do not join to the whole", c)
					}
					if !slices.IsSortedFunc(whole, func(a, b *product.View) int {
						order := compare(a, b)
						if order == 0 {
							order = strings.Compare(a.ID, b.ID)
						}
						if falling {
							return -order
						}
						return order
					}) {
						t.Errorf("%+v: not in order", c)
					}
				}
			}
		}
	})
}

func TestFilters(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		listShop(t, s)
		for _, c := range []struct {
			product.Criteria
			want int
		}{
			{product.Criteria{Category: "a-1"}, 12},
			{product.Criteria{Category: "a-1-1"}, 6},
			{product.Criteria{MinPrice: 200_000, MaxPrice: 300_000}, 15},
			{product.Criteria{InStock: true}, 20},
			{product.Criteria{InStock: true, Category: "b", Sort: product.ByPrice}, 4},
			{product.Criteria{Currency: "USD"}, 0},
			{product.Criteria{Statuses: []product.Status{product.Draft}}, 0},
			{product.Criteria{Statuses: []product.Status{product.Draft, product.Active, product.Archived}, Category: "a"}, 18},
		} {
			if got := len(s.every(c.Criteria, 7)); got != c.want {
				t.Errorf("%+v: %d, want %d", c.Criteria, got, c.want)
			}
		}
	})
}

func TestSearch(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		texts := map[string][2]string{
			"gayo":    {"Kopi Gayo Arabika", "Kopi dari dataran tinggi Aceh, on the slopes of Leuser"},
			"toraja":  {"Kopi Toraja Sapan", "Asam dan manis"},
			"kencur":  {"Beras Kencur", "Jamu; enak dengan kopi? Café Nuñez"},
			"to-be":   {"To Be of It", "the that"},
			"no-word": {"!!!", "..."},
		}
		var in product.Import
		for slug, text := range texts {
			p := importOf(slug, 1)
			p.Name, p.Description = product.Text{ID: text[0], EN: text[0]}, product.Text{ID: text[1], EN: text[1]}
			in.Products = append(in.Products, p)
		}
		if _, err := s.ImportProducts(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		search := func(q string) (string, string) {
			t.Helper()
			page, err := s.List(t.Context(), product.Criteria{Query: q, Sort: product.ByRelevance, Falling: true, Currency: "IDR", Limit: 10})
			if err != nil {
				t.Fatalf("%q: %v", q, err)
			}
			var slugs []string
			for _, v := range page.Views {
				slugs = append(slugs, v.Slug)
			}
			return strings.Join(slugs, " "), page.Corrected
		}
		for q, want := range map[string]string{
			"gayo": "gayo", "GAYO-0": "gayo", "kopi aceh": "gayo", "kop sap": "toraja", "cafe": "kencur", "nunez": "kencur",
			"CAFÉ": "kencur", "to": "to-be toraja", "the": "gayo to-be", "of it": "to-be", "tinggi leuser": "gayo", "k": "?",
			"gayp": "gayo", "araibka": "gayo", "zzzzzz": "", "kopi zzzzzz": "", "!!!": "", `"`: "", "*": "", "kopi*": "?", `kopi"`: "?",
			"NEAR(kopi gayo)": "", "title:kopi": "", "kopi AND gayo": "", "-gayo": "gayo", "+kopi -gayo": "gayo", "(gayo": "gayo",
			"gayo' OR '1'='1": "", "kopi\x00gayo": "gayo", strings.Repeat("kopi ", 40): "?", strings.Repeat("x", 200): "",
		} {
			got, _ := search(q)
			words := strings.Fields(got)
			slices.Sort(words)
			if got := strings.Join(words, " "); want != "?" && got != want {
				t.Errorf("%q finds %q, want %q", q, got, want)
			}
		}
		if got, _ := search("kopi"); !strings.HasSuffix(got, "kencur") || len(strings.Fields(got)) != 3 {
			t.Errorf("what has the word in its name comes first: %q", got)
		}
		if _, corrected := search("kopi torraja"); corrected != "kopi toraja" {
			t.Errorf("corrected to %q", corrected)
		}
		// Words follow the product.
		view, err := s.Look(t.Context(), "toraja")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Edit(t.Context(), view.ID, 0, func(p *product.Product) error { p.Name.ID = "Kopi Mamasa"; p.Name.EN = "Mamasa"; return nil }); err != nil {
			t.Fatal(err)
		}
		if got, _ := search("mamasa"); got != "toraja" {
			t.Errorf("after renaming: %q", got)
		}
		if got, _ := search("sapan"); got != "" {
			t.Errorf("the old name still finds %q", got)
		}
	})
}

func TestSearchPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		listShop(t, s)
		for _, sort := range []product.Sort{product.ByRelevance, product.ByPrice, product.ByName} {
			c := product.Criteria{Query: "arabika", Sort: sort, Falling: true, Category: "a"}
			whole, pages := s.every(c, 100), s.every(c, 5)
			if len(whole) != 18 || !slices.EqualFunc(whole, pages, func(a, b *product.View) bool { return a.ID == b.ID }) {
				t.Errorf("by %s: %d, and %d in pages", sort, len(whole), len(pages))
			}
		}
		c := product.Criteria{Query: "arabikka", Sort: product.ByPrice}
		if got := len(s.every(c, 7)); got != 30 {
			t.Errorf("a corrected search has %d in all its pages, want 30", got)
		}
	})
}

// No sort of the list makes an engine sort: each walks an index.
func TestListsWalkIndexes(t *testing.T) {
	t.Parallel()
	s := newShop(t, sqliteShop(t))
	listShop(t, s)
	for _, key := range []string{"created_at", "price", "name_id", "name_en"} {
		for _, category := range []string{"", " AND l.category_id = 'cat_x'"} {
			for _, direction := range []string{"", " DESC"} {
				var plan []struct{ Detail string }
				s.query(&plan, "EXPLAIN QUERY PLAN SELECT l.product_id, l."+key+" FROM listings l WHERE l.currency = 'IDR' AND l.status = 'active'"+
					category+" AND (l."+key+", l.product_id) > (0, '') ORDER BY l."+key+direction+", l.product_id"+direction+" LIMIT 20")
				if len(plan) != 1 || !strings.Contains(plan[0].Detail, "COVERING INDEX") {
					t.Errorf("%s%s%s: %+v", key, category, direction, plan)
				}
			}
		}
	}
}
