package paymentapi

import (
	"context"

	"pasar/internal/platform/rest"
)

// Service is the payment service, in process or over HTTP.
type Service interface {
	Payments
	Refunds
	Books
	Webhooks
}

// Payments is paying for orders.
type Payments interface {
	ListPaymentMethods(context.Context, *ListPaymentMethodsInput) (*PaymentMethodList, error)
	CreatePayment(context.Context, *CreatePaymentInput) (*Payment, error)
	GetPayment(context.Context, *PaymentInput) (*Payment, error)
	ListPayments(context.Context, *ListPaymentsInput) (*PaymentList, error)
	VerifyPayment(context.Context, *PaymentInput) (*Payment, error)
	CancelPayment(context.Context, *PaymentInput) (*Payment, error)
	CapturePayment(context.Context, *CapturePaymentInput) (*Payment, error)
}

// Refunds is sending money back.
type Refunds interface {
	CreateRefund(context.Context, *CreateRefundInput) (*Refund, error)
	ListRefunds(context.Context, *ListRefundsInput) (*RefundList, error)
}

// Books is the ledger and the transaction log.
type Books interface {
	ListLedgerEntries(context.Context, *ListLedgerEntriesInput) (*LedgerEntryList, error)
	ListLedgerBalances(context.Context, *ListLedgerBalancesInput) (*LedgerBalanceList, error)
	ListTransactions(context.Context, *ListTransactionsInput) (*TransactionList, error)
}

// Webhooks is what gateways call.
type Webhooks interface {
	ReceiveWebhook(context.Context, *ReceiveWebhookInput) (*WebhookReceipt, error)
}

// Register registers every operation of the service.
func Register(a *rest.API, s Service) {
	rest.Handle(a, ListPaymentMethods, s.ListPaymentMethods)
	rest.Handle(a, CreatePayment, s.CreatePayment)
	rest.Handle(a, GetPayment, s.GetPayment)
	rest.Handle(a, ListPayments, s.ListPayments)
	rest.Handle(a, VerifyPayment, s.VerifyPayment)
	rest.Handle(a, CancelPayment, s.CancelPayment)
	rest.Handle(a, CapturePayment, s.CapturePayment)
	rest.Handle(a, CreateRefund, s.CreateRefund)
	rest.Handle(a, ListRefunds, s.ListRefunds)
	rest.Handle(a, ListLedgerEntries, s.ListLedgerEntries)
	rest.Handle(a, ListLedgerBalances, s.ListLedgerBalances)
	rest.Handle(a, ListTransactions, s.ListTransactions)
	rest.Handle(a, ReceiveWebhook, s.ReceiveWebhook)
}
