package rest

import (
	"context"

	"pasar/api/paymentapi"
	"pasar/internal/payment"
	"pasar/internal/platform/rest"
)

// CreateRefund sends money back.
func (s *Service) CreateRefund(ctx context.Context, in *paymentapi.CreateRefundInput) (*paymentapi.Refund, error) {
	r, err := s.heart.CreateRefund(ctx, payment.CreateRefund{
		PaymentID: in.ID, Amount: in.Body.Amount, Reason: in.Body.Reason, Resume: resume(ctx),
		Answer: func(r payment.Refund) ([]byte, error) { return rest.Encode(refundToAPI(r)) },
	})
	if err != nil {
		return nil, err
	}
	shown := refundToAPI(r)
	return &shown, nil
}

// ListRefunds lists a payment's refunds.
func (s *Service) ListRefunds(ctx context.Context, in *paymentapi.ListRefundsInput) (*paymentapi.RefundList, error) {
	var before string
	if err := after(in.Paging, &before); err != nil {
		return nil, err
	}
	refunds, err := s.heart.Refunds(ctx, caller(ctx, in.CartToken), in.ID, before, rest.Limit(in.Paging)+1)
	if err != nil {
		return nil, err
	}
	return rest.List(refunds, in.Paging, refundToAPI, func(r payment.Refund) string { return rest.EncodeCursor(r.ID) }), nil
}

func refundToAPI(r payment.Refund) paymentapi.Refund {
	return paymentapi.Refund{
		ID: r.ID, PaymentID: r.PaymentID, OrderID: r.OrderID, Status: string(r.Status), Amount: r.Amount,
		Reason: r.Reason, Automatic: r.Automatic(), Failure: failure(r.Failure), CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}
