package payment

import (
	"context"
	"errors"
	"fmt"

	"pasar/api"
	"pasar/api/paymentapi"
	"pasar/internal/platform/fault"
)

// CreateRefund asks to send captured money back.
type CreateRefund struct {
	PaymentID string
	Amount    api.Money
	Reason    string
	Resume    string // refund id of an unfinished try with the same key
	Answer    func(Refund) ([]byte, error)
}

// CreateRefund reserves the amount, commits, and then asks the gateway. The
// refund is pending from its first moment and stays so while the gateway
// cannot be asked; the sweeper goes on with it.
func (s *Service) CreateRefund(ctx context.Context, in CreateRefund) (Refund, error) {
	if in.Resume != "" {
		r, err := s.deps.Store.Refund(ctx, in.Resume)
		if err != nil {
			return Refund{}, fmt.Errorf("resume refund %s: %w", in.Resume, err)
		}
		err = s.deps.Store.InTx(ctx, func(tx Tx) error { return tx.Claim(r.ID, s.timing.Lease) })
		if err != nil {
			return Refund{}, err
		}
		return s.sendRefund(ctx, r, true, in.Answer)
	}
	p, err := s.visible(ctx, Caller{Actor: api.Actor{Kind: api.ActorSystem}}, in.PaymentID, api.PermRefundCreate)
	if err != nil {
		return Refund{}, err
	}
	if err := s.checkRefund(p, in.Amount); err != nil {
		return Refund{}, err
	}
	r := s.newRefund(p, in.Amount, in.Reason, "")
	err = s.deps.Store.InTx(ctx, func(tx Tx) error {
		if err := tx.Claim(r.ID, s.timing.Lease); err != nil {
			return err
		}
		return tx.ReserveRefund(r)
	})
	if errors.Is(err, ErrExceeds) {
		return Refund{}, s.exceeds(ctx, p.ID)
	}
	if err != nil {
		return Refund{}, err
	}
	return s.sendRefund(ctx, r, false, in.Answer)
}

func (s *Service) newRefund(p Payment, amount api.Money, reason, cause string) Refund {
	now := s.deps.Clock.Now()
	return Refund{
		ID: api.NewID(api.PrefixRefund), PaymentID: p.ID, OrderID: p.OrderID, Status: RefundPending,
		Amount: amount, Reason: reason, Cause: cause,
		CheckAt: now.Add(s.timing.PollAfter), CreatedAt: now, UpdatedAt: now,
	}
}

func (s *Service) checkRefund(p Payment, amount api.Money) error {
	switch {
	case p.Status != Captured:
		return fault.New(fault.Conflict, paymentapi.CodePaymentState, "The payment is %s; only captured money can go back.", p.Status).
			With("payment_status", string(p.Status))
	case amount.Currency != p.Amount.Currency:
		return currencyMismatch(p)
	case amount.Amount <= 0:
		return fault.New(fault.Invalid, api.CodeInvalid, "A refund needs an amount above zero.").
			At("#/amount/amount", "out_of_range", "expected a number above 0")
	case amount.Amount > p.Captured-p.RefundReserved:
		return refundExceeds(p)
	}
	gateway, err := s.gatewayOf(p)
	if err != nil {
		return err
	}
	return gateway.CheckAmount(amount)
}

// exceeds answers a refund that lost a race for what is left.
func (s *Service) exceeds(ctx context.Context, paymentID string) error {
	p, err := s.deps.Store.Payment(ctx, paymentID)
	if err != nil {
		return err
	}
	return refundExceeds(p)
}

func refundExceeds(p Payment) error {
	left := p.Refundable()
	return fault.New(fault.Conflict, paymentapi.CodeRefundExceeds,
		"At most %d %s can still go back; refunds under way count.", left.Amount, left.Currency).
		With("refundable", left).At("#/amount/amount", paymentapi.CodeRefundExceeds, "is more than can still go back")
}

// sendRefund asks the gateway for a committed refund and applies what it says.
// answer may be nil where nobody waits for one.
func (s *Service) sendRefund(ctx context.Context, r Refund, mayExist bool, answer func(Refund) ([]byte, error)) (Refund, error) {
	p, err := s.deps.Store.Payment(ctx, r.PaymentID)
	if err != nil {
		return Refund{}, err
	}
	ctx, end := s.deps.Spans.Continue(context.WithoutCancel(ctx), p.TraceParent, "payment.refund")
	defer end()
	n := news{also: func(tx Tx, _ Payment, ended map[string]Refund) error {
		if stored, ok := ended[r.ID]; ok {
			r = stored // a webhook may have been faster
		}
		if answer == nil {
			return nil
		}
		body, err := answer(r)
		if err != nil {
			return err
		}
		return tx.Complete(answerCreated, body)
	}}
	if r.Status == RefundPending {
		t, err := s.talkAbout(p)
		if err != nil {
			return Refund{}, err
		}
		t.refundID = r.ID
		charge := t.ensureRefund(ctx, &r, mayExist)
		n.charge, n.exchanges = charge, t.exchanges
	}
	_, err = s.settle(ctx, p, n)
	return r, err
}

// ensureRefund makes the gateway know the refund and takes its status over
// into r. As with charges, silence is followed by a question. It returns what
// was heard of the charge, nil when nothing.
func (t *talk) ensureRefund(ctx context.Context, r *Refund, mayExist bool) *Charge {
	if mayExist {
		charge, err := t.get(ctx)
		if err != nil {
			return nil
		}
		if charge.refund(r.ID) != nil {
			return r.learn(charge)
		}
	}
	charge, err := t.refund(ctx, *r)
	if outcomeOf(err) == Unknown {
		if charge, err = t.get(ctx); err == nil && charge.refund(r.ID) == nil {
			charge, err = t.refund(ctx, *r) // the refund id makes it one refund
		}
	}
	switch {
	case err == nil:
		return r.learn(charge)
	case outcomeOf(err) == Refused || outcomeOf(err) == Missing:
		r.Status, r.Failure = RefundFailed, failureOf(err)
		return &Charge{Amount: t.payment.Amount, At: t.s.deps.Clock.Now(), Refunds: []ChargeRefund{
			{ID: r.ID, Status: RefundFailed, Amount: r.Amount, Failure: r.Failure, At: t.s.deps.Clock.Now()},
		}}
	}
	return nil
}

func (r *Refund) learn(c Charge) *Charge {
	if known := c.refund(r.ID); known != nil {
		r.Status, r.Failure = known.Status, known.Failure
	}
	return &c
}
