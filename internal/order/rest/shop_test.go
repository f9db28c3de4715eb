package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/order"
	"pasar/internal/order/ordertest"
	orderrest "pasar/internal/order/rest"
	"pasar/internal/order/store"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/secret"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

func TestMain(m *testing.M) { sqldbtest.Main(m) }

// shop is the order service as it runs, over HTTP and on a real database, with
// a catalogue in memory beside it.
type shop struct {
	t         testing.TB
	db        *sqldb.DB
	clock     *movable
	catalogue *ordertest.Catalogue
	orders    *order.Service
	base      string
	events    int // outbox rows that were looked at
}

// movable is a clock that a test sets.
type movable struct {
	mu  sync.Mutex
	now time.Time
}

func (c *movable) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *movable) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// setup changes how a shop is built.
type setup struct {
	overHTTP  bool // the catalogue is reached by URL
	store     func(order.Store) order.Store
	catalogue func(order.Catalogue) order.Catalogue
}

func newShop(t testing.TB, db *sqldb.DB, s setup) *shop {
	t.Helper()
	c := &movable{now: time.Now().UTC().Truncate(time.Microsecond)}
	sh := &shop{t: t, db: db, clock: c, catalogue: ordertest.NewCatalogue(c)}
	var products order.Catalogue = sh.catalogue
	if s.overHTTP {
		a := rest.NewAPI(rest.Config{Service: "product", Codes: productapi.Codes, ServiceKeys: staff{}})
		sh.catalogue.Register(a)
		products = productapi.NewClient(&rest.Caller{Service: "product", BaseURL: listen(t, a.Handler()), ServiceKey: secret.New("sibling")})
	}
	if s.catalogue != nil {
		products = s.catalogue(products)
	}
	var rows order.Store = store.New(db)
	if s.store != nil {
		rows = s.store(rows)
	}
	sh.orders = order.New(order.Deps{Store: rows, Catalogue: orderrest.Catalogue(products), Clock: c})
	a := rest.NewAPI(rest.Config{
		Service: "order", Codes: orderapi.Codes, Authenticate: staff{}, ServiceKeys: staff{}, Idempotency: db, Clock: c,
		TracerProvider: sdktrace.NewTracerProvider(),
	})
	orderapi.Register(a, orderrest.New(sh.orders))
	sh.base = listen(t, a.Handler())
	return sh
}

func listen(t testing.TB, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// sqliteShop is for tests in which the dialect makes no difference.
func sqliteShop(t *testing.T) *shop {
	t.Helper()
	t.Parallel()
	return newShop(t, sqldbtest.SQLite(t, store.Migrations()), setup{})
}

// staff tells callers by tokens that say who they are: "user:ana" is a
// customer, "support" and the other roles are staff.
type staff struct{}

var roles = map[string][]string{
	"support":    {api.PermOrderRead, api.PermOrderWrite},
	"fulfilment": {api.PermOrderRead, api.PermOrderFulfil},
	"finance":    {api.PermOrderRead, api.PermRefundCreate},
	"catalog":    {api.PermProductWrite},
}

var users = map[string]string{
	"ana": api.NewID(api.PrefixUser), "budi": api.NewID(api.PrefixUser), "support": api.NewID(api.PrefixUser),
	"fulfilment": api.NewID(api.PrefixUser), "finance": api.NewID(api.PrefixUser), "catalog": api.NewID(api.PrefixUser),
}

func (staff) Authenticate(_ context.Context, bearer string) (api.Actor, error) {
	if name, ok := strings.CutPrefix(bearer, "user:"); ok {
		return api.Actor{Kind: api.ActorUser, ID: users[name]}, nil
	}
	if permissions, ok := roles[bearer]; ok {
		return api.Actor{Kind: api.ActorUser, ID: users[bearer], Permissions: permissions}, nil
	}
	return api.Actor{}, fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "No such token.")
}

func (staff) VerifyServiceKey(context.Context, string) (string, []string, error) {
	return "payment", []string{api.ScopeOrderInternal, api.ScopeProductInternal}, nil
}

// answer is a response, with its JSON read.
type answer struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

func (a answer) at(path string) any {
	var v any = a.body
	for step := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(at) {
				return nil
			}
			v = at[i]
		default:
			return nil
		}
	}
	return v
}

func (a answer) str(path string) string {
	s, _ := a.at(path).(string)
	return s
}

func (a answer) num(path string) int64 {
	n, _ := a.at(path).(json.Number)
	i, _ := n.Int64()
	return i
}

func (a answer) pointers() string {
	var pointers []string
	for i := range 20 {
		if p := a.str(fmt.Sprintf("errors.%d.pointer", i)); p != "" {
			pointers = append(pointers, p)
		}
	}
	return strings.Join(pointers, " ")
}

var visitor = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// do sends one request; headers are given as "Name: value".
func (s *shop) do(method, path string, in any, headers ...string) answer {
	s.t.Helper()
	var body io.Reader
	if text, ok := in.(string); ok {
		body = strings.NewReader(text)
	} else if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			s.t.Fatal(err)
		}
		body = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
		if method == http.MethodPatch {
			r.Header.Set("Content-Type", "application/merge-patch+json")
		}
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	res, err := visitor.Do(r)
	if err != nil {
		s.t.Error(err)
		return answer{}
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Error(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, raw: string(raw)}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&a.body); err != nil && len(raw) > 0 {
		s.t.Errorf("%s %s answers %d: %s", method, path, res.StatusCode, raw)
	}
	for _, code := range orderapi.Codes {
		if a.str("code") == code.Name && a.status != code.Status {
			s.t.Errorf("%s is registered with %d and answered with %d", code.Name, code.Status, a.status)
		}
	}
	return a
}

func (s *shop) must(status int, method, path string, in any, headers ...string) answer {
	s.t.Helper()
	a := s.do(method, path, in, headers...)
	if a.status != status {
		s.t.Fatalf("%s %s answers %d, want %d: %s", method, path, a.status, status, a.raw)
	}
	return a
}

func (s *shop) refused(status int, code string, a answer) answer {
	s.t.Helper()
	if a.status != status || a.str("code") != code || a.header.Get("Content-Type") != "application/problem+json" {
		s.t.Errorf("answered %d %s, want %d %s: %s", a.status, a.str("code"), status, code, a.raw)
	}
	return a
}

func token(cart answer) string   { return "Cart-Token: " + cart.str("token") }
func key(k string) string        { return "Idempotency-Key: " + k }
func bearer(token string) string { return "Authorization: Bearer " + token }
func checkout(cart answer) object {
	return object{"cart_id": cart.str("id"), "expected_total": cart.at("totals.total")}
}

type object = map[string]any

func address() object {
	return object{
		"recipient": "Sari Dewi", "phone": "+6281234567890", "line1": "Jl. Malioboro 12", "district": "Danurejan",
		"city": "Yogyakarta", "province": "DI Yogyakarta", "postal_code": "55213", "country": "ID",
	}
}

// cart makes a cart that is ready to be ordered; the answer keeps its token.
func (s *shop) cart(variant string, quantity int, headers ...string) answer {
	s.t.Helper()
	made := s.must(http.StatusCreated, "POST", "/v1/carts", object{"currency": "IDR"}, headers...)
	path := "/v1/carts/" + made.str("id")
	s.must(http.StatusOK, "POST", path+"/items", object{"variant_id": variant, "quantity": quantity}, token(made))
	ready := s.must(http.StatusOK, "PATCH", path, object{
		"email": "Sari@Example.com", "shipping_address": address(), "shipping_method": "regular",
	}, token(made))
	ready.body["token"] = made.str("token")
	return ready
}

// order places an order of a new cart and returns it with the cart's token.
func (s *shop) order(variant string, quantity int) (placed answer, proof string) {
	s.t.Helper()
	cart := s.cart(variant, quantity)
	return s.must(http.StatusCreated, "POST", "/v1/orders", checkout(cart), token(cart), key(cart.str("id"))), token(cart)
}

// told returns the events that were written since the last call, by type.
func (s *shop) told() []events.Event {
	s.t.Helper()
	var rows []string
	if err := s.db.Reader(s.t.Context()).Raw("SELECT event FROM outbox ORDER BY created_at, id").Scan(&rows).Error; err != nil {
		s.t.Fatal(err)
	}
	fresh := make([]events.Event, 0, len(rows)-s.events)
	for _, raw := range rows[s.events:] {
		var e events.Event
		if err := json.Unmarshal([]byte(raw), &e); err != nil {
			s.t.Fatal(err)
		}
		fresh = append(fresh, e)
	}
	s.events = len(rows)
	return fresh
}

// toldTypes names the events of told without what all names share.
func (s *shop) toldTypes() string {
	s.t.Helper()
	var names []string
	for _, e := range s.told() {
		name := strings.TrimSuffix(strings.TrimPrefix(e.Type, "pasar.order."), ".v1")
		if e.Type == orderapi.RefundDue.Name {
			data, err := orderapi.RefundDue.Decode(e)
			if err != nil {
				s.t.Fatal(err)
			}
			name += fmt.Sprintf("(%s %d)", data.Reason, data.Amount.Amount)
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// deliver hands an event to the consumer of its type.
func (s *shop) deliver(e events.Event) error {
	s.t.Helper()
	for _, c := range s.orders.Consumers() {
		if c.Types[0] == e.Type {
			return c.Handle(s.t.Context(), e)
		}
	}
	s.t.Fatalf("nobody takes %s", e.Type)
	return nil
}

func (s *shop) mustDeliver(e events.Event) {
	s.t.Helper()
	if err := s.deliver(e); err != nil {
		s.t.Fatalf("%s: %v", e.Type, err)
	}
}

func event[D any](t *testing.T, kind events.Type[D], subject string, data D) events.Event {
	t.Helper()
	e, err := kind.New(subject, 1, time.Now().UTC(), data)
	if err != nil {
		t.Fatal(err)
	}
	e.ID = api.NewID(api.PrefixEvent)
	return e
}
