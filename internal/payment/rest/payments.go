package rest

import (
	"context"

	"pasar/api"
	"pasar/api/paymentapi"
	"pasar/internal/payment"
	"pasar/internal/platform/rest"
)

// ListPaymentMethods lists gateways and methods.
func (s *Service) ListPaymentMethods(_ context.Context, in *paymentapi.ListPaymentMethodsInput) (*paymentapi.PaymentMethodList, error) {
	list := &paymentapi.PaymentMethodList{Data: []paymentapi.PaymentMethod{}}
	for _, m := range s.heart.Methods(in.Currency) {
		list.Data = append(list.Data, paymentapi.PaymentMethod{Gateway: m.Gateway, Method: m.Name, Currencies: m.Currencies})
	}
	return list, nil
}

// CreatePayment starts paying for an order.
func (s *Service) CreatePayment(ctx context.Context, in *paymentapi.CreatePaymentInput) (*paymentapi.Payment, error) {
	c := caller(ctx, in.CartToken)
	p, err := s.heart.CreatePayment(ctx, payment.CreatePayment{
		Caller: c, CartToken: in.CartToken,
		OrderID: in.Body.OrderID, Gateway: in.Body.Gateway, Method: in.Body.Method, ReturnURL: in.Body.ReturnURL,
		Resume: resume(ctx), Answer: answerPayment(c),
	})
	return shownTo(c, p, err)
}

// GetPayment reads a payment.
func (s *Service) GetPayment(ctx context.Context, in *paymentapi.PaymentInput) (*paymentapi.Payment, error) {
	c := caller(ctx, in.CartToken)
	p, err := s.heart.Payment(ctx, c, in.ID)
	return shownTo(c, p, err)
}

// ListPayments lists what the caller may see.
func (s *Service) ListPayments(ctx context.Context, in *paymentapi.ListPaymentsInput) (*paymentapi.PaymentList, error) {
	filter := payment.PaymentFilter{
		OrderID: in.OrderID, Status: payment.Status(in.Status), Gateway: in.Gateway, NeedsReview: in.NeedsReview,
		CreatedFrom: in.CreatedFrom, CreatedBefore: in.CreatedBefore, Limit: rest.Limit(in.Paging) + 1,
	}
	if err := after(in.Paging, &filter.Before); err != nil {
		return nil, err
	}
	c := caller(ctx, in.CartToken)
	payments, err := s.heart.Payments(ctx, c, filter)
	if err != nil {
		return nil, err
	}
	return rest.List(payments, in.Paging,
		func(p payment.Payment) paymentapi.Payment { return toAPI(c, p) },
		func(p payment.Payment) string { return rest.EncodeCursor(p.ID) }), nil
}

// VerifyPayment asks the gateway.
func (s *Service) VerifyPayment(ctx context.Context, in *paymentapi.PaymentInput) (*paymentapi.Payment, error) {
	c := caller(ctx, in.CartToken)
	p, err := s.heart.VerifyPayment(ctx, c, in.ID)
	return shownTo(c, p, err)
}

// CancelPayment gives a payment up.
func (s *Service) CancelPayment(ctx context.Context, in *paymentapi.PaymentInput) (*paymentapi.Payment, error) {
	c := caller(ctx, in.CartToken)
	p, err := s.heart.CancelPayment(ctx, c, in.ID)
	return shownTo(c, p, err)
}

// CapturePayment takes authorized money.
func (s *Service) CapturePayment(ctx context.Context, in *paymentapi.CapturePaymentInput) (*paymentapi.Payment, error) {
	c := caller(ctx, "")
	p, err := s.heart.CapturePayment(ctx, payment.CapturePayment{
		ID: in.ID, Amount: in.Body.Amount, Resume: resume(ctx), Answer: answerPayment(c),
	})
	return shownTo(c, p, err)
}

func answerPayment(c payment.Caller) func(payment.Payment) ([]byte, error) {
	return func(p payment.Payment) ([]byte, error) { return rest.Encode(toAPI(c, p)) }
}

func shownTo(c payment.Caller, p payment.Payment, err error) (*paymentapi.Payment, error) {
	if err != nil {
		return nil, err
	}
	shown := toAPI(c, p)
	return &shown, nil
}

func toAPI(c payment.Caller, p payment.Payment) paymentapi.Payment {
	shown := paymentapi.Payment{
		ID: p.ID, OrderID: p.OrderID, Gateway: p.Gateway, Method: p.Method, Status: string(p.Status),
		Amount:    p.Amount,
		Captured:  api.Money{Amount: p.Captured, Currency: p.Amount.Currency},
		Refunded:  api.Money{Amount: p.Refunded, Currency: p.Amount.Currency},
		Failure:   failure(p.Failure),
		ExpiresAt: p.ExpiresAt, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Version: p.Version,
	}
	if a := p.Action; a != nil {
		shown.NextAction = &paymentapi.NextAction{Type: a.Type, URL: a.URL, AccountNumber: a.AccountNumber, QRString: a.QRString}
	}
	if c.Actor.Can(api.PermPaymentRead) {
		shown.Review = p.Review
	}
	return shown
}

func failure(f payment.Failure) *paymentapi.Failure {
	if f.Code == "" {
		return nil
	}
	return &paymentapi.Failure{Code: f.Code, Detail: f.Detail}
}
