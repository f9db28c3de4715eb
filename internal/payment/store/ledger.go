package store

import (
	"context"
	"fmt"

	"pasar/api"
	"pasar/internal/payment"
	"pasar/internal/platform/sqldb"
)

// entryRow is one row of ledger_entries.
type entryRow struct {
	Sequence      int64 `gorm:"primaryKey;autoIncrement"`
	TransactionID string
	Line          int
	Kind          string
	Account       string
	Direction     string
	Amount        int64
	Currency      string
	PaymentID     string
	OrderID       string
	RefundID      string
	OccurredAt    sqldb.Micros
	RecordedAt    sqldb.Micros
}

func (entryRow) TableName() string { return "ledger_entries" }

// Book appends entries. ErrDuplicate means that they are booked.
func (t transaction) Book(entries []payment.Entry) error {
	rows := make([]entryRow, len(entries))
	for i, e := range entries {
		rows[i] = entryRow{
			TransactionID: e.TransactionID, Line: e.Line, Kind: string(e.Kind), Account: e.Account, Direction: string(e.Direction),
			Amount: e.Amount.Amount, Currency: e.Amount.Currency, PaymentID: e.PaymentID, OrderID: e.OrderID, RefundID: e.RefundID,
			OccurredAt: sqldb.At(e.OccurredAt), RecordedAt: sqldb.At(e.RecordedAt),
		}
	}
	err := t.Create(&rows).Error
	if duplicate(err) {
		return fmt.Errorf("book %s: %w", entries[0].TransactionID, payment.ErrDuplicate)
	}
	if err != nil {
		return fmt.Errorf("book %s: %w", entries[0].TransactionID, err)
	}
	return nil
}

// Entries lists entries, newest first.
func (s *Store) Entries(ctx context.Context, f payment.EntryFilter) ([]payment.Entry, error) {
	where := conditions{}
	where.equal("payment_id", f.PaymentID)
	where.equal("order_id", f.OrderID)
	where.equal("transaction_id", f.TransactionID)
	where.equal("account", f.Account)
	if f.Before > 0 {
		where.add("sequence < ?", f.Before)
	}
	var rows []entryRow
	err := s.db.Reader(ctx).Raw(`SELECT sequence, transaction_id, line, kind, account, direction, amount, currency,
		payment_id, order_id, refund_id, occurred_at, recorded_at FROM ledger_entries`+where.sql()+" ORDER BY sequence DESC LIMIT ?",
		append(where.args, f.Limit)...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list ledger entries: %w", err)
	}
	entries := make([]payment.Entry, len(rows))
	for i, r := range rows {
		entries[i] = payment.Entry{
			Sequence: r.Sequence, TransactionID: r.TransactionID, Line: r.Line, Kind: payment.EntryKind(r.Kind),
			Account: r.Account, Direction: payment.Direction(r.Direction), Amount: api.Money{Amount: r.Amount, Currency: r.Currency},
			PaymentID: r.PaymentID, OrderID: r.OrderID, RefundID: r.RefundID,
			OccurredAt: r.OccurredAt.Time(), RecordedAt: r.RecordedAt.Time(),
		}
	}
	return entries, nil
}

// Balances sums all entries by account and currency. It reads an index that
// holds all it needs, once.
func (s *Store) Balances(ctx context.Context) ([]payment.Balance, error) {
	var balances []payment.Balance
	err := s.db.Reader(ctx).Raw(`SELECT account, currency,
		SUM(CASE WHEN direction = 'debit' THEN amount ELSE 0 END) AS debits,
		SUM(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) AS credits
		FROM ledger_entries GROUP BY account, currency ORDER BY account, currency`).Scan(&balances).Error
	if err != nil {
		return nil, fmt.Errorf("sum the ledger: %w", err)
	}
	return balances, nil
}

// checks are the questions of Discrepancies: each row is one thing that does
// not add up.
var checks = []struct{ what, query string }{
	{"ledger transaction %s is not balanced", `SELECT transaction_id FROM ledger_entries GROUP BY transaction_id, currency
		HAVING SUM(CASE WHEN direction = 'debit' THEN amount ELSE -amount END) <> 0 LIMIT ?`},
	{"payment %s has another captured sum than its ledger entries", `SELECT p.id FROM payments p WHERE p.captured <>
		COALESCE((SELECT SUM(e.amount) FROM ledger_entries e WHERE e.payment_id = p.id AND e.kind = 'capture' AND e.direction = 'debit'), 0) LIMIT ?`},
	{"payment %s has another refunded sum than its ledger entries", `SELECT p.id FROM payments p WHERE p.refunded <>
		COALESCE((SELECT SUM(e.amount) FROM ledger_entries e WHERE e.payment_id = p.id AND e.kind = 'refund' AND e.direction = 'debit'), 0) LIMIT ?`},
	{"payment %s has another reserved sum than its refunds", `SELECT p.id FROM payments p WHERE p.refund_reserved <>
		COALESCE((SELECT SUM(r.amount) FROM refunds r WHERE r.payment_id = p.id AND r.status <> 'failed'), 0) LIMIT ?`},
	{"payment %s has another refunded sum than its refunds", `SELECT p.id FROM payments p WHERE p.refunded <>
		COALESCE((SELECT SUM(r.amount) FROM refunds r WHERE r.payment_id = p.id AND r.status = 'succeeded'), 0) LIMIT ?`},
}

// Discrepancies looks for what does not add up.
func (s *Store) Discrepancies(ctx context.Context, limit int) ([]string, error) {
	var found []string
	for _, check := range checks {
		var ids []string
		if err := s.db.Reader(ctx).Raw(check.query, limit-len(found)).Scan(&ids).Error; err != nil {
			return nil, fmt.Errorf("check the books: %w", err)
		}
		for _, id := range ids {
			found = append(found, fmt.Sprintf(check.what, id))
		}
		if len(found) >= limit {
			break
		}
	}
	return found, nil
}
