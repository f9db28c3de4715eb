package e2e_test

import (
	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/api/productapi"
)

// shopProducers provoke the codes of the catalogue, of carts, orders and
// payments.
var shopProducers = map[string]func(*maker) answer{
	productapi.CodeInsufficientStock: func(m *maker) answer {
		return m.root().with("Idempotency-Key", key()).do("POST", "/v1/variants/"+m.product().variant+"/stock-movements",
			values{"quantity": -900_000, "reason": "correction"})
	},
	productapi.CodeVariantNotSellable: func(m *maker) answer {
		g := m.product()
		m.root().with("If-Match", g.etag).must(200, "POST", "/v1/products/"+g.id+"/archive", nil)
		return m.owner.do("POST", "/v1/carts/"+m.cart().id+"/items", values{"variant_id": g.variant, "quantity": 1})
	},
	productapi.CodeSlugTaken: func(m *maker) answer {
		return m.root().do("POST", "/v1/categories", values{"slug": m.category().str("slug"), "translations": texts()})
	},
	productapi.CodeSKUTaken: func(m *maker) answer {
		body := values{"slug": unique("barang"), "translations": productTexts(), "variants": []any{values{"sku": unique("SKU"), "weight_grams": 1}}}
		m.root().must(201, "POST", "/v1/products", body)
		body["slug"] = unique("barang")
		return m.root().do("POST", "/v1/products", body)
	},
	productapi.CodeVariantExists: func(m *maker) answer {
		return m.root().do("POST", "/v1/products/"+m.product().id+"/variants", values{"sku": unique("SKU"), "weight_grams": 1})
	},
	productapi.CodeCategoryInUse: func(m *maker) answer {
		above := m.category()
		m.root().must(201, "POST", "/v1/categories", values{"slug": unique("rak"), "parent_id": above.str("id"), "translations": texts()})
		return m.root().with("If-Match", above.header.Get("ETag")).do("DELETE", "/v1/categories/"+above.str("id"), nil)
	},
	productapi.CodeCategoryTree: func(m *maker) answer {
		c := m.category()
		return m.root().with("If-Match", c.header.Get("ETag")).do("PATCH", "/v1/categories/"+c.str("id"), values{"parent_id": c.str("id")})
	},
	productapi.CodeProductIncomplete: func(m *maker) answer {
		return m.root().do("POST", "/v1/products", values{"slug": unique("barang"), "status": "active", "translations": productTexts()})
	},
	productapi.CodeImageUnreadable: func(m *maker) answer {
		return m.root().sendWire(wire{method: "POST", path: "/v1/products/" + m.product().id + "/images", body: []byte("GIF89a"), media: "image/png"})
	},

	orderapi.CodeTotalChanged: func(m *maker) answer { return m.checkout(m.cart().id, rupiah(1)) },
	orderapi.CodeCartEmpty:    func(m *maker) answer { return m.checkout(m.emptyCart(), rupiah(0)) },
	orderapi.CodeCartIncomplete: func(m *maker) answer {
		cart := m.emptyCart()
		held := m.owner.must(200, "POST", "/v1/carts/"+cart+"/items", values{"variant_id": m.world.variant, "quantity": 1})
		return m.checkout(cart, held.at("totals.total"))
	},
	orderapi.CodeCartFull: func(m *maker) answer {
		variants := make([]any, orderLines)
		for i := range variants {
			variants[i] = values{"sku": unique("SKU"), "weight_grams": 1, "prices": []any{rupiah(100000)}, "options": values{"n": letters(i)}}
		}
		choices := make([]any, len(variants))
		for i := range choices {
			choices[i] = values{"code": letters(i), "translations": texts()}
		}
		made := m.root().must(201, "POST", "/v1/products", values{
			"slug": unique("barang"), "status": "active", "translations": productTexts(), "variants": variants,
			"options": []any{values{"code": "n", "translations": texts(), "values": choices}},
		})
		cart := m.emptyCart()
		for _, v := range made.at("variants").([]any) {
			one := answer{body: v.(map[string]any)}
			m.owner.must(200, "POST", "/v1/carts/"+cart+"/items", values{"variant_id": one.str("id"), "quantity": 1})
		}
		return m.owner.do("POST", "/v1/carts/"+cart+"/items", values{"variant_id": m.world.variant, "quantity": 1})
	},
	orderapi.CodeCartOrdered: func(m *maker) answer {
		b := m.cart()
		m.owner.with("Idempotency-Key", key()).must(201, "POST", "/v1/orders", values{"cart_id": b.id, "expected_total": b.total})
		return m.owner.do("POST", "/v1/carts/"+b.id+"/items", values{"variant_id": m.world.variant, "quantity": 1})
	},
	orderapi.CodeCartTaken: func(m *maker) answer {
		b := m.cart()
		return m.person(api.RoleCustomer).with("Cart-Token", b.token).do("POST", "/v1/carts/"+b.id+"/claim", nil)
	},
	orderapi.CodeShippingUnavailable: func(m *maker) answer {
		return m.owner.do("PATCH", "/v1/carts/"+m.cart().id, values{"shipping_method": "roket"})
	},
	orderapi.CodeCurrencyNotSold: func(m *maker) answer { return m.visitor().do("POST", "/v1/carts", values{"currency": "JPY"}) },
	orderapi.CodeQuantityTooLarge: func(m *maker) answer {
		return m.owner.do("POST", "/v1/carts/"+m.cart().id+"/items", values{"variant_id": m.world.variant, "quantity": 999})
	},
	orderapi.CodeOrderNotCancellable: func(m *maker) answer {
		order, _ := m.confirmed()
		return m.owner.with("Idempotency-Key", key()).do("POST", "/v1/orders/"+order.str("id")+"/cancel", values{})
	},
	orderapi.CodeOrderNotFulfillable: func(m *maker) answer {
		return m.root().with("Idempotency-Key", key()).do("POST", "/v1/orders/"+m.order().str("id")+"/fulfillments", values{"carrier": "JNE"})
	},
	orderapi.CodeFulfilmentExceedsLine: func(m *maker) answer {
		order, _ := m.confirmed()
		return m.root().with("Idempotency-Key", key()).do("POST", "/v1/orders/"+order.str("id")+"/fulfillments",
			values{"carrier": "JNE", "lines": []any{values{"item_id": order.str("items.0.id"), "quantity": 2}}})
	},

	paymentapi.CodeGatewayUnknown:    func(m *maker) answer { return m.pay(m.order().str("id"), "nowhere", "card") },
	paymentapi.CodeMethodUnsupported: func(m *maker) answer { return m.pay(m.order().str("id"), "simulator", "shells") },
	paymentapi.CodeAmountUnsupported: func(m *maker) answer {
		_, payment := m.confirmed()
		return m.refund(payment, rupiah(150)) // half a rupiah
	},
	paymentapi.CodeOrderNotPayable: func(m *maker) answer {
		order := m.order().str("id")
		m.owner.with("Idempotency-Key", key()).must(200, "POST", "/v1/orders/"+order+"/cancel", values{})
		return m.pay(order, "simulator", "card")
	},
	paymentapi.CodePaymentOpen:  func(m *maker) answer { return m.pay(m.payment("card").str("order_id"), "simulator", "card") },
	paymentapi.CodePaymentState: func(m *maker) answer { return m.refund(m.payment("card").str("id"), rupiah(100)) },
	paymentapi.CodeCurrencyMismatch: func(m *maker) answer {
		_, payment := m.confirmed()
		return m.refund(payment, values{"amount": 100, "currency": "USD"})
	},
	paymentapi.CodeRefundExceeds: func(m *maker) answer {
		_, payment := m.confirmed()
		return m.refund(payment, rupiah(1_000_000_000))
	},
	paymentapi.CodeCaptureExceeds: func(m *maker) answer {
		authorized := m.paid("card_authorize", "authorized").str("id")
		return m.root().with("Idempotency-Key", key()).do("POST", "/v1/payments/"+authorized+"/capture", values{"amount": rupiah(1_000_000_000)})
	},
	paymentapi.CodeWebhookSignature: func(m *maker) answer {
		return m.visitor().sendWire(wire{method: "POST", path: "/v1/webhooks/simulator", body: []byte("{}"), media: "application/json"})
	},
}

func (m *maker) checkout(cart string, total any) answer {
	m.t.Helper()
	return m.owner.on(m.t).with("Idempotency-Key", key()).do("POST", "/v1/orders", values{"cart_id": cart, "expected_total": total})
}

func (m *maker) emptyCart() string {
	m.t.Helper()
	return m.owner.on(m.t).must(201, "POST", "/v1/carts", values{"currency": "IDR"}).str("id")
}

func (m *maker) pay(order, gateway, method string) answer {
	m.t.Helper()
	return m.owner.on(m.t).with("Idempotency-Key", key()).do("POST", "/v1/payments", values{"order_id": order, "gateway": gateway, "method": method})
}

func (m *maker) refund(payment string, amount any) answer {
	m.t.Helper()
	return m.root().with("Idempotency-Key", key()).do("POST", "/v1/payments/"+payment+"/refunds", values{"amount": amount, "reason": "Rusak"})
}

// orderLines is how many lines a cart holds, and a product variants.
const orderLines = 100

// letters is a number as a code: "aa", "ab".
func letters(n int) string { return string([]byte{'a' + byte(n/26), 'a' + byte(n%26)}) }
