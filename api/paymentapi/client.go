package paymentapi

import (
	"context"

	"pasar/internal/platform/rest"
)

// Client is the payment service over HTTP.
type Client struct{ caller *rest.Caller }

var _ Service = (*Client)(nil)

// NewClient returns a client that calls through caller.
func NewClient(caller *rest.Caller) *Client { return &Client{caller: caller} }

// ListPaymentMethods calls the operation of this name.
func (c *Client) ListPaymentMethods(ctx context.Context, in *ListPaymentMethodsInput) (*PaymentMethodList, error) {
	return rest.Call(ctx, c.caller, ListPaymentMethods, in)
}

// CreatePayment calls the operation of this name.
func (c *Client) CreatePayment(ctx context.Context, in *CreatePaymentInput) (*Payment, error) {
	return rest.Call(ctx, c.caller, CreatePayment, in)
}

// GetPayment calls the operation of this name.
func (c *Client) GetPayment(ctx context.Context, in *PaymentInput) (*Payment, error) {
	return rest.Call(ctx, c.caller, GetPayment, in)
}

// ListPayments calls the operation of this name.
func (c *Client) ListPayments(ctx context.Context, in *ListPaymentsInput) (*PaymentList, error) {
	return rest.Call(ctx, c.caller, ListPayments, in)
}

// VerifyPayment calls the operation of this name.
func (c *Client) VerifyPayment(ctx context.Context, in *PaymentInput) (*Payment, error) {
	return rest.Call(ctx, c.caller, VerifyPayment, in)
}

// CancelPayment calls the operation of this name.
func (c *Client) CancelPayment(ctx context.Context, in *PaymentInput) (*Payment, error) {
	return rest.Call(ctx, c.caller, CancelPayment, in)
}

// CapturePayment calls the operation of this name.
func (c *Client) CapturePayment(ctx context.Context, in *CapturePaymentInput) (*Payment, error) {
	return rest.Call(ctx, c.caller, CapturePayment, in)
}

// CreateRefund calls the operation of this name.
func (c *Client) CreateRefund(ctx context.Context, in *CreateRefundInput) (*Refund, error) {
	return rest.Call(ctx, c.caller, CreateRefund, in)
}

// ListRefunds calls the operation of this name.
func (c *Client) ListRefunds(ctx context.Context, in *ListRefundsInput) (*RefundList, error) {
	return rest.Call(ctx, c.caller, ListRefunds, in)
}

// ListLedgerEntries calls the operation of this name.
func (c *Client) ListLedgerEntries(ctx context.Context, in *ListLedgerEntriesInput) (*LedgerEntryList, error) {
	return rest.Call(ctx, c.caller, ListLedgerEntries, in)
}

// ListLedgerBalances calls the operation of this name.
func (c *Client) ListLedgerBalances(ctx context.Context, in *ListLedgerBalancesInput) (*LedgerBalanceList, error) {
	return rest.Call(ctx, c.caller, ListLedgerBalances, in)
}

// ListTransactions calls the operation of this name.
func (c *Client) ListTransactions(ctx context.Context, in *ListTransactionsInput) (*TransactionList, error) {
	return rest.Call(ctx, c.caller, ListTransactions, in)
}

// ReceiveWebhook calls the operation of this name.
func (c *Client) ReceiveWebhook(ctx context.Context, in *ReceiveWebhookInput) (*WebhookReceipt, error) {
	return rest.Call(ctx, c.caller, ReceiveWebhook, in)
}
