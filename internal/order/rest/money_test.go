package rest_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/api/productapi"
	"pasar/internal/order"
	"pasar/internal/order/store"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

const total = 25_000_00 // of one piece at 10,000 and its regular shipping

// waiting is a shop with one order that waits for its payment.
func waiting(t *testing.T, onHand int64) (s *shop, placed answer, proof, variant string) {
	t.Helper()
	s = sqliteShop(t)
	variant = s.catalogue.Stock(10_000_00, 100, onHand)
	placed, proof = s.order(variant, 1)
	if placed.num("total.amount") != total || s.toldTypes() != "placed" {
		t.Fatalf("%s", placed.raw)
	}
	return s, placed, proof, variant
}

func (s *shop) expire(t *testing.T) {
	t.Helper()
	s.clock.add(time.Hour)
	if n, err := s.orders.ExpireOrders(t.Context(), 10); n != 1 || err != nil {
		t.Fatalf("%d expired, %v", n, err)
	}
}

func TestOrdersExpireUnpaid(t *testing.T) {
	s, placed, proof, variant := waiting(t, 5)
	if n, err := s.orders.ExpireOrders(t.Context(), 10); n != 0 || err != nil {
		t.Fatalf("%d expired early, %v", n, err)
	}
	s.expire(t)
	if n, err := s.orders.ExpireOrders(t.Context(), 10); n != 0 || err != nil {
		t.Fatalf("%d expired twice, %v", n, err)
	}
	s.expectOrder(placed, proof, "expired", "unpaid", "unfulfilled")
	if s.toldTypes() != "expired" || s.catalogue.Reserved(variant) != 1 {
		t.Error("the product service frees the stock when it hears of it, not before")
	}
	payable := s.must(http.StatusOK, "GET", "/internal/v1/orders/"+placed.str("id")+"/payable", nil, proof, "Service-Key: k")
	if payable.num("due.amount") != 0 || payable.str("status") != "expired" {
		t.Errorf("%s", payable.raw)
	}
}

func TestAnOrderThatCannotBeClosedKeepsNoOther(t *testing.T) {
	t.Parallel()
	faulty := &faultyStore{}
	s := newShop(t, sqldbtest.SQLite(t, store.Migrations()), setup{store: func(real order.Store) order.Store { faulty.Store = real; return faulty }})
	variant := s.catalogue.Stock(10_000_00, 100, 5)
	s.order(variant, 1)
	s.order(variant, 1)
	s.clock.add(time.Hour)
	faulty.before.Store(&errLost)
	if n, err := s.orders.ExpireOrders(t.Context(), 10); n != 1 || !errors.Is(err, errLost) {
		t.Errorf("%d expired, %v", n, err)
	}
	if n, err := s.orders.ExpireOrders(t.Context(), 10); n != 1 || err != nil {
		t.Errorf("%d expired, %v", n, err)
	}
}

func TestLatePaymentBringsTheOrderBackIfItsGoodsAreThere(t *testing.T) {
	t.Run("expired, there", func(t *testing.T) {
		s, placed, proof, variant := waiting(t, 1)
		s.expire(t)
		s.catalogue.Release(placed.str("id"))
		s.toldTypes()
		s.mustDeliver(captured(t, placed, "pay_1", total))
		s.expectOrder(placed, proof, "confirmed", "paid", "unfulfilled")
		if told := s.toldTypes(); told != "confirmed" || s.catalogue.Reserved(variant) != 1 {
			t.Errorf("told %s, %d held", told, s.catalogue.Reserved(variant))
		}
	})
	t.Run("expired, gone", func(t *testing.T) {
		s, placed, proof, variant := waiting(t, 1)
		s.expire(t)
		s.catalogue.Release(placed.str("id"))
		s.catalogue.SetOnHand(variant, 0)
		s.toldTypes()
		s.mustDeliver(captured(t, placed, "pay_1", total))
		s.expectOrder(placed, proof, "expired", "paid", "unfulfilled")
		if told := s.toldTypes(); told != "refund_due(order_expired 2500000)" {
			t.Errorf("told %s", told)
		}
		s.mustDeliver(refundOf(t, placed, "pay_1", "rfd_1", total))
		s.expectOrder(placed, proof, "expired", "refunded", "unfulfilled")
		// The customer pays once more, although the order is over and done with.
		s.catalogue.SetOnHand(variant, 1)
		s.toldTypes()
		s.mustDeliver(captured(t, placed, "pay_2", total))
		if told := s.toldTypes(); told != "refund_due(order_expired 2500000)" {
			t.Errorf("told %s", told)
		}
	})
	t.Run("cancelled, gone", func(t *testing.T) {
		s, placed, proof, variant := waiting(t, 1)
		s.must(http.StatusOK, "POST", "/v1/orders/"+placed.str("id")+"/cancel", object{"reason": "berubah pikiran"}, proof, key("c"))
		s.catalogue.Release(placed.str("id"))
		s.catalogue.SetOnHand(variant, 0)
		s.toldTypes()
		s.mustDeliver(captured(t, placed, "pay_1", total))
		s.expectOrder(placed, proof, "cancelled", "paid", "unfulfilled")
		if told := s.toldTypes(); told != "refund_due(order_cancelled 2500000)" {
			t.Errorf("told %s", told)
		}
	})
	t.Run("nobody can tell whether it is there", func(t *testing.T) {
		s, placed, proof, _ := waiting(t, 1)
		s.expire(t)
		s.catalogue.Release(placed.str("id"))
		s.catalogue.FailNext("ReserveStock", fault.New(fault.Timeout, api.CodeTimeout, "no answer"))
		e := captured(t, placed, "pay_1", total)
		if err := s.deliver(e); fault.KindOf(err) != fault.Timeout || errors.Is(err, events.ErrPoison) {
			t.Errorf("the event must come again: %v", err)
		}
		s.expectOrder(placed, proof, "expired", "unpaid", "unfulfilled")
		s.mustDeliver(e)
		s.expectOrder(placed, proof, "confirmed", "paid", "unfulfilled")
	})
}

func TestPaymentsThatDoNotFitGoBack(t *testing.T) {
	t.Run("amount differs", func(t *testing.T) {
		s, placed, proof, _ := waiting(t, 1)
		s.mustDeliver(captured(t, placed, "pay_1", total-1))
		s.expectOrder(placed, proof, "open", "partially_paid", "unfulfilled")
		if told := s.toldTypes(); told != "refund_due(amount_differs 2499999)" {
			t.Errorf("told %s", told)
		}
		s.mustDeliver(refundOf(t, placed, "pay_1", "rfd_1", total-1))
		s.mustDeliver(captured(t, placed, "pay_2", total))
		s.expectOrder(placed, proof, "confirmed", "paid", "unfulfilled")
	})
	t.Run("another currency", func(t *testing.T) {
		s, placed, proof, _ := waiting(t, 1)
		money := api.Money{Amount: total, Currency: "USD"}
		s.mustDeliver(event(t, paymentapi.PaymentCaptured, "pay_1", paymentapi.CapturedData{PaymentID: "pay_1", OrderID: placed.str("id"), Amount: money, CapturedTotal: money}))
		s.expectOrder(placed, proof, "open", "unpaid", "unfulfilled")
		if told := s.toldTypes(); told != "refund_due(amount_differs 2500000)" {
			t.Errorf("told %s", told)
		}
	})
	t.Run("paid twice", func(t *testing.T) {
		s, placed, proof, _ := waiting(t, 1)
		s.mustDeliver(captured(t, placed, "pay_1", total))
		s.mustDeliver(captured(t, placed, "pay_2", total))
		s.expectOrder(placed, proof, "confirmed", "overpaid", "unfulfilled")
		if told := s.toldTypes(); told != "confirmed refund_due(already_paid 2500000)" {
			t.Errorf("told %s", told)
		}
		s.mustDeliver(refundOf(t, placed, "pay_2", "rfd_1", total))
		s.expectOrder(placed, proof, "confirmed", "paid", "unfulfilled")
	})
}

func TestEventsCountOnceInAnyOrder(t *testing.T) {
	s, placed, proof, _ := waiting(t, 1)
	capture, refund := captured(t, placed, "pay_1", total), refundOf(t, placed, "pay_1", "rfd_1", 5_000_00)
	sameCapture, sameRefund := capture, refund
	sameCapture.ID, sameRefund.ID = api.NewID(api.PrefixEvent), api.NewID(api.PrefixEvent)
	for _, e := range []events.Event{refund, capture, refund, capture, sameRefund, sameCapture} {
		s.mustDeliver(e)
	}
	got := s.expectOrder(placed, proof, "confirmed", "partially_refunded", "unfulfilled")
	if told := s.toldTypes(); told != "refunded confirmed" || got.num("paid.amount") != total || got.num("refunded.amount") != 5_000_00 {
		t.Errorf("told %s: %s", told, got.raw)
	}
	t.Run("a refund of all before its capture", func(t *testing.T) {
		s, placed, proof, _ := waiting(t, 1)
		s.mustDeliver(refundOf(t, placed, "pay_1", "rfd_1", total))
		s.mustDeliver(captured(t, placed, "pay_1", total))
		s.expectOrder(placed, proof, "open", "refunded", "unfulfilled")
		if told := s.toldTypes(); told != "refunded" {
			t.Errorf("told %s", told)
		}
	})
}

func TestEventsThatCannotHealAreParked(t *testing.T) {
	s := sqliteShop(t)
	unknown := answer{body: object{"id": api.NewID(api.PrefixOrder)}}
	broken := captured(t, unknown, "pay_1", 1)
	broken.Data = []byte(`"x"`)
	for name, e := range map[string]events.Event{
		"an unknown order": captured(t, unknown, "pay_1", 1), "broken data": broken, "an unknown order's refund": refundOf(t, unknown, "p", "r", 1),
	} {
		if err := s.deliver(e); !errors.Is(err, events.ErrPoison) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStockShortCallsThePaidOrderOff(t *testing.T) {
	s, placed, proof, _ := waiting(t, 1)
	short := event(t, productapi.StockShort, placed.str("id"), productapi.StockShortData{OrderID: placed.str("id")})
	s.mustDeliver(short) // too early: the order is not confirmed
	s.expectOrder(placed, proof, "open", "unpaid", "unfulfilled")
	s.mustDeliver(captured(t, placed, "pay_1", total))
	s.toldTypes()
	short.ID = api.NewID(api.PrefixEvent)
	s.mustDeliver(short)
	s.mustDeliver(short)
	got := s.expectOrder(placed, proof, "cancelled", "paid", "unfulfilled")
	if told := s.toldTypes(); told != "cancelled refund_due(stock_short 2500000)" || got.str("cancel_reason") != "stock_short" {
		t.Errorf("told %s", told)
	}
	s.mustDeliver(refundOf(t, placed, "pay_1", "rfd_1", total))
	s.expectOrder(placed, proof, "cancelled", "refunded", "unfulfilled")
}

func TestCancelling(t *testing.T) {
	s, placed, proof, _ := waiting(t, 1)
	path := "/v1/orders/" + placed.str("id") + "/cancel"
	first := s.must(http.StatusOK, "POST", path, object{"reason": "berubah pikiran"}, proof, key("c1"))
	if first.str("status") != "cancelled" || first.str("cancel_reason") != "berubah pikiran" || s.toldTypes() != "cancelled" {
		t.Errorf("%s", first.raw)
	}
	if again := s.must(http.StatusOK, "POST", path, object{"reason": "berubah pikiran"}, proof, key("c1")); again.raw != first.raw {
		t.Errorf("the replay differs: %s", again.raw)
	}
	s.refused(409, orderapi.CodeOrderNotCancellable, s.do("POST", path, object{}, proof, key("c2")))

	t.Run("a paid order is the staff's to cancel", func(t *testing.T) {
		s, placed, proof, _ := waiting(t, 1)
		path := "/v1/orders/" + placed.str("id") + "/cancel"
		s.mustDeliver(captured(t, placed, "pay_1", total))
		s.toldTypes()
		s.refused(409, orderapi.CodeOrderNotCancellable, s.do("POST", path, object{}, proof, key("c1")))
		missing := s.refused(422, api.CodeInvalid, s.do("POST", path, object{"reason": "  "}, bearer("support"), key("c2")))
		if missing.pointers() != "#/reason" {
			t.Errorf("%s", missing.raw)
		}
		s.refused(404, api.CodeNotFound, s.do("POST", path, object{"reason": "x"}, bearer("finance"), key("c3")))
		done := s.must(http.StatusOK, "POST", path, object{"reason": "penipuan"}, bearer("support"), key("c2"))
		if told := s.toldTypes(); told != "cancelled refund_due(order_cancelled 2500000)" || done.str("timeline.3.actor_id") == "" {
			t.Errorf("told %s: %s", told, done.raw)
		}
		if seen := s.expectOrder(placed, proof, "cancelled", "paid", "unfulfilled"); seen.str("timeline.3.by") != "staff" || seen.str("timeline.3.actor_id") != "" {
			t.Errorf("the customer is told who of the staff it was: %s", seen.raw)
		}
	})
}

func TestFulfilment(t *testing.T) {
	s := sqliteShop(t)
	placed, proof := s.order(s.catalogue.Stock(10_000_00, 100, 5), 3)
	path := "/v1/orders/" + placed.str("id") + "/fulfillments"
	item := placed.str("items.0.id")
	part := func(quantity int) object {
		return object{"carrier": "JNE", "tracking": "JNE123", "lines": []object{{"item_id": item, "quantity": quantity}}}
	}
	s.refused(409, orderapi.CodeOrderNotFulfillable, s.do("POST", path, part(1), bearer("fulfilment"), key("f0")))
	s.mustDeliver(captured(t, placed, "pay_1", placed.num("total.amount")))
	s.toldTypes()
	first := s.must(http.StatusCreated, "POST", path, part(2), bearer("fulfilment"), key("f1"))
	if first.str("fulfillment_status") != "partially_fulfilled" || first.str("status") != "confirmed" || first.num("items.0.fulfilled") != 2 {
		t.Errorf("%s", first.raw)
	}
	if again := s.must(http.StatusCreated, "POST", path, part(2), bearer("fulfilment"), key("f1")); again.raw != first.raw {
		t.Errorf("the replay differs: %s", again.raw)
	}
	s.refused(409, orderapi.CodeFulfilmentExceedsLine, s.do("POST", path, part(2), bearer("fulfilment"), key("f2")))
	stranger := object{"carrier": "JNE", "lines": []object{{"item_id": api.NewID(api.PrefixItem), "quantity": 1}}}
	s.refused(422, api.CodeInvalid, s.do("POST", path, stranger, bearer("fulfilment"), key("f3")))
	s.refused(409, orderapi.CodeOrderNotCancellable, s.do("POST", "/v1/orders/"+placed.str("id")+"/cancel", object{"reason": "x"}, bearer("support"), key("c")))
	s.must(http.StatusCreated, "POST", path, object{"carrier": "JNE"}, bearer("fulfilment"), key("f4"))
	done := s.expectOrder(placed, proof, "completed", "paid", "fulfilled")
	if len(done.at("fulfillments").([]any)) != 2 || done.str("fulfillments.0.tracking") != "JNE123" || s.toldTypes() != "fulfilled fulfilled" {
		t.Errorf("%s", done.raw)
	}
	s.refused(409, orderapi.CodeOrderNotFulfillable, s.do("POST", path, object{"carrier": "JNE"}, bearer("fulfilment"), key("f5")))
}

// TestPaymentRacesExpiryAndCancellation lets a payment, the sweeper and the
// customer meet at one order: whoever is first, the shop never keeps money for
// nothing, nor lets goods go for nothing.
func TestPaymentRacesExpiryAndCancellation(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, store.Migrations(), func(t *testing.T, db *sqldb.DB) {
		s := newShop(t, db, setup{})
		for range 8 {
			variant := s.catalogue.Stock(10_000_00, 100, 1)
			placed, proof := s.order(variant, 1)
			s.clock.add(time.Hour)
			var group sync.WaitGroup
			group.Go(func() { s.mustDeliverLater(captured(t, placed, "pay_"+placed.str("id")[20:], total)) })
			group.Go(func() {
				if _, err := s.orders.ExpireOrders(t.Context(), 10); err != nil {
					t.Error(err)
				}
			})
			group.Go(func() {
				a := s.do("POST", "/v1/orders/"+placed.str("id")+"/cancel", object{}, proof, key("c"+placed.str("id")))
				if a.status != 200 && a.status != 409 {
					t.Errorf("%d %s", a.status, a.raw)
				}
			})
			group.Wait()
			got := s.must(http.StatusOK, "GET", "/v1/orders/"+placed.str("id"), nil, proof)
			if got.str("status") != string(order.StatusConfirmed) || got.str("payment_status") != "paid" {
				t.Errorf("%s, %s: the goods were there", got.str("status"), got.str("payment_status"))
			}
		}
		if s.catalogue.Oversold() != "" {
			t.Errorf("oversold: %s", s.catalogue.Oversold())
		}
	})
}

// mustDeliverLater hands an event over again for as long as it asks for it.
func (s *shop) mustDeliverLater(e events.Event) {
	for {
		switch err := s.deliver(e); {
		case err == nil:
			return
		case errors.Is(err, events.ErrPoison):
			s.t.Error(err)
			return
		}
	}
}
