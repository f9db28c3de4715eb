package rest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/internal/order/store"
	"pasar/internal/platform/events"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

// everywhere runs a test on every dialect, with the catalogue in this process
// and over HTTP.
func everywhere(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	t.Parallel()
	for name, overHTTP := range map[string]bool{"in process": false, "over HTTP": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sqldbtest.Each(t, store.Migrations(), func(t *testing.T, db *sqldb.DB) { test(t, newShop(t, db, setup{overHTTP: overHTTP})) })
		})
	}
}

func captured(t *testing.T, order answer, paymentID string, amount int64) events.Event {
	t.Helper()
	money := api.Money{Amount: amount, Currency: "IDR"}
	return event(t, paymentapi.PaymentCaptured, paymentID, paymentapi.CapturedData{
		PaymentID: paymentID, OrderID: order.str("id"), Gateway: "simulator", Amount: money, CapturedTotal: money, CapturedAt: time.Now().UTC(),
	})
}

func refundOf(t *testing.T, order answer, paymentID, refundID string, amount int64) events.Event {
	t.Helper()
	money := api.Money{Amount: amount, Currency: "IDR"}
	return event(t, paymentapi.PaymentRefunded, paymentID, paymentapi.RefundedData{
		RefundID: refundID, PaymentID: paymentID, OrderID: order.str("id"), Amount: money, RefundedTotal: money, Reason: "rusak",
	})
}

func (s *shop) expectOrder(order answer, proof, status, payment, fulfilment string) answer {
	s.t.Helper()
	got := s.must(http.StatusOK, "GET", "/v1/orders/"+order.str("id"), nil, proof)
	if got.str("status") != status || got.str("payment_status") != payment || got.str("fulfillment_status") != fulfilment {
		s.t.Errorf("the order is %s, %s, %s; want %s, %s, %s", got.str("status"), got.str("payment_status"), got.str("fulfillment_status"), status, payment, fulfilment)
	}
	return got
}

func TestPurchase(t *testing.T) {
	everywhere(t, func(t *testing.T, s *shop) {
		variant := s.catalogue.Stock(129_900_00, 250, 10)

		begun := s.db.Statements()
		counts := []string{}
		count := func(what string) {
			counts = append(counts, fmt.Sprintf("%s %d", what, s.db.Statements()-begun))
			begun = s.db.Statements()
		}
		cart := s.must(http.StatusCreated, "POST", "/v1/carts", object{"currency": "IDR"})
		count("make cart")
		path, proof := "/v1/carts/"+cart.str("id"), token(cart)
		if cart.header.Get("Location") != path || len(cart.str("token")) < 25 || cart.num("totals.total.amount") != 0 {
			t.Errorf("%s: %s", cart.header.Get("Location"), cart.raw)
		}
		s.must(http.StatusOK, "POST", path+"/items", object{"variant_id": variant, "quantity": 1}, proof)
		count("add item")
		begun = s.db.Statements()
		full := s.must(http.StatusOK, "POST", path+"/items", object{"variant_id": variant, "quantity": 1}, proof)
		if full.num("totals.subtotal.amount") != 259_800_00 || full.num("items.0.quantity") != 2 || full.num("items.0.available") != 10 {
			t.Errorf("%s", full.raw)
		}
		begun = s.db.Statements()
		ready := s.must(http.StatusOK, "PATCH", path, object{"email": "Sari@Example.com", "shipping_address": address(), "shipping_method": "regular"}, proof)
		count("patch cart")
		if ready.num("totals.total.amount") != 274_800_00 || ready.num("totals.tax_included.amount") != 27_232_00 || len(ready.at("problems").([]any)) != 0 {
			t.Errorf("%s", ready.raw)
		}
		methods := s.must(http.StatusOK, "GET", path+"/shipping-methods", nil, proof)
		if methods.str("data.0.code") != "regular" || methods.num("data.0.price.amount") != 15_000_00 || methods.str("data.0.name") != "Reguler" {
			t.Errorf("%s", methods.raw)
		}

		begun = s.db.Statements()
		order := s.must(http.StatusCreated, "POST", "/v1/orders", checkout(ready), proof, key("k1"))
		count("checkout")
		if order.str("id") != api.SiblingID("ord", cart.str("id")) || order.str("status") != "open" || order.str("payment_status") != "unpaid" ||
			order.str("fulfillment_status") != "unfulfilled" || order.num("total.amount") != 274_800_00 || order.str("tax_rule") != "ppn-2025" ||
			order.str("email") != "sari@example.com" || order.header.Get("ETag") != `"1"` || order.header.Get("Location") != "/v1/orders/"+order.str("id") {
			t.Errorf("%v: %s", order.header, order.raw)
		}
		if s.catalogue.Reserved(variant) != 2 || s.toldTypes() != "placed" {
			t.Errorf("%d held", s.catalogue.Reserved(variant))
		}
		again := s.do("POST", "/v1/orders", checkout(ready), proof, key("k1"))
		if again.status != 201 || again.raw != order.raw || again.header.Get("Idempotent-Replayed") != "true" || again.header.Get("ETag") != `"1"` {
			t.Errorf("the replay differs: %d %s", again.status, again.raw)
		}

		begun = s.db.Statements()
		payable := s.must(http.StatusOK, "GET", "/internal/v1/orders/"+order.str("id")+"/payable", nil, proof, "Service-Key: k")
		count("payable")
		if payable.num("due.amount") != 274_800_00 || payable.str("status") != "open" || payable.str("cart_token_hash") == "" {
			t.Errorf("%s", payable.raw)
		}
		begun = s.db.Statements()
		s.mustDeliver(captured(t, order, "pay_1", 274_800_00))
		count("confirm")
		s.expectOrder(order, proof, "confirmed", "paid", "unfulfilled")
		begun = s.db.Statements()
		s.mustDeliver(refundOf(t, order, "pay_1", "rfd_1", 129_900_00))
		count("refund")
		got := s.expectOrder(order, proof, "confirmed", "partially_refunded", "unfulfilled")
		if told := s.toldTypes(); told != "confirmed refunded" {
			t.Errorf("told %s", told)
		}
		var kinds []string
		for i := range len(got.at("timeline").([]any)) {
			kinds = append(kinds, got.str(fmt.Sprintf("timeline.%d.kind", i)))
		}
		if strings.Join(kinds, " ") != "placed payment_received confirmed refunded" || got.num("refunded.amount") != 129_900_00 || got.num("due.amount") != 0 {
			t.Errorf("%s", got.raw)
		}
		begun = s.db.Statements()
		s.must(http.StatusOK, "GET", "/v1/orders/"+order.str("id"), nil, proof)
		count("read order")
		t.Logf("SQL statements of the order service: %s", strings.Join(counts, ", "))
	})
}

func TestTheOrderKeepsItsPriceAndTrace(t *testing.T) {
	s := sqliteShop(t)
	variant := s.catalogue.Stock(10_000_00, 100, 5)
	cart := s.cart(variant, 1)
	trace := "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	order := s.must(http.StatusCreated, "POST", "/v1/orders", checkout(cart), token(cart), key("k"), "traceparent: "+trace)
	s.catalogue.Reprice(variant, 99_000_00)
	if got := s.must(http.StatusOK, "GET", "/v1/orders/"+order.str("id"), nil, token(cart)); got.num("items.0.unit_price.amount") != 10_000_00 {
		t.Errorf("the price of an order moved: %s", got.raw)
	}
	payable := s.must(http.StatusOK, "GET", "/internal/v1/orders/"+order.str("id")+"/payable", nil, token(cart), "Service-Key: k")
	if !strings.HasPrefix(payable.str("traceparent"), trace[:36]) {
		t.Errorf("the payment cannot go on in the trace of the checkout: %s", payable.raw)
	}
	if e := s.told()[0]; !strings.HasPrefix(e.TraceParent, trace[:36]) || e.Type != orderapi.OrderPlaced.Name || e.Subject != order.str("id") || e.Version != 1 || e.Source != "/pasar/test" {
		t.Errorf("%+v", e)
	}
}
