package store

import (
	"context"

	"gorm.io/gorm"

	"pasar/api"
	"pasar/internal/order"
	"pasar/internal/platform/sqldb"
)

// Sums of the ledgers of one order, o. Each is a look into an index.
const (
	capturedSum  = "(SELECT COALESCE(SUM(p.amount), 0) FROM order_payments p WHERE p.order_id = o.id AND p.type = 'capture' AND p.currency = o.currency)"
	refundedSum  = "(SELECT COALESCE(SUM(p.amount), 0) FROM order_payments p WHERE p.order_id = o.id AND p.type = 'refund' AND p.currency = o.currency)"
	fulfilledSum = "(SELECT COALESCE(SUM(i.fulfilled), 0) FROM order_items i WHERE i.order_id = o.id)"
)

// paymentCase says in SQL what order.DerivePaymentStatus says in Go.
const paymentCase = "CASE WHEN o.total > 0 AND " + capturedSum + " = 0 AND " + refundedSum + " = 0 THEN 'unpaid'" +
	" WHEN " + capturedSum + " - " + refundedSum + " = o.total THEN 'paid'" +
	" WHEN " + capturedSum + " - " + refundedSum + " > o.total THEN 'overpaid'" +
	" WHEN " + capturedSum + " - " + refundedSum + " <= 0 THEN 'refunded'" +
	" WHEN " + refundedSum + " > 0 THEN 'partially_refunded'" +
	" ELSE 'partially_paid' END"

// fulfillmentCase says in SQL what order.DeriveFulfillmentStatus says in Go.
const fulfillmentCase = "CASE WHEN " + fulfilledSum + " = 0 THEN 'unfulfilled' WHEN " + fulfilledSum + " < o.quantity THEN 'partially_fulfilled' ELSE 'fulfilled' END"

type summaryRow struct {
	ID        string
	Number    string
	Status    string
	UserID    *string
	Email     string
	Currency  string
	Quantity  int64
	Total     int64
	PlacedAt  sqldb.Micros
	UpdatedAt sqldb.Micros
	Captured  int64
	Refunded  int64
	Fulfilled int64
}

// Orders returns one page, newest first.
func (s *Store) Orders(ctx context.Context, f order.Filter) ([]order.Summary, error) {
	var rows []summaryRow
	err := filtered(s.db.Reader(ctx).Table("orders o"), f).
		Select("o.id, o.number, o.status, o.user_id, o.email, o.currency, o.quantity, o.total, o.placed_at, o.updated_at, " +
			capturedSum + " AS captured, " + refundedSum + " AS refunded, " + fulfilledSum + " AS fulfilled").
		Order("o.placed_at DESC, o.id DESC").Limit(f.Limit).Scan(&rows).Error
	if err != nil {
		return nil, wrap(err, "list orders")
	}
	page := make([]order.Summary, len(rows))
	for i, r := range rows {
		page[i] = r.summary()
	}
	return page, nil
}

func filtered(db *gorm.DB, f order.Filter) *gorm.DB {
	for _, exact := range []struct{ condition, value string }{
		{"o.status = ?", string(f.Status)}, {"o.email = ?", f.Email}, {"o.number = ?", f.Number}, {"o.user_id = ?", f.UserID},
	} {
		if exact.value != "" {
			db = db.Where(exact.condition, exact.value)
		}
	}
	if !f.From.IsZero() {
		db = db.Where("o.placed_at >= ?", sqldb.At(f.From))
	}
	if !f.Before.IsZero() {
		db = db.Where("o.placed_at < ?", sqldb.At(f.Before))
	}
	if f.After != nil {
		at := sqldb.At(f.After.PlacedAt)
		db = db.Where("o.placed_at <= ? AND (o.placed_at < ? OR o.id < ?)", at, at, f.After.ID)
	}
	if f.Payment == order.Refunded || f.Payment == order.PartiallyRefunded {
		// Few orders have refunds: start from those.
		db = db.Where("o.id IN (SELECT order_id FROM order_payments WHERE type = 'refund')")
	}
	if f.Payment != "" {
		db = db.Where(paymentCase+" = ?", string(f.Payment))
	}
	if f.Fulfillment != "" {
		db = db.Where(fulfillmentCase+" = ?", string(f.Fulfillment))
	}
	return db
}

func (r summaryRow) summary() order.Summary {
	return order.Summary{
		ID: r.ID, Number: r.Number, Status: order.Status(r.Status), UserID: text(r.UserID), Email: r.Email,
		Payment:     order.DerivePaymentStatus(r.Total, r.Captured, r.Refunded),
		Fulfillment: order.DeriveFulfillmentStatus(r.Quantity, r.Fulfilled),
		Quantity:    r.Quantity, Total: api.Money{Amount: r.Total, Currency: r.Currency},
		PlacedAt: r.PlacedAt.Time(), UpdatedAt: r.UpdatedAt.Time(),
	}
}
