package order

import (
	"context"
	"time"

	"pasar/api"
)

// Filter chooses orders for a list, newest first.
type Filter struct {
	Status      Status
	Payment     PaymentStatus
	Fulfillment FulfillmentStatus
	Email       string
	Number      string
	UserID      string
	From        time.Time // at or after; zero for no bound
	Before      time.Time // before; zero for no bound
	After       *Position // the last row of the page before
	Limit       int
}

// Position is a place in the list.
type Position struct {
	PlacedAt time.Time
	ID       string
}

// ListOrders returns a page and whether there are more. Staff see all orders,
// customers only their own, whatever they ask for.
func (s *Service) ListOrders(ctx context.Context, c Caller, f Filter) (page []Summary, more bool, err error) {
	if !c.Actor.Can(api.PermOrderRead) {
		if c.Actor.Kind != api.ActorUser || f.UserID != "" && f.UserID != c.Actor.ID {
			return nil, false, nil
		}
		f.UserID = c.Actor.ID
	}
	if f.Number != "" {
		number, ok := ParseNumber(f.Number)
		if !ok {
			return nil, false, nil
		}
		f.Number = number
	}
	f.Email = normaliseEmail(f.Email)
	f.Limit = min(max(f.Limit, 1), 100)
	limit := f.Limit
	f.Limit++
	if page, err = s.deps.Store.Orders(ctx, f); err != nil {
		return nil, false, err
	}
	if len(page) > limit {
		return page[:limit], true, nil
	}
	return page, false, nil
}
