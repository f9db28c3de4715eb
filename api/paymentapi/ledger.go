package paymentapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
)

// Operations on the books and the record of what was said to gateways.
var (
	ListLedgerEntries = rest.Operation[ListLedgerEntriesInput, LedgerEntryList]{
		ID: "list-ledger-entries", Method: "GET", Path: "/v1/ledger/entries",
		Summary:     "Entries of the double-entry ledger, newest first",
		Description: "Entries are never changed or removed. Those of one transaction have equal debits and credits in each currency.",
		Needs:       rest.Permission(api.PermLedgerRead),
	}
	ListLedgerBalances = rest.Operation[ListLedgerBalancesInput, LedgerBalanceList]{
		ID: "list-ledger-balances", Method: "GET", Path: "/v1/ledger/balances",
		Summary: "Balance of every account and currency, summed from the entries",
		Needs:   rest.Permission(api.PermLedgerRead),
	}
	ListTransactions = rest.Operation[ListTransactionsInput, TransactionList]{
		ID: "list-payment-transactions", Method: "GET", Path: "/v1/payments/{id}/transactions",
		Summary:     "Every exchange with the gateway about a payment, oldest first",
		Description: "Requests, answers and notifications as they were sent, with secrets and card numbers masked.",
		Needs:       rest.Permission(api.PermPaymentRead),
	}
)

// ListLedgerEntriesInput filters entries.
type ListLedgerEntriesInput struct {
	api.Paging
	PaymentID     string `query:"payment_id" prefix:"pay" maxLength:"30"`
	OrderID       string `query:"order_id" prefix:"ord" maxLength:"30"`
	TransactionID string `query:"transaction_id" maxLength:"80" pattern:"^[a-z0-9_:]*$"`
	Account       string `query:"account" maxLength:"64" pattern:"^[a-z0-9_:]*$"`
}

// LedgerEntryList is one page of entries.
type LedgerEntryList = api.List[LedgerEntry]

// LedgerEntry is one line of a transaction.
type LedgerEntry struct {
	ID            string    `json:"id" doc:"Transaction and line number" example:"capture:pay_01k9q0v4c6z3h8m2n5r7t9w1x4:1299000/1"`
	TransactionID string    `json:"transaction_id"`
	Kind          string    `json:"kind" enum:"capture,refund"`
	Account       string    `json:"account" doc:"gateway_receivable:<gateway> (what a gateway owes us) or customer_funds (what we owe customers in goods or money)" example:"gateway_receivable:simulator"`
	Direction     string    `json:"direction" enum:"debit,credit"`
	Amount        api.Money `json:"amount"`
	PaymentID     string    `json:"payment_id"`
	OrderID       string    `json:"order_id"`
	RefundID      string    `json:"refund_id,omitempty"`
	OccurredAt    time.Time `json:"occurred_at" doc:"When the gateway says it happened"`
	RecordedAt    time.Time `json:"recorded_at"`
}

// ListLedgerBalancesInput is empty.
type ListLedgerBalancesInput struct{}

// LedgerBalanceList holds a row for each account and currency.
type LedgerBalanceList struct {
	Data []LedgerBalance `json:"data" nullable:"false"`
}

// LedgerBalance is the sum of an account's entries. Balance is debits less
// credits: positive for what is owed to us, negative for what we owe.
type LedgerBalance struct {
	Account  string    `json:"account"`
	Currency string    `json:"currency"`
	Debits   api.Money `json:"debits"`
	Credits  api.Money `json:"credits"`
	Balance  api.Money `json:"balance"`
}

// ListTransactionsInput names the payment.
type ListTransactionsInput struct {
	api.Paging
	ID string `path:"id" prefix:"pay"`
}

// TransactionList is one page of exchanges.
type TransactionList = api.List[Transaction]

// Transaction is one exchange with a gateway.
type Transaction struct {
	ID         string    `json:"id"`
	PaymentID  string    `json:"payment_id"`
	RefundID   string    `json:"refund_id,omitempty"`
	Gateway    string    `json:"gateway"`
	Operation  string    `json:"operation" enum:"create,get,capture,cancel,refund,webhook"`
	Outcome    string    `json:"outcome" enum:"ok,refused,missing,not_sent,unknown,ignored" doc:"unknown: no answer in time, so it may have happened"`
	HTTPStatus int       `json:"http_status,omitempty"`
	Request    string    `json:"request,omitempty" doc:"What was sent, or the notification received"`
	Answer     string    `json:"answer,omitempty"`
	Note       string    `json:"note,omitempty"`
	DurationMS int64     `json:"duration_ms"`
	At         time.Time `json:"at"`
}
