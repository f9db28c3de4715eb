package product

import (
	"context"
	"slices"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
)

const shopActor = "shop"

// sell turns a confirmed order's hold into a sale. Where the hold is gone or
// another one the stock is taken again; where there is none left, that is stated as an event.
func (s *Service) sell(ctx context.Context, e events.Event, order orderapi.OrderData) error {
	err := s.trySell(ctx, e, order)
	if !fault.HasCode(err, productapi.CodeInsufficientStock) {
		return err
	}
	n, sweepErr := s.ExpireReservations(ctx, sweepBatch)
	if n > 0 {
		err = s.trySell(ctx, e, order)
	}
	if err != nil && sweepErr != nil { // what is missing may be in a hold that could not be ended
		return sweepErr
	}
	if fault.HasCode(err, productapi.CodeInsufficientStock) {
		return s.declareShort(ctx, e, order)
	}
	return err
}

// trySell sells what the order says. The hold may say otherwise: a checkout that
// lost the race for the order and then crashed leaves its own lines in it.
func (s *Service) trySell(ctx context.Context, e events.Event, order orderapi.OrderData) error {
	return s.changeStock(ctx, func(tx Tx) (touched []string, err error) {
		hold, err := openEvent(tx, e, order)
		if hold == nil || err != nil {
			return nil, err
		}
		hold.OrderVersion = e.Version
		if hold.Status == Sold {
			return nil, update(tx, hold)
		}
		wanted, err := ordered(order)
		if err != nil {
			return nil, err
		}
		before := *hold
		hold.Status = Sold
		if before.Status == Held && slices.Equal(before.Demand(), wanted) {
			err = sellHeld(tx, hold) // what is available does not change: no event
		} else {
			touched, err = exchange(tx, &before, hold, wanted, soldUnheld)
		}
		if err != nil {
			return nil, err
		}
		return touched, tx.InsertMovements(movementsOf(*hold, Sale, -1, tx.Now()))
	})
}

func sellHeld(tx Tx, hold *Hold) error {
	if err := update(tx, hold); err != nil { // first: it tells who may change the stock
		return err
	}
	return shiftLines(tx, hold.Lines, sold)
}

// ordered is an order's demand, summed and sorted.
func ordered(order orderapi.OrderData) ([]Demand, error) {
	wanted := make([]Demand, len(order.Lines))
	for i, line := range order.Lines {
		wanted[i] = Demand{VariantID: line.VariantID, Quantity: line.Quantity}
	}
	wanted, err := sumDemand(wanted)
	return wanted, events.Poison(err)
}

// openEvent receives an order's event once and returns the order's hold; nil
// when there is nothing to do: the event was worked on before, or it is older
// than what was.
func openEvent(tx Tx, e events.Event, order orderapi.OrderData) (*Hold, error) {
	fresh, err := tx.Receive(consumerOrders, e.ID)
	if err != nil || !fresh {
		return nil, err
	}
	hold, err := tx.Hold(order.OrderID)
	if err != nil {
		return nil, err
	}
	if hold == nil {
		return insertUnheld(tx, order)
	}
	if hold.OrderVersion >= e.Version {
		return nil, nil
	}
	return hold, nil
}

// insertUnheld notes an order that never held stock here, so that its events
// have something to be ordered by.
func insertUnheld(tx Tx, order orderapi.OrderData) (*Hold, error) {
	wanted, err := ordered(order)
	if err != nil {
		return nil, err
	}
	now := tx.Now()
	hold := Hold{
		OrderID: order.OrderID, Status: Released, Lines: atMain(wanted), ExpiresAt: now,
		Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	fresh, err := tx.InsertHold(hold)
	if err == nil && !fresh {
		err = ErrStale
	}
	return &hold, err
}

// declareShort states that a paid order cannot be filled.
func (s *Service) declareShort(ctx context.Context, e events.Event, order orderapi.OrderData) error {
	wanted, err := ordered(order)
	if err != nil {
		return err
	}
	return retry(ctx, func() error {
		return s.store.InTx(ctx, func(tx Tx) error {
			hold, err := openEvent(tx, e, order)
			if hold == nil || err != nil {
				return err
			}
			hold.OrderVersion = e.Version
			if err := update(tx, hold); err != nil {
				return err
			}
			short, err := productapi.StockShort.New(order.OrderID, e.Version, tx.Now(), productapi.StockShortData{
				OrderID: order.OrderID, VariantIDs: variantsOf(wanted),
			})
			if err != nil {
				return err
			}
			s.log.WarnContext(ctx, "a paid order cannot be filled; it will be refunded", "order_id", order.OrderID)
			return tx.Emit(short)
		})
	})
}

func movementsOf(hold Hold, reason Reason, sign int64, at time.Time) []Movement {
	moves := make([]Movement, len(hold.Lines))
	for i, line := range hold.Lines {
		moves[i] = Movement{
			ID: api.NewID(api.PrefixMovement), VariantID: line.VariantID, Location: line.Location,
			Quantity: sign * line.Quantity, Reason: reason, OrderID: hold.OrderID, Actor: shopActor, CreatedAt: at,
		}
	}
	return moves
}
