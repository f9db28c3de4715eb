package order

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pasar/api"
	"pasar/api/orderapi"
)

// axes drives an order by everything that can happen to it, in any order and
// as often as it likes, and holds after each step what must always hold.
type axes struct {
	order     *Order
	now       time.Time
	payments  []Capture
	refunds   []Refund
	due       map[string]bool // payments asked back
	confirmed string          // payment that confirmed the order last
}

func newAxes() *axes {
	now := today
	o := &Order{
		ID: api.NewID(api.PrefixOrder), Version: 1, Status: StatusOpen, Currency: "IDR",
		Items:    []Item{{ID: "itm_a", Quantity: 3, UnitPrice: 200, Total: 600}, {ID: "itm_b", Quantity: 1, UnitPrice: 300, Total: 300}},
		Subtotal: 900, Shipping: 100, Total: 1000, PlacedAt: now, ExpiresAt: now.Add(time.Hour),
	}
	return &axes{order: o, now: now, due: map[string]bool{}}
}

// step does one thing and settles its changes, as a store does.
func (a *axes) step(t *rapid.T, do func() error) {
	o := a.order
	before, ledger, timeline := o.Status, slices.Clone(o.Ledger), slices.Clone(o.Timeline)
	err := do()
	if err != nil && len(o.Changes.Timeline)+len(o.Changes.facts)+len(o.Changes.Ledger) > 0 {
		t.Fatalf("refused with %v but changed %+v", err, o.Changes)
	}
	if len(o.Changes.Timeline) == 0 && (o.Status != before || len(o.Changes.facts)+len(o.Changes.Ledger) > 0) {
		t.Fatalf("changed without a word in the timeline: %+v", o.Changes)
	}
	if !slices.Equal(o.Ledger[:len(ledger)], ledger) || len(o.Timeline) < len(timeline) {
		t.Fatalf("history was rewritten")
	}
	o.Version++
	facts, ferr := o.events(a.now)
	if ferr != nil {
		t.Fatal(ferr)
	}
	for _, e := range facts {
		if e.Type == orderapi.RefundDue.Name {
			data, derr := orderapi.RefundDue.Decode(e)
			if derr != nil || data.Amount.Amount <= 0 {
				t.Fatalf("%+v, %v", data, derr)
			}
			a.due[data.PaymentID] = true
		}
	}
	if o.Status == StatusConfirmed && before != StatusConfirmed {
		a.confirmed = o.Changes.Ledger[0].PaymentID
	}
	a.checkMove(t, before)
	o.Changes = Changes{}
}

var allowedMoves = map[Status][]Status{
	StatusOpen:      {StatusConfirmed, StatusCancelled, StatusExpired},
	StatusConfirmed: {StatusCompleted, StatusCancelled},
	StatusCancelled: {StatusConfirmed},
	StatusExpired:   {StatusConfirmed},
}

func (a *axes) checkMove(t *rapid.T, from Status) {
	to := a.order.Status
	if from != to && !slices.Contains(allowedMoves[from], to) {
		t.Fatalf("moved from %s to %s", from, to)
	}
	if from != to && to == StatusConfirmed && a.order.Captured() < a.order.Total {
		t.Fatalf("confirmed with %d of %d captured", a.order.Captured(), a.order.Total)
	}
}

func (a *axes) check(t *rapid.T) {
	o := a.order
	sources := map[string]bool{}
	for _, e := range o.Ledger {
		key := string(e.Type) + e.Source
		if sources[key] {
			t.Fatalf("%s counted twice", key)
		}
		sources[key] = true
	}
	for _, id := range o.payments() {
		captured, refunded := o.sum(TypeCapture, id), o.sum(TypeRefund, id)
		keeps := (o.Status == StatusConfirmed || o.Status == StatusCompleted) && a.confirmed == id
		if reached, _ := o.chain(id, 0); reached == 0 {
			continue // its first piece is still to come
		}
		if captured > refunded && !keeps && !a.due[id] {
			t.Fatalf("the shop keeps %d of %s for an order that is %s", captured-refunded, id, o.Status)
		}
	}
	for _, item := range o.Items {
		if item.Fulfilled < 0 || item.Fulfilled > item.Quantity {
			t.Fatalf("%d of %d handed over", item.Fulfilled, item.Quantity)
		}
	}
	if o.FulfillmentStatus() != Unfulfilled && o.Status != StatusConfirmed && o.Status != StatusCompleted {
		t.Fatalf("goods left with an order that is %s", o.Status)
	}
	if (o.FulfillmentStatus() == Fulfilled) != (o.Status == StatusCompleted) {
		t.Fatalf("%s and %s", o.FulfillmentStatus(), o.Status)
	}
	if want := DerivePaymentStatus(o.Total, o.Captured(), o.RefundedSum()); o.PaymentStatus() != want {
		t.Fatalf("%s, the sums say %s", o.PaymentStatus(), want)
	}
}

func TestAxesNeverContradict(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := newAxes()
		t.Repeat(map[string]func(*rapid.T){
			"capture": func(t *rapid.T) {
				amount := api.Money{Amount: rapid.SampledFrom([]int64{1000, 1000, 1000, 400, 1200}).Draw(t, "amount"), Currency: "IDR"}
				c := Capture{PaymentID: fmt.Sprintf("pay_%d", len(a.payments)), Amount: amount, CapturedTotal: amount, At: a.now}
				a.payments = append(a.payments, c)
				a.capture(t, c)
			},
			"capture more": func(t *rapid.T) {
				if len(a.payments) == 0 {
					t.Skip("nothing was paid")
				}
				last := a.payments[len(a.payments)-1]
				more := api.Money{Amount: rapid.SampledFrom([]int64{100, 600}).Draw(t, "amount"), Currency: "IDR"}
				c := Capture{PaymentID: last.PaymentID, Amount: more, At: a.now}
				c.CapturedTotal = api.Money{Amount: last.CapturedTotal.Amount + more.Amount, Currency: "IDR"}
				a.payments = append(a.payments, c)
				if rapid.Bool().Draw(t, "heard") { // if not, it comes later, behind what follows it
					a.capture(t, c)
				}
			},
			"capture again": func(t *rapid.T) {
				if len(a.payments) > 0 {
					a.capture(t, rapid.SampledFrom(a.payments).Draw(t, "payment"))
				}
			},
			"refund": func(t *rapid.T) {
				if len(a.payments) == 0 {
					t.Skip("nothing was paid")
				}
				c := rapid.SampledFrom(a.payments).Draw(t, "payment")
				left := c.Amount.Amount - a.order.sum(TypeRefund, c.PaymentID)
				if left <= 0 {
					t.Skip("all of it went back")
				}
				amount := rapid.Int64Range(1, left).Draw(t, "amount")
				r := Refund{ID: fmt.Sprintf("rfd_%d", len(a.refunds)), PaymentID: c.PaymentID, Amount: api.Money{Amount: amount, Currency: "IDR"}, At: a.now}
				a.refunds = append(a.refunds, r)
				a.step(t, func() error { a.order.Refund(r, a.now); return nil })
			},
			"refund again": func(t *rapid.T) {
				if len(a.refunds) > 0 {
					r := rapid.SampledFrom(a.refunds).Draw(t, "refund")
					a.step(t, func() error { a.order.Refund(r, a.now); return nil })
				}
			},
			"cancel": func(t *rapid.T) {
				c := Cancellation{Owner: rapid.Bool().Draw(t, "owner"), Staff: rapid.Bool().Draw(t, "staff"), Reason: rapid.SampledFrom([]string{"", "why not"}).Draw(t, "reason")}
				a.step(t, func() error { return a.order.Cancel(c, a.now) })
			},
			"expire":      func(t *rapid.T) { a.step(t, func() error { a.order.Expire(a.now); return nil }) },
			"stock short": func(t *rapid.T) { a.step(t, func() error { a.order.StockShort(a.now); return nil }) },
			"wait": func(t *rapid.T) {
				a.now = a.now.Add(rapid.SampledFrom([]time.Duration{time.Minute, time.Hour}).Draw(t, "time"))
			},
			"fulfil": func(t *rapid.T) {
				var f Fulfilment
				if rapid.Bool().Draw(t, "in part") {
					f.Lines = []FulfilmentLine{{ItemID: rapid.SampledFrom([]string{"itm_a", "itm_b", "itm_c"}).Draw(t, "item"), Quantity: rapid.Int64Range(0, 4).Draw(t, "quantity")}}
				}
				a.step(t, func() error { return a.order.Fulfil(f, a.now) })
			},
			"": a.check,
		})
	})
}

func (a *axes) capture(t *rapid.T, c Capture) {
	retake := RetakeUntried
	if a.order.RevivedBy(c) {
		retake = rapid.SampledFrom([]Retake{RetakeDone, RetakeFailed}).Draw(t, "retake")
	}
	a.step(t, func() error { a.order.Capture(c, retake, a.now); return nil })
}
