package order

import (
	"fmt"
	"testing"

	"pasar/api"
	"pasar/api/orderapi"
)

// permutations returns every order of 0 to n-1.
func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var all [][]int
	for _, p := range permutations(n - 1) {
		for at := range n {
			one := append([]int{}, p[:at]...)
			all = append(all, append(append(one, n-1), p[at:]...))
		}
	}
	return all
}

// A payment that arrives in pieces is kept for the price or sent back, every
// rupiah of it once, in whatever order its pieces are heard of.
func TestPiecesOfAPaymentInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pieces []int64
		status Status
		back   int64
	}{
		{[]int64{1000}, StatusConfirmed, 0},
		{[]int64{400, 600}, StatusOpen, 1000},
		{[]int64{400, 300, 300}, StatusOpen, 1000},
		{[]int64{1000, 100}, StatusConfirmed, 100},
		{[]int64{1000, 100, 100}, StatusConfirmed, 200},
		{[]int64{1200, 100}, StatusOpen, 1300},
	} {
		for _, heard := range permutations(len(c.pieces)) {
			t.Run(fmt.Sprint(c.pieces, heard), func(t *testing.T) {
				t.Parallel()
				a := newAxes()
				var back int64
				for _, i := range heard {
					var total int64
					for _, piece := range c.pieces[:i+1] {
						total += piece
					}
					piece := Capture{PaymentID: "pay_1", Amount: a.order.money(c.pieces[i]), CapturedTotal: a.order.money(total), At: a.now}
					for range 2 { // every event twice
						a.order.Capture(piece, RetakeUntried, a.now)
						back += askedBack(t, a.order)
					}
				}
				if a.order.Status != c.status || back != c.back {
					t.Errorf("the order is %s and %d is sent back, want %s and %d", a.order.Status, back, c.status, c.back)
				}
			})
		}
	}
}

// askedBack sums the refunds that the order's changes ask for, and settles them.
func askedBack(t *testing.T, o *Order) (sum int64) {
	t.Helper()
	facts, err := o.events(o.UpdatedAt)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range facts {
		if e.Type != orderapi.RefundDue.Name {
			continue
		}
		data, err := orderapi.RefundDue.Decode(e)
		if err != nil || data.Amount != (api.Money{Amount: data.Amount.Amount, Currency: "IDR"}) {
			t.Fatalf("%+v, %v", data, err)
		}
		sum += data.Amount.Amount
	}
	o.Changes = Changes{}
	return sum
}
