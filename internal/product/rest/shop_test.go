package rest_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/media"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/secret"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
	"pasar/internal/product"
	productrest "pasar/internal/product/rest"
	"pasar/internal/product/store"
)

// shop is the whole product service behind HTTP, on SQLite.
type shop struct {
	t       testing.TB
	db      *sqldb.DB
	heart   *product.Service
	server  *productrest.Server
	handler http.Handler
}

// tokens are the bearers that the tests know.
type tokens struct{}

func (tokens) Authenticate(_ context.Context, bearer string) (api.Actor, error) {
	permissions := map[string][]string{
		"catalog":  {api.PermProductRead, api.PermProductWrite, api.PermCategoryWrite},
		"stock":    {api.PermStockRead, api.PermStockWrite},
		"customer": {},
	}
	held, known := permissions[bearer]
	if !known {
		return api.Actor{}, fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "The token is not known.")
	}
	return api.Actor{Kind: api.ActorUser, ID: "usr_" + bearer, Permissions: held}, nil
}

type serviceKeys struct{}

func (serviceKeys) VerifyServiceKey(_ context.Context, key string) (string, []string, error) {
	if key != "order-key" {
		return "", nil, fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "The key is not known.")
	}
	return "order", []string{api.ScopeProductInternal}, nil
}

func newShop(t testing.TB) *shop {
	t.Helper()
	db := sqldbtest.SQLite(t, store.Migrations())
	files, err := media.NewDirectory(filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	heart := product.New(product.Deps{
		Store: store.New(db), Media: store.NewMedia(files), Pictures: store.Pictures{},
		Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
	})
	a := rest.NewAPI(rest.Config{
		Service: "product", Title: "Product", Version: "1", Authenticate: tokens{}, ServiceKeys: serviceKeys{},
		Idempotency: db, Codes: productapi.Codes, Clock: clock.System{},
	})
	server := productrest.New(heart, "")
	productapi.Register(a, server)
	return &shop{t: t, db: db, heart: heart, server: server, handler: a.Handler()}
}

// client reaches the shop over HTTP with a sibling's key.
func (s *shop) client(key string) *productapi.Client {
	web := httptest.NewServer(s.handler)
	s.t.Cleanup(web.Close)
	return productapi.NewClient(&rest.Caller{Service: "product", BaseURL: web.URL, HTTP: web.Client(), ServiceKey: secret.New(key)})
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	t testing.TB
}

// do sends a request; header lines are "Name: value". A body in JSON gets its
// Content-Type.
func (s *shop) do(method, path, body string, headers ...string) answer {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		if method == http.MethodPatch {
			r.Header.Set("Content-Type", "application/merge-patch+json")
		}
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return answer{w, s.t}
}

const (
	asCatalog  = "Authorization: Bearer catalog"
	asStock    = "Authorization: Bearer stock"
	asCustomer = "Authorization: Bearer customer"
)

// into checks the status and decodes the body.
func (a answer) into(status int, v any) {
	a.t.Helper()
	a.is(status)
	reflect.ValueOf(v).Elem().SetZero() // else maps and omitted fields would be mixed with what was there
	if err := json.Unmarshal(a.Body.Bytes(), v); err != nil {
		a.t.Fatalf("%v in %s", err, a.Body)
	}
}

func (a answer) is(status int) {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("status %d, want %d: %s", a.Code, status, a.Body)
	}
}

// problem checks that the answer is this problem, at this place if one is given.
func (a answer) problem(status int, code, pointer string) {
	a.t.Helper()
	var p api.Problem
	a.into(status, &p)
	if p.Code != code || a.Header().Get("Content-Type") != "application/problem+json" {
		a.t.Errorf("problem %q, want %q: %s", p.Code, code, a.Body)
	}
	if pointer == "" {
		return
	}
	for _, e := range p.Errors {
		if e.Pointer == pointer {
			return
		}
	}
	a.t.Errorf("nothing points to %s: %s", pointer, a.Body)
}

// seed adds a small catalogue: kopi > kopi-biji, teh.
func (s *shop) seed(products ...product.ImportProduct) {
	s.t.Helper()
	_, err := s.heart.ImportProducts(s.t.Context(), product.Import{
		Categories: []product.ImportCategory{
			{Slug: "kopi", Name: product.Text{ID: "Kopi", EN: "Coffee"}},
			{Slug: "kopi-biji", Parent: "kopi", Name: product.Text{ID: "Kopi Biji", EN: "Coffee Beans"}},
			{Slug: "teh", Name: product.Text{ID: "Teh", EN: "Tea"}},
		},
		Products: products,
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// thing is a product with one variant.
func thing(slug, category, name string, rupiah, stock int64) product.ImportProduct {
	return product.ImportProduct{
		Slug: slug, Category: category, Name: product.Text{ID: name, EN: name + " (English)"},
		Description: product.Text{ID: "Panen " + slug, EN: "Harvest " + slug},
		Variants: []product.ImportVariant{{
			SKU: strings.ToUpper(slug), WeightGrams: 250, Stock: stock,
			Prices: []api.Money{{Amount: rupiah * 100, Currency: "IDR"}, {Amount: rupiah / 150, Currency: "USD"}},
		}},
	}
}

func (s *shop) get(path string, headers ...string) productapi.Product {
	s.t.Helper()
	var p productapi.Product
	s.do("GET", path, "", headers...).into(200, &p)
	return p
}

func (s *shop) list(query string, headers ...string) productapi.ProductList {
	s.t.Helper()
	var l productapi.ProductList
	s.do("GET", "/v1/products"+query, "", headers...).into(200, &l)
	return l
}

func slugs(l productapi.ProductList) string {
	var all []string
	for _, p := range l.Data {
		all = append(all, p.Slug)
	}
	return strings.Join(all, " ")
}
