package rest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/rest"
)

const newCoffee = `{
	"slug": "kopi-gayo", "category_id": %q,
	"translations": {"id": {"name": "Kopi Gayo", "description": "Dari Aceh.\nSegar."}, "en": {"name": "Gayo Coffee"}},
	"options": [{"code": "size", "translations": {"id": "Ukuran", "en": "Size"}, "values": [
		{"code": "250g", "translations": {"id": "250 g", "en": "250 g"}},
		{"code": "1kg", "translations": {"id": "1 kg", "en": "1 kg"}}]}],
	"variants": [{"sku": "GAYO-250", "options": {"size": "250g"}, "weight_grams": 270, "prices": [{"amount": 8500000, "currency": "IDR"}]}]
}`

func TestStaffBuildACatalogue(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var shelf productapi.Category
	created := s.do("POST", "/v1/categories", `{"slug":"kopi","translations":{"id":"Kopi","en":"Coffee"}}`, asCatalog)
	created.into(201, &shelf)
	if created.Header().Get("Location") != "/v1/categories/"+shelf.ID || created.Header().Get("ETag") != `"1"` {
		t.Errorf("headers: %v", created.Header())
	}
	var p productapi.Product
	s.do("POST", "/v1/products", fmt.Sprintf(newCoffee, shelf.ID), asCatalog).into(201, &p)
	if p.Status != "draft" || len(p.Variants) != 1 || p.Translations == nil || p.Translations.EN.Name != "Gayo Coffee" || p.Version != 1 {
		t.Fatalf("created: %+v", p)
	}
	// Readers do not see a draft; staff do.
	s.do("GET", "/v1/products/kopi-gayo", "").problem(404, api.CodeNotFound, "")
	s.do("GET", "/v1/products/"+p.ID, "", asCustomer).problem(404, api.CodeNotFound, "")
	draft := s.do("GET", "/v1/products/kopi-gayo", "", asCatalog)
	draft.is(200)
	if l := s.list(""); len(l.Data) != 0 {
		t.Errorf("a draft is listed: %+v", l)
	}
	if l := s.list("?status=draft&sort=name", asCatalog); slugs(l) != "kopi-gayo" {
		t.Errorf("staff do not see the draft: %+v", l)
	}
	// A variant more, dearer; then on sale, guarded by the ETag as it was sent.
	path := "/v1/products/" + p.ID
	s.do("POST", path+"/variants", `{"sku":"GAYO-1000","options":{"size":"1kg"},"weight_grams":1080}`, asCatalog).into(201, &p)
	s.do("PATCH", path, `{"status":"active"}`, asCatalog, "If-Match: "+draft.Header().Get("ETag")).problem(412, api.CodePreconditionFailed, "")
	s.do("PATCH", path, `{"status":"active"}`, asCatalog).problem(428, api.CodePreconditionRequired, "header.If-Match")
	etag := s.do("GET", path, "", asCatalog).Header().Get("ETag")
	s.do("PUT", path+"/variants/"+p.Variants[1].ID+"/prices", `{"prices":[{"amount":29000000,"currency":"IDR"},{"amount":1900,"currency":"USD"}]}`,
		asCatalog, "If-Match: "+etag).into(200, &p)
	s.do("PATCH", path, `{"status":"active","translations":{"en":{"description":"From Aceh"}}}`, asCatalog, fmt.Sprintf(`If-Match: "%d"`, p.Version)).into(200, &p)
	seen := s.get("/v1/products/kopi-gayo?lang=en")
	if seen.Name != "Gayo Coffee" || seen.Description != "From Aceh" || seen.Language != "en" || seen.Translations != nil ||
		seen.Category.Name != "Coffee" || seen.Variants[0].Price.Amount != 8_500_000 || seen.Variants[0].Label != "250 g" || seen.Variants[0].Prices != nil {
		t.Errorf("a reader sees %+v", seen)
	}
	if seen := s.get("/v1/products/kopi-gayo?currency=USD", "Accept-Language: fr, en;q=0.5"); seen.Language != "en" ||
		seen.Variants[0].Price != nil || seen.Variants[1].Price.Amount != 1900 {
		t.Errorf("in dollars: %+v", seen)
	}
	if l := s.list("?category=kopi&sort=-created_at&limit=20"); slugs(l) != "kopi-gayo" || l.Data[0].Variants[1].Price.Amount != 29_000_000 {
		t.Errorf("listed: %+v", l)
	}
	// Discontinued variants disappear for readers, archived products whole.
	s.do("PATCH", path+"/variants/"+p.Variants[1].ID, `{"discontinued":true,"barcode":"899123","weight_grams":1100}`, asCatalog, fmt.Sprintf(`If-Match: "%d"`, p.Version)).into(200, &p)
	if seen := s.get("/v1/products/kopi-gayo"); len(seen.Variants) != 1 {
		t.Errorf("a discontinued variant is shown: %+v", seen.Variants)
	}
	s.do("POST", path+"/archive", "", asCatalog, fmt.Sprintf(`If-Match: "%d"`, p.Version)).into(200, &p)
	s.do("GET", "/v1/products/kopi-gayo", "").problem(404, api.CodeNotFound, "")
	if l := s.list(""); len(l.Data) != 0 {
		t.Errorf("an archived product is listed: %+v", l)
	}
}

func TestCategories(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.seed(thing("gayo", "kopi-biji", "Gayo", 45000, 3))
	var tree productapi.CategoryList
	s.do("GET", "/v1/categories?lang=en", "").into(200, &tree)
	if len(tree.Data) != 2 || tree.Data[0].Name != "Coffee" || tree.Data[0].Children[0].Slug != "kopi-biji" || tree.Data[0].Children[0].Depth != 2 {
		t.Fatalf("tree: %+v", tree)
	}
	beans, tea := tree.Data[0].Children[0], tree.Data[1]
	match := func(c productapi.Category) string { return fmt.Sprintf(`If-Match: "%d"`, c.Version) }
	s.do("DELETE", "/v1/categories/"+beans.ID, "", asCatalog, match(beans)).problem(409, productapi.CodeCategoryInUse, "")
	s.do("PATCH", "/v1/categories/"+tree.Data[0].ID, `{"parent_id":"`+beans.ID+`"}`, asCatalog, match(tree.Data[0])).
		problem(422, productapi.CodeCategoryTree, "#/parent_id")
	s.do("PATCH", "/v1/categories/"+tea.ID, `{"slug":"kopi"}`, asCatalog, match(tea)).problem(409, productapi.CodeSlugTaken, "#/slug")
	// Moving a shelf takes what stands on it along, at once for readers.
	s.do("PATCH", "/v1/categories/"+beans.ID, `{"parent_id":"`+tea.ID+`","translations":{"en":"Beans"},"position":4}`, asCatalog, match(beans)).into(200, &beans)
	if beans.ParentID != tea.ID || beans.Translations.EN != "Beans" || beans.Position != 4 || beans.Version != 2 {
		t.Errorf("moved: %+v", beans)
	}
	if l := s.list("?category=teh"); slugs(l) != "gayo" {
		t.Errorf("below teh: %+v", l)
	}
	if l := s.list("?category=kopi"); len(l.Data) != 0 {
		t.Errorf("below kopi: %+v", l)
	}
	if p := s.get("/v1/products/gayo?lang=en"); p.Category.Name != "Beans" {
		t.Errorf("the product names its shelf %+v", p.Category)
	}
	var atTop productapi.Category
	s.do("PATCH", "/v1/categories/"+beans.ID, `{"parent_id":null}`, asCatalog, match(beans)).into(200, &atTop)
	if atTop.ParentID != "" || atTop.Depth != 1 {
		t.Errorf("not at the top: %+v", atTop)
	}
	parent := tea.ID
	for depth := 2; depth <= 5; depth++ {
		var c productapi.Category
		s.do("POST", "/v1/categories", fmt.Sprintf(`{"slug":"teh-%d","parent_id":%q,"translations":{"id":"T","en":"T"}}`, depth, parent), asCatalog).into(201, &c)
		parent = c.ID
	}
	s.do("POST", "/v1/categories", fmt.Sprintf(`{"slug":"teh-6","parent_id":%q,"translations":{"id":"T","en":"T"}}`, parent), asCatalog).
		problem(422, productapi.CodeCategoryTree, "#/parent_id")
	var leaf productapi.Category
	s.do("GET", "/v1/categories/teh-5", "").into(200, &leaf)
	s.do("DELETE", "/v1/categories/"+leaf.ID, "", asCatalog, `If-Match: "9"`).problem(412, api.CodePreconditionFailed, "")
	s.do("DELETE", "/v1/categories/"+leaf.ID, "", asCatalog, match(leaf)).is(204)
	s.do("GET", "/v1/categories/teh-5", "").problem(404, api.CodeNotFound, "")
}

func TestRefusals(t *testing.T) { //nolint:tparallel // the cases share a shop, which is looked at after all of them
	t.Parallel()
	s := newShop(t)
	s.seed(thing("gayo", "kopi", "Gayo", 45000, 3))
	p := s.get("/v1/products/gayo")
	body := func(change ...string) string {
		return strings.NewReplacer(change...).Replace(fmt.Sprintf(newCoffee, p.Category.ID))
	}
	match := `If-Match: "1"`
	for name, c := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		code, pointer      string
	}{
		"taken slug":       {"POST", "/v1/products", body("kopi-gayo", "gayo"), []string{asCatalog}, 409, productapi.CodeSlugTaken, "#/slug"},
		"taken sku":        {"POST", "/v1/products", body("GAYO-250", "GAYO"), []string{asCatalog}, 409, productapi.CodeSKUTaken, "#/sku"},
		"twin variants":    {"POST", "/v1/products/" + p.ID + "/variants", `{"sku":"TWIN","weight_grams":1}`, []string{asCatalog}, 409, productapi.CodeVariantExists, ""},
		"nothing to sell":  {"POST", "/v1/products", body(`"kopi-gayo",`, `"x", "status": "active",`, `"prices": [{"amount": 8500000, "currency": "IDR"}]`, `"prices": []`), []string{asCatalog}, 409, productapi.CodeProductIncomplete, ""},
		"unknown shelf":    {"POST", "/v1/products", strings.Replace(body(), p.Category.ID, "cat_01jd5k9q2r3s4t5v6w7x8y9z0a", 1), []string{asCatalog}, 422, api.CodeInvalid, "#/category_id"},
		"unknown currency": {"POST", "/v1/products", body("IDR", "XXX"), []string{asCatalog}, 422, api.CodeInvalid, "#/variants/0/prices/0/currency"},
		"no such value":    {"POST", "/v1/products", body(`{"size": "250g"}`, `{"size": "9kg"}`), []string{asCatalog}, 422, api.CodeInvalid, "#/variants/0/options/size"},
		"unknown field":    {"POST", "/v1/products", body(`"slug"`, `"slugg":"a","slug"`), []string{asCatalog}, 422, api.CodeUnknownParameter, "#/slugg"},
		"control":          {"POST", "/v1/products", body("Gayo Coffee", "Gayo\\u0007Coffee"), []string{asCatalog}, 422, api.CodeInvalid, "#/translations/en/name"},
		"blank name":       {"POST", "/v1/products", body("Gayo Coffee", "  "), []string{asCatalog}, 422, api.CodeInvalid, "#/translations/en/name"},
		"negative price":   {"POST", "/v1/products", body("8500000", "-1"), []string{asCatalog}, 422, api.CodeInvalid, "#/variants/0/prices/0/amount"},
		"nobody writes":    {"POST", "/v1/products", body(), nil, 401, api.CodeUnauthenticated, ""},
		"customer writes":  {"POST", "/v1/products", body(), []string{asCustomer}, 403, api.CodeForbidden, ""},
		"stock writes":     {"POST", "/v1/products", body(), []string{asStock}, 403, api.CodeForbidden, ""},
		"forged":           {"GET", "/v1/products/gayo", "", []string{"Authorization: Bearer forged"}, 401, api.CodeUnauthenticated, ""},
		"drafts":           {"GET", "/v1/products?status=draft", "", []string{asCustomer}, 403, api.CodeForbidden, "query.status"},
		"currency":         {"GET", "/v1/products/gayo?currency=XTS", "", nil, 422, api.CodeInvalid, "query.currency"},
		"list currency":    {"GET", "/v1/products?currency=XTS", "", nil, 422, api.CodeInvalid, "query.currency"},
		"list category":    {"GET", "/v1/products?category=nope", "", nil, 422, api.CodeInvalid, "query.category"},
		"list sort":        {"GET", "/v1/products?sort=weight", "", nil, 422, api.CodeInvalid, "query.sort"},
		"relevance of nil": {"GET", "/v1/products?sort=relevance", "", nil, 422, api.CodeInvalid, "query.sort"},
		"list cursor":      {"GET", "/v1/products?cursor=abc", "", nil, 422, api.CodeInvalid, "query.cursor"},
		"other cursor":     {"GET", "/v1/products?sort=name&cursor=" + rest.EncodeCursor("price", 1, "", p.ID, ""), "", nil, 422, api.CodeInvalid, "query.cursor"},
		"prices crossed":   {"GET", "/v1/products?min_price=5&max_price=4", "", nil, 422, api.CodeInvalid, "query.max_price"},
		"limit":            {"GET", "/v1/products?limit=101", "", nil, 422, api.CodeInvalid, "query.limit"},
		"parameter":        {"GET", "/v1/products?categry=kopi", "", nil, 422, api.CodeUnknownParameter, "query.categry"},
		"language":         {"GET", "/v1/products/gayo?lang=fr", "", nil, 422, api.CodeInvalid, "query.lang"},
		"wrong id":         {"PATCH", "/v1/products/" + p.Category.ID, `{}`, []string{asCatalog, match}, 404, api.CodeWrongIDType, ""},
		"no product":       {"PATCH", "/v1/products/prd_01jd5k9q2r3s4t5v6w7x8y9z0a", `{}`, []string{asCatalog, match}, 404, api.CodeNotFound, ""},
		"no variant":       {"PATCH", "/v1/products/" + p.ID + "/variants/var_01jd5k9q2r3s4t5v6w7x8y9z0a", `{}`, []string{asCatalog, match}, 404, api.CodeNotFound, ""},
		"foreign image":    {"DELETE", "/v1/products/" + p.ID + "/images/img_01jd5k9q2r3s4t5v6w7x8y9z0a", "", []string{asCatalog, match}, 404, api.CodeNotFound, ""},
		"image order":      {"PUT", "/v1/products/" + p.ID + "/images/order", `{"image_ids":["img_01jd5k9q2r3s4t5v6w7x8y9z0a"]}`, []string{asCatalog, match}, 422, api.CodeInvalid, "#/image_ids"},
		"original":         {"GET", "/v1/media/originals/img_01jd5k9q2r3s4t5v6w7x8y9z0a.jpg", "", nil, 404, api.CodeNotFound, ""},
		"media escape":     {"GET", "/v1/media/products/..%2f..%2fsecret.jpg", "", nil, 404, api.CodeNotFound, ""},
		"no stock reading": {"GET", "/v1/variants/" + p.Variants[0].ID + "/stock", "", []string{asCatalog}, 403, api.CodeForbidden, ""},
		"no such stock":    {"GET", "/v1/variants/var_01jd5k9q2r3s4t5v6w7x8y9z0a/stock", "", []string{asStock}, 404, api.CodeNotFound, ""},
		"no such ledger":   {"GET", "/v1/variants/var_01jd5k9q2r3s4t5v6w7x8y9z0a/stock-movements", "", []string{asStock}, 404, api.CodeNotFound, ""},
		"internal":         {"POST", "/internal/v1/quotes", `{"variant_ids":["x"],"currency":"IDR"}`, []string{asCatalog}, 401, api.CodeUnauthenticated, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.do(c.method, c.path, c.body, c.headers...)
			a.t = t
			a.problem(c.status, c.code, c.pointer)
		})
	}
	after := s.get("/v1/products/gayo")
	if after.Version != p.Version {
		t.Errorf("a refused request changed the product: %+v", after)
	}
}

func TestProductLimits(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.seed(thing("gayo", "kopi", "Gayo", 45000, 3))
	var values []map[string]any
	for i := range 100 {
		values = append(values, map[string]any{"code": fmt.Sprint(i), "translations": map[string]string{"id": "x", "en": "x"}})
	}
	options, err := json.Marshal([]any{
		map[string]any{"code": "a", "translations": map[string]string{"id": "x", "en": "x"}, "values": values},
		map[string]any{"code": "b", "translations": map[string]string{"id": "x", "en": "x"}, "values": values[:2]},
	})
	if err != nil {
		t.Fatal(err)
	}
	var variants []string
	for i := range 100 {
		variants = append(variants, fmt.Sprintf(`{"sku":"S-%d","options":{"a":"%d","b":"0"},"weight_grams":1}`, i, i))
	}
	var p productapi.Product
	s.do("POST", "/v1/products", `{"slug":"banyak","translations":{"id":{"name":"B"},"en":{"name":"B"}},"options":`+string(options)+
		`,"variants":[`+strings.Join(variants, ",")+`]}`, asCatalog).into(201, &p)
	s.do("POST", "/v1/products/"+p.ID+"/variants", `{"sku":"S-100","options":{"a":"0","b":"1"},"weight_grams":1}`, asCatalog).
		problem(409, productapi.CodeCatalogueLimit, "")
}
