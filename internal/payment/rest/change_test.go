package rest_test

import (
	"testing"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
)

func TestDeclineThenPayAnotherWay(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	order := s.order()
	var p paymentapi.Payment
	s.create(order.OrderID, "card", "1").want(t, 201, "").decode(t, &p)
	s.press(p, "decline")
	data, err := paymentapi.PaymentFailed.Decode(s.fact(paymentapi.PaymentFailed.Name, p.ID))
	if err != nil || data.Reason != "declined" {
		t.Errorf("failed with %+v, %v", data, err)
	}
	if got := s.get(p.ID); got.Status != "failed" || got.Failure.Code != "declined" {
		t.Errorf("payment is %+v", got)
	}
	var second paymentapi.Payment
	s.create(order.OrderID, "qris", "2").want(t, 201, "").decode(t, &second)
	if second.NextAction.Type != "qr_code" || second.NextAction.QRString == "" {
		t.Errorf("next action is %+v", second.NextAction)
	}
}

func TestChallengeAndAbandon(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	p := s.pay("card")
	if r := s.press(p, "challenge"); r.status != 303 {
		t.Fatalf("challenge answered %d", r.status)
	}
	if r := s.press(p, "otp", "otp", "000000"); r.status != 200 {
		t.Fatalf("a wrong code answered %d, want the page again", r.status)
	}
	s.press(p, "otp", "otp", "123456")
	s.fact(paymentapi.PaymentCaptured.Name, p.ID)

	left := s.pay("card")
	if r := s.press(left, "abandon"); r.status != 303 {
		t.Fatalf("abandon answered %d", r.status)
	}
	if got := s.get(left.ID); got.Status != "requires_action" {
		t.Errorf("an abandoned payment is %s", got.Status)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{loseHooks: true})
	p := s.pay("card")
	path := "/v1/payments/" + p.ID + "/cancel"
	for range 2 {
		var got paymentapi.Payment
		s.send("POST", path, nil, "Cart-Token", cartToken).want(t, 200, "").decode(t, &got)
		if got.Status != "cancelled" || got.Failure.Code != "cancelled" {
			t.Errorf("payment is %+v", got)
		}
	}
	if got := s.charge(p.ID).Status; got != "cancelled" {
		t.Errorf("the charge is %s", got)
	}
	s.create(p.OrderID, "card", "again").want(t, 201, "")

	paid := s.pay("card")
	s.press(paid, "approve") // and no webhook tells us
	s.send("POST", "/v1/payments/"+paid.ID+"/cancel", nil, "Cart-Token", cartToken).want(t, 409, "payment_state")
	if got := s.get(paid.ID); got.Status != "captured" {
		t.Errorf("a payment that was paid before it was cancelled is %s, want captured", got.Status)
	}
	s.fact(paymentapi.PaymentCaptured.Name, paid.ID)
	s.balanced()
}

func TestAuthorizeThenCapture(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	authorize := func() paymentapi.Payment {
		p := s.pay("card_authorize")
		s.press(p, "approve")
		s.eventually("the authorization arrives", func() bool { return s.get(p.ID).Status == "authorized" })
		return p
	}
	capture := func(p paymentapi.Payment, key string, amount any) reply {
		body := map[string]any{}
		if amount != nil {
			body["amount"] = amount
		}
		return s.send("POST", "/v1/payments/"+p.ID+"/capture", body, "Authorization", "Bearer finance", "Idempotency-Key", key)
	}
	idr := func(amount int64) api.Money { return api.Money{Amount: amount, Currency: "IDR"} }

	whole := authorize()
	capture(whole, "too-much", idr(12_991_00)).want(t, 422, "capture_exceeds_authorized")
	capture(whole, "none", idr(0)).want(t, 422, "capture_exceeds_authorized")
	capture(whole, "half", idr(50)).want(t, 422, "amount_unsupported")
	capture(whole, "usd", api.Money{Amount: 100, Currency: "USD"}).want(t, 422, "currency_mismatch")
	var got paymentapi.Payment
	capture(whole, "whole", nil).want(t, 200, "").decode(t, &got)
	if got.Status != "captured" || got.Captured != whole.Amount {
		t.Errorf("payment is %+v", got)
	}
	capture(whole, "whole", nil).want(t, 200, "")
	capture(whole, "twice", nil).want(t, 409, "payment_state")

	part := authorize()
	capture(part, "part", idr(5_000_00)).want(t, 200, "").decode(t, &got)
	if got.Captured != idr(5_000_00) || got.Review != "" {
		t.Errorf("payment is %+v, want 5000 captured and no review", got)
	}
	s.fact(paymentapi.PaymentCaptured.Name, part.ID)
	if s.captures(whole.ID) != 1 || s.captures(part.ID) != 1 {
		t.Error("a capture is booked twice")
	}
	waiting := s.pay("card_authorize")
	capture(waiting, "early", nil).want(t, 409, "payment_state")
	s.balanced()
}

func TestOrderExpires(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	p := s.pay("card")
	e, err := orderapi.OrderExpired.New(p.OrderID, 2, s.clock.Now(), orderapi.OrderData{OrderID: p.OrderID, Status: "expired"})
	s.emit(e, err)
	s.fact(paymentapi.PaymentFailed.Name, p.ID)
	if got := s.get(p.ID); got.Status != "cancelled" || got.Failure.Code != "order_expired" {
		t.Errorf("payment is %+v", got)
	}
	if got := s.charge(p.ID).Status; got != "cancelled" {
		t.Errorf("the charge is %s", got)
	}

	late := s.pay("card")
	s.press(late, "approve")
	e, err = orderapi.OrderCancelled.New(late.OrderID, 2, s.clock.Now(), orderapi.OrderData{OrderID: late.OrderID, Status: "cancelled"})
	s.emit(e, err)
	s.fact(paymentapi.PaymentCaptured.Name, late.ID)
	if got := s.get(late.ID); got.Status != "captured" {
		t.Errorf("a payment of a cancelled order is %s, want captured for the order to judge", got.Status)
	}
	s.balanced()
}

func TestUnpaidInTimeIsCancelled(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	p := s.pay("card")
	s.clock.forward(32 * time.Minute)
	if _, err := s.heart.PollUnsettled(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if got := s.get(p.ID); got.Status != "cancelled" {
		t.Errorf("payment is %+v, want cancelled", got)
	}
}
