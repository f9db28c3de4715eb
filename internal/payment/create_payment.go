package payment

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/internal/platform/fault"
)

// CreatePayment asks to start paying for an order.
type CreatePayment struct {
	Caller    Caller
	CartToken string // handed on to the order service, which judges it
	OrderID   string
	Gateway   string
	Method    string
	ReturnURL string
	Resume    string // payment id of an unfinished try with the same key
	// Answer encodes the payment as it will be answered, to be stored under
	// the Idempotency-Key.
	Answer func(Payment) ([]byte, error)
}

const answerCreated = 201

// CreatePayment makes a payment and its charge at the gateway. The payment is
// committed before the gateway hears of it, so that a crash at any point
// leaves something to resume by the same key, by the sweeper or by verifying.
func (s *Service) CreatePayment(ctx context.Context, in CreatePayment) (Payment, error) {
	if in.Resume != "" {
		return s.resumePayment(ctx, in)
	}
	gateway, ok := s.deps.Gateways[in.Gateway]
	if !ok {
		return Payment{}, fault.New(fault.Invalid, paymentapi.CodeGatewayUnknown, "There is no gateway of this name; GET /v1/payment-methods lists them.").
			At("#/gateway", paymentapi.CodeGatewayUnknown, "is not a configured gateway")
	}
	if err := checkReturnURL(in.ReturnURL); err != nil {
		return Payment{}, err
	}
	payable, err := s.deps.Orders.GetPayable(ctx, &orderapi.GetPayableInput{ID: in.OrderID, CartToken: in.CartToken})
	if err != nil {
		return Payment{}, err
	}
	if err := s.checkPayable(payable); err != nil {
		return Payment{}, err
	}
	ctx, end := s.deps.Spans.Continue(ctx, payable.TraceParent, "payment.create")
	defer end()

	p := s.newPayment(ctx, in, payable)
	if err := gateway.Check(s.newCharge(p)); err != nil {
		return Payment{}, err
	}
	err = s.deps.Store.InTx(ctx, func(tx Tx) error {
		if err := tx.Claim(p.ID, s.timing.Lease); err != nil {
			return err
		}
		return tx.InsertPayment(p)
	})
	if errors.Is(err, ErrOpen) {
		return Payment{}, s.alreadyOpen(ctx, in.OrderID)
	}
	if err != nil {
		return Payment{}, err
	}
	return s.open(ctx, p, false, in.Answer)
}

// resumePayment goes on with a payment whose first request did not end.
func (s *Service) resumePayment(ctx context.Context, in CreatePayment) (Payment, error) {
	p, err := s.deps.Store.Payment(ctx, in.Resume)
	if err != nil {
		return Payment{}, fmt.Errorf("resume payment %s: %w", in.Resume, err)
	}
	ctx, end := s.deps.Spans.Continue(ctx, p.TraceParent, "payment.resume")
	defer end()
	err = s.deps.Store.InTx(ctx, func(tx Tx) error { return tx.Claim(p.ID, s.timing.Lease) })
	if err != nil {
		return Payment{}, err
	}
	return s.open(ctx, p, true, in.Answer)
}

// open brings a committed payment to the gateway and stores the answer. The
// caller's going away does not stop it: the charge may exist by then.
func (s *Service) open(ctx context.Context, p Payment, mayExist bool, answer func(Payment) ([]byte, error)) (Payment, error) {
	ctx = context.WithoutCancel(ctx)
	n := news{also: func(tx Tx, p Payment, _ map[string]Refund) error {
		body, err := answer(p)
		if err != nil {
			return err
		}
		return tx.Complete(answerCreated, body)
	}}
	if p.Status != Pending {
		return s.settle(ctx, p, n)
	}
	t, err := s.talkAbout(p)
	if err != nil {
		return Payment{}, err
	}
	charge, err := t.ensure(ctx, mayExist)
	n.exchanges = t.exchanges
	switch outcomeOf(err) {
	case OK:
		n.charge = &charge
	case Refused:
		n.charge = s.ended(p, Failed, failureOf(err))
	default:
		return Payment{}, s.noNews(ctx, p, t.exchanges, err)
	}
	settled, err := s.settle(ctx, p, n)
	if err == nil && settled.Status == Cancelled && !charge.Status.Final() {
		s.closeLate(ctx, settled)
	}
	return settled, err
}

// noNews records a call that brought none and says so.
func (s *Service) noNews(ctx context.Context, p Payment, exchanges []Exchange, cause error) error {
	if _, err := s.settle(ctx, p, news{exchanges: exchanges}); err != nil {
		return errors.Join(unanswered(p, cause), err)
	}
	return unanswered(p, cause)
}

// closeLate cancels a charge whose payment was cancelled while it was made. If
// that fails the charge stays open at the gateway, where nobody knows its
// page; money that came nevertheless would be booked and judged by the order.
func (s *Service) closeLate(ctx context.Context, p Payment) {
	if _, err := s.cancelAtGateway(ctx, p, p.Failure); err != nil {
		s.deps.Logger.WarnContext(ctx, "the charge of a cancelled payment could not be closed", "payment_id", p.ID, "error", err)
	}
}

// ended is the news that we make ourselves: nothing will come of the payment.
func (s *Service) ended(p Payment, status Status, why Failure) *Charge {
	return &Charge{Status: status, Amount: p.Amount, Failure: why, At: s.deps.Clock.Now()}
}

func (s *Service) newPayment(ctx context.Context, in CreatePayment, payable *orderapi.Payable) Payment {
	now := s.deps.Clock.Now()
	return Payment{
		ID: api.NewID(api.PrefixPayment), OrderID: payable.OrderID,
		UserID: payable.UserID, CartTokenHash: payable.CartTokenHash,
		Gateway: in.Gateway, Method: in.Method, Status: Pending, Amount: payable.Due,
		ReturnURL: in.ReturnURL, TraceParent: s.deps.Spans.TraceParent(ctx),
		ExpiresAt: payable.ExpiresAt, CheckAt: now.Add(s.timing.PollAfter),
		CreatedAt: now, UpdatedAt: now, Version: 1,
	}
}

func (s *Service) newCharge(p Payment) NewCharge {
	return NewCharge{
		Reference: p.ID, OrderID: p.OrderID, Amount: p.Amount, Method: p.Method,
		Description: p.OrderID, ReturnURL: p.ReturnURL,
		WebhookURL: strings.TrimSuffix(s.deps.WebhookURL, "/") + "/v1/webhooks/" + p.Gateway,
		ExpiresAt:  p.ExpiresAt,
	}
}

func (s *Service) checkPayable(o *orderapi.Payable) error {
	switch {
	case o.Status != "open":
		return fault.New(fault.Conflict, paymentapi.CodeOrderNotPayable, "The order is %s; only an open order can be paid.", o.Status)
	case !s.deps.Clock.Now().Before(o.ExpiresAt):
		return fault.New(fault.Conflict, paymentapi.CodeOrderNotPayable, "The time to pay this order is over; order again.")
	case o.Due.Amount <= 0:
		return fault.New(fault.Conflict, paymentapi.CodeOrderNotPayable, "Nothing is owed for this order.")
	}
	return nil
}

// alreadyOpen names the payment that is under way.
func (s *Service) alreadyOpen(ctx context.Context, orderID string) error {
	open, err := s.deps.Store.OpenPayment(ctx, orderID)
	if errors.Is(err, ErrNotFound) {
		return fault.New(fault.Conflict, paymentapi.CodePaymentOpen, "A payment for this order ended just now; try again.").After(time.Second)
	}
	if err != nil {
		return err
	}
	if open.Status == Captured {
		return fault.New(fault.Conflict, paymentapi.CodeOrderNotPayable, "The order is paid.").With("payment_id", open.ID)
	}
	return fault.New(fault.Conflict, paymentapi.CodePaymentOpen,
		"The order has a payment under way. Finish it on its page, or cancel it to pay in another way.").
		With("payment_id", open.ID).With("payment_status", string(open.Status))
}

// checkReturnURL keeps customers from being sent to a script or over an open
// line. Plain HTTP is for a shop front on the developer's own machine.
func checkReturnURL(raw string) error {
	if raw == "" {
		return nil
	}
	u, err := url.Parse(raw)
	local := err == nil && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1")
	if err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http" && local) {
		return nil
	}
	return fault.New(fault.Invalid, api.CodeInvalid, "return_url must be an absolute https address without a user name; http is for this machine only.").
		At("#/return_url", "wrong_format", "expected https://host/path")
}
