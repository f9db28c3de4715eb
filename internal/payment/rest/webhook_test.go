package rest_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/paymentapi"
	"pasar/internal/payment"
	"pasar/internal/simulator"
)

func TestWebhookBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{behaviour: simulator.Behaviour{Outcome: "approve", HoldAnswerMS: 300}})
	var p paymentapi.Payment
	s.create(s.order().OrderID, "card", "k").want(t, 201, "").decode(t, &p)
	if p.Status != "captured" {
		t.Fatalf("payment is %s, want captured", p.Status)
	}
	s.fact(paymentapi.PaymentCaptured.Name, p.ID)
	s.eventually("the webhook is worked on", func() bool { return s.webhooks(p.ID) == 1 })
	if got := s.captures(p.ID); got != 1 {
		t.Errorf("%d captures are booked, want 1", got)
	}
	s.balanced()
}

func (s *stack) webhooks(paymentID string) int {
	s.t.Helper()
	n := 0
	for _, e := range s.exchanges(paymentID) {
		if e.Operation == "webhook" {
			n++
		}
	}
	return n
}

func TestWebhookTenTimes(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{behaviour: simulator.Behaviour{ExtraCopies: 9}})
	p := s.pay("qris")
	s.press(p, "approve")
	s.fact(paymentapi.PaymentCaptured.Name, p.ID)
	s.eventually("both notices are worked on", func() bool { return s.webhooks(p.ID) == 2 })
	var kept int64
	if err := s.db.Reader(t.Context()).Raw("SELECT COUNT(*) FROM webhooks").Scan(&kept).Error; err != nil {
		t.Fatal(err)
	}
	if kept != 2 { // charge.pending and charge.captured
		t.Errorf("%d notifications are kept, want 2", kept)
	}
	if got := s.captures(p.ID); got != 1 {
		t.Errorf("%d captures are booked, want 1", got)
	}
	s.balanced()
}

func TestWebhooksOutOfOrder(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{behaviour: simulator.Behaviour{Reorder: true}})
	p := s.pay("card_authorize")
	s.press(p, "approve")
	s.eventually("the later webhook arrives", func() bool { return s.get(p.ID).Status == "authorized" })
	s.eventually("the earlier webhook arrives", func() bool { return s.webhooks(p.ID) == 2 })
	if got := s.get(p.ID); got.Status != "authorized" || got.NextAction != nil {
		t.Errorf("payment is %+v, want authorized", got)
	}
	ignored := 0
	for _, e := range s.exchanges(p.ID) {
		if e.Outcome == payment.Ignored {
			ignored++
		}
	}
	if ignored != 1 {
		t.Errorf("%d notices are marked as ignored, want the late one", ignored)
	}
}

func TestLostWebhookIsFoundByAsking(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{loseHooks: true})
	p := s.pay("card")
	s.press(p, "approve")
	if n, err := s.heart.PollUnsettled(t.Context(), 10); err != nil || n != 0 {
		t.Fatalf("polled %d, %v before anything was due", n, err)
	}
	s.clock.forward(61 * time.Second)
	if n, err := s.heart.PollUnsettled(t.Context(), 10); err != nil || n != 1 {
		t.Fatalf("polled %d, %v, want 1", n, err)
	}
	s.fact(paymentapi.PaymentCaptured.Name, p.ID)
	if n, err := s.heart.PollUnsettled(t.Context(), 10); err != nil || n != 0 {
		t.Fatalf("polled %d, %v when all was settled", n, err)
	}
	s.balanced()
}

func TestReturnPageVerifies(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{loseHooks: true})
	p := s.pay("card")
	s.press(p, "approve")
	for range 3 {
		s.send("POST", "/v1/payments/"+p.ID+"/verify", nil, "Cart-Token", cartToken).want(t, 200, "").decode(t, &p)
		if p.Status != "captured" {
			t.Fatalf("verified payment is %s, want captured", p.Status)
		}
	}
	if got := s.captures(p.ID); got != 1 {
		t.Errorf("%d captures are booked, want 1", got)
	}
}

// sign makes the headers of a webhook as the simulator does.
func (s *stack) sign(id string, at time.Time, body []byte) []string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.hooks.Reveal(), "whsec_"))
	if err != nil {
		s.t.Fatal(err)
	}
	timestamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", id, timestamp, body)
	return []string{
		"Webhook-Id", id, "Webhook-Timestamp", timestamp,
		"Webhook-Signature", "v1,AAAA v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)),
	}
}

// notification is a webhook about a payment as the simulator writes it.
func notification(p paymentapi.Payment, change map[string]any) []byte {
	data := map[string]any{
		"id": "chg_x", "reference": p.ID, "amount": p.Amount.Amount / 100, "currency": "IDR", "method": p.Method,
		"status": "captured", "captured_amount": p.Amount.Amount / 100, "refunds": []any{}, "updated_at": time.Now().UTC(),
	}
	for k, v := range change {
		data[k] = v
	}
	body, err := json.Marshal(map[string]any{"id": "evt", "type": "charge.test", "created_at": time.Now().UTC(), "data": data})
	if err != nil {
		panic(err)
	}
	return body
}

func TestForgedWebhookIsRefusedAndNotKept(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{loseHooks: true})
	p := s.pay("card")
	body := notification(p, nil)
	now := s.clock.Now()
	good := s.sign("evt_1", now, body)
	with := func(i int, value string) []string {
		headers := append([]string{}, good...)
		headers[i] = value
		return headers
	}
	forged := map[string][]string{
		"no headers":      nil,
		"no signature":    good[:4],
		"other id":        with(1, "evt_2"),
		"other time":      with(3, strconv.FormatInt(now.Unix()+1, 10)),
		"wrong signature": with(5, "v1,"+base64.StdEncoding.EncodeToString(make([]byte, 32))),
		"other scheme":    with(5, strings.Replace(good[5], "v1,", "v2,", 2)),
		"too old":         s.sign("evt_1", now.Add(-302*time.Second), body),
		"from the future": s.sign("evt_1", now.Add(302*time.Second), body),
		"time no number":  with(3, "soon"),
	}
	for name, headers := range forged {
		if r := s.send("POST", "/v1/webhooks/simulator", body, headers...); r.status != 401 || r.problem.Code != "webhook_signature_invalid" {
			t.Errorf("%s: answered %d %s", name, r.status, r.body)
		}
	}
	changed := bytes.Replace(body, []byte("captured"), []byte("failed__"), 1)
	s.send("POST", "/v1/webhooks/simulator", changed, good...).want(t, 401, "webhook_signature_invalid")
	s.send("POST", "/v1/webhooks/stripe", body, good...).want(t, 404, "not_found")
	s.send("POST", "/v1/webhooks/simulator", bytes.Repeat([]byte(" "), 64<<10+1), good...).want(t, 413, "body_too_large")
	var kept int64
	if err := s.db.Reader(t.Context()).Raw("SELECT COUNT(*) FROM webhooks").Scan(&kept).Error; err != nil {
		t.Fatal(err)
	}
	if kept != 0 || s.get(p.ID).Status != "requires_action" {
		t.Errorf("%d forged notifications are kept, the payment is %s", kept, s.get(p.ID).Status)
	}
	nonsense := []byte(`{"type":"charge.test","data":{}}`)
	s.send("POST", "/v1/webhooks/simulator", nonsense, s.sign("evt_3", now, nonsense)...).want(t, 422, "webhook_not_understood")

	began := time.Now()
	s.send("POST", "/v1/webhooks/simulator", body, good...).want(t, 200, "")
	if took := time.Since(began); took > time.Second {
		t.Errorf("a notification was answered after %s", took)
	}
	s.fact(paymentapi.PaymentCaptured.Name, p.ID)
}

// deliver sends a notification and waits until it is worked on.
func (s *stack) deliver(p paymentapi.Payment, id string, change map[string]any) {
	s.t.Helper()
	before := s.webhooks(p.ID)
	body := notification(p, change)
	s.send("POST", "/v1/webhooks/simulator", body, s.sign(id, s.clock.Now(), body)...).want(s.t, 200, "")
	s.eventually("the notice is worked on", func() bool { return s.webhooks(p.ID) > before })
}

func TestNewsThatContradicts(t *testing.T) {
	t.Parallel()
	t.Run("captured wins over failed, in any order", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, options{loseHooks: true})
		p := s.pay("card")
		s.deliver(p, "evt_a1", map[string]any{"status": "failed", "captured_amount": 0, "failure_code": "declined"})
		s.fact(paymentapi.PaymentFailed.Name, p.ID)
		s.deliver(p, "evt_a2", nil)
		s.fact(paymentapi.PaymentCaptured.Name, p.ID)
		s.deliver(p, "evt_a3", map[string]any{"status": "failed", "captured_amount": 0})
		s.deliver(p, "evt_a4", map[string]any{"status": "pending", "captured_amount": 0})
		if got := s.get(p.ID); got.Status != "captured" || got.Captured != p.Amount || s.captures(p.ID) != 1 {
			t.Errorf("payment is %+v with %d captures", got, s.captures(p.ID))
		}
		s.balanced()
	})
	t.Run("another amount is booked as it came and flagged", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, options{loseHooks: true})
		p := s.pay("card")
		s.deliver(p, "evt_b1", map[string]any{"captured_amount": 5000})
		if got := s.get(p.ID); got.Review != payment.ReviewUnder || got.Captured.Amount != 5000_00 {
			t.Errorf("payment is %+v", got)
		}
		s.balanced()
	})
	t.Run("another currency books nothing and is flagged", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, options{loseHooks: true})
		p := s.pay("card")
		s.deliver(p, "evt_c1", map[string]any{"currency": "USD"})
		if got := s.get(p.ID); got.Review != payment.ReviewCurrency || got.Status != "requires_action" {
			t.Errorf("payment is %+v", got)
		}
		s.balanced()
	})
	t.Run("an unknown payment is recorded", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, options{loseHooks: true})
		p := s.pay("card")
		p.ID = api.NewID(api.PrefixPayment)
		s.deliver(p, "evt_d1", nil)
		s.balanced()
	})
	t.Run("a refund we did not ask for is flagged", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, options{loseHooks: true})
		p := s.pay("card")
		s.deliver(p, "evt_e1", map[string]any{"refunds": []any{map[string]any{"reference": "rfd_x", "amount": 1, "status": "succeeded", "updated_at": time.Now().UTC()}}})
		if got := s.get(p.ID); got.Review != payment.ReviewRefund || got.Refunded.Amount != 0 {
			t.Errorf("payment is %+v", got)
		}
		s.balanced()
	})
}

func TestTransferOfAnotherAmount(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	p := s.pay("bank_transfer")
	if p.NextAction.Type != "bank_transfer" || len(p.NextAction.AccountNumber) != 16 {
		t.Errorf("next action is %+v", p.NextAction)
	}
	s.press(p, "approve", "paid", "13000")
	data, err := paymentapi.PaymentCaptured.Decode(s.fact(paymentapi.PaymentCaptured.Name, p.ID))
	if err != nil {
		t.Fatal(err)
	}
	if data.Amount.Amount != 13_000_00 {
		t.Errorf("captured %+v, want what was sent", data.Amount)
	}
	if got := s.get(p.ID).Review; got != payment.ReviewOverpaid {
		t.Errorf("review is %q", got)
	}
	var list paymentapi.PaymentList
	s.send("GET", "/v1/payments?needs_review=true", nil, "Authorization", "Bearer support").want(t, 200, "").decode(t, &list)
	if len(list.Data) != 1 {
		t.Errorf("%d payments need a review, want 1", len(list.Data))
	}
	s.balanced()
}

func TestPurchaseIsOneTrace(t *testing.T) {
	t.Parallel()
	const trace = "0af7651916cd43dd8448eb211c80319c"
	s := newStack(t, options{})
	order := s.order()
	order.TraceParent = "00-" + trace + "-b7ad6b7169203331-01"
	s.orders.mu.Lock()
	s.orders.payables[order.OrderID] = order
	s.orders.mu.Unlock()
	var p paymentapi.Payment
	s.create(order.OrderID, "card", "k").want(t, 201, "").decode(t, &p)
	s.press(p, "approve")
	if e := s.fact(paymentapi.PaymentCaptured.Name, p.ID); !strings.Contains(e.TraceParent, trace) {
		t.Errorf("captured in the trace %q, want %s", e.TraceParent, trace)
	}
	found := map[string]bool{}
	for _, span := range s.spans.Ended() {
		if span.SpanContext().TraceID().String() == trace {
			found[span.Name()] = true
		}
	}
	if !found["payment.create"] || !found["payment.webhook"] {
		t.Errorf("the order's trace has the spans %v, want payment.create and payment.webhook", found)
	}
}
