package rest_test

import (
	"testing"

	"pasar/api/paymentapi"
)

// The numbers are a budget: a purchase may take 15 statements in all services
// together before its mail.
func TestStatements(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{noBus: true, loseHooks: true})
	count := func(what string, most uint64, work func()) {
		t.Helper()
		before := s.db.Statements()
		work()
		spent := s.db.Statements() - before
		t.Logf("%-28s %d statements", what, spent)
		if spent > most {
			t.Errorf("%s took %d statements, want at most %d", what, spent, most)
		}
	}
	order := s.order()
	var p paymentapi.Payment
	count("create payment", 6, func() { s.create(order.OrderID, "card", "k").want(t, 201, "").decode(t, &p) })
	body := notification(p, nil)
	count("receive webhook", 3, func() {
		s.send("POST", "/v1/webhooks/simulator", body, s.sign("evt_1", s.clock.Now(), body)...).want(t, 200, "")
	})
	waiting, err := s.db.ClaimOutbox(t.Context(), 10)
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%d events wait, %v", len(waiting), err)
	}
	work := s.heart.Consumers()[0].Handle
	count("work on webhook", 7, func() {
		if err := work(t.Context(), waiting[0]); err != nil {
			t.Fatal(err)
		}
	})
	count("work on it again", 5, func() {
		if err := work(t.Context(), waiting[0]); err != nil {
			t.Fatal(err)
		}
	})
	count("read payment", 1, func() { s.get(p.ID) })
	if s.captures(p.ID) != 1 {
		t.Errorf("%d captures are booked, want 1", s.captures(p.ID))
	}
	s.press(p, "approve") // so that the gateway has the money, too
	count("refund", 15, func() { s.refund(p, "r", 1_000_00).want(t, 201, "") })
}
