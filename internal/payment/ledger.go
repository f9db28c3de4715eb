package payment

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"pasar/api"
)

// The accounts. They are few, because the orders' own ledgers hold the rest:
//
//   - gateway_receivable:<gateway>, an asset: what a gateway has taken for us
//     and not yet paid out.
//   - customer_funds, a liability: what we owe customers for it, in goods or
//     in money. A capture raises both, a refund lowers both.
const accountCustomerFunds = "customer_funds"

func accountReceivable(gateway string) string { return "gateway_receivable:" + gateway }

// Direction is the side of an entry.
type Direction string

// Sides of an entry.
const (
	Debit  Direction = "debit"
	Credit Direction = "credit"
)

// EntryKind says what a transaction of the ledger records.
type EntryKind string

// Kinds of transactions.
const (
	EntryCapture EntryKind = "capture"
	EntryRefund  EntryKind = "refund"
)

// Entry is one line of the ledger. Lines with the same TransactionID belong
// together; the id follows from what happened, so that booking the same twice
// breaks a primary key.
type Entry struct {
	Sequence      int64 // set by the store: the order of recording
	TransactionID string
	Line          int
	Kind          EntryKind
	Account       string
	Direction     Direction
	Amount        api.Money // above zero
	PaymentID     string
	OrderID       string
	RefundID      string
	OccurredAt    time.Time
	RecordedAt    time.Time
}

// ID names one line.
func (e Entry) ID() string { return e.TransactionID + "/" + strconv.Itoa(e.Line) }

// Balance is the sum of an account's entries in one currency.
type Balance struct {
	Account  string
	Currency string
	Debits   int64
	Credits  int64
}

// ErrUnbalanced refuses entries whose debits are not their credits.
var ErrUnbalanced = errors.New("payment: ledger entries do not balance")

// CheckBalanced says whether entries may be booked: every amount above zero,
// and in each transaction and currency Σ debit = Σ credit.
func CheckBalanced(entries []Entry) error {
	type sum struct{ transaction, currency string }
	sums := map[sum]int64{}
	for _, e := range entries {
		if e.Amount.Amount <= 0 {
			return fmt.Errorf("%w: %s has the amount %d", ErrUnbalanced, e.ID(), e.Amount.Amount)
		}
		key := sum{e.TransactionID, e.Amount.Currency}
		switch e.Direction {
		case Debit:
			sums[key] += e.Amount.Amount
		case Credit:
			sums[key] -= e.Amount.Amount
		default:
			return fmt.Errorf("%w: %s has the direction %q", ErrUnbalanced, e.ID(), e.Direction)
		}
	}
	for key, left := range sums {
		if left != 0 {
			return fmt.Errorf("%w: %s is off by %d %s", ErrUnbalanced, key.transaction, left, key.currency)
		}
	}
	return nil
}

// captureEntries books money that arrived. total, the payment's sum after it,
// makes the id: each rise of the sum is booked once.
func captureEntries(p Payment, amount, total int64, at, now time.Time) []Entry {
	id := "capture:" + p.ID + ":" + strconv.FormatInt(total, 10)
	line := Entry{
		TransactionID: id, Kind: EntryCapture, Amount: p.money(amount),
		PaymentID: p.ID, OrderID: p.OrderID, OccurredAt: at, RecordedAt: now,
	}
	return pair(line, accountReceivable(p.Gateway), accountCustomerFunds)
}

// refundEntries books money that went back.
func refundEntries(gateway string, r Refund, at, now time.Time) []Entry {
	line := Entry{
		TransactionID: "refund:" + r.ID, Kind: EntryRefund, Amount: r.Amount,
		PaymentID: r.PaymentID, OrderID: r.OrderID, RefundID: r.ID, OccurredAt: at, RecordedAt: now,
	}
	return pair(line, accountCustomerFunds, accountReceivable(gateway))
}

func pair(line Entry, debit, credit string) []Entry {
	first, second := line, line
	first.Line, first.Direction, first.Account = 1, Debit, debit
	second.Line, second.Direction, second.Account = 2, Credit, credit
	return []Entry{first, second}
}
