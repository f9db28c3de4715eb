package store

import (
	"context"
	"fmt"
	"time"

	"pasar/api"
	"pasar/internal/payment"
	"pasar/internal/platform/sqldb"
)

const refundColumns = `id, payment_id, order_id, status, amount, currency, reason, cause,
	failure_code, failure_detail, check_at, checks, created_at, updated_at`

// refundRow is one row of refunds.
type refundRow struct {
	ID            string
	PaymentID     string
	OrderID       string
	Status        string
	Amount        int64
	Currency      string
	Reason        string
	Cause         *string
	FailureCode   string
	FailureDetail string
	CheckAt       *sqldb.Micros
	Checks        int
	CreatedAt     sqldb.Micros
	UpdatedAt     sqldb.Micros
}

func (refundRow) TableName() string { return "refunds" }

func (r refundRow) refund() payment.Refund {
	refund := payment.Refund{
		ID: r.ID, PaymentID: r.PaymentID, OrderID: r.OrderID, Status: payment.RefundStatus(r.Status),
		Amount: api.Money{Amount: r.Amount, Currency: r.Currency}, Reason: r.Reason,
		Failure: payment.Failure{Code: r.FailureCode, Detail: r.FailureDetail},
		CheckAt: sqldb.TimeOf(r.CheckAt), Checks: r.Checks,
		CreatedAt: r.CreatedAt.Time(), UpdatedAt: r.UpdatedAt.Time(),
	}
	if r.Cause != nil {
		refund.Cause = *r.Cause
	}
	return refund
}

// Refund reads one refund.
func (s *Store) Refund(ctx context.Context, id string) (payment.Refund, error) {
	row, err := one[refundRow](s.db.Reader(ctx), "refund "+id, "SELECT "+refundColumns+" FROM refunds WHERE id = ?", id)
	if err != nil {
		return payment.Refund{}, err
	}
	return row.refund(), nil
}

// RefundByCause reads the automatic refund of a cause.
func (s *Store) RefundByCause(ctx context.Context, cause string) (payment.Refund, error) {
	row, err := one[refundRow](s.db.Reader(ctx), "refund for "+cause, "SELECT "+refundColumns+" FROM refunds WHERE cause = ?", cause)
	if err != nil {
		return payment.Refund{}, err
	}
	return row.refund(), nil
}

// Refunds lists a payment's refunds, newest first.
func (s *Store) Refunds(ctx context.Context, paymentID, before string, limit int) ([]payment.Refund, error) {
	where := conditions{}
	where.add("payment_id = ?", paymentID)
	if before != "" {
		where.add("id < ?", before)
	}
	return s.refunds(ctx, where.sql()+" ORDER BY id DESC LIMIT ?", append(where.args, limit)...)
}

// DueRefunds lists pending refunds whose check is due.
func (s *Store) DueRefunds(ctx context.Context, now time.Time, limit int) ([]payment.Refund, error) {
	return s.refunds(ctx, " WHERE check_at <= ? ORDER BY check_at LIMIT ?", sqldb.At(now), limit)
}

func (s *Store) refunds(ctx context.Context, tail string, args ...any) ([]payment.Refund, error) {
	var rows []refundRow
	if err := s.db.Reader(ctx).Raw("SELECT "+refundColumns+" FROM refunds"+tail, args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("list refunds: %w", err)
	}
	refunds := make([]payment.Refund, len(rows))
	for i, row := range rows {
		refunds[i] = row.refund()
	}
	return refunds, nil
}

// ReserveRefund takes the amount from what can still go back, and inserts the
// refund. The conditional update is what keeps parallel refunds within the
// captured sum; the CHECK on the row says the same once more.
func (t transaction) ReserveRefund(r payment.Refund) error {
	changed, err := exec(t.Tx, "reserve refund on payment "+r.PaymentID, `UPDATE payments
		SET refund_reserved = refund_reserved + ?, updated_at = ?, version = version + 1
		WHERE id = ? AND currency = ? AND status = 'captured' AND captured - refund_reserved >= ?`,
		r.Amount.Amount, sqldb.At(t.Now()), r.PaymentID, r.Amount.Currency, r.Amount.Amount)
	if err != nil {
		return err
	}
	if changed == 0 {
		return payment.ErrExceeds
	}
	row := refundRow{
		ID: r.ID, PaymentID: r.PaymentID, OrderID: r.OrderID, Status: string(r.Status),
		Amount: r.Amount.Amount, Currency: r.Amount.Currency, Reason: cut(r.Reason, 200),
		CheckAt: sqldb.AtPtr(r.CheckAt), CreatedAt: sqldb.At(r.CreatedAt), UpdatedAt: sqldb.At(r.UpdatedAt),
	}
	if r.Cause != "" {
		row.Cause = &r.Cause
	}
	err = t.Create(&row).Error
	if duplicate(err) {
		return payment.ErrDuplicate
	}
	if err != nil {
		return fmt.Errorf("insert refund %s: %w", r.ID, err)
	}
	return nil
}

// FinishRefund ends a pending refund. What failed is given back to what can go
// back; what succeeded stays reserved and is counted as gone.
func (t transaction) FinishRefund(r *payment.Refund) (payment.Payment, bool, error) {
	finished, err := exec(t.Tx, "finish refund "+r.ID, `UPDATE refunds
		SET status = ?, failure_code = ?, failure_detail = ?, check_at = NULL, updated_at = ?
		WHERE id = ? AND payment_id = ? AND status = 'pending'`,
		string(r.Status), cut(r.Failure.Code, 64), cut(r.Failure.Detail, 500), sqldb.At(t.Now()), r.ID, r.PaymentID)
	if err != nil {
		return payment.Payment{}, false, err
	}
	if finished == 1 {
		if err := t.correctSums(*r); err != nil {
			return payment.Payment{}, false, err
		}
	}
	row, err := one[refundRow](t.DB, "refund "+r.ID, "SELECT "+refundColumns+" FROM refunds WHERE id = ? AND payment_id = ?", r.ID, r.PaymentID)
	if err != nil {
		return payment.Payment{}, false, err
	}
	*r = row.refund()
	if finished == 0 {
		return payment.Payment{}, false, nil
	}
	after, err := one[paymentRow](t.DB, "payment "+r.PaymentID, "SELECT "+paymentColumns+" FROM payments WHERE id = ?", r.PaymentID)
	if err != nil {
		return payment.Payment{}, false, err
	}
	p, err := after.payment()
	return p, true, err
}

// correctSums comes before the first SELECT of the transaction: a server with
// snapshot isolation refuses to update a row that has changed since one.
func (t transaction) correctSums(r payment.Refund) error {
	change := "refunded = refunded + (SELECT amount FROM refunds WHERE id = ?)"
	if r.Status == payment.RefundFailed {
		change = "refund_reserved = refund_reserved - (SELECT amount FROM refunds WHERE id = ?)"
	}
	_, err := exec(t.Tx, "correct sums of payment "+r.PaymentID,
		"UPDATE payments SET "+change+", updated_at = ?, version = version + 1 WHERE id = ?",
		r.ID, sqldb.At(t.Now()), r.PaymentID)
	return err
}

// PostponeRefund takes a due check.
func (t transaction) PostponeRefund(r payment.Refund, until time.Time) (bool, error) {
	changed, err := exec(t.Tx, "postpone refund "+r.ID, "UPDATE refunds SET check_at = ?, checks = checks + 1 WHERE id = ? AND check_at = ?",
		sqldb.At(until), r.ID, sqldb.At(r.CheckAt))
	return changed == 1, err
}
