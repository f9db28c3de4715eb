package payment

import (
	"context"
	"errors"
	"time"
)

// maxSilent ends a round: a gateway that has been silent so often is down, and
// each call would wait out its whole time.
const maxSilent = 3

// PollUnsettled asks gateways about payments and refunds that have been
// unsettled for too long, so that a lost notification or a crash in the middle
// costs time and nothing else. Payments whose time is over are cancelled. It
// handles at most limit of each and returns how many; what fails is asked
// about again later and does not stop the rest.
func (s *Service) PollUnsettled(ctx context.Context, limit int) (int, error) {
	payments, err := s.pollPayments(ctx, limit)
	if err != nil {
		return payments, err
	}
	refunds, err := s.pollRefunds(ctx, limit)
	return payments + refunds, err
}

func (s *Service) pollPayments(ctx context.Context, limit int) (int, error) {
	now := s.deps.Clock.Now()
	due, err := s.deps.Store.DuePayments(ctx, now, limit)
	if err != nil {
		return 0, err
	}
	handled, silent := 0, 0
	for _, p := range due {
		if silent == maxSilent {
			break
		}
		mine, err := s.postpone(ctx, func(tx Tx) (bool, error) {
			return tx.PostponePayment(p, s.nextCheck(p.Checks, now, p.ExpiresAt))
		})
		if err != nil {
			return handled, err
		}
		if !mine {
			continue
		}
		if err := s.pollPayment(ctx, p, now); err != nil {
			if ctx.Err() != nil {
				return handled, ctx.Err()
			}
			s.deps.Logger.WarnContext(ctx, "an unsettled payment could not be settled; it is asked about again", "payment_id", p.ID, "checks", p.Checks+1, "error", err)
			silent++
			continue
		}
		silent = 0
		handled++
	}
	return handled, nil
}

func (s *Service) pollPayment(ctx context.Context, p Payment, now time.Time) error {
	ctx, end := s.deps.Spans.Continue(ctx, p.TraceParent, "payment.poll")
	defer end()
	// Authorized money too: the order has expired by now, and nothing else frees
	// it where the payment was made just after its order was closed.
	if now.After(p.ExpiresAt.Add(s.timing.PollAfter)) {
		_, err := s.cancelAtGateway(ctx, p, Failure{Code: "expired", Detail: "not paid in time"})
		return err
	}
	_, err := s.refresh(ctx, p)
	return err
}

func (s *Service) pollRefunds(ctx context.Context, limit int) (int, error) {
	now := s.deps.Clock.Now()
	due, err := s.deps.Store.DueRefunds(ctx, now, limit)
	if err != nil {
		return 0, err
	}
	handled := 0
	for _, r := range due {
		mine, err := s.postpone(ctx, func(tx Tx) (bool, error) {
			return tx.PostponeRefund(r, s.nextCheck(r.Checks, now, time.Time{}))
		})
		if err != nil {
			return handled, err
		}
		if !mine {
			continue
		}
		if _, err := s.sendRefund(ctx, r, true, nil); err != nil {
			if ctx.Err() != nil {
				return handled, errors.Join(err, ctx.Err())
			}
			s.deps.Logger.WarnContext(ctx, "a pending refund could not be settled; it is asked about again", "refund_id", r.ID, "error", err)
			continue
		}
		handled++
	}
	return handled, nil
}

// postpone moves the next check on before the gateway is asked. Of several
// processes one succeeds, and a payment that cannot be settled does not keep
// the others waiting.
func (s *Service) postpone(ctx context.Context, move func(Tx) (bool, error)) (mine bool, err error) {
	err = s.deps.Store.InTx(ctx, func(tx Tx) error {
		mine, err = move(tx)
		return err
	})
	return mine && err == nil, err
}

// nextCheck doubles the pause, but comes back when the payment's time ends.
func (s *Service) nextCheck(checks int, now, expires time.Time) time.Time {
	pause := s.timing.PollAfter
	for range checks {
		if pause *= 2; pause >= s.timing.PollMax {
			pause = s.timing.PollMax
			break
		}
	}
	next := now.Add(pause)
	end := expires.Add(s.timing.PollAfter + time.Second)
	if now.Before(end) && end.Before(next) {
		return end
	}
	return next
}
