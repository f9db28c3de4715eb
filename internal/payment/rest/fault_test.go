package rest_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/paymentapi"
	"pasar/internal/payment"
	"pasar/internal/platform/events"
	"pasar/internal/simulator"
)

// charge is what the gateway knows of a payment.
func (s *stack) charge(paymentID string) simulator.Charge {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), "GET", s.simURL+"/charges/"+paymentID, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.simKey.Reveal())
	var c simulator.Charge
	r := s.do(http.DefaultClient, request)
	if r.status != 200 {
		s.t.Fatalf("the gateway answers %d: %s", r.status, r.body)
	}
	r.decode(s.t, &c)
	return c
}

func TestTimeOutAfterChargingChargesOnce(t *testing.T) {
	t.Parallel()
	for _, outcome := range []string{"", "approve"} {
		t.Run("outcome "+outcome, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, options{
				callLimit: 150 * time.Millisecond, loseHooks: true,
				behaviour: simulator.Behaviour{Outcome: outcome, HoldAnswerMS: 5000},
			})
			order := s.order()
			var p paymentapi.Payment
			s.create(order.OrderID, "card", "k").want(t, 201, "").decode(t, &p)
			want := map[string]string{"": "requires_action", "approve": "captured"}[outcome]
			if p.Status != want {
				t.Errorf("payment is %s, want %s", p.Status, want)
			}
			log := s.exchanges(p.ID)
			if len(log) != 2 || log[0].Operation != "create" || log[0].Outcome != payment.Unknown || log[1].Operation != "get" {
				t.Errorf("exchanges are %+v, want a create without an answer and a question", log)
			}
			s.create(order.OrderID, "card", "k").want(t, 201, "")
			if got := s.charge(p.ID); got.Amount != 12_990 {
				t.Errorf("charge is %+v", got)
			}
			if outcome == "approve" && s.captures(p.ID) != 1 {
				t.Errorf("%d captures are booked, want 1", s.captures(p.ID))
			}
			s.balanced()
		})
	}
}

func TestGatewayDownThenSameKey(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	order := s.order()
	s.gateway.down.Store(true)
	r := s.create(order.OrderID, "card", "k").want(t, 504, "gateway_timeout")
	var problem struct {
		PaymentID string `json:"payment_id"`
	}
	r.decode(t, &problem)
	if !api.ValidID(api.PrefixPayment, problem.PaymentID) || r.header.Get("Retry-After") == "" {
		t.Errorf("the refusal names %q, Retry-After %q", problem.PaymentID, r.header.Get("Retry-After"))
	}
	s.create(order.OrderID, "card", "k").want(t, 409, "idempotency_key_in_flight")
	s.create(order.OrderID, "card", "other").want(t, 409, "payment_open")
	s.gateway.down.Store(false)
	s.clock.forward(20 * time.Second)
	var p paymentapi.Payment
	s.create(order.OrderID, "card", "k").want(t, 201, "").decode(t, &p)
	if p.ID != problem.PaymentID || p.Status != "requires_action" {
		t.Errorf("resumed %+v, want %s", p, problem.PaymentID)
	}
	if again := s.create(order.OrderID, "card", "k").want(t, 201, ""); again.header.Get("Idempotent-Replayed") != "true" {
		t.Error("the resumed answer was not stored")
	}
}

func TestGatewayDownThenSweeper(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	order := s.order()
	s.gateway.down.Store(true)
	s.create(order.OrderID, "card", "k").want(t, 504, "gateway_timeout")
	s.clock.forward(2 * time.Minute)
	if n, err := s.heart.PollUnsettled(t.Context(), 10); n != 0 || err != nil {
		t.Fatalf("polled %d, %v while the gateway is down", n, err)
	}
	s.gateway.down.Store(false)
	s.clock.forward(5 * time.Minute)
	if n, err := s.heart.PollUnsettled(t.Context(), 10); n != 1 || err != nil {
		t.Fatalf("polled %d, %v, want 1", n, err)
	}
	var p paymentapi.Payment
	s.create(order.OrderID, "card", "k").want(t, 201, "").decode(t, &p)
	if p.Status != "requires_action" || p.NextAction == nil {
		t.Errorf("payment is %+v", p)
	}
}

// crashingStore loses the nth transaction, as a process does that dies there.
type crashingStore struct {
	payment.Store
	mu    sync.Mutex
	until int
}

var errCrash = errors.New("the process died here")

func (c *crashingStore) InTx(ctx context.Context, work func(payment.Tx) error) error {
	c.mu.Lock()
	c.until--
	crash := c.until == 0
	c.mu.Unlock()
	if crash {
		return errCrash
	}
	return c.Store.InTx(ctx, work)
}

func TestCrashBetweenGatewayAndCommit(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]int{"before the first commit": 1, "after the gateway": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			crashing := &crashingStore{until: at}
			s := newStack(t, options{wrapStore: func(store payment.Store) payment.Store {
				crashing.Store = store
				return crashing
			}})
			order := s.order()
			s.create(order.OrderID, "card", "k").want(t, 500, "internal")
			s.clock.forward(20 * time.Second)
			var p paymentapi.Payment
			s.create(order.OrderID, "card", "k").want(t, 201, "").decode(t, &p)
			s.press(p, "approve")
			s.fact(paymentapi.PaymentCaptured.Name, p.ID)
			var list paymentapi.PaymentList
			s.send("GET", "/v1/payments?order_id="+order.OrderID, nil, "Authorization", "Bearer support").want(t, 200, "").decode(t, &list)
			if len(list.Data) != 1 || s.captures(p.ID) != 1 {
				t.Errorf("%d payments with %d captures, want 1 and 1", len(list.Data), s.captures(p.ID))
			}
			s.balanced()
		})
	}
}

func TestOnePaymentUnderWayAnOrder(t *testing.T) {
	t.Parallel()
	for _, mysql := range []bool{false, true} {
		t.Run(map[bool]string{false: "sqlite", true: "mysql"}[mysql], func(t *testing.T) {
			t.Parallel()
			s := newStack(t, options{mysql: mysql})
			order := s.order()
			const tries = 50
			replies := make([]reply, tries)
			var wait sync.WaitGroup
			for i := range tries {
				wait.Go(func() { replies[i] = s.create(order.OrderID, "card", api.NewID("key")) })
			}
			wait.Wait()
			created := 0
			for _, r := range replies {
				if r.status == 201 {
					created++
					continue
				}
				r.want(t, 409, "payment_open")
			}
			if created != 1 {
				t.Errorf("%d payments are under way, want 1", created)
			}
		})
	}
}

func TestManyRequestsWithOneKey(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	order := s.order()
	const tries = 50
	replies := make([]reply, tries)
	var wait sync.WaitGroup
	for i := range tries {
		wait.Go(func() { replies[i] = s.create(order.OrderID, "card", "k") })
	}
	wait.Wait()
	for _, r := range replies {
		if r.status != 201 {
			r.want(t, 409, "idempotency_key_in_flight")
		}
	}
	var list paymentapi.PaymentList
	s.send("GET", "/v1/payments", nil, "Authorization", "Bearer support").want(t, 200, "").decode(t, &list)
	if len(list.Data) != 1 {
		t.Errorf("%d payments, want 1", len(list.Data))
	}
}

// emit states a fact of another service.
func (s *stack) emit(e events.Event, err error) {
	s.t.Helper()
	if err == nil {
		err = s.store.InTx(s.t.Context(), func(tx payment.Tx) error { return tx.Emit(e) })
	}
	if err != nil {
		s.t.Fatal(err)
	}
}
