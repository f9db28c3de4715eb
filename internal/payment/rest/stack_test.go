package rest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/internal/payment"
	adapter "pasar/internal/payment/gateway/simulator"
	paymentrest "pasar/internal/payment/rest"
	"pasar/internal/payment/store"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/events"
	"pasar/internal/platform/events/eventstest"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/secret"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
	"pasar/internal/simulator"
)

func TestMain(m *testing.M) { sqldbtest.Main(m) }

const (
	patience  = 20 * time.Second
	cartToken = "cart-token-of-the-guest"
)

// stack is the payment service with everything real around it, except the
// order service.
type stack struct {
	t       *testing.T
	db      *sqldb.DB
	heart   *payment.Service
	store   *store.Store
	sim     *simulator.Simulator
	simURL  string
	simKey  secret.Secret
	hooks   secret.Secret
	api     *httptest.Server
	orders  *fakeOrders
	clock   *shiftedClock
	spans   *tracetest.SpanRecorder
	facts   chan events.Event
	gateway *toggledTransport
	bus     *events.Bus
}

// options changes a stack before it starts.
type options struct {
	behaviour  simulator.Behaviour
	timing     payment.Timing
	overHTTP   bool // the order service is reached over HTTP
	mysql      bool
	loseHooks  bool // nothing that the simulator sends arrives
	callLimit  time.Duration
	simRetries time.Duration
	wrapStore  func(payment.Store) payment.Store
	noBus      bool // events stay in the outbox
}

// shiftedClock is the real clock, moved forward at will.
type shiftedClock struct{ shift atomic.Int64 }

func (c *shiftedClock) Now() time.Time {
	return clock.System{}.Now().Add(time.Duration(c.shift.Load()))
}

func (c *shiftedClock) forward(d time.Duration) { c.shift.Add(int64(d)) }

// toggledTransport breaks the line to the gateway at will.
type toggledTransport struct {
	down atomic.Bool
	gone atomic.Bool // nobody listens there
	// bend, if set, answers instead of the gateway; nil, nil lets a call pass.
	bend  atomic.Pointer[func(*http.Request) (*http.Response, error)]
	calls atomic.Int64
}

func (t *toggledTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	t.calls.Add(1)
	if t.down.Load() {
		return nil, errLineDown
	}
	if t.gone.Load() {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	if bend := t.bend.Load(); bend != nil {
		if response, err := (*bend)(r); response != nil || err != nil {
			return response, err
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

var errLineDown = fmt.Errorf("the line is down")

func newStack(t *testing.T, o options) *stack {
	t.Helper()
	s := &stack{
		t: t, clock: &shiftedClock{}, facts: make(chan events.Event, 1000), gateway: &toggledTransport{},
		simKey: secret.Generate(24), hooks: simulator.GenerateWebhookSecret(), spans: tracetest.NewSpanRecorder(),
		orders: &fakeOrders{payables: map[string]orderapi.Payable{}},
	}
	s.openDatabase(o)
	s.startSimulator(o)
	s.startService(o)
	if !o.noBus {
		s.startBus(o)
	}
	return s
}

func (s *stack) openDatabase(o options) {
	url := sqldbtest.SQLiteURL(s.t)
	if o.mysql {
		url = sqldbtest.MySQLURL(s.t)
	}
	s.db = sqldbtest.Open(s.t, sqldb.Options{URL: url, Name: "payment", Migrations: store.Migrations(), Clock: s.clock})
	s.store = store.New(s.db)
}

func (s *stack) startSimulator(o options) {
	config := simulator.Config{
		DB:     sqldbtest.SQLite(s.t, simulator.Migrations()),
		APIKey: s.simKey, WebhookSecret: s.hooks, Behaviour: o.behaviour, Control: true,
		Clock: s.clock, Log: logOf(s.t), RetryAfter: o.simRetries,
	}
	if o.loseHooks {
		config.HTTP = &http.Client{Transport: lostMail{}}
	}
	sim, err := simulator.New(config)
	if err != nil {
		s.t.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	s.t.Cleanup(server.Close)
	sim.SetPublicURL(server.URL)
	s.sim, s.simURL = sim, server.URL
	ctx, cancel := context.WithCancel(s.t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = sim.Run(ctx) })
	s.t.Cleanup(func() { cancel(); running.Wait() })
}

type lostMail struct{}

func (lostMail) RoundTrip(*http.Request) (*http.Response, error) { return nil, errLineDown }

func (s *stack) startService(o options) {
	var handler atomic.Pointer[http.Handler]
	s.api = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*handler.Load()).ServeHTTP(w, r) }))
	s.t.Cleanup(s.api.Close)
	gateway, err := adapter.New(adapter.Config{
		URL: s.simURL, APIKey: s.simKey, WebhookSecret: s.hooks, Clock: s.clock, HTTP: &http.Client{Transport: s.gateway},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	timing := o.timing
	if o.callLimit > 0 {
		timing.Call = o.callLimit
	}
	tracer := trace.NewTracerProvider(trace.WithSpanProcessor(s.spans))
	var kept payment.Store = s.store
	if o.wrapStore != nil {
		kept = o.wrapStore(kept)
	}
	s.heart = payment.New(payment.Deps{
		Store: kept, Log: s.store, Orders: s.orderService(o), Gateways: map[string]payment.Gateway{"simulator": gateway},
		Clock: s.clock, Logger: logOf(s.t), Spans: paymentrest.Spans{Tracer: tracer.Tracer("payment")},
		WebhookURL: s.api.URL, Timing: timing,
	})
	service := rest.NewAPI(rest.Config{
		Service: "payment", Title: "Payment", Version: "1", Codes: paymentapi.Codes, Clock: s.clock,
		Authenticate: tokens{}, Idempotency: s.db, Log: logOf(s.t), TracerProvider: tracer,
	})
	paymentapi.Register(service, paymentrest.New(s.heart))
	h := service.Handler()
	handler.Store(&h)
}

// orderService is the fake, in this process or over HTTP.
func (s *stack) orderService(o options) payment.Orders {
	if !o.overHTTP {
		return paymentrest.Orders(s.orders)
	}
	service := rest.NewAPI(rest.Config{Service: "order", Title: "Order", Version: "1", Authenticate: tokens{}, ServiceKeys: tokens{}})
	rest.Handle(service, orderapi.GetPayable, s.orders.GetPayable)
	server := httptest.NewServer(service.Handler())
	s.t.Cleanup(server.Close)
	return remoteOrders{&rest.Caller{Service: "order", BaseURL: server.URL, ServiceKey: secret.New("service-key")}}
}

type remoteOrders struct{ caller *rest.Caller }

func (r remoteOrders) GetPayable(ctx context.Context, in *orderapi.GetPayableInput) (*orderapi.Payable, error) {
	return rest.Call(ctx, r.caller, orderapi.GetPayable, in)
}

func (s *stack) startBus(o options) {
	s.bus = eventstest.New(s.t)
	s.bus.AddOutbox("payment", s.db)
	s.bus.Subscribe(s.heart.Consumers()...)
	s.bus.Subscribe(events.Consumer{
		Name: "test.facts",
		Types: []string{
			paymentapi.PaymentCaptured.Name, paymentapi.PaymentFailed.Name,
			paymentapi.PaymentRefunded.Name, paymentapi.RefundFailed.Name,
		},
		Handle: func(_ context.Context, e events.Event) error {
			s.facts <- e
			return nil
		},
	})
	if err := s.bus.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func logOf(t *testing.T) *slog.Logger { return eventstest.Log(t) }

// tokens are the callers of these tests: "usr_..." is that user, "finance" and
// "support" are staff, and "service-key" a sibling.
type tokens struct{}

func (tokens) Authenticate(_ context.Context, bearer string) (api.Actor, error) {
	staff := api.Actor{Kind: api.ActorUser, ID: "usr_0000000000000000000staff0"}
	switch {
	case bearer == "finance":
		staff.Permissions = []string{api.PermPaymentRead, api.PermPaymentCapture, api.PermRefundCreate, api.PermLedgerRead}
		return staff, nil
	case bearer == "support":
		staff.Permissions = []string{api.PermPaymentRead}
		return staff, nil
	case strings.HasPrefix(bearer, "usr_"):
		return api.Actor{Kind: api.ActorUser, ID: bearer}, nil
	}
	return api.Actor{}, fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "no such token")
}

func (tokens) VerifyServiceKey(_ context.Context, key string) (string, []string, error) {
	if key != "service-key" {
		return "", nil, fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "no such key")
	}
	return "payment", []string{api.ScopeOrderInternal}, nil
}

// fakeOrders judges callers as the order service does.
type fakeOrders struct {
	mu       sync.Mutex
	payables map[string]orderapi.Payable
}

func (f *fakeOrders) GetPayable(ctx context.Context, in *orderapi.GetPayableInput) (*orderapi.Payable, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.payables[in.ID]
	mine := in.CartToken != "" && hashOf(in.CartToken) == p.CartTokenHash || rest.ActorFrom(ctx).IsUser(p.UserID)
	if !ok || !mine {
		return nil, fault.New(fault.NotFound, api.CodeNotFound, "There is no such order.")
	}
	return &p, nil
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// order makes an order of the guest that holds cartToken.
func (s *stack) order(change ...func(*orderapi.Payable)) orderapi.Payable {
	p := orderapi.Payable{
		OrderID: api.NewID(api.PrefixOrder), Number: "A1", CartTokenHash: hashOf(cartToken), Email: "sari@example.id", Language: "id",
		Status: "open", PaymentStatus: "unpaid", Due: api.Money{Amount: 12_990_00, Currency: "IDR"},
		ExpiresAt: s.clock.Now().Add(30 * time.Minute),
	}
	for _, c := range change {
		c(&p)
	}
	s.orders.mu.Lock()
	defer s.orders.mu.Unlock()
	s.orders.payables[p.OrderID] = p
	return p
}

// reply is an answer over HTTP.
type reply struct {
	status  int
	header  http.Header
	body    []byte
	problem api.Problem
}

func (r reply) decode(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(r.body, into); err != nil {
		t.Fatalf("decode %s: %v", r.body, err)
	}
}

// send calls the service. Headers come in pairs.
func (s *stack) send(method, path string, body any, headers ...string) reply {
	s.t.Helper()
	var content io.Reader
	if raw, ok := body.([]byte); ok {
		content = bytes.NewReader(raw)
	} else if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.api.URL+path, content)
	if err != nil {
		s.t.Fatal(err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return s.do(http.DefaultClient, request)
}

func (s *stack) do(client *http.Client, request *http.Request) reply {
	s.t.Helper()
	response, err := client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	r := reply{status: response.StatusCode, header: response.Header, body: content}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") {
		r.decode(s.t, &r.problem)
	}
	return r
}

func (r reply) want(t *testing.T, status int, code string) reply {
	t.Helper()
	if r.status != status || r.problem.Code != code {
		t.Fatalf("answer is %d %q, want %d %q: %s", r.status, r.problem.Code, status, code, r.body)
	}
	return r
}

func (s *stack) create(orderID, method, key string) reply {
	s.t.Helper()
	return s.send("POST", "/v1/payments", map[string]string{"order_id": orderID, "gateway": "simulator", "method": method},
		"Cart-Token", cartToken, "Idempotency-Key", key)
}

// pay makes a payment that waits for its customer.
func (s *stack) pay(method string) paymentapi.Payment {
	s.t.Helper()
	var p paymentapi.Payment
	s.create(s.order().OrderID, method, api.NewID("key")).want(s.t, 201, "").decode(s.t, &p)
	if p.Status != "requires_action" || p.NextAction == nil {
		s.t.Fatalf("payment is %+v, want requires_action with a next action", p)
	}
	return p
}

func (s *stack) get(id string) paymentapi.Payment {
	s.t.Helper()
	var p paymentapi.Payment
	s.send("GET", "/v1/payments/"+id, nil, "Authorization", "Bearer finance").want(s.t, 200, "").decode(s.t, &p)
	return p
}

// press is a button on the payment page.
func (s *stack) press(p paymentapi.Payment, action string, fields ...string) reply {
	s.t.Helper()
	form := url.Values{"action": {action}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	request, err := http.NewRequestWithContext(s.t.Context(), "POST", p.NextAction.URL, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return s.do(stay, request)
}

// fact waits for the next fact of a type about a payment.
func (s *stack) fact(kind, paymentID string) events.Event {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	for {
		select {
		case e := <-s.facts:
			if e.Type == kind && e.Subject == paymentID {
				return e
			}
		case <-ctx.Done():
			s.t.Fatalf("no %s of %s came", kind, paymentID)
		}
	}
}

// exchanges is what the log has about a payment.
func (s *stack) exchanges(paymentID string) []payment.Exchange {
	s.t.Helper()
	list, err := s.store.Exchanges(s.t.Context(), paymentID, "", 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

// eventually waits until ok.
func (s *stack) eventually(what string, ok func() bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// balanced fails the test unless the books add up.
func (s *stack) balanced() {
	s.t.Helper()
	found, err := s.store.Discrepancies(s.t.Context(), 10)
	if err != nil {
		s.t.Fatal(err)
	}
	if len(found) > 0 {
		s.t.Errorf("the books do not add up: %v", found)
	}
}

func (s *stack) captures(paymentID string) int {
	s.t.Helper()
	entries, err := s.store.Entries(s.t.Context(), payment.EntryFilter{PaymentID: paymentID, Limit: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	return len(slices.DeleteFunc(entries, func(e payment.Entry) bool { return e.Kind != payment.EntryCapture || e.Direction != payment.Debit }))
}
