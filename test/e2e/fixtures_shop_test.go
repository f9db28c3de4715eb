package e2e_test

import (
	"net/url"
	"strings"
)

// shopFixtures are the fixtures of the catalogue, carts and orders.
var shopFixtures = map[string]func(*maker) request{
	"list-categories": func(*maker) request { return request{query: url.Values{"lang": {"en"}}} },
	"get-category":    func(m *maker) request { return request{path: id(m.category().str("id"))} },
	"create-category": func(m *maker) request {
		return request{body: values{"slug": unique("rak"), "parent_id": m.category().str("id"), "translations": texts(), "position": 3}}
	},
	"update-category": func(m *maker) request {
		kept := m.category()
		return request{path: id(kept.str("id")), header: ifMatch(kept), body: values{
			"slug": unique("rak"), "parent_id": m.category().str("id"), "translations": texts(), "position": 4,
		}}
	},
	"delete-category": func(m *maker) request {
		kept := m.category()
		return request{path: id(kept.str("id")), header: ifMatch(kept)}
	},
	"list-products": func(*maker) request {
		return request{query: url.Values{
			"limit": {"3"}, "lang": {"en"}, "currency": {"IDR"}, "sort": {"-price"}, "q": {"kopi"},
			"min_price": {"1"}, "max_price": {"100000000"}, "in_stock": {"true"}, "status": {"active"},
		}}
	},
	"get-product": func(m *maker) request { return request{path: id(m.product().id), query: url.Values{"lang": {"id"}}} },
	"create-product": func(m *maker) request {
		return request{body: values{
			"slug": unique("barang"), "status": "active", "category_id": m.category().str("id"), "translations": productTexts(),
			"options": []any{values{"code": "size", "translations": texts(), "values": []any{values{"code": "250g", "translations": texts()}}}},
			"variants": []any{values{
				"sku": unique("SKU"), "barcode": "8991234567890", "options": values{"size": "250g"}, "weight_grams": 250, "prices": []any{rupiah(4500000)},
			}},
		}}
	},
	"update-product": func(m *maker) request {
		g := m.product()
		return request{path: id(g.id), header: map[string]string{"If-Match": g.etag}, body: values{
			"slug": unique("barang"), "status": "active", "category_id": m.category().str("id"), "translations": productTexts(), "options": []any{},
		}}
	},
	"archive-product": func(m *maker) request {
		g := m.product()
		return request{path: id(g.id), header: map[string]string{"If-Match": g.etag}}
	},
	"add-variant": func(m *maker) request {
		made := m.root().must(201, "POST", "/v1/products", values{"slug": unique("barang"), "translations": productTexts()})
		return request{path: id(made.str("id")), body: values{
			"sku": unique("SKU"), "barcode": "8991234567890", "options": values{}, "weight_grams": 500, "prices": []any{rupiah(8000000)},
		}}
	},
	"update-variant": func(m *maker) request {
		g := m.product()
		return request{
			path: map[string]string{"id": g.id, "variant_id": g.variant}, header: map[string]string{"If-Match": g.etag},
			body: values{"sku": unique("SKU"), "barcode": "8991234567890", "options": values{}, "weight_grams": 300, "discontinued": false},
		}
	},
	"set-prices": func(m *maker) request {
		g := m.product()
		return request{
			path: map[string]string{"id": g.id, "variant_id": g.variant}, header: map[string]string{"If-Match": g.etag},
			body: values{"prices": []any{rupiah(4700000)}},
		}
	},
	"upload-image": func(m *maker) request {
		return request{path: id(m.product().id), raw: picture(), media: "image/png", query: url.Values{"alt_id": {"Sebungkus kopi"}, "alt_en": {"A bag of coffee"}}}
	},
	"update-image": func(m *maker) request {
		r := m.imageRequest()
		r.body = values{"translations": texts()}
		return r
	},
	"delete-image": func(m *maker) request { return m.imageRequest() },
	"order-images": func(m *maker) request {
		g := m.product()
		picture, _ := m.image(&g)
		return request{path: id(g.id), header: map[string]string{"If-Match": g.etag}, body: values{"image_ids": []any{picture}}}
	},
	"get-media": func(m *maker) request {
		g := m.product()
		_, address := m.image(&g)
		_, key, _ := strings.Cut(address, "/v1/media/")
		return request{path: map[string]string{"key": key}}
	},
	"get-stock": func(m *maker) request { return request{path: id(m.world.variant)} },
	"create-stock-movement": func(m *maker) request {
		return request{path: id(m.product().variant), header: map[string]string{"Idempotency-Key": key()}, body: values{
			"quantity": 5, "reason": "receipt", "note": "Dari gudang\nCikarang", "location": "main",
		}}
	},
	"list-stock-movements": func(m *maker) request {
		return request{path: id(m.world.variant), query: url.Values{"reason": {"receipt"}}}
	},

	"create-cart": func(*maker) request {
		return request{body: values{"currency": "IDR", "language": "en"}, otherCurrency: "JPY"}
	},
	"get-cart": func(m *maker) request { return request{path: id(m.cart().id)} },
	"update-cart": func(m *maker) request {
		return request{path: id(m.cart().id), body: values{
			"email": "lain@example.com", "shipping_address": address(), "billing_address": address(), "shipping_method": "regular",
			"language": "en", "note": "Titip di satpam",
		}}
	},
	"add-cart-item": func(m *maker) request {
		return request{path: id(m.cart().id), body: values{"variant_id": m.world.variant, "quantity": 2}}
	},
	"update-cart-item": func(m *maker) request {
		b := m.cart()
		return request{path: map[string]string{"id": b.id, "item_id": b.item}, body: values{"quantity": 3}}
	},
	"remove-cart-item": func(m *maker) request {
		b := m.cart()
		return request{path: map[string]string{"id": b.id, "item_id": b.item}}
	},
	"claim-cart": func(m *maker) request {
		b := m.cartOf(m.visitor(), m.world.variant, 1)
		return request{path: id(b.id), header: map[string]string{"Cart-Token": b.token}}
	},
	"list-shipping-methods": func(m *maker) request { return request{path: id(m.cart().id)} },
	"place-order": func(m *maker) request {
		b := m.cart()
		return request{
			header: map[string]string{"Idempotency-Key": key()}, body: values{"cart_id": b.id, "expected_total": b.total}, otherCurrency: "USD",
		}
	},
	"get-order": func(m *maker) request { return request{path: id(m.order().str("id"))} },
	"list-orders": func(*maker) request {
		return request{query: url.Values{"status": {"open"}, "payment_status": {"unpaid"}, "placed_from": {"2020-01-01T00:00:00Z"}, "limit": {"3"}}}
	},
	"cancel-order": func(m *maker) request {
		return request{path: id(m.order().str("id")), header: map[string]string{"Idempotency-Key": key()}, body: values{"reason": "Salah pesan"}}
	},
	"create-fulfilment": func(m *maker) request {
		order, _ := m.confirmed()
		return request{path: id(order.str("id")), header: map[string]string{"Idempotency-Key": key()}, body: values{
			"lines": []any{values{"item_id": order.str("items.0.id"), "quantity": 1}}, "carrier": "JNE", "tracking": "JNE0001",
		}}
	},
}

// imageRequest names a fresh picture of a fresh product.
func (m *maker) imageRequest() request {
	m.t.Helper()
	g := m.product()
	picture, _ := m.image(&g)
	return request{path: map[string]string{"id": g.id, "image_id": picture}, header: map[string]string{"If-Match": g.etag}}
}
