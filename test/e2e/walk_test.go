package e2e_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pasar/api"
)

// TestWalk buys something as the tutorial does, and looks at every layer.
func TestWalk(t *testing.T) {
	t.Parallel()
	shop := startShop(t)
	walk(t, shop)
	eventually(t, "the purchase as one trace", func() bool { return shop.traced(t, "gateway", "order", "product", "payment", "notify") })
}

func walk(t *testing.T, shop *shop) {
	t.Helper()
	visitor := newClient(t, shop.url)

	// 1. An account, and a mail that asks to verify its address.
	account := map[string]any{"email": "sari@example.com", "password": "kopi tubruk tanpa gula", "name": "Sari"}
	visitor.must(http.StatusCreated, "POST", "/v1/auth/register", account)
	login := visitor.must(http.StatusOK, "POST", "/v1/auth/login", map[string]any{"email": account["email"], "password": account["password"]})
	for _, name := range []string{"access_token", "refresh_token", "token_type", "expires_in"} {
		if login.str(name) == "" {
			t.Errorf("login lacks %s: %s", name, login.raw)
		}
	}
	customer := visitor.with("Authorization", "Bearer "+login.str("access_token"))
	eventually(t, "the profile", func() bool { return customer.do("GET", "/v1/users/me", nil).status == http.StatusOK })
	eventually(t, "the verification mail", func() bool { return shop.mailed(t, "Verifikasi") })

	// 2. The catalogue.
	list := visitor.must(http.StatusOK, "GET", "/v1/products?limit=20&category=kopi&sort=-created_at", nil)
	variant := list.str("data.0.variants.0.id")
	price := list.num("data.0.variants.0.price.amount")
	before := list.num("data.0.variants.0.available")
	if variant == "" || price <= 0 || before <= 0 || list.at("page") == nil {
		t.Fatalf("the list lacks a variant to buy: %.600s", list.raw)
	}
	product := visitor.must(http.StatusOK, "GET", "/v1/products/"+list.str("data.0.slug"), nil)
	if byID := visitor.must(http.StatusOK, "GET", "/v1/products/"+list.str("data.0.id"), nil); byID.str("slug") != product.str("slug") {
		t.Errorf("by id and by slug differ: %s and %s", byID.str("slug"), product.str("slug"))
	}

	// 3. A guest's cart.
	guest, cart := guestCart(t, visitor, variant, 2)

	// 4. The order, with a wrong total first.
	wrong := guest.with("Idempotency-Key", "walk-wrong-total").must(http.StatusConflict, "POST", "/v1/orders",
		map[string]any{"cart_id": cart.str("id"), "expected_total": api.Money{Amount: 1, Currency: "IDR"}})
	if wrong.str("total.amount") != cart.str("totals.total.amount") {
		t.Errorf("a wrong total is answered without the right one: %s", wrong.raw)
	}
	order := guest.with("Idempotency-Key", "walk-order").must(http.StatusCreated, "POST", "/v1/orders",
		map[string]any{"cart_id": cart.str("id"), "expected_total": cart.at("totals.total")})
	expect(t, order, map[string]string{"status": "open", "payment_status": "unpaid", "fulfillment_status": "unfulfilled"})
	if order.str("number") == "" || order.str("expires_at") == "" {
		t.Errorf("the order lacks a number or an expiry: %s", order.raw)
	}

	// 5. The payment, approved on the gateway's own page.
	payment := guest.with("Idempotency-Key", "walk-payment").must(http.StatusCreated, "POST", "/v1/payments",
		map[string]any{"order_id": order.str("id"), "gateway": "simulator", "method": "card"})
	expect(t, payment, map[string]string{"status": "requires_action", "next_action.type": "redirect"})
	approve(t, visitor, payment.str("next_action.url"))

	// 6. Paid, confirmed, sold, mailed, traced.
	eventually(t, "the confirmation", func() bool {
		return guest.must(http.StatusOK, "GET", "/v1/orders/"+order.str("id"), nil).str("status") == "confirmed"
	})
	expect(t, guest.must(http.StatusOK, "GET", "/v1/orders/"+order.str("id"), nil), map[string]string{"payment_status": "paid"})
	eventually(t, "the stock going down", func() bool {
		return visitor.must(http.StatusOK, "GET", "/v1/products/"+list.str("data.0.id"), nil).num("variants.0.available") == before-2
	})
	eventually(t, "the order mail", func() bool { return shop.mailed(t, order.str("number")) })

	// 7. A refund by finance.
	finance := shop.staff(t, "finance")
	refund := finance.with("Idempotency-Key", "walk-refund").do("POST", "/v1/payments/"+payment.str("id")+"/refunds",
		map[string]any{"amount": api.Money{Amount: price, Currency: "IDR"}, "reason": "Satu bungkus rusak"})
	if refund.status != http.StatusCreated && refund.status != http.StatusAccepted {
		t.Fatalf("refund: %d: %s", refund.status, refund.raw)
	}
	eventually(t, "the refund on the order", func() bool {
		return guest.must(http.StatusOK, "GET", "/v1/orders/"+order.str("id"), nil).str("payment_status") == "partially_refunded"
	})
	balances := finance.must(http.StatusOK, "GET", "/v1/ledger/balances", nil)
	var sum, moved int64
	for _, row := range balances.at("data").([]any) {
		one := answer{body: row.(map[string]any)}
		sum += one.num("debits.amount") - one.num("credits.amount")
		moved += one.num("debits.amount")
	}
	if sum != 0 || moved < price {
		t.Errorf("the ledger does not balance by %d: %s", sum, balances.raw)
	}
}

// guestCart makes a cart that is ready to be ordered, and a client that holds
// its token.
func guestCart(t *testing.T, visitor *client, variant string, quantity int) (*client, answer) {
	t.Helper()
	cart := visitor.must(http.StatusCreated, "POST", "/v1/carts", map[string]any{"currency": "IDR"})
	if cart.str("token") == "" {
		t.Fatalf("a new cart lacks its token: %s", cart.raw)
	}
	guest := visitor.with("Cart-Token", cart.str("token"))
	path := "/v1/carts/" + cart.str("id")
	if added := guest.do("POST", path+"/items", map[string]any{"variant_id": variant, "quantity": quantity}); added.status/100 != 2 {
		t.Fatalf("add to cart: %d: %s", added.status, added.raw)
	}
	ready := guest.must(http.StatusOK, "PATCH", path, map[string]any{
		"email": "pembeli@example.com",
		"shipping_address": map[string]any{
			"recipient": "Sari Dewi", "phone": "+6281234567890", "line1": "Jl. Malioboro 12",
			"district": "Danurejan", "city": "Yogyakarta", "province": "DI Yogyakarta", "postal_code": "55213", "country": "ID",
		},
		"shipping_method": "regular",
	})
	return guest, ready
}

// approve presses the approve button of the gateway's hosted page.
func approve(t *testing.T, visitor *client, page string) {
	t.Helper()
	shown := visitor.do("GET", page, nil)
	if shown.status != http.StatusOK || !strings.Contains(string(shown.raw), "approve") {
		t.Fatalf("the payment page answers %d: %.300s", shown.status, shown.raw)
	}
	if done := visitor.form(page, url.Values{"action": {"approve"}}); done.status/100 > 3 {
		t.Fatalf("approve: %d: %.300s", done.status, done.raw)
	}
}

func expect(t *testing.T, a answer, want map[string]string) {
	t.Helper()
	for path, value := range want {
		if got := a.str(path); got != value {
			t.Errorf("%s is %q, want %q: %s", path, got, value, a.raw)
		}
	}
}
