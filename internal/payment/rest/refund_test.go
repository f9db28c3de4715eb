package rest_test

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/internal/payment"
	"pasar/internal/simulator"
)

// paid makes a payment whose money has arrived.
func (s *stack) paid() paymentapi.Payment {
	s.t.Helper()
	p := s.pay("card")
	s.press(p, "approve")
	s.fact(paymentapi.PaymentCaptured.Name, p.ID)
	return p
}

func (s *stack) refund(p paymentapi.Payment, key string, amount int64) reply {
	s.t.Helper()
	return s.send("POST", "/v1/payments/"+p.ID+"/refunds",
		map[string]any{"amount": api.Money{Amount: amount, Currency: "IDR"}, "reason": "damaged"},
		"Authorization", "Bearer finance", "Idempotency-Key", key)
}

func TestRefunds(t *testing.T) {
	t.Parallel()
	eachOrders(t, func(t *testing.T, s *stack) {
		p := s.paid()
		first := s.refund(p, "r1", 5_000_00).want(t, 201, "")
		var r paymentapi.Refund
		first.decode(t, &r)
		if r.Status != "succeeded" || r.Amount.Amount != 5_000_00 || r.Reason != "damaged" || r.Automatic {
			t.Errorf("refund is %+v", r)
		}
		if again := s.refund(p, "r1", 5_000_00).want(t, 201, ""); !bytes.Equal(again.body, first.body) {
			t.Errorf("a repeat is\n%s\nwant\n%s", again.body, first.body)
		}
		s.refund(p, "r1", 1_00).want(t, 422, "idempotency_key_reused")
		data, err := paymentapi.PaymentRefunded.Decode(s.fact(paymentapi.PaymentRefunded.Name, p.ID))
		if err != nil || data.RefundID != r.ID || data.Amount != r.Amount || data.RefundedTotal.Amount != 5_000_00 {
			t.Errorf("refunded %+v, %v", data, err)
		}
		s.refund(p, "r2", 7_991_00).want(t, 409, "refund_exceeds_captured")
		s.refund(p, "r3", 0).want(t, 422, "validation_failed")
		s.refund(p, "r4", -1).want(t, 422, "validation_failed")
		s.refund(p, "r5", 50).want(t, 422, "amount_unsupported")
		s.send("POST", "/v1/payments/"+p.ID+"/refunds", map[string]any{"amount": api.Money{Amount: 100, Currency: "USD"}, "reason": "x"},
			"Authorization", "Bearer finance", "Idempotency-Key", "r6").want(t, 422, "currency_mismatch")
		s.refund(p, "r7", 7_990_00).want(t, 201, "")
		s.refund(p, "r8", 1_00).want(t, 409, "refund_exceeds_captured")
		s.refund(s.pay("card"), "r9", 1_00).want(t, 409, "payment_state")
		if got := s.get(p.ID); got.Refunded != p.Amount || got.Status != "captured" {
			t.Errorf("payment is %+v", got)
		}
		var list paymentapi.RefundList
		s.send("GET", "/v1/payments/"+p.ID+"/refunds", nil, "Cart-Token", cartToken).want(t, 200, "").decode(t, &list)
		if len(list.Data) != 2 || list.Data[1] != r {
			t.Errorf("refunds are %+v, want the first to be %+v", list.Data, r)
		}
		s.balanced()
		s.checkLedger(p)
	})
}

func (s *stack) checkLedger(p paymentapi.Payment) {
	s.t.Helper()
	var entries paymentapi.LedgerEntryList
	s.send("GET", "/v1/ledger/entries?payment_id="+p.ID, nil, "Authorization", "Bearer finance").want(s.t, 200, "").decode(s.t, &entries)
	if len(entries.Data) != 6 {
		s.t.Errorf("%d entries, want 6: a capture and two refunds", len(entries.Data))
	}
	var balances paymentapi.LedgerBalanceList
	s.send("GET", "/v1/ledger/balances", nil, "Authorization", "Bearer finance").want(s.t, 200, "").decode(s.t, &balances)
	var sum int64
	for _, b := range balances.Data {
		sum += b.Balance.Amount
		if b.Balance.Amount != 0 {
			s.t.Errorf("after everything went back %s has %d", b.Account, b.Balance.Amount)
		}
	}
	if len(balances.Data) != 2 || sum != 0 {
		s.t.Errorf("balances are %+v", balances.Data)
	}
	first := entries.Data[0]
	for _, query := range []string{"transaction_id=" + first.TransactionID, "account=customer_funds&limit=1", "order_id=" + p.OrderID + "&limit=2"} {
		s.send("GET", "/v1/ledger/entries?"+query, nil, "Authorization", "Bearer finance").want(s.t, 200, "")
	}
}

func TestParallelRefundsNeverExceed(t *testing.T) {
	t.Parallel()
	for _, mysql := range []bool{false, true} {
		t.Run(map[bool]string{false: "sqlite", true: "mysql"}[mysql], func(t *testing.T) {
			t.Parallel()
			s := newStack(t, options{mysql: mysql})
			p := s.paid()
			const tries, each, fit = 100, 1_000_00, 12
			replies := make([]reply, tries)
			var wait sync.WaitGroup
			for i := range tries {
				wait.Go(func() { replies[i] = s.refund(p, api.NewID("key"), each) })
			}
			wait.Wait()
			made := 0
			for _, r := range replies {
				if r.status == 201 {
					made++
					continue
				}
				r.want(t, 409, "refund_exceeds_captured")
			}
			if got := s.get(p.ID).Refunded.Amount; made != fit || got != fit*each {
				t.Errorf("%d refunds of %d in all, want %d of %d", made, got, fit, fit*each)
			}
			if got := s.charge(p.ID).Refunded; got != fit*each/100 {
				t.Errorf("the gateway sent back %d", got)
			}
			s.balanced()
		})
	}
}

func TestRefundThatTakesTime(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{behaviour: simulator.Behaviour{Refunds: "pending"}})
	p := s.paid()
	settle := func(r paymentapi.Refund, status string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), "POST", s.simURL+"/charges/"+p.ID+"/refunds/"+r.ID+"/settle",
			strings.NewReader(`{"status":"`+status+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+s.simKey.Reveal())
		if got := s.do(http.DefaultClient, request); got.status != 200 {
			t.Fatalf("settle answered %d: %s", got.status, got.body)
		}
	}
	var good, bad paymentapi.Refund
	s.refund(p, "1", 6_000_00).want(t, 201, "").decode(t, &good)
	s.refund(p, "2", 6_000_00).want(t, 201, "").decode(t, &bad)
	if good.Status != "pending" || bad.Status != "pending" {
		t.Fatalf("refunds are %s and %s, want pending", good.Status, bad.Status)
	}
	s.refund(p, "3", 1_000_00).want(t, 409, "refund_exceeds_captured") // pending ones count
	settle(good, "succeeded")
	s.fact(paymentapi.PaymentRefunded.Name, p.ID)
	settle(bad, "failed")
	s.fact(paymentapi.RefundFailed.Name, p.ID)
	if got := s.get(p.ID); got.Refunded.Amount != 6_000_00 {
		t.Errorf("refunded %d", got.Refunded.Amount)
	}
	s.refund(p, "4", 1_000_00).want(t, 201, "") // what failed can go back after all
	s.balanced()
}

func TestRefusedRefund(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{behaviour: simulator.Behaviour{Refunds: "decline"}})
	p := s.paid()
	var r paymentapi.Refund
	s.refund(p, "1", 12_990_00).want(t, 201, "").decode(t, &r)
	if r.Status != "failed" || r.Failure == nil || r.Failure.Code != "declined" {
		t.Errorf("refund is %+v", r)
	}
	s.fact(paymentapi.RefundFailed.Name, p.ID)
	if got := s.get(p.ID).Review; got != payment.ReviewUnsent {
		t.Errorf("review is %q: nobody is told that money did not go back", got)
	}
	s.balanced()
}

func TestRefundWhileTheGatewayIsDown(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	p := s.paid()
	s.gateway.down.Store(true)
	var r paymentapi.Refund
	s.refund(p, "1", 1_000_00).want(t, 201, "").decode(t, &r)
	if r.Status != "pending" {
		t.Fatalf("refund is %s, want pending", r.Status)
	}
	s.gateway.down.Store(false)
	s.clock.forward(2 * time.Minute)
	if _, err := s.heart.PollUnsettled(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	s.fact(paymentapi.PaymentRefunded.Name, p.ID)
	if got := s.charge(p.ID).Refunded; got != 1_000 {
		t.Errorf("the gateway sent back %d, want 1000 once", got)
	}
	s.balanced()
}

func TestRefundDueIsSentBackOnce(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	p := s.paid()
	s.refund(p, "staff", 2_000_00).want(t, 201, "")
	s.fact(paymentapi.PaymentRefunded.Name, p.ID)
	due := orderapi.RefundDueData{OrderID: p.OrderID, PaymentID: p.ID, Amount: p.Amount, Reason: "order_cancelled"}
	for version := range int64(3) {
		e, err := orderapi.RefundDue.New(p.OrderID, version, s.clock.Now(), due)
		s.emit(e, err)
	}
	s.fact(paymentapi.PaymentRefunded.Name, p.ID)
	s.eventually("every copy is worked on", func() bool {
		lag, err := s.bus.Lag(t.Context())
		return err == nil && lag["payment.refund-due"] == 0
	})
	if got := s.get(p.ID).Refunded; got != p.Amount {
		t.Errorf("refunded %+v, want all", got)
	}
	var list paymentapi.RefundList
	s.send("GET", "/v1/payments/"+p.ID+"/refunds", nil, "Cart-Token", cartToken).want(t, 200, "").decode(t, &list)
	if len(list.Data) != 2 || !list.Data[0].Automatic || list.Data[0].Amount.Amount != 10_990_00 {
		t.Errorf("refunds are %+v", list.Data)
	}
	s.balanced()
}

func TestTransactionLogHidesSecrets(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	p := s.paid()
	s.refund(p, "1", 1_000_00).want(t, 201, "")
	var list paymentapi.TransactionList
	r := s.send("GET", "/v1/payments/"+p.ID+"/transactions?limit=100", nil, "Authorization", "Bearer support").want(t, 200, "")
	r.decode(t, &list)
	seen := map[string]bool{}
	for _, e := range list.Data {
		seen[e.Operation] = true
	}
	if !seen["create"] || !seen["webhook"] || !seen["refund"] {
		t.Errorf("the log has %v", seen)
	}
	for _, secret := range []string{s.simKey.Reveal(), s.hooks.Reveal()} {
		if bytes.Contains(r.body, []byte(secret)) {
			t.Error("the log shows a secret")
		}
	}
}
