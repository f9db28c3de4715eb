package payment

import (
	"context"
	"errors"
	"fmt"

	"pasar/api/orderapi"
	"pasar/internal/platform/events"
)

// RefundBySelf sends a payment back, or the part of it that is due. The cause is
// the order's decision: the same one finds the same refund, while another one,
// for the same reason perhaps, is about other money. What staff have sent back
// already is not sent twice.
func (s *Service) RefundBySelf(ctx context.Context, cause string, due orderapi.RefundDueData) error {
	r, err := s.deps.Store.RefundByCause(ctx, cause)
	if err == nil {
		if r.Status != RefundPending {
			return nil
		}
		_, err = s.sendRefund(ctx, r, true, nil)
		return err
	}
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	for range maxStale {
		r, err = s.reserveDue(ctx, due, cause)
		switch {
		case errors.Is(err, ErrExceeds): // staff were refunding at this moment: look again
			continue
		case errors.Is(err, ErrDuplicate): // another copy of the event is at it
			return nil
		case err != nil || r.ID == "":
			return err
		}
		_, err = s.sendRefund(ctx, r, false, nil)
		return err
	}
	return fmt.Errorf("refund of payment %s: %w", due.PaymentID, ErrExceeds)
}

// reserveDue reserves what is due of what is left; the refund is empty when
// nothing is.
func (s *Service) reserveDue(ctx context.Context, due orderapi.RefundDueData, cause string) (Refund, error) {
	p, err := s.deps.Store.Payment(ctx, due.PaymentID)
	if errors.Is(err, ErrNotFound) {
		return Refund{}, events.Poison(fmt.Errorf("a refund is due for payment %s, which does not exist", due.PaymentID))
	}
	if err != nil {
		return Refund{}, err
	}
	amount := p.Refundable()
	if due.Amount.Currency == amount.Currency && due.Amount.Amount > 0 {
		amount.Amount = min(amount.Amount, due.Amount.Amount)
	}
	if amount.Amount <= 0 {
		return Refund{}, nil
	}
	r := s.newRefund(p, amount, due.Reason, cause)
	return r, s.deps.Store.InTx(ctx, func(tx Tx) error { return tx.ReserveRefund(r) })
}
