package rest_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"pasar/api/productapi"
	"pasar/internal/platform/rest"
)

func TestReadersFindProducts(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.seed(
		thing("gayo", "kopi-biji", "Gayo Arabika", 45000, 3),
		thing("toraja", "kopi-biji", "Toraja Sapan", 60000, 0),
		thing("robusta", "kopi", "Robusta Lampung", 30000, 9),
		thing("melati", "teh", "Teh Melati", 20000, 5),
	)
	for query, want := range map[string]string{
		"?sort=price":                           "melati robusta gayo toraja",
		"?sort=-price":                          "toraja gayo robusta melati",
		"?sort=name":                            "gayo robusta melati toraja",
		"?sort=-name":                           "toraja melati robusta gayo",
		"?sort=price&category=kopi":             "robusta gayo toraja",
		"?sort=price&category=kopi-biji":        "gayo toraja",
		"?sort=price&in_stock=true":             "melati robusta gayo",
		"?sort=price&min_price=3000000":         "robusta gayo toraja",
		"?sort=price&max_price=3000000":         "melati robusta",
		"?sort=-price&currency=USD&limit=2":     "toraja gayo",
		"?q=arabika":                            "gayo",
		"?q=TORAJA%20sap":                       "toraja",
		"?q=toraza":                             "toraja",
		"?q=melti&sort=price":                   "melati",
		"?q=panen&sort=price&category=kopi":     "robusta gayo toraja",
		"?q=" + url.QueryEscape(`"*) OR (NEAR`): "",
		"?q=" + url.QueryEscape(`-'"%;--`):      "",
		"?q=xylophone":                          "",
	} {
		if got := slugs(s.list(query)); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	if l := s.list("?q=toraza"); l.CorrectedQuery != "toraja" {
		t.Errorf("corrected to %q", l.CorrectedQuery)
	}
}

// The list that is put together from parts is byte for byte the one that
// encoding would give, and pages join without gap or repeat.
func TestListIsItsEncoding(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.seed(thing("a-1", "kopi", "Satu & <dua>", 1000, 1), thing("a-2", "", "Dua", 1000, 1), thing("a-3", "teh", "Tiga", 1000, 1))
	for _, sort := range []string{"created_at", "-created_at", "price", "-price", "name", "-name"} {
		var seen []string
		cursor := ""
		for range 4 {
			a := s.do("GET", "/v1/products?limit=1&sort="+sort+"&cursor="+cursor, "")
			var l productapi.ProductList
			a.into(200, &l)
			raw, err := rest.Encode(l)
			if err != nil || string(raw) != a.Body.String() {
				t.Fatalf("the answer is %s, its encoding %s, %v", a.Body, raw, err)
			}
			seen = append(seen, slugs(l))
			if cursor = l.Page.NextCursor; !l.Page.HasMore {
				break
			}
		}
		joined := " " + strings.Join(seen, " ") + " "
		for _, slug := range []string{" a-1 ", " a-2 ", " a-3 "} {
			if len(seen) != 3 || !strings.Contains(joined, slug) {
				t.Errorf("sorted by %s the pages are %q", sort, seen)
			}
		}
	}
}

func TestRevalidation(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.seed(thing("gayo", "kopi", "Gayo", 45000, 3))
	first := s.do("GET", "/v1/products/gayo", "")
	etag := first.Header().Get("ETag")
	if got := s.do("GET", "/v1/products/gayo", "", "If-None-Match: "+etag); got.Code != 304 || got.Body.Len() != 0 {
		t.Errorf("unchanged: %d %s", got.Code, got.Body)
	}
	if got := s.do("GET", "/v1/products/gayo?lang=en", "", "If-None-Match: "+etag); got.Code != 200 {
		t.Errorf("another language: %d", got.Code)
	}
	var p productapi.Product
	if err := json.Unmarshal(first.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	s.do("POST", "/v1/variants/"+p.Variants[0].ID+"/stock-movements", `{"quantity":5,"reason":"receipt"}`, asStock, "Idempotency-Key: k").is(201)
	if got := s.do("GET", "/v1/products/gayo", "", "If-None-Match: "+etag); got.Code != 200 {
		t.Errorf("other stock under the same ETag: %d", got.Code)
	}
}

func BenchmarkGetProduct(b *testing.B) {
	s := newShop(b)
	s.seed(thing("gayo", "kopi", "Gayo", 45000, 3))
	benchmark(b, s, "/v1/products/gayo")
}

func BenchmarkListProducts(b *testing.B) {
	s := newShop(b)
	for i := range 20 {
		s.seed(thing("kopi-"+string(rune('a'+i)), "kopi", "Kopi", 45000, 3))
	}
	benchmark(b, s, "/v1/products?limit=20&category=kopi&sort=-created_at")
}

func benchmark(b *testing.B, s *shop, path string) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if a := s.do("GET", path, ""); a.Code != 200 {
				b.Fatal(a.Body)
			}
		}
	})
}
