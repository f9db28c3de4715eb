package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pasar/api"
	"pasar/internal/platform/clock"
)

// now is the machine's time.
var now = clock.System{}.Now

// person is somebody with an account, signed in.
type person struct {
	*client
	id, email, refresh string
}

// on returns c speaking for another test.
func (c *client) on(t *testing.T) *client {
	copied := *c
	copied.t = t
	return &copied
}

// without returns a copy of c that does not send a header.
func (c *client) without(name string) *client {
	copied := *c
	copied.headers = map[string]string{}
	for n, v := range c.headers {
		if n != name {
			copied.headers[n] = v
		}
	}
	return &copied
}

// world is a shop with goods and staff, for many tests at once.
type world struct {
	*shop
	root    *client
	variant string // of which there is plenty
	rootKey signingKey
	staff   map[string]person // by role

	roles struct {
		sync.Mutex
		permissions map[string][]string
	}
}

var serial atomic.Int64

// unique returns a word that no other resource of this run has.
func unique(word string) string { return fmt.Sprintf("%s-%d", word, serial.Add(1)) }

// staffRoles are the roles of people who work for the shop.
var staffRoles = []string{api.RoleSupport, api.RoleCatalog, api.RoleFulfilment, api.RoleFinance, api.RoleAdmin}

func newWorld(t *testing.T) *world {
	t.Helper()
	s := startShop(t, "--seed=false")
	w := &world{shop: s, root: s.root(t), staff: map[string]person{}}
	w.rootKey = openSigningKey(t, s)
	m := &maker{t: t, world: w}
	w.variant = m.product().variant
	for _, role := range staffRoles {
		w.staff[role] = m.person(role)
	}
	return w
}

// can reports whether a role holds a permission, as the shop's own table of
// roles says.
func (w *world) can(t *testing.T, role, permission string) bool {
	t.Helper()
	w.roles.Lock()
	defer w.roles.Unlock()
	if w.roles.permissions == nil {
		w.roles.permissions = map[string][]string{}
		list, _ := w.root.on(t).must(200, "GET", "/v1/roles", nil).at("data").([]any)
		for _, row := range list {
			one := answer{body: row.(map[string]any)}
			permissions, _ := one.at("permissions").([]any)
			for _, p := range permissions {
				w.roles.permissions[one.str("name")] = append(w.roles.permissions[one.str("name")], p.(string))
			}
		}
	}
	for _, p := range w.roles.permissions[role] {
		if p == permission {
			return true
		}
	}
	return false
}

// maker makes what a valid request is about. Everything that belongs to a
// person belongs to its owner.
type maker struct {
	t     *testing.T
	world *world
	owner person
}

func (m *maker) root() *client    { return m.world.root.on(m.t) }
func (m *maker) visitor() *client { return newClient(m.t, m.world.url) }

// person registers somebody; a role other than customer is given by root.
func (m *maker) person(role string) person {
	m.t.Helper()
	email := unique("orang") + "@example.com"
	m.visitor().must(201, "POST", "/v1/auth/register", map[string]any{"email": email, "password": password, "name": "Orang Baru"})
	p := m.signIn(email)
	if role == api.RoleCustomer {
		return p
	}
	account := m.root().must(200, "GET", "/v1/users/"+p.id+"/account", nil)
	m.root().with("If-Match", account.header.Get("ETag")).must(200, "PUT", "/v1/users/"+p.id+"/roles", map[string]any{"roles": []string{role}})
	return m.signIn(email)
}

func (m *maker) signIn(email string) person {
	m.t.Helper()
	login := m.visitor().must(200, "POST", "/v1/auth/login", map[string]any{"email": email, "password": password})
	c := m.visitor().with("Authorization", "Bearer "+login.str("access_token"))
	return person{client: c, email: email, refresh: login.str("refresh_token"), id: c.must(200, "GET", "/v1/auth/me", nil).str("id")}
}

// session signs p in once more and returns the new session's id.
func (m *maker) session(p person) string {
	m.t.Helper()
	list := m.signIn(p.email).must(200, "GET", "/v1/auth/sessions", nil)
	for i := range list.at("data").([]any) {
		if list.str(fmt.Sprintf("data.%d.current", i)) == "true" {
			return list.str(fmt.Sprintf("data.%d.id", i))
		}
	}
	m.t.Fatalf("no session is the current one: %s", list.raw)
	return ""
}

// goods is a product with one variant.
type goods struct{ id, variant, etag string }

func (m *maker) product() goods {
	m.t.Helper()
	slug := unique("barang")
	made := m.root().must(201, "POST", "/v1/products", map[string]any{
		"slug": slug, "status": "active", "translations": productTexts(),
		"variants": []any{map[string]any{"sku": strings.ToUpper(slug), "weight_grams": 250, "prices": []any{rupiah(4500000)}}},
	})
	g := goods{id: made.str("id"), variant: made.str("variants.0.id"), etag: made.header.Get("ETag")}
	m.stock(g.variant, 100000)
	return g
}

func (m *maker) stock(variant string, quantity int) {
	m.t.Helper()
	m.root().with("Idempotency-Key", unique("stok")).must(201, "POST", "/v1/variants/"+variant+"/stock-movements",
		map[string]any{"quantity": quantity, "reason": "receipt"})
}

func productTexts() map[string]any {
	return map[string]any{
		"id": map[string]any{"name": "Kopi Gayo", "description": "Dari Takengon.\nDisangrai sedang."},
		"en": map[string]any{"name": "Gayo coffee", "description": "From Takengon."},
	}
}

func texts() map[string]any { return map[string]any{"id": "Minuman", "en": "Drinks"} }

func rupiah(amount int64) map[string]any { return map[string]any{"amount": amount, "currency": "IDR"} }

func (m *maker) category() answer {
	m.t.Helper()
	return m.root().must(201, "POST", "/v1/categories", map[string]any{"slug": unique("rak"), "translations": texts()})
}

// picture is a small PNG.
var picture = sync.OnceValue(func() []byte {
	canvas := image.NewRGBA(image.Rect(0, 0, 48, 48))
	for i := range 48 {
		canvas.Set(i, i, color.RGBA{R: 200, G: 80, B: uint8(i), A: 255})
	}
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, canvas); err != nil {
		panic(err) // a picture in memory can be written to memory
	}
	return encoded.Bytes()
})

// image adds a picture to a product, waits for its sizes and returns its id
// and the address of one size; the product's ETag moves on.
func (m *maker) image(g *goods) (id, address string) {
	m.t.Helper()
	req, err := http.NewRequestWithContext(m.t.Context(), "POST", m.world.url+"/v1/products/"+g.id+"/images", bytes.NewReader(picture()))
	if err != nil {
		m.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "image/png")
	made := m.root().send(req)
	if made.status != 201 {
		m.t.Fatalf("upload: %d: %s", made.status, made.raw)
	}
	id = made.str("images.0.id")
	eventually(m.t, "the sizes of the picture", func() bool {
		shown := m.root().must(200, "GET", "/v1/products/"+g.id, nil)
		address = shown.str("images.0.sizes.thumb.url")
		return shown.str("images.0.status") == "ready"
	})
	// A product is read in several statements: one that shows the change of a
	// moment ago may still carry the version before it.
	g.etag = m.root().must(200, "GET", "/v1/products/"+g.id, nil).header.Get("ETag")
	return id, address
}

func address() map[string]any {
	return map[string]any{
		"recipient": "Sari Dewi", "phone": "+6281234567890", "line1": "Jl. Malioboro 12", "line2": "Lantai 2",
		"district": "Danurejan", "city": "Yogyakarta", "province": "DI Yogyakarta", "postal_code": "55213", "country": "ID",
	}
}

// basket is a cart that can be ordered.
type basket struct {
	id, item, token string
	total           any
	by              *client // its owner, without the token
}

func (m *maker) cart() basket { return m.cartOf(m.owner.client.on(m.t), m.world.variant, 1) }

func (m *maker) cartOf(by *client, variant string, quantity int) basket {
	m.t.Helper()
	cart := by.must(201, "POST", "/v1/carts", map[string]any{"currency": "IDR"})
	b := basket{id: cart.str("id"), token: cart.str("token"), by: by}
	holder := by.with("Cart-Token", b.token)
	holder.must(200, "POST", "/v1/carts/"+b.id+"/items", map[string]any{"variant_id": variant, "quantity": quantity})
	ready := holder.must(200, "PATCH", "/v1/carts/"+b.id, map[string]any{
		"email": "pembeli@example.com", "shipping_address": address(), "shipping_method": "regular",
	})
	b.item, b.total = ready.str("items.0.id"), ready.at("totals.total")
	return b
}

func (m *maker) order() answer {
	m.t.Helper()
	b := m.cart()
	return b.by.with("Idempotency-Key", unique("pesan")).must(201, "POST", "/v1/orders", map[string]any{"cart_id": b.id, "expected_total": b.total})
}

// payment starts paying for a new order.
func (m *maker) payment(method string) answer {
	m.t.Helper()
	return m.owner.on(m.t).with("Idempotency-Key", unique("bayar")).must(201, "POST", "/v1/payments",
		map[string]any{"order_id": m.order().str("id"), "gateway": "simulator", "method": method})
}

// paid is a payment that its customer approved, and what became of it.
func (m *maker) paid(method, status string) answer {
	m.t.Helper()
	payment := m.payment(method)
	approve(m.t, m.visitor(), payment.str("next_action.url"))
	eventually(m.t, "the payment becoming "+status, func() bool {
		payment = m.owner.on(m.t).must(200, "GET", "/v1/payments/"+payment.str("id"), nil)
		return payment.str("status") == status
	})
	return payment
}

// confirmed is an order whose money has arrived.
func (m *maker) confirmed() (order answer, payment string) {
	m.t.Helper()
	paid := m.paid("card", "captured")
	eventually(m.t, "the order's confirmation", func() bool {
		order = m.owner.on(m.t).must(200, "GET", "/v1/orders/"+paid.str("order_id"), nil)
		return order.str("status") == "confirmed"
	})
	return order, paid.str("id")
}

var mailToken = regexp.MustCompile(`token=([A-Za-z0-9_-]+)`)

// mailToken returns the secret in the newest mail to an address on a subject.
func (m *maker) mailToken(email, path string) string {
	m.t.Helper()
	db := openReadOnly(m.t, m.world.data, "notify")
	var token string
	eventually(m.t, "a mail to "+email, func() bool {
		var body string
		row := db.QueryRowContext(m.t.Context(), "SELECT text FROM mails WHERE recipient = ? AND text LIKE ? ORDER BY id DESC LIMIT 1", email, "%"+path+"%")
		if row.Scan(&body) != nil {
			return false
		}
		if found := mailToken.FindStringSubmatch(body); found != nil {
			token = found[1]
		}
		return token != ""
	})
	return token
}

// wire is a request as it travels: what mutations change.
type wire struct {
	method, path string
	query        url.Values
	header       map[string]string
	body         []byte // nil for none
	media        string
}

// send sends r as c.
func (c *client) sendWire(r wire) answer {
	c.t.Helper()
	target := c.base + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	var body io.Reader
	if r.body != nil {
		body = bytes.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(context.WithoutCancel(c.t.Context()), r.method, target, body)
	if err != nil {
		c.t.Fatal(err)
	}
	if r.body != nil && r.media != "" {
		req.Header.Set("Content-Type", r.media)
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	return c.send(req)
}
