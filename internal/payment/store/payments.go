package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pasar/api"
	"pasar/internal/payment"
	"pasar/internal/platform/sqldb"
)

const paymentColumns = `id, order_id, user_id, cart_token_hash, gateway, method, status, amount, currency,
	authorized, captured, refund_reserved, refunded, gateway_id, action, failure_code, failure_detail, review,
	return_url, traceparent, expires_at, check_at, checks, created_at, updated_at, version`

// paymentRow is one row of payments.
type paymentRow struct {
	ID             string
	OrderID        string
	OpenOrderID    *string
	UserID         string
	CartTokenHash  string
	Gateway        string
	Method         string
	Status         string
	Amount         int64
	Currency       string
	Authorized     int64
	Captured       int64
	RefundReserved int64
	Refunded       int64
	GatewayID      string
	Action         string
	FailureCode    string
	FailureDetail  string
	Review         string
	ReturnURL      string `gorm:"column:return_url"`
	TraceParent    string `gorm:"column:traceparent"`
	ExpiresAt      sqldb.Micros
	CheckAt        *sqldb.Micros
	Checks         int
	CreatedAt      sqldb.Micros
	UpdatedAt      sqldb.Micros
	Version        int64
}

func (paymentRow) TableName() string { return "payments" }

func (r paymentRow) payment() (payment.Payment, error) {
	p := payment.Payment{
		ID: r.ID, OrderID: r.OrderID, UserID: r.UserID, CartTokenHash: r.CartTokenHash,
		Gateway: r.Gateway, Method: r.Method, Status: payment.Status(r.Status),
		Amount:     api.Money{Amount: r.Amount, Currency: r.Currency},
		Authorized: r.Authorized, Captured: r.Captured, RefundReserved: r.RefundReserved, Refunded: r.Refunded,
		GatewayID: r.GatewayID, Failure: payment.Failure{Code: r.FailureCode, Detail: r.FailureDetail}, Review: r.Review,
		ReturnURL: r.ReturnURL, TraceParent: r.TraceParent,
		ExpiresAt: r.ExpiresAt.Time(), CheckAt: sqldb.TimeOf(r.CheckAt), Checks: r.Checks,
		CreatedAt: r.CreatedAt.Time(), UpdatedAt: r.UpdatedAt.Time(), Version: r.Version,
	}
	if r.Action != "" {
		if err := json.Unmarshal([]byte(r.Action), &p.Action); err != nil {
			return payment.Payment{}, fmt.Errorf("read action of payment %s: %w", r.ID, err)
		}
	}
	return p, nil
}

func encodeAction(a *payment.Action) (string, error) {
	if a == nil {
		return "", nil
	}
	encoded, err := json.Marshal(a)
	return string(encoded), err
}

// Payment reads one payment.
func (s *Store) Payment(ctx context.Context, id string) (payment.Payment, error) {
	row, err := first[paymentRow](s.db.Reader(ctx), "payment "+id, "FROM payments WHERE id = ?", id)
	if err != nil {
		return payment.Payment{}, err
	}
	return row.payment()
}

// OpenPayment reads the payment that keeps an order from another one.
func (s *Store) OpenPayment(ctx context.Context, orderID string) (payment.Payment, error) {
	row, err := one[paymentRow](s.db.Reader(ctx), "open payment of "+orderID,
		"SELECT "+paymentColumns+" FROM payments WHERE open_order_id = ?", orderID)
	if err != nil {
		return payment.Payment{}, err
	}
	return row.payment()
}

// TraceParent reads the trace that a payment belongs to.
func (s *Store) TraceParent(ctx context.Context, id string) (string, error) {
	trace, err := one[string](s.db.Reader(ctx), "trace of payment "+id, "SELECT traceparent FROM payments WHERE id = ?", id)
	if errors.Is(err, payment.ErrNotFound) {
		return "", nil
	}
	return trace, err
}

// Payments lists payments, newest first.
func (s *Store) Payments(ctx context.Context, f payment.PaymentFilter) ([]payment.Payment, error) {
	where := conditions{}
	where.equal("user_id", f.UserID)
	where.equal("cart_token_hash", f.CartTokenHash)
	where.equal("order_id", f.OrderID)
	where.equal("status", string(f.Status))
	where.equal("gateway", f.Gateway)
	if f.NeedsReview {
		where.add("review <> ''")
	}
	if !f.CreatedFrom.IsZero() {
		where.add("created_at >= ?", sqldb.At(f.CreatedFrom))
	}
	if !f.CreatedBefore.IsZero() {
		where.add("created_at < ?", sqldb.At(f.CreatedBefore))
	}
	if f.Before != "" {
		where.add("id < ?", f.Before)
	}
	return s.payments(ctx, where.sql()+" ORDER BY id DESC LIMIT ?", append(where.args, f.Limit)...)
}

// DuePayments lists payments whose check is due.
func (s *Store) DuePayments(ctx context.Context, now time.Time, limit int) ([]payment.Payment, error) {
	return s.payments(ctx, " WHERE check_at <= ? ORDER BY check_at LIMIT ?", sqldb.At(now), limit)
}

func (s *Store) payments(ctx context.Context, tail string, args ...any) ([]payment.Payment, error) {
	var rows []paymentRow
	if err := s.db.Reader(ctx).Raw("SELECT "+paymentColumns+" FROM payments"+tail, args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("list payments: %w", err)
	}
	payments := make([]payment.Payment, len(rows))
	for i, row := range rows {
		p, err := row.payment()
		if err != nil {
			return nil, err
		}
		payments[i] = p
	}
	return payments, nil
}

// InsertPayment inserts an open payment. The unique key on open_order_id is
// what keeps an order from two.
func (t transaction) InsertPayment(p payment.Payment) error {
	action, err := encodeAction(p.Action)
	if err != nil {
		return err
	}
	err = t.Create(&paymentRow{
		ID: p.ID, OrderID: p.OrderID, OpenOrderID: &p.OrderID, UserID: p.UserID, CartTokenHash: p.CartTokenHash,
		Gateway: p.Gateway, Method: p.Method, Status: string(p.Status), Amount: p.Amount.Amount, Currency: p.Amount.Currency,
		Authorized: p.Authorized, Captured: p.Captured, GatewayID: p.GatewayID, Action: action,
		FailureCode: p.Failure.Code, FailureDetail: p.Failure.Detail, Review: p.Review,
		ReturnURL: p.ReturnURL, TraceParent: p.TraceParent,
		ExpiresAt: sqldb.At(p.ExpiresAt), CheckAt: sqldb.AtPtr(p.CheckAt), Checks: p.Checks,
		CreatedAt: sqldb.At(p.CreatedAt), UpdatedAt: sqldb.At(p.UpdatedAt), Version: p.Version,
	}).Error
	if duplicate(err) {
		return payment.ErrOpen
	}
	if err != nil {
		return fmt.Errorf("insert payment %s: %w", p.ID, err)
	}
	return nil
}

// UpdatePayment writes what news can change. A payment that has ended gives its
// order free for another one; money that arrives later does not take it back.
func (t transaction) UpdatePayment(p *payment.Payment) error {
	action, err := encodeAction(p.Action)
	if err != nil {
		return err
	}
	p.Failure = payment.Failure{Code: cut(p.Failure.Code, 64), Detail: cut(p.Failure.Detail, 500)}
	p.GatewayID = cut(p.GatewayID, 100)
	changed, err := exec(t.Tx, "update payment "+p.ID, `UPDATE payments
		SET status = ?, authorized = ?, captured = ?, gateway_id = ?, action = ?, failure_code = ?, failure_detail = ?, review = ?,
		    check_at = ?, updated_at = ?, open_order_id = CASE WHEN ? THEN open_order_id END, version = version + 1
		WHERE id = ? AND version = ?`,
		string(p.Status), p.Authorized, p.Captured, p.GatewayID, action, p.Failure.Code, p.Failure.Detail, p.Review,
		sqldb.AtPtr(p.CheckAt), sqldb.At(p.UpdatedAt), p.Open(), p.ID, p.Version)
	if err != nil {
		return err
	}
	if changed == 0 {
		return payment.ErrStale
	}
	p.Version++
	return nil
}

// PostponePayment takes a due check.
func (t transaction) PostponePayment(p payment.Payment, until time.Time) (bool, error) {
	changed, err := exec(t.Tx, "postpone payment "+p.ID, "UPDATE payments SET check_at = ?, checks = checks + 1 WHERE id = ? AND check_at = ?",
		sqldb.At(until), p.ID, sqldb.At(p.CheckAt))
	return changed == 1, err
}

// FlagPayment asks for a person, unless that has been done.
func (t transaction) FlagPayment(id, reason string) error {
	_, err := exec(t.Tx, "flag payment "+id, "UPDATE payments SET review = ?, version = version + 1 WHERE id = ? AND review = ''", reason, id)
	return err
}
