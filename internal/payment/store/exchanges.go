package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pasar/internal/payment"
	"pasar/internal/platform/sqldb"
)

// exchangeRow is one row of transaction_log.
type exchangeRow struct {
	ID         string
	PaymentID  string
	RefundID   string
	Gateway    string
	Operation  string
	Outcome    string
	HTTPStatus int `gorm:"column:http_status"`
	Request    string
	Answer     string
	Note       string
	DurationUS int64 `gorm:"column:duration_us"`
	At         sqldb.Micros
}

func (exchangeRow) TableName() string { return "transaction_log" }

// Record appends exchanges to the log.
func (t transaction) Record(exchanges ...payment.Exchange) error {
	if len(exchanges) == 0 {
		return nil
	}
	rows := make([]exchangeRow, len(exchanges))
	for i, e := range exchanges {
		rows[i] = exchangeRow{
			ID: e.ID, PaymentID: cut(e.PaymentID, 100), RefundID: e.RefundID, Gateway: e.Gateway, Operation: e.Operation,
			Outcome: string(e.Outcome), HTTPStatus: e.HTTPStatus, Request: e.Request, Answer: e.Answer, Note: cut(e.Note, 500),
			DurationUS: e.Duration.Microseconds(), At: sqldb.At(e.At),
		}
	}
	if err := t.Create(&rows).Error; err != nil {
		return fmt.Errorf("record exchanges: %w", err)
	}
	return nil
}

// Exchanges lists what was said about a payment, oldest first.
func (s *Store) Exchanges(ctx context.Context, paymentID, after string, limit int) ([]payment.Exchange, error) {
	var rows []exchangeRow
	err := s.db.Reader(ctx).Where("payment_id = ? AND id > ?", paymentID, after).Order("id").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list exchanges of payment %s: %w", paymentID, err)
	}
	exchanges := make([]payment.Exchange, len(rows))
	for i, r := range rows {
		exchanges[i] = payment.Exchange{
			ID: r.ID, PaymentID: r.PaymentID, RefundID: r.RefundID, Gateway: r.Gateway, Operation: r.Operation,
			Outcome: payment.Outcome(r.Outcome), HTTPStatus: r.HTTPStatus, Request: r.Request, Answer: r.Answer, Note: r.Note,
			Duration: time.Duration(r.DurationUS) * time.Microsecond, At: r.At.Time(),
		}
	}
	return exchanges, nil
}

// webhookRow is one row of webhooks.
type webhookRow struct {
	ID         string
	Gateway    string
	EventID    string
	Reference  string
	Notice     string
	Body       string
	ReceivedAt sqldb.Micros
}

func (webhookRow) TableName() string { return "webhooks" }

// InsertWebhook keeps a notification, once for each of the gateway's events.
func (t transaction) InsertWebhook(w payment.Webhook) error {
	notice, err := json.Marshal(w.Notice)
	if err != nil {
		return fmt.Errorf("encode notice: %w", err)
	}
	err = t.Create(&webhookRow{
		ID: w.ID, Gateway: w.Gateway, EventID: w.Notice.EventID, Reference: w.Notice.Reference,
		Notice: string(notice), Body: w.Body, ReceivedAt: sqldb.At(w.ReceivedAt),
	}).Error
	if duplicate(err) {
		return payment.ErrDuplicate
	}
	if err != nil {
		return fmt.Errorf("insert webhook: %w", err)
	}
	return nil
}

// Webhook reads a kept notification.
func (s *Store) Webhook(ctx context.Context, id string) (payment.Webhook, error) {
	row, err := first[webhookRow](s.db.Reader(ctx), "webhook "+id, "FROM webhooks WHERE id = ?", id)
	if err != nil {
		return payment.Webhook{}, err
	}
	w := payment.Webhook{ID: row.ID, Gateway: row.Gateway, Body: row.Body, ReceivedAt: row.ReceivedAt.Time()}
	if err := json.Unmarshal([]byte(row.Notice), &w.Notice); err != nil {
		return payment.Webhook{}, fmt.Errorf("read webhook %s: %w", id, err)
	}
	return w, nil
}
