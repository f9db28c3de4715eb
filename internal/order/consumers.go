package order

import (
	"context"
	"errors"

	"pasar/api/paymentapi"
	"pasar/api/productapi"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
)

// Names of the consumers; they are keys of inbox rows and never change.
const (
	consumerCaptured   = "order.payment-captured"
	consumerRefunded   = "order.payment-refunded"
	consumerStockShort = "order.stock-short"
)

// Consumers lists the events that the service acts on.
func (s *Service) Consumers() []events.Consumer {
	return []events.Consumer{
		{Name: consumerCaptured, Types: []string{paymentapi.PaymentCaptured.Name}, Handle: s.onCaptured, Workers: 4},
		{Name: consumerRefunded, Types: []string{paymentapi.PaymentRefunded.Name}, Handle: s.onRefunded, Workers: 2},
		{Name: consumerStockShort, Types: []string{productapi.StockShort.Name}, Handle: s.onStockShort},
	}
}

// onCaptured enters money. Where it would bring a closed order back, the goods
// are taken again first, outside of any transaction; repeating that is harmless.
func (s *Service) onCaptured(ctx context.Context, e events.Event) error {
	data, err := paymentapi.PaymentCaptured.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	capture := Capture{PaymentID: data.PaymentID, Amount: data.Amount, CapturedTotal: data.CapturedTotal, At: data.CapturedAt}
	retake := RetakeUntried
	err = s.receive(ctx, consumerCaptured, e.ID, data.OrderID, func(o *Order) error {
		if retake == RetakeUntried && o.RevivedBy(capture) {
			return errRetake
		}
		o.Capture(capture, retake, s.deps.Clock.Now())
		return nil
	})
	if !errors.Is(err, errRetake) {
		return err
	}
	if retake, err = s.retake(ctx, data.OrderID); err != nil {
		return err
	}
	return s.receive(ctx, consumerCaptured, e.ID, data.OrderID, func(o *Order) error {
		o.Capture(capture, retake, s.deps.Clock.Now())
		return nil
	})
}

// errRetake asks for the goods of a closed order before going on.
var errRetake = errors.New("order: its goods must be taken again first")

// retake takes the goods of a closed order again, if they are still there.
func (s *Service) retake(ctx context.Context, orderID string) (Retake, error) {
	o, err := s.deps.Store.Order(ctx, orderID, WithItems)
	if err != nil || o == nil {
		return RetakeFailed, err
	}
	reservation, err := s.deps.Catalogue.ReserveStock(ctx, s.reservation(o, s.deps.Clock.Now().Add(s.settings.PayWithin)))
	switch f := fault.As(err); {
	case err == nil && (reservation.Status == "held" || reservation.Status == "sold"):
		return RetakeDone, nil
	case err == nil:
		return RetakeFailed, nil
	case f != nil && (f.Code == productapi.CodeInsufficientStock || f.Code == productapi.CodeVariantNotSellable):
		return RetakeFailed, nil
	}
	return RetakeUntried, err // nobody could tell: the event comes again
}

func (s *Service) onRefunded(ctx context.Context, e events.Event) error {
	data, err := paymentapi.PaymentRefunded.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	refund := Refund{ID: data.RefundID, PaymentID: data.PaymentID, Amount: data.Amount, Reason: data.Reason, At: e.Time}
	return s.receive(ctx, consumerRefunded, e.ID, data.OrderID, func(o *Order) error {
		o.Refund(refund, s.deps.Clock.Now())
		return nil
	})
}

func (s *Service) onStockShort(ctx context.Context, e events.Event) error {
	data, err := productapi.StockShort.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	return s.receive(ctx, consumerStockShort, e.ID, data.OrderID, func(o *Order) error {
		o.StockShort(s.deps.Clock.Now())
		return nil
	})
}

// receive does a consumer's work once: the inbox row and the change commit
// together. An event of an order that does not exist is parked: it cannot heal.
func (s *Service) receive(ctx context.Context, consumer, eventID, orderID string, work func(*Order) error) error {
	err := retryStale(func() error {
		return s.deps.Store.InTx(ctx, func(tx Tx) error {
			fresh, err := tx.Receive(consumer, eventID)
			if err != nil || !fresh {
				return err
			}
			o, err := tx.Order(orderID, WithItems|WithLedger)
			if err != nil {
				return err
			}
			if o == nil {
				return noOrder()
			}
			if err := work(o); err != nil {
				return err
			}
			if len(o.Changes.Timeline) == 0 {
				return nil // known already: only the inbox row is new
			}
			return s.save(tx, o)
		})
	})
	if fault.KindOf(err) == fault.NotFound {
		return events.Poison(err)
	}
	return err
}
