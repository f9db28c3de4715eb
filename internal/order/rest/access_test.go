package rest_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pasar/api"
	"pasar/api/orderapi"
)

// TestWhoMaySeeWhat holds every route with an id against its owner by account
// and by token, another customer, each role of the staff, and nobody.
func TestWhoMaySeeWhat(t *testing.T) {
	s := sqliteShop(t)
	variant := s.catalogue.Stock(10_000_00, 100, 500)
	everybody := []string{"owner", "token", "other", "other token", "support", "fulfilment", "finance", "catalog", "nobody"}
	readers, writers := []string{"owner", "token", "support", "fulfilment", "finance"}, []string{"owner", "token", "support"}
	for _, c := range []struct {
		method, path string
		in           any
		may          []string
		refusal      int // other than 404
	}{
		{"GET", "/v1/carts/{cart}", nil, readers, 0},
		{"GET", "/v1/carts/{cart}/shipping-methods", nil, readers, 0},
		{"PATCH", "/v1/carts/{cart}", object{"note": "x"}, writers, 0},
		{"POST", "/v1/carts/{cart}/items", object{"variant_id": variant, "quantity": 1}, writers, 0},
		{"PATCH", "/v1/carts/{cart}/items/{item}", object{"quantity": 2}, writers, 0},
		{"DELETE", "/v1/carts/{cart}/items/{item}", nil, writers, 0},
		{"POST", "/v1/orders", object{"cart_id": "{cart}", "expected_total": object{"amount": 25_000_00, "currency": "IDR"}}, writers, 0},
		{"GET", "/v1/orders/{order}", nil, readers, 0},
		{"POST", "/v1/orders/{order}/cancel", object{"reason": "x"}, writers, 0},
		{"POST", "/v1/orders/{order}/fulfillments", object{"carrier": "JNE"}, []string{"fulfilment"}, 403},
		{"GET", "/internal/v1/orders/{order}/payable", nil, writers, 0},
	} {
		for _, who := range everybody {
			cart := s.cart(variant, 1, bearer("user:ana"))
			names := strings.NewReplacer("{cart}", cart.str("id"), "{item}", cart.str("items.0.id"))
			if strings.Contains(c.path, "{order}") {
				order := s.must(http.StatusCreated, "POST", "/v1/orders", checkout(cart), bearer("user:ana"), key("k"+cart.str("id")))
				names = strings.NewReplacer("{order}", order.str("id"))
				if strings.HasSuffix(c.path, "fulfillments") {
					s.mustDeliver(captured(t, order, "pay_"+order.str("id")[15:], order.num("total.amount")))
				}
			}
			in := c.in
			if body, ok := in.(object); ok && body["cart_id"] != nil {
				in = object{"cart_id": cart.str("id"), "expected_total": body["expected_total"]}
			}
			a := s.do(c.method, names.Replace(c.path), in, s.as(who, cart)...)
			switch may := slices.Contains(c.may, who); {
			case may && a.status/100 == 2:
			case !may && a.status == 404 && a.str("code") == api.CodeNotFound && c.refusal == 0:
			case !may && c.refusal != 0 && (a.status == c.refusal || a.status == 401):
			default:
				t.Errorf("%s %s by %s: %d %s", c.method, c.path, who, a.status, a.raw)
			}
		}
	}
}

func (s *shop) as(who string, cart answer) []string {
	headers := []string{key(fmt.Sprintf("%s-%s", strings.ReplaceAll(who, " ", "-"), cart.str("id"))), "Service-Key: k"}
	switch who {
	case "owner":
		return append(headers, bearer("user:ana"))
	case "token":
		return append(headers, token(cart))
	case "other":
		return append(headers, bearer("user:budi"))
	case "other token":
		return append(headers, "Cart-Token: ct_0123456789abcdefghijklmnopqrstuv")
	case "nobody":
		return headers
	}
	return append(headers, bearer(who))
}

// TestNothingTellsWhetherAnIDExists compares the answers for somebody else's
// thing with those for none.
func TestNothingTellsWhetherAnIDExists(t *testing.T) {
	s := sqliteShop(t)
	cart := s.cart(s.catalogue.Stock(10_000_00, 100, 5), 1)
	order := s.must(http.StatusCreated, "POST", "/v1/orders", checkout(cart), token(cart), key("k"))
	for _, paths := range [][2]string{
		{"/v1/carts/" + cart.str("id"), "/v1/carts/" + api.NewID(api.PrefixCart)},
		{"/v1/orders/" + order.str("id"), "/v1/orders/" + api.NewID(api.PrefixOrder)},
	} {
		theirs, none := s.do("GET", paths[0], nil, bearer("user:budi")), s.do("GET", paths[1], nil, bearer("user:budi"))
		if theirs.status != 404 || strings.ReplaceAll(theirs.raw, theirs.str("request_id"), "") != strings.ReplaceAll(none.raw, none.str("request_id"), "") {
			t.Errorf("%s\n%s", theirs.raw, none.raw)
		}
	}
}

func TestOrdersAreListed(t *testing.T) {
	s := sqliteShop(t)
	variant := s.catalogue.Stock(10_000_00, 100, 50)
	var last answer
	for i := range 5 {
		who := []string{"user:ana", "user:budi"}[i%2]
		cart := s.cart(variant, 1, bearer(who))
		last = s.must(http.StatusCreated, "POST", "/v1/orders", checkout(cart), bearer(who), key(cart.str("id")))
	}
	s.mustDeliver(captured(t, last, "pay_1", last.num("total.amount")))
	seen := func(query, who string) (ids []string) {
		cursor := ""
		for range 10 {
			page := s.must(http.StatusOK, "GET", "/v1/orders?limit=2"+query+cursor, nil, bearer(who))
			for i := range page.at("data").([]any) {
				ids = append(ids, page.str(fmt.Sprintf("data.%d.id", i)))
			}
			if page.at("page.has_more") != true {
				return ids
			}
			cursor = "&cursor=" + page.str("page.next_cursor")
		}
		return ids
	}
	for query, want := range map[string]map[string]int{
		"":                         {"user:ana": 3, "user:budi": 2, "support": 5, "catalog": 0},
		"&payment_status=paid":     {"user:ana": 1, "user:budi": 0, "support": 1},
		"&status=open":             {"user:ana": 2, "support": 4},
		"&email=SARI@example.com":  {"user:ana": 3, "support": 5},
		"&email=other@example.com": {"support": 0},
		"&user_id=" + users["ana"]: {"user:budi": 0, "user:ana": 3, "support": 3},
		"&number=" + strings.ToLower(strings.ReplaceAll(last.str("number"), "-", "")): {"support": 1, "user:budi": 0},
		"&number=PSR-2222-2223":             {"support": 0},
		"&placed_from=2100-01-01T00:00:00Z": {"support": 0},
	} {
		for who, n := range want {
			if ids := seen(query, who); len(ids) != n {
				t.Errorf("%s sees %d orders by %q, want %d", who, len(ids), query, n)
			}
		}
	}
	s.refused(401, api.CodeUnauthenticated, s.do("GET", "/v1/orders", nil))
	if a := s.refused(422, api.CodeInvalid, s.do("GET", "/v1/orders?cursor=x", nil, bearer("support"))); a.pointers() != "query.cursor" {
		t.Errorf("%s", a.raw)
	}
	s.refused(422, api.CodeUnknownParameter, s.do("GET", "/v1/orders?state=open", nil, bearer("support")))
	s.refused(422, api.CodeInvalid, s.do("GET", "/v1/orders?status=paid", nil, bearer("support")))
}

// TestBadInput sends each operation what it must not take, and sees that it
// says where and changes nothing.
func TestBadInput(t *testing.T) {
	s := sqliteShop(t)
	variant := s.catalogue.Stock(10_000_00, 100, 50)
	cart := s.cart(variant, 1)
	path, proof := "/v1/carts/"+cart.str("id"), token(cart)
	before := s.must(http.StatusOK, "GET", path, nil, proof).raw
	with := func(name string, value any) object {
		a := address()
		a[name] = value
		return object{"shipping_address": a}
	}
	huge := strings.Repeat("x", 5000)
	for _, c := range []struct {
		method, path string
		in           any
		status       int
		pointer      string
	}{
		{"POST", "/v1/carts", object{}, 422, "#/currency"},
		{"POST", "/v1/carts", object{"currency": "XXX"}, 422, "#/currency"},
		{"POST", "/v1/carts", object{"currency": "idr"}, 422, "#/currency"},
		{"POST", "/v1/carts", object{"currency": 1}, 422, "#/currency"},
		{"POST", "/v1/carts", object{"currency": "IDR", "language": "fr"}, 422, "#/language"},
		{"POST", "/v1/carts", object{"currency": "IDR", "curency": "IDR"}, 422, "#/curency"},
		{"POST", "/v1/carts", `{"currency":`, 400, ""},
		{"POST", path + "/items", object{"quantity": 1}, 422, "#/variant_id"},
		{"POST", path + "/items", object{"variant_id": cart.str("id"), "quantity": 1}, 422, "#/variant_id"},
		{"POST", path + "/items", object{"variant_id": api.NewID(api.PrefixVariant), "quantity": 1}, 409, "#/variant_id"},
		{"POST", path + "/items", object{"variant_id": variant, "quantity": 0}, 422, "#/quantity"},
		{"POST", path + "/items", object{"variant_id": variant, "quantity": -1}, 422, "#/quantity"},
		{"POST", path + "/items", object{"variant_id": variant, "quantity": 999}, 422, "#/quantity"},
		{"POST", path + "/items", object{"variant_id": variant, "quantity": 1000}, 422, "#/quantity"},
		{"POST", path + "/items", object{"variant_id": variant, "quantity": 1.5}, 422, "#/quantity"},
		{"POST", path + "/items", object{"variant_id": variant, "quantity": "1"}, 422, "#/quantity"},
		{"POST", path + "/items", `{"variant_id":"` + variant + `","quantity":99999999999999999999}`, 422, ""},
		{"PATCH", path + "/items/" + cart.str("items.0.id"), object{"quantity": 0}, 422, "#/quantity"},
		{"PATCH", path, object{"email": "nobody"}, 422, "#/email"},
		{"PATCH", path, object{"email": "a\u0000@b.example"}, 422, "#/email"},
		{"PATCH", path, object{"email": huge}, 422, "#/email"},
		{"PATCH", path, object{"note": huge}, 422, "#/note"},
		{"PATCH", path, object{"shipping_address": "home"}, 422, "#/shipping_address"},
		{"PATCH", path, with("recipient", ""), 422, "#/shipping_address/recipient"},
		{"PATCH", path, with("recipient", "a\u0007b"), 422, "#/shipping_address/recipient"},
		{"PATCH", path, with("phone", "+62; DROP TABLE"), 422, "#/shipping_address/phone"},
		{"PATCH", path, with("province", "Atlantis"), 422, "#/shipping_address/province"},
		{"PATCH", path, with("postal_code", "5521"), 422, "#/shipping_address/postal_code"},
		{"PATCH", path, with("planet", "Earth"), 422, "#/shipping_address/planet"},
		{"PATCH", path, object{"shipping_method": "teleport"}, 422, "#/shipping_method"},
		{"PATCH", path, object{"items": []object{}}, 422, "#/items"},
		{"PATCH", path, object{"totals": object{}}, 422, "#/totals"},
		{"GET", path + "?expand=all", nil, 422, "query.expand"},
		{"GET", "/v1/carts/" + variant, nil, 404, "path.id"},
		{"POST", "/v1/orders", object{"cart_id": variant, "expected_total": cart.at("totals.total")}, 422, "#/cart_id"},
		{"POST", "/v1/orders", object{"cart_id": cart.str("id")}, 422, "#/expected_total"},
		{"POST", "/v1/orders", object{"cart_id": cart.str("id"), "expected_total": 1}, 422, "#/expected_total"},
		{"POST", "/v1/orders", object{"cart_id": cart.str("id"), "expected_total": object{"amount": 1}}, 422, "#/expected_total/currency"},
	} {
		a := s.do(c.method, c.path, c.in, proof, key("bad"))
		if a.status != c.status || c.pointer != "" && !strings.Contains(a.pointers(), c.pointer) || a.header.Get("Content-Type") != "application/problem+json" || strings.Contains(a.raw, huge) {
			t.Errorf("%s %s %.120v: %d at %q, want %d at %q: %.300s", c.method, c.path, c.in, a.status, a.pointers(), c.status, c.pointer, a.raw)
		}
	}
	if a := s.do("POST", "/v1/orders", checkout(cart), proof); a.status != 400 || a.str("code") != api.CodeIdempotencyMissing {
		t.Errorf("without a key: %d %s", a.status, a.raw)
	}
	if a := s.do("POST", "/v1/carts", `currency=IDR`, "Content-Type: application/x-www-form-urlencoded"); a.status != 415 {
		t.Errorf("a form: %d %s", a.status, a.raw)
	}
	s.refused(422, orderapi.CodeCurrencyNotSold, s.do("POST", "/v1/carts", object{"currency": "USD"}))
	s.refused(422, orderapi.CodeQuantityTooLarge, s.do("POST", path+"/items", object{"variant_id": variant, "quantity": 999}, proof))
	if after := s.must(http.StatusOK, "GET", path, nil, proof).raw; after != before || s.toldTypes() != "" {
		t.Errorf("bad input changed the cart from\n%s to\n%s", before, after)
	}
	order := s.must(http.StatusCreated, "POST", "/v1/orders", checkout(cart), proof, key("good"))
	reused := object{"cart_id": cart.str("id"), "expected_total": object{"amount": 1, "currency": "IDR"}}
	s.refused(422, api.CodeIdempotencyReused, s.do("POST", "/v1/orders", reused, proof, key("good")))
	for _, c := range []struct {
		path    string
		in      any
		pointer string
	}{
		{"/cancel", object{"reason": huge}, "#/reason"},
		{"/cancel", object{"reason": "a\u0000b"}, "#/reason"},
		{"/cancel", object{"because": "x"}, "#/because"},
		{"/fulfillments", object{}, "#/carrier"},
		{"/fulfillments", object{"carrier": "JNE", "lines": []object{{"item_id": variant, "quantity": 1}}}, "#/lines/0/item_id"},
		{"/fulfillments", object{"carrier": "JNE", "lines": []object{{"item_id": order.str("items.0.id"), "quantity": -1}}}, "#/lines/0/quantity"},
	} {
		credential := proof
		if c.path == "/fulfillments" {
			credential = bearer("fulfilment")
		}
		if a := s.do("POST", "/v1/orders/"+order.str("id")+c.path, c.in, credential, key("bad")); a.status != 422 || !strings.Contains(a.pointers(), c.pointer) {
			t.Errorf("%s %v: %d at %q: %s", c.path, c.in, a.status, a.pointers(), a.raw)
		}
	}
	s.expectOrder(order, proof, "open", "unpaid", "unfulfilled")
	s.refused(409, orderapi.CodeCartOrdered, s.do("POST", path+"/items", object{"variant_id": variant, "quantity": 1}, proof))
}
