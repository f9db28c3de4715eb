package rest_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/order/store"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

func TestCartKeepsWhatIsPutIntoIt(t *testing.T) {
	s := sqliteShop(t)
	coffee, tea := s.catalogue.Stock(10_000_00, 100, 5), s.catalogue.Stock(5_000_00, 100, 5)
	cart := s.must(http.StatusCreated, "POST", "/v1/carts", object{"currency": "IDR", "language": "en"})
	path, proof := "/v1/carts/"+cart.str("id"), token(cart)
	s.must(http.StatusOK, "POST", path+"/items", object{"variant_id": coffee, "quantity": 1}, proof)
	got := s.must(http.StatusOK, "POST", path+"/items", object{"variant_id": tea, "quantity": 2}, proof)
	if got.num("totals.subtotal.amount") != 20_000_00 || got.str("items.1.variant_id") != tea || got.num("items.1.total.amount") != 10_000_00 {
		t.Fatalf("%s", got.raw)
	}
	item := path + "/items/" + got.str("items.0.id")
	if got = s.must(http.StatusOK, "PATCH", item, object{"quantity": 4}, proof); got.num("totals.subtotal.amount") != 50_000_00 {
		t.Errorf("%s", got.raw)
	}
	for range 2 {
		if got = s.must(http.StatusOK, "DELETE", item, nil, proof); got.num("totals.subtotal.amount") != 10_000_00 || len(got.at("items").([]any)) != 1 {
			t.Errorf("%s", got.raw)
		}
	}
	s.refused(404, api.CodeNotFound, s.do("PATCH", item, object{"quantity": 4}, proof))
	s.refused(404, api.CodeWrongIDType, s.do("PATCH", path+"/items/"+tea, object{"quantity": 4}, proof))
	s.catalogue.Withdraw(tea)
	got = s.must(http.StatusOK, "GET", path, nil, proof)
	if got.at("items.0.sellable") != false || got.num("totals.subtotal.amount") != 0 || !strings.Contains(got.raw, productapi.CodeVariantNotSellable) {
		t.Errorf("%s", got.raw)
	}
}

func TestCartIsPatchedByMerging(t *testing.T) {
	s := sqliteShop(t)
	cart := s.cart(s.catalogue.Stock(10_000_00, 100, 5), 1)
	path, proof := "/v1/carts/"+cart.str("id"), token(cart)
	got := s.must(http.StatusOK, "PATCH", path, object{"billing_address": address(), "note": "hati-hati", "language": "en"}, proof)
	if got.str("email") != "sari@example.com" || got.str("billing_address.city") != "Yogyakarta" || got.str("note") != "hati-hati" || got.str("language") != "en" {
		t.Errorf("%s", got.raw)
	}
	got = s.must(http.StatusOK, "PATCH", path, `{"billing_address":null,"note":null,"email":null}`, proof)
	if got.at("billing_address") != nil || got.str("note") != "" || got.str("email") != "" || got.str("shipping_method") != "regular" {
		t.Errorf("%s", got.raw)
	}
	far := address()
	far["province"], far["country"], far["postal_code"] = "Selangor", "MY", "40000"
	got = s.must(http.StatusOK, "PATCH", path, object{"shipping_address": far}, proof)
	if got.str("shipping_method") != "" || got.num("totals.shipping.amount") != 0 {
		t.Errorf("a method that does not go there stayed: %s", got.raw)
	}
	s.refused(422, orderapi.CodeShippingUnavailable, s.do("PATCH", path, object{"shipping_method": "regular"}, proof))
	s.refused(422, orderapi.CodeShippingUnavailable, s.do("PATCH", path, object{"shipping_method": "dragon"}, proof))
	s.must(http.StatusOK, "PATCH", path, object{"shipping_method": "pickup"}, proof)
}

func TestCartBecomesTheCustomers(t *testing.T) {
	s := sqliteShop(t)
	cart := s.cart(s.catalogue.Stock(10_000_00, 100, 5), 1)
	path, proof := "/v1/carts/"+cart.str("id"), token(cart)
	s.refused(404, api.CodeNotFound, s.do("POST", path+"/claim", nil, bearer("user:ana")))
	s.refused(404, api.CodeNotFound, s.do("POST", path+"/claim", nil, bearer("support")))
	s.refused(401, api.CodeUnauthenticated, s.do("POST", path+"/claim", nil, proof))
	for range 2 {
		if got := s.must(http.StatusOK, "POST", path+"/claim", nil, bearer("user:ana"), proof); got.str("user_id") != users["ana"] {
			t.Errorf("%s", got.raw)
		}
	}
	s.refused(409, orderapi.CodeCartTaken, s.do("POST", path+"/claim", nil, bearer("user:budi"), proof))
	s.must(http.StatusOK, "GET", path, nil, bearer("user:ana"))
	s.refused(404, api.CodeNotFound, s.do("GET", path, nil, bearer("user:budi")))
	order := s.must(http.StatusCreated, "POST", "/v1/orders", checkout(cart), bearer("user:ana"), key("k"))
	if order.str("user_id") != users["ana"] {
		t.Errorf("%s", order.raw)
	}
	s.refused(409, orderapi.CodeCartOrdered, s.do("POST", path+"/claim", nil, bearer("user:ana"), proof))
	s.refused(409, orderapi.CodeCartOrdered, s.do("PATCH", path, object{"note": "x"}, proof))
	mine := s.must(http.StatusCreated, "POST", "/v1/carts", object{"currency": "IDR"}, bearer("user:budi"))
	if mine.str("user_id") != users["budi"] {
		t.Errorf("%s", mine.raw)
	}
}

func TestIdleCartsGo(t *testing.T) {
	s := sqliteShop(t)
	cart := s.cart(s.catalogue.Stock(10_000_00, 100, 5), 1)
	path, proof := "/v1/carts/"+cart.str("id"), token(cart)
	s.clock.add(29 * 24 * time.Hour)
	s.must(http.StatusOK, "PATCH", path, object{"note": "still here"}, proof)
	s.clock.add(29 * 24 * time.Hour)
	if n, err := s.orders.PurgeCarts(t.Context(), 10); n != 0 || err != nil {
		t.Errorf("%d purged, %v", n, err)
	}
	s.must(http.StatusOK, "GET", path, nil, proof)
	s.clock.add(2 * 24 * time.Hour)
	s.refused(404, api.CodeNotFound, s.do("GET", path, nil, proof))
	s.refused(404, api.CodeNotFound, s.do("PATCH", path, object{"note": "x"}, proof))
	s.refused(404, api.CodeNotFound, s.do("POST", "/v1/orders", checkout(cart), proof, key("k")))
	if n, err := s.orders.PurgeCarts(t.Context(), 10); n != 1 || err != nil {
		t.Errorf("%d purged, %v", n, err)
	}
}

// TestCartLosesNoChange has many tabs of one customer write at once.
func TestCartLosesNoChange(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, store.Migrations(), func(t *testing.T, db *sqldb.DB) {
		s := newShop(t, db, setup{})
		variant := s.catalogue.Stock(10_000_00, 100, 5)
		cart := s.must(http.StatusCreated, "POST", "/v1/carts", object{"currency": "IDR"})
		var group sync.WaitGroup
		var mu sync.Mutex
		var added int64
		for range 8 {
			group.Go(func() {
				a := s.do("POST", "/v1/carts/"+cart.str("id")+"/items", object{"variant_id": variant, "quantity": 1}, token(cart))
				mu.Lock()
				defer mu.Unlock()
				switch a.status {
				case http.StatusOK:
					added++
				case http.StatusServiceUnavailable: // said so, and changed nothing
				default:
					t.Errorf("%d %s", a.status, a.raw)
				}
			})
		}
		group.Wait()
		got := s.must(http.StatusOK, "GET", "/v1/carts/"+cart.str("id"), nil, token(cart))
		if got.num("items.0.quantity") != added || added == 0 || len(got.at("items").([]any)) != 1 {
			t.Errorf("%d were added: %s", added, got.raw)
		}
	})
}
