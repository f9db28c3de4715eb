package rest

import (
	"context"

	"pasar/api"
	"pasar/api/paymentapi"
	"pasar/internal/payment"
	"pasar/internal/platform/rest"
)

// ListLedgerEntries lists entries.
func (s *Service) ListLedgerEntries(ctx context.Context, in *paymentapi.ListLedgerEntriesInput) (*paymentapi.LedgerEntryList, error) {
	filter := payment.EntryFilter{
		PaymentID: in.PaymentID, OrderID: in.OrderID, TransactionID: in.TransactionID, Account: in.Account, Limit: rest.Limit(in.Paging) + 1,
	}
	if err := after(in.Paging, &filter.Before); err != nil {
		return nil, err
	}
	entries, err := s.heart.Entries(ctx, filter)
	if err != nil {
		return nil, err
	}
	return rest.List(entries, in.Paging, entryToAPI, func(e payment.Entry) string { return rest.EncodeCursor(e.Sequence) }), nil
}

func entryToAPI(e payment.Entry) paymentapi.LedgerEntry {
	return paymentapi.LedgerEntry{
		ID: e.ID(), TransactionID: e.TransactionID, Kind: string(e.Kind), Account: e.Account, Direction: string(e.Direction),
		Amount: e.Amount, PaymentID: e.PaymentID, OrderID: e.OrderID, RefundID: e.RefundID,
		OccurredAt: e.OccurredAt, RecordedAt: e.RecordedAt,
	}
}

// ListLedgerBalances sums the ledger.
func (s *Service) ListLedgerBalances(ctx context.Context, _ *paymentapi.ListLedgerBalancesInput) (*paymentapi.LedgerBalanceList, error) {
	balances, err := s.heart.Balances(ctx)
	if err != nil {
		return nil, err
	}
	list := &paymentapi.LedgerBalanceList{Data: make([]paymentapi.LedgerBalance, len(balances))}
	for i, b := range balances {
		money := func(amount int64) api.Money { return api.Money{Amount: amount, Currency: b.Currency} }
		list.Data[i] = paymentapi.LedgerBalance{
			Account: b.Account, Currency: b.Currency,
			Debits: money(b.Debits), Credits: money(b.Credits), Balance: money(b.Debits - b.Credits),
		}
	}
	return list, nil
}

// ListTransactions lists exchanges with the gateway.
func (s *Service) ListTransactions(ctx context.Context, in *paymentapi.ListTransactionsInput) (*paymentapi.TransactionList, error) {
	var last string
	if err := after(in.Paging, &last); err != nil {
		return nil, err
	}
	exchanges, err := s.heart.Exchanges(ctx, in.ID, last, rest.Limit(in.Paging)+1)
	if err != nil {
		return nil, err
	}
	return rest.List(exchanges, in.Paging, exchangeToAPI, func(e payment.Exchange) string { return rest.EncodeCursor(e.ID) }), nil
}

func exchangeToAPI(e payment.Exchange) paymentapi.Transaction {
	return paymentapi.Transaction{
		ID: e.ID, PaymentID: e.PaymentID, RefundID: e.RefundID, Gateway: e.Gateway, Operation: e.Operation,
		Outcome: string(e.Outcome), HTTPStatus: e.HTTPStatus, Request: e.Request, Answer: e.Answer, Note: e.Note,
		DurationMS: e.Duration.Milliseconds(), At: e.At,
	}
}

// ReceiveWebhook takes a notification.
func (s *Service) ReceiveWebhook(ctx context.Context, in *paymentapi.ReceiveWebhookInput) (*paymentapi.WebhookReceipt, error) {
	if err := s.heart.ReceiveWebhook(ctx, in.Gateway, in.Header, in.RawBody); err != nil {
		return nil, err
	}
	return &paymentapi.WebhookReceipt{Received: true}, nil
}
