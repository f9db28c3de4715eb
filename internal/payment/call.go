package payment

import (
	"context"
	"time"

	"pasar/api"
)

// talk is the calls made to a gateway for one purpose. It keeps the exchanges
// for the transaction that acts on what they brought.
type talk struct {
	s         *Service
	gateway   Gateway
	payment   Payment
	refundID  string
	exchanges []Exchange
}

func (s *Service) talkAbout(p Payment) (*talk, error) {
	gateway, err := s.gatewayOf(p)
	if err != nil {
		return nil, err
	}
	return &talk{s: s, gateway: gateway, payment: p}, nil
}

// call makes one call within the time of one call.
func (t *talk) call(ctx context.Context, operation string, do func(ctx context.Context) (Answer, error)) (Charge, error) {
	began := t.s.deps.Clock.Now()
	within, cancel := context.WithTimeout(ctx, t.s.timing.Call)
	defer cancel()
	answer, err := do(within)
	t.note(operation, answer.Exchange, began, err)
	return answer.Charge, err
}

func (t *talk) note(operation string, e Exchange, began time.Time, err error) {
	e.ID = api.NewID(api.PrefixExchange)
	e.PaymentID, e.RefundID, e.Gateway = t.payment.ID, t.refundID, t.payment.Gateway
	e.Operation, e.Outcome = operation, outcomeOf(err)
	e.Request, e.Answer = Redact([]byte(e.Request)), Redact([]byte(e.Answer))
	e.At, e.Duration = began, t.s.deps.Clock.Now().Sub(began)
	if err != nil && e.Answer == "" {
		e.Note = err.Error()
	}
	t.exchanges = append(t.exchanges, e)
}

// get asks how the charge stands. A question that is refused says nothing about
// the charge: only a charge that is missing does.
func (t *talk) get(ctx context.Context) (Charge, error) {
	charge, err := t.call(ctx, "get", func(ctx context.Context) (Answer, error) {
		return t.gateway.Get(ctx, t.payment.ID)
	})
	if outcomeOf(err) == Refused {
		err = &GatewayError{Outcome: Unknown, Err: err}
	}
	return charge, err
}

func (t *talk) cancel(ctx context.Context) (Charge, error) {
	return t.call(ctx, "cancel", func(ctx context.Context) (Answer, error) {
		return t.gateway.Cancel(ctx, t.payment.ID)
	})
}

func (t *talk) capture(ctx context.Context, amount api.Money) (Charge, error) {
	return t.call(ctx, "capture", func(ctx context.Context) (Answer, error) {
		return t.gateway.Capture(ctx, t.payment.ID, amount)
	})
}

func (t *talk) refund(ctx context.Context, r Refund) (Charge, error) {
	return t.call(ctx, "refund", func(ctx context.Context) (Answer, error) {
		return t.gateway.Refund(ctx, NewRefund{ID: r.ID, Reference: r.PaymentID, Amount: r.Amount, Reason: r.Reason})
	})
}

func (t *talk) create(ctx context.Context) (Charge, error) {
	return t.call(ctx, "create", func(ctx context.Context) (Answer, error) {
		return t.gateway.Create(ctx, t.s.newCharge(t.payment))
	})
}

// ensure makes the charge exist and learns how it stands. A create without an
// answer is followed by a question, never by blind repetition; where the
// charge is missing then, creating again is safe, because the payment id
// makes it one charge.
func (t *talk) ensure(ctx context.Context, mayExist bool) (Charge, error) {
	if !mayExist {
		charge, err := t.create(ctx)
		if outcomeOf(err) != Unknown {
			return charge, err
		}
	}
	charge, err := t.get(ctx)
	if outcomeOf(err) == Missing {
		return t.create(ctx)
	}
	return charge, err
}
