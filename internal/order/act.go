package order

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// CancelOrder is the wish to call an order off.
type CancelOrder struct {
	Caller Caller
	ID     string
	Reason string
	Answer Answer
}

// CancelOrder calls an order off and lets its stock go.
func (s *Service) CancelOrder(ctx context.Context, c CancelOrder) (*Order, error) {
	c.Reason = strings.TrimSpace(c.Reason)
	var wrong faults
	wrong.text("#/reason", c.Reason, 0, 200)
	if err := wrong.err(api.CodeInvalid, "The reason breaks a rule."); err != nil {
		return nil, err
	}
	return s.change(ctx, c.ID, func(tx Tx, o *Order) error {
		owner, staff := c.Caller.owns(o.UserID, o.TokenHash), c.Caller.Actor.Can(api.PermOrderWrite)
		if !owner && !staff {
			return noOrder()
		}
		wish := Cancellation{Owner: owner, Staff: staff, ActorID: c.Caller.Actor.ID, Reason: c.Reason}
		if err := o.Cancel(wish, s.deps.Clock.Now()); err != nil {
			return err
		}
		return s.saveAnswering(tx, o, c.Answer)
	})
}

// FulfilOrder is what staff hand over.
type FulfilOrder struct {
	Caller     Caller
	ID         string
	Fulfilment Fulfilment
	Answer     Answer
}

// FulfilOrder records that goods left.
func (s *Service) FulfilOrder(ctx context.Context, f FulfilOrder) (*Order, error) {
	if !f.Caller.Actor.Can(api.PermOrderFulfil) {
		return nil, fault.New(fault.Forbidden, api.CodeForbidden, "This needs the permission %s.", api.PermOrderFulfil)
	}
	handed := f.Fulfilment
	handed.Carrier, handed.Tracking = strings.TrimSpace(handed.Carrier), strings.TrimSpace(handed.Tracking)
	handed.ActorID = f.Caller.Actor.ID
	var wrong faults
	wrong.text("#/carrier", handed.Carrier, 1, 60)
	wrong.text("#/tracking", handed.Tracking, 0, 100)
	if len(handed.Lines) > MaxLines {
		wrong.add("#/lines", "wrong_length", "more lines than an order has")
	}
	if err := wrong.err(api.CodeInvalid, "A field of the fulfilment breaks a rule; see errors."); err != nil {
		return nil, err
	}
	return s.change(ctx, f.ID, func(tx Tx, o *Order) error {
		if err := o.Fulfil(handed, s.deps.Clock.Now()); err != nil {
			return err
		}
		return s.saveAnswering(tx, o, f.Answer)
	})
}

// saveAnswering saves an order and remembers the answer that tells of it.
func (s *Service) saveAnswering(tx Tx, o *Order, answer Answer) error {
	if err := s.save(tx, o); err != nil {
		return err
	}
	return remember(tx, o, answer)
}

// ExpireOrders closes orders that were not paid in time, at most limit, and
// tells how many it closed. One that cannot be closed does not keep the others.
func (s *Service) ExpireOrders(ctx context.Context, limit int) (int, error) {
	now := s.deps.Clock.Now()
	ids, err := s.deps.Store.Overdue(ctx, now, limit)
	if err != nil {
		return 0, err
	}
	closed := 0
	var failures []error
	for _, id := range ids {
		if ctx.Err() != nil {
			break
		}
		did := false
		_, err := s.change(ctx, id, func(tx Tx, o *Order) error {
			if did = o.Expire(now); !did {
				return nil // paid or cancelled meanwhile
			}
			return s.save(tx, o)
		})
		if err != nil {
			failures = append(failures, fmt.Errorf("order: expire %s: %w", id, err))
			continue
		}
		if did {
			closed++
		}
	}
	return closed, errors.Join(failures...)
}
