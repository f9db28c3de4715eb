package rest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/internal/platform/events"
)

// handle gives an event to its consumer, as the bus does.
func (s *stack) handle(e events.Event, err error) error {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	e.ID = api.NewID(api.PrefixEvent)
	return s.handleAgain(e)
}

func (s *stack) handleAgain(e events.Event) error {
	s.t.Helper()
	for _, c := range s.heart.Consumers() {
		for _, name := range c.Types {
			if name == e.Type {
				return c.Handle(s.t.Context(), e)
			}
		}
	}
	s.t.Fatalf("nobody follows %s", e.Type)
	return nil
}

// authorized is a payment whose money is held.
func (s *stack) authorized() paymentapi.Payment {
	s.t.Helper()
	p := s.pay("card_authorize")
	s.press(p, "approve")
	s.send("POST", "/v1/payments/"+p.ID+"/verify", nil, "Authorization", "Bearer finance").want(s.t, 200, "")
	if p = s.get(p.ID); p.Status != "authorized" {
		s.t.Fatalf("the payment is %s", p.Status)
	}
	return p
}

func TestHeldMoneyOfAClosedOrderIsFreed(t *testing.T) {
	t.Parallel()
	t.Run("although the first try is lost on its way", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, options{loseHooks: true, noBus: true})
		p := s.authorized()
		lose := func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/cancel") {
				return nil, errLineDown
			}
			return nil, nil
		}
		s.gateway.bend.Store(&lose)
		e, err := orderapi.OrderCancelled.New(p.OrderID, 2, s.clock.Now(), orderapi.OrderData{OrderID: p.OrderID, Status: "cancelled"})
		if err := s.handle(e, err); err == nil {
			t.Error("the event must come again")
		}
		s.gateway.bend.Store(nil)
		if err := s.handle(e, err); err != nil {
			t.Fatal(err)
		}
		if got := s.charge(p.ID).Status; got != "cancelled" {
			t.Errorf("the charge is %s", got)
		}
	})
	t.Run("although the payment was made after the order had closed", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, options{loseHooks: true, noBus: true})
		p := s.authorized()
		s.clock.forward(32 * time.Minute)
		if _, err := s.heart.PollUnsettled(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		if got := s.charge(p.ID).Status; got != "cancelled" {
			t.Errorf("the charge is %s", got)
		}
		if got := s.get(p.ID).Status; got != "cancelled" {
			t.Errorf("the payment is %s", got)
		}
	})
}

// A gateway that answers a question by "no" has said nothing about the money.
func TestRefusedQuestionEndsNoPayment(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{loseHooks: true})
	p := s.pay("card")
	s.press(p, "approve") // and no webhook tells us
	refuse := func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusConflict, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
			Body: io.NopCloser(strings.NewReader(`{"error":{"code":"locked"}}`)), Request: r,
		}, nil
	}
	s.gateway.bend.Store(&refuse)
	s.send("POST", "/v1/payments/"+p.ID+"/verify", nil, "Cart-Token", cartToken).want(t, 504, "gateway_timeout")
	s.gateway.bend.Store(nil)
	s.clock.forward(2 * time.Minute)
	if _, err := s.heart.PollUnsettled(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	s.fact(paymentapi.PaymentCaptured.Name, p.ID)
	s.balanced()
}

// Two decisions of an order for the same reason are about different money; one
// decision that is told twice is about the same.
func TestEachRefundDueIsSentBackOnce(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{loseHooks: true, noBus: true})
	p := s.pay("card")
	s.press(p, "approve")
	s.send("POST", "/v1/payments/"+p.ID+"/verify", nil, "Cart-Token", cartToken).want(t, 200, "")
	for range 2 {
		due := orderapi.RefundDueData{OrderID: p.OrderID, PaymentID: p.ID, Amount: api.Money{Amount: 1_000_00, Currency: "IDR"}, Reason: "already_paid"}
		e, err := orderapi.RefundDue.New(p.OrderID, 3, s.clock.Now(), due)
		e.ID = api.NewID(api.PrefixEvent)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.handleAgain(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := s.get(p.ID).Refunded; got.Amount != 2_000_00 {
		t.Errorf("refunded %+v, want twice 1000", got)
	}
	s.balanced()
}
