package payment_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"pasar/api"
	"pasar/internal/payment"
)

// gatewayHistory draws what a gateway tells of one charge over its life: the
// true states in order, each with the totals of that moment.
func gatewayHistory(t *rapid.T, asked api.Money) []payment.Charge {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	say := func(status payment.Status, authorized, captured int64) payment.Charge {
		at = at.Add(time.Second)
		c := payment.Charge{GatewayID: "chg_1", Status: status, Amount: asked, Authorized: authorized, Captured: captured, At: at}
		if status == payment.RequiresAction {
			c.Action = &payment.Action{Type: "redirect", URL: "https://gateway.example/pay"}
		}
		return c
	}
	history := []payment.Charge{say(payment.RequiresAction, 0, 0)}
	switch rapid.SampledFrom([]string{"captured", "failed", "cancelled", "authorized", "late", "waiting"}).Draw(t, "life") {
	case "captured":
		history = append(history, say(payment.Captured, 0, asked.Amount))
	case "failed":
		history = append(history, say(payment.Failed, 0, 0))
	case "cancelled":
		history = append(history, say(payment.Authorized, asked.Amount, 0), say(payment.Cancelled, asked.Amount, 0))
	case "authorized":
		part := rapid.Int64Range(1, asked.Amount).Draw(t, "part")
		history = append(history, say(payment.Authorized, asked.Amount, 0), say(payment.Captured, asked.Amount, part))
	case "late": // the customer's bank was slower than the gateway's clock
		history = append(history, say(payment.Cancelled, 0, 0), say(payment.Captured, 0, asked.Amount))
	}
	return history
}

func newPayment(amount api.Money) payment.Payment {
	return payment.Payment{ID: "pay_1", OrderID: "ord_1", Gateway: "g", Status: payment.Pending, Amount: amount, Version: 1}
}

// Whatever happens to the messengers, the payment ends as the gateway's
// history does, and each rupiah is counted once.
func TestNewsInAnyOrderEndsAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := api.Money{Amount: rapid.Int64Range(1, 1<<40).Draw(t, "amount"), Currency: "IDR"}
		history := gatewayHistory(t, amount)

		inOrder := newPayment(amount)
		for _, c := range history {
			inOrder.Learn(c)
		}

		shuffled := rapid.Permutation(history).Draw(t, "order")
		copies := rapid.SliceOfN(rapid.SampledFrom(history), 0, 10).Draw(t, "copies")
		p := newPayment(amount)
		var counted int64
		ended := 0
		for _, c := range append(shuffled, copies...) {
			before := p
			effect := p.Learn(c)
			counted += effect.Captured
			if effect.Ended {
				ended++
			}
			if p.Captured < before.Captured || p.Authorized < before.Authorized {
				t.Fatalf("a sum fell: %+v after %+v", p, before)
			}
			if before.Status == payment.Captured && p.Status != payment.Captured {
				t.Fatalf("captured became %s", p.Status)
			}
			if !effect.Changed && p.Status != before.Status {
				t.Fatal("the status changed without saying so")
			}
			if (p.Action != nil) && p.Status != payment.RequiresAction {
				t.Fatalf("there is something to do although it is %s", p.Status)
			}
			if again := p.Learn(c); again.Changed || again.Captured != 0 || again.Ended {
				t.Fatalf("the same news twice changed %+v", again)
			}
		}
		if p.Captured != inOrder.Captured || counted != p.Captured || p.Open() != inOrder.Open() || p.Authorized != inOrder.Authorized {
			t.Fatalf("ended as %+v with %d counted, want %+v", p, counted, inOrder)
		}
		if ended > 1 {
			t.Fatalf("it ended %d times", ended)
		}
	})
}

func TestNewsOfAnotherSum(t *testing.T) {
	t.Parallel()
	amount := api.Money{Amount: 1000, Currency: "IDR"}
	cases := map[string]struct {
		charge payment.Charge
		review string
		status payment.Status
	}{
		"exact":            {payment.Charge{Status: payment.Captured, Amount: amount, Captured: 1000}, "", payment.Captured},
		"too little":       {payment.Charge{Status: payment.Captured, Amount: amount, Captured: 999}, payment.ReviewUnder, payment.Captured},
		"too much":         {payment.Charge{Status: payment.Captured, Amount: amount, Captured: 1001}, payment.ReviewOverpaid, payment.Captured},
		"part of a hold":   {payment.Charge{Status: payment.Captured, Amount: amount, Authorized: 1000, Captured: 1}, "", payment.Captured},
		"asked for more":   {payment.Charge{Status: payment.Captured, Amount: api.Money{Amount: 2000, Currency: "IDR"}, Captured: 2000}, payment.ReviewAmount, payment.Captured},
		"another currency": {payment.Charge{Status: payment.Captured, Amount: api.Money{Amount: 1000, Currency: "USD"}, Captured: 1000}, payment.ReviewCurrency, payment.Pending},
		"no sum":           {payment.Charge{Status: payment.Captured, Amount: amount}, "", payment.Pending},
		"nonsense":         {payment.Charge{Status: "celebrated", Amount: amount}, "", payment.Pending},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPayment(amount)
			p.Learn(c.charge)
			if p.Review != c.review || p.Status != c.status {
				t.Errorf("payment is %s with review %q, want %s with %q", p.Status, p.Review, c.status, c.review)
			}
		})
	}
}
