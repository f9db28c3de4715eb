package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pasar/api"
	"pasar/internal/order"
	"pasar/internal/order/store"
	"pasar/internal/platform/sqldb"
)

// TestListDerivesLikeTheHeart fills a shop with orders in every state of money
// and goods and compares each filter of the list with the statuses that the
// heart derives.
func TestListDerivesLikeTheHeart(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		random := rand.New(rand.NewPCG(7, 11))
		var all []*order.Order
		for i := range 60 {
			all = append(all, randomOrder(t, s, random, i))
		}
		ids := func(keep func(*order.Order) bool) []string {
			var kept []string
			for _, o := range slices.Backward(all) {
				if keep(o) {
					kept = append(kept, o.ID)
				}
			}
			slices.Sort(kept)
			return kept
		}
		check := func(name string, f order.Filter, keep func(*order.Order) bool) {
			t.Helper()
			f.Limit = 100
			page, err := s.Orders(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range page {
				got = append(got, o.ID)
			}
			slices.Sort(got)
			if want := ids(keep); !slices.Equal(got, want) {
				t.Errorf("%s: %d orders, want %d", name, len(got), len(want))
			}
		}
		for _, status := range []order.PaymentStatus{order.Unpaid, order.PartiallyPaid, order.Paid, order.Overpaid, order.PartiallyRefunded, order.Refunded} {
			check(string(status), order.Filter{Payment: status}, func(o *order.Order) bool { return o.PaymentStatus() == status })
		}
		for _, status := range []order.FulfillmentStatus{order.Unfulfilled, order.PartiallyFulfilled, order.Fulfilled} {
			check(string(status), order.Filter{Fulfillment: status}, func(o *order.Order) bool { return o.FulfillmentStatus() == status })
		}
		check("status", order.Filter{Status: order.StatusConfirmed}, func(o *order.Order) bool { return o.Status == order.StatusConfirmed })
		check("email", order.Filter{Email: "buyer1@example.com"}, func(o *order.Order) bool { return o.Email == "buyer1@example.com" })
		check("number", order.Filter{Number: all[5].Number}, func(o *order.Order) bool { return o == all[5] })
		check("user", order.Filter{UserID: all[3].UserID}, func(o *order.Order) bool { return o.UserID == all[3].UserID })
		check("dates", order.Filter{From: now.Add(time.Minute), Before: now.Add(3 * time.Minute)}, func(o *order.Order) bool {
			return !o.PlacedAt.Before(now.Add(time.Minute)) && o.PlacedAt.Before(now.Add(3*time.Minute))
		})
	})
}

func randomOrder(t *testing.T, s *store.Store, random *rand.Rand, i int) *order.Order {
	t.Helper()
	o := newOrder(func(o *order.Order) {
		o.PlacedAt, o.Email = now.Add(time.Duration(i/10)*time.Minute), fmt.Sprintf("buyer%d@example.com", i%3)
		if i%2 == 1 {
			o.UserID = api.SiblingID(api.PrefixUser, o.ID)
		}
	})
	insertOrder(t, s, o)
	if err := change(t, s, o.ID, func(changed *order.Order) error {
		o = changed
		money := func(amount int64) api.Money { return api.Money{Amount: amount, Currency: "IDR"} }
		for n := range random.IntN(3) {
			amount := money([]int64{1000, 1000, 400}[random.IntN(3)])
			payment := fmt.Sprintf("pay_%d_%d", i, n)
			o.Capture(order.Capture{PaymentID: payment, Amount: amount, CapturedTotal: amount, At: now}, order.RetakeUntried, now)
			if random.IntN(2) == 0 {
				back := money([]int64{amount.Amount, 100}[random.IntN(2)])
				o.Refund(order.Refund{ID: fmt.Sprintf("rfd_%d_%d", i, n), PaymentID: payment, Amount: back, At: now}, now)
			}
		}
		if o.Status == order.StatusConfirmed && random.IntN(2) == 0 {
			lines := [][]order.FulfilmentLine{nil, {{ItemID: o.Items[0].ID, Quantity: 3}}}[random.IntN(2)]
			_ = o.Fulfil(order.Fulfilment{Carrier: "JNE", Lines: lines}, now) // refused where the money went back
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestListPagesWithoutGapOrRepeat(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		want := map[string]bool{}
		for i := range 23 {
			o := newOrder(func(o *order.Order) { o.PlacedAt = now.Add(time.Duration(i/7) * time.Second) }) // many at one moment
			want[o.ID] = true
			insertOrder(t, s, o)
		}
		var after *order.Position
		var last order.Summary
		for range 5 {
			page, err := s.Orders(t.Context(), order.Filter{Limit: 5, After: after})
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range page {
				if !want[o.ID] {
					t.Fatalf("%s is shown twice", o.ID)
				}
				if last.ID != "" && (o.PlacedAt.After(last.PlacedAt) || o.PlacedAt.Equal(last.PlacedAt) && o.ID > last.ID) {
					t.Fatalf("%s after %s", o.ID, last.ID)
				}
				delete(want, o.ID)
				last = o
			}
			after = &order.Position{PlacedAt: last.PlacedAt, ID: last.ID}
		}
		if len(want) != 0 {
			t.Errorf("%d orders are never shown", len(want))
		}
	})
}
