package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"pasar/api"
	"pasar/internal/order"
	"pasar/internal/order/store"
	"pasar/internal/platform/sqldb"
)

const writers = 20

// together runs do in as many goroutines as there are writers and counts how
// often it returned nil. Other errors than those named fail the test.
func together(t *testing.T, do func(n int) error, may ...error) int64 {
	t.Helper()
	var won atomic.Int64
	var group sync.WaitGroup
	for n := range writers {
		group.Go(func() {
			err := do(n)
			for _, allowed := range may {
				if errors.Is(err, allowed) {
					return
				}
			}
			if err != nil {
				t.Errorf("writer %d: %v", n, err)
				return
			}
			won.Add(1)
		})
	}
	group.Wait()
	return won.Load()
}

func TestOneWriterWinsACartVersion(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		cart := newCart()
		if err := s.InTx(t.Context(), func(tx order.Tx) error { return tx.InsertCart(cart) }); err != nil {
			t.Fatal(err)
		}
		won := together(t, func(int) error {
			return s.InTx(t.Context(), func(tx order.Tx) error {
				mine := *cart
				mine.Version = 2
				done, err := tx.UpdateCart(&mine)
				if err == nil && !done {
					return errLost
				}
				return err
			})
		}, errLost)
		if won != 1 {
			t.Errorf("%d writers won one version", won)
		}
	})
}

func TestOneOrderACart(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		shared := newOrder()
		won := together(t, func(n int) error {
			mine := *shared
			mine.Number = order.Number(mine.ID, n)
			return s.InTx(t.Context(), func(tx order.Tx) error { return tx.InsertOrder(&mine) })
		}, order.ErrExists)
		if won != 1 {
			t.Errorf("%d orders of one cart", won)
		}
	})
}

// TestNeverHandsOverMoreThanOrdered has every writer hand over one of ten
// pieces, again and again until it is told that there are none left.
func TestNeverHandsOverMoreThanOrdered(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, db *sqldb.DB) {
		o := newOrder(func(o *order.Order) { o.Status = order.StatusConfirmed; o.Items[1].Quantity = 1 })
		insertOrder(t, s, o)
		paid := api.Money{Amount: o.Total, Currency: "IDR"}
		if err := change(t, s, o.ID, func(o *order.Order) error {
			o.Status = order.StatusOpen
			o.Capture(order.Capture{PaymentID: "pay_1", Amount: paid, CapturedTotal: paid, At: now}, order.RetakeUntried, now)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		errNone := errors.New("none left")
		var handed atomic.Int64
		together(t, func(int) error {
			for {
				err := change(t, s, o.ID, func(o *order.Order) error {
					line := order.FulfilmentLine{ItemID: o.Items[0].ID, Quantity: 1}
					if o.Fulfil(order.Fulfilment{Carrier: "JNE", Lines: []order.FulfilmentLine{line}}, now) != nil {
						return errNone
					}
					return nil
				})
				switch {
				case err == nil:
					handed.Add(1)
				case errors.Is(err, errNone):
					return nil
				case !errors.Is(err, errLost):
					return err
				}
			}
		})
		var lines, counted int64
		if err := db.Reader(t.Context()).Raw("SELECT SUM(quantity) FROM order_fulfilment_lines").Scan(&lines).Error; err != nil {
			t.Fatal(err)
		}
		if err := db.Reader(t.Context()).Raw("SELECT SUM(fulfilled) FROM order_items").Scan(&counted).Error; err != nil {
			t.Fatal(err)
		}
		if handed.Load() != 10 || lines != 10 || counted != 10 {
			t.Errorf("handed over %d, lines say %d, items say %d; ordered are 10", handed.Load(), lines, counted)
		}
	})
}

// TestEveryCaptureCountsOnce has all writers enter the same five captures.
func TestEveryCaptureCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		o := newOrder()
		insertOrder(t, s, o)
		payments := []string{"pay_1", "pay_2", "pay_3", "pay_4", "pay_5"}
		paid := api.Money{Amount: o.Total, Currency: "IDR"}
		together(t, func(n int) error {
			for i := range payments {
				capture := order.Capture{PaymentID: payments[(i+n)%len(payments)], Amount: paid, CapturedTotal: paid, At: now}
				for {
					err := change(t, s, o.ID, func(o *order.Order) error { o.Capture(capture, order.RetakeUntried, now); return nil })
					if err == nil {
						break
					}
					if !errors.Is(err, errLost) {
						return err
					}
				}
			}
			return nil
		})
		got, err := s.Order(t.Context(), o.ID, order.Whole)
		if err != nil || got.Captured() != 5*o.Total || got.Status != order.StatusConfirmed || got.PaymentStatus() != order.Overpaid {
			t.Errorf("captured %d, %s, %s, %v", got.Captured(), got.Status, got.PaymentStatus(), err)
		}
	})
}
