package product

import (
	"context"
	"errors"
	"fmt"

	"pasar/api/orderapi"
	"pasar/internal/platform/events"
)

// sweepBatch is how many holds one sweep ends.
const sweepBatch = 100

// Release gives an order's held stock back. Repeating it, or releasing what was
// never held or is sold, changes nothing.
func (s *Service) Release(ctx context.Context, orderID string) error {
	return s.changeStock(ctx, func(tx Tx) ([]string, error) {
		hold, err := tx.Hold(orderID)
		if hold == nil || err != nil {
			return nil, err
		}
		return endHold(tx, hold, Released)
	})
}

// endHold gives back what is still held.
func endHold(tx Tx, hold *Hold, as HoldStatus) (touched []string, err error) {
	if hold.Status != Held {
		return nil, nil
	}
	hold.Status = as
	if err := update(tx, hold); err != nil { // first: it tells who may give back
		return nil, err
	}
	return variantsOf(demandOf(hold.Lines)), shiftLines(tx, hold.Lines, released)
}

// letGo works on a cancelled or expired order: held stock is free again, and
// goods that were sold but are not to be sent go back on hand.
func (s *Service) letGo(ctx context.Context, e events.Event, order orderapi.OrderData) error {
	return s.changeStock(ctx, func(tx Tx) (touched []string, err error) {
		hold, err := openEvent(tx, e, order)
		if hold == nil || err != nil {
			return nil, err
		}
		hold.OrderVersion = e.Version
		switch hold.Status {
		case Held:
			return endHold(tx, hold, Released)
		case Sold:
			return takeBack(tx, hold)
		default:
			return nil, update(tx, hold)
		}
	})
}

func takeBack(tx Tx, hold *Hold) (touched []string, err error) {
	hold.Status = Released
	if err := update(tx, hold); err != nil {
		return nil, err
	}
	if err := shiftLines(tx, hold.Lines, returned); err != nil {
		return nil, err
	}
	return variantsOf(demandOf(hold.Lines)), tx.InsertMovements(movementsOf(*hold, Return, 1, tx.Now()))
}

func returned(l HoldLine) Shift {
	return Shift{VariantID: l.VariantID, Location: l.Location, OnHand: l.Quantity}
}

// ExpireReservations ends holds that ran out, at most limit of them, and
// returns how many it ended. One that cannot be ended does not keep the others.
func (s *Service) ExpireReservations(ctx context.Context, limit int) (int, error) {
	now := s.clock.Now()
	due, err := s.store.DueHolds(ctx, now, limit)
	if err != nil {
		return 0, err
	}
	ended := 0
	var failures []error
	for _, found := range due {
		err := s.changeStock(ctx, func(tx Tx) ([]string, error) {
			hold, err := tx.Hold(found.OrderID)
			if hold == nil || err != nil || hold.ExpiresAt.After(now) {
				return nil, err // kept for longer meanwhile
			}
			return endHold(tx, hold, Expired)
		})
		if ctx.Err() != nil {
			return ended, ctx.Err()
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("product: expire the hold of %s: %w", found.OrderID, err))
			continue
		}
		ended++
	}
	return ended, errors.Join(failures...)
}
