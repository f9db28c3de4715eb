package payment

import (
	"context"
	"fmt"

	"pasar/api"
	"pasar/api/paymentapi"
	"pasar/internal/platform/fault"
)

// VerifyPayment asks the gateway how a payment stands and applies the answer.
// A payment that never reached the gateway is brought there.
func (s *Service) VerifyPayment(ctx context.Context, c Caller, id string) (Payment, error) {
	p, err := s.visible(ctx, c, id, api.PermPaymentRead)
	if err != nil || p.Status.Final() {
		return p, err
	}
	ctx, end := s.deps.Spans.Continue(ctx, p.TraceParent, "payment.verify")
	defer end()
	return s.refresh(ctx, p)
}

// refresh is the question behind verifying and sweeping.
func (s *Service) refresh(ctx context.Context, p Payment) (Payment, error) {
	ctx = context.WithoutCancel(ctx)
	t, err := s.talkAbout(p)
	if err != nil {
		return Payment{}, err
	}
	var charge Charge
	if p.Status == Pending {
		charge, err = t.ensure(ctx, true)
	} else {
		charge, err = t.get(ctx)
	}
	n := news{exchanges: t.exchanges}
	switch outcomeOf(err) {
	case OK:
		n.charge = &charge
	case Refused, Missing:
		n.charge = s.ended(p, Failed, failureOf(err))
	default:
		return Payment{}, s.noNews(ctx, p, t.exchanges, err)
	}
	return s.settle(ctx, p, n)
}

// CancelPayment gives up a payment that has taken no money.
func (s *Service) CancelPayment(ctx context.Context, c Caller, id string) (Payment, error) {
	p, err := s.visible(ctx, c, id, api.PermPaymentCapture)
	if err != nil || p.Status == Cancelled {
		return p, err
	}
	if !p.Status.Final() {
		ctx, end := s.deps.Spans.Continue(ctx, p.TraceParent, "payment.cancel")
		defer end()
		p, err = s.cancelAtGateway(ctx, p, Failure{Code: "cancelled", Detail: "given up before it was paid"})
		if err != nil || p.Status == Cancelled {
			return p, err
		}
	}
	return Payment{}, fault.New(fault.Conflict, paymentapi.CodePaymentState,
		"The payment is %s and cannot be cancelled; captured money goes back by a refund.", p.Status).
		With("payment_status", string(p.Status))
}

// cancelAtGateway cancels the charge and applies how it then stands, which may
// be captured when the customer was faster.
func (s *Service) cancelAtGateway(ctx context.Context, p Payment, why Failure) (Payment, error) {
	ctx = context.WithoutCancel(ctx)
	t, err := s.talkAbout(p)
	if err != nil {
		return Payment{}, err
	}
	charge, err := t.cancel(ctx)
	if o := outcomeOf(err); o == Refused || o == Unknown {
		charge, err = t.get(ctx)
	}
	n := news{exchanges: t.exchanges}
	switch outcomeOf(err) {
	case OK:
		if charge.Status == Cancelled {
			charge.Failure = why
		}
		n.charge = &charge
	case Missing:
		n.charge = s.ended(p, Cancelled, why)
	default:
		return Payment{}, s.noNews(ctx, p, t.exchanges, err)
	}
	return s.settle(ctx, p, n)
}

// CapturePayment asks to take authorized money.
type CapturePayment struct {
	ID     string
	Amount *api.Money // nil takes all
	Resume string     // set when an earlier request with the same key did not end
	Answer func(Payment) ([]byte, error)
}

const answerDone = 200

// CapturePayment takes authorized money, once.
func (s *Service) CapturePayment(ctx context.Context, in CapturePayment) (Payment, error) {
	p, err := s.visible(ctx, Caller{Actor: api.Actor{Kind: api.ActorSystem}}, in.ID, api.PermPaymentCapture)
	if err != nil {
		return Payment{}, err
	}
	amount := p.money(p.Authorized)
	if in.Amount != nil {
		amount = *in.Amount
	}
	if in.Resume == "" {
		if err := s.checkCapture(p, amount); err != nil {
			return Payment{}, err
		}
	}
	ctx, end := s.deps.Spans.Continue(context.WithoutCancel(ctx), p.TraceParent, "payment.capture")
	defer end()
	err = s.deps.Store.InTx(ctx, func(tx Tx) error { return tx.Claim(p.ID, s.timing.Lease) })
	if err != nil {
		return Payment{}, err
	}
	t, err := s.talkAbout(p)
	if err != nil {
		return Payment{}, err
	}
	charge, err := t.capture(ctx, amount)
	refusal := err
	if outcomeOf(err) != OK && outcomeOf(err) != NotSent {
		charge, err = t.get(ctx) // it may have been done already, by us or at the gateway's desk
	}
	if err != nil {
		return Payment{}, s.noNews(ctx, p, t.exchanges, err)
	}
	if charge.Captured == 0 || refusal != nil && charge.Captured != amount.Amount {
		return Payment{}, s.notCaptured(ctx, p, t.exchanges, charge, refusal)
	}
	return s.settle(ctx, p, news{charge: &charge, exchanges: t.exchanges, also: func(tx Tx, p Payment, _ map[string]Refund) error {
		body, err := in.Answer(p)
		if err != nil {
			return err
		}
		return tx.Complete(answerDone, body)
	}})
}

func (s *Service) checkCapture(p Payment, amount api.Money) error {
	switch {
	case p.Status != Authorized:
		return fault.New(fault.Conflict, paymentapi.CodePaymentState, "The payment is %s; only an authorized one can be captured.", p.Status).
			With("payment_status", string(p.Status))
	case amount.Currency != p.Amount.Currency:
		return currencyMismatch(p)
	case amount.Amount <= 0 || amount.Amount > p.Authorized:
		return fault.New(fault.Invalid, paymentapi.CodeCaptureExceeds, "Capture between 1 and the %d that are authorized.", p.Authorized).
			At("#/amount/amount", paymentapi.CodeCaptureExceeds, fmt.Sprintf("expected 1 to %d", p.Authorized))
	}
	gateway, err := s.gatewayOf(p)
	if err != nil {
		return err
	}
	return gateway.CheckAmount(amount)
}

func (s *Service) notCaptured(ctx context.Context, p Payment, exchanges []Exchange, charge Charge, refusal error) error {
	if _, err := s.settle(ctx, p, news{charge: &charge, exchanges: exchanges}); err != nil {
		return err
	}
	if outcomeOf(refusal) == Unknown {
		return unanswered(p, refusal)
	}
	return fault.Wrap(refusal, fault.Conflict, paymentapi.CodeGatewayRefused, "The gateway refused the capture; the payment is now %s there.", charge.Status)
}

func currencyMismatch(p Payment) error {
	return fault.New(fault.Invalid, paymentapi.CodeCurrencyMismatch, "The payment is in %s.", p.Amount.Currency).
		At("#/amount/currency", paymentapi.CodeCurrencyMismatch, "expected "+p.Amount.Currency)
}
