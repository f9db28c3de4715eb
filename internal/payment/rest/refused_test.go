package rest_test

import (
	"net/http"
	"testing"
	"time"

	"pasar/api/paymentapi"
)

func TestGatewayCannotBeReached(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	order := s.order()
	s.gateway.gone.Store(true)
	r := s.create(order.OrderID, "card", "k").want(t, 503, paymentapi.CodeGatewayUnavailable)
	if r.header.Get("Retry-After") == "" {
		t.Error("the refusal does not say when to come back")
	}
	s.gateway.gone.Store(false)
	s.clock.forward(20 * time.Second)
	s.create(order.OrderID, "card", "k").want(t, 201, "")
}

func TestGatewayRefusesTheCapture(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{loseHooks: true})
	p := s.pay("card_authorize")
	s.press(p, "approve")
	finance := []string{"Authorization", "Bearer finance"}
	s.send("POST", "/v1/payments/"+p.ID+"/verify", nil, finance...).want(t, 200, "")
	if status := s.get(p.ID).Status; status != "authorized" {
		t.Fatalf("the payment is %s", status)
	}

	// The gateway's own people cancel the charge, and the news is lost.
	request, err := http.NewRequestWithContext(t.Context(), "POST", s.simURL+"/charges/"+p.ID+"/cancel", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.simKey.Reveal())
	if cancelled := s.do(http.DefaultClient, request); cancelled.status != 200 {
		t.Fatalf("the gateway answers %d: %s", cancelled.status, cancelled.body)
	}
	capture := append([]string{"Idempotency-Key", "k"}, finance...)
	s.send("POST", "/v1/payments/"+p.ID+"/capture", map[string]any{}, capture...).want(t, 409, paymentapi.CodeGatewayRefused)
	if status := s.get(p.ID).Status; status != "cancelled" {
		t.Errorf("after the refusal the payment is %s", status)
	}
	s.balanced()
}
