package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"pasar/internal/order"
	"pasar/internal/platform/sqldb"
)

// Order returns nil when there is no such order.
func (s *Store) Order(ctx context.Context, id string, parts order.Parts) (*order.Order, error) {
	return readOrder(s.db.Reader(ctx), id, parts)
}

func (t transaction) Order(id string, parts order.Parts) (*order.Order, error) {
	return readOrder(t.tx.DB, id, parts)
}

func readOrder(db *gorm.DB, id string, parts order.Parts) (*order.Order, error) {
	rows, err := sqldb.Rows[orderRow](db, "FROM orders WHERE id = ?", id)
	if err != nil {
		return nil, fmt.Errorf("order: read order %s: %w", id, err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	o, err := rows[0].order()
	for _, read := range []struct {
		part order.Parts
		read func(*gorm.DB, *order.Order) error
	}{{order.WithItems, readItems}, {order.WithLedger, readLedger}, {order.WithHistory, readFulfilments}, {order.WithHistory, readTimeline}} {
		if err == nil && parts&read.part != 0 {
			err = read.read(db, o)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("order: read order %s: %w", id, err)
	}
	return o, nil
}

func readItems(db *gorm.DB, o *order.Order) error {
	rows, err := sqldb.Rows[itemRow](db, "FROM order_items WHERE order_id = ? ORDER BY position", o.ID)
	if err != nil {
		return fmt.Errorf("items: %w", err)
	}
	for _, r := range rows {
		o.Items = append(o.Items, r.item())
	}
	return nil
}

func readLedger(db *gorm.DB, o *order.Order) error {
	rows, err := sqldb.Rows[paymentRow](db, "FROM order_payments WHERE order_id = ? ORDER BY recorded_at, type, source", o.ID)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	for _, r := range rows {
		o.Ledger = append(o.Ledger, r.entry())
	}
	return nil
}

func readTimeline(db *gorm.DB, o *order.Order) error {
	rows, err := sqldb.Rows[timelineRow](db, "FROM order_timeline WHERE order_id = ? ORDER BY version, position", o.ID)
	if err != nil {
		return fmt.Errorf("timeline: %w", err)
	}
	for _, r := range rows {
		o.Timeline = append(o.Timeline, r.entry())
	}
	return nil
}

func readFulfilments(db *gorm.DB, o *order.Order) error {
	if len(o.Items) > 0 && o.FulfillmentStatus() == order.Unfulfilled {
		return nil
	}
	var rows []struct {
		ID        string
		Carrier   string
		Tracking  string
		ActorID   string
		CreatedAt sqldb.Micros
		ItemID    string
		Quantity  int64
	}
	err := db.Raw(`SELECT f.id, f.carrier, f.tracking, f.actor_id, f.created_at, l.item_id, l.quantity
		FROM order_fulfilments f JOIN order_fulfilment_lines l ON l.fulfilment_id = f.id
		WHERE f.order_id = ? ORDER BY f.created_at, f.id, l.item_id`, o.ID).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("fulfilments: %w", err)
	}
	for _, r := range rows {
		if last := len(o.Fulfilments) - 1; last < 0 || o.Fulfilments[last].ID != r.ID {
			o.Fulfilments = append(o.Fulfilments, order.Fulfilment{
				ID: r.ID, Carrier: r.Carrier, Tracking: r.Tracking, ActorID: r.ActorID, At: r.CreatedAt.Time(),
			})
		}
		f := &o.Fulfilments[len(o.Fulfilments)-1]
		f.Lines = append(f.Lines, order.FulfilmentLine{ItemID: r.ItemID, Quantity: r.Quantity})
	}
	return nil
}

func (t transaction) InsertOrder(o *order.Order) error {
	row, err := orderRowOf(o)
	if err == nil {
		err = insert(t.tx, []orderRow{row}, "row")
	}
	if err == nil {
		err = insert(t.tx, itemRowsOf(o), "items")
	}
	if err == nil {
		err = insert(t.tx, timelineRowsOf(o), "timeline")
	}
	if err != nil {
		return fmt.Errorf("order: insert order %s: %w", o.ID, err)
	}
	return nil
}

// UpdateOrder writes what the order's methods changed. The version in the
// condition makes every decision rest on the rows it was made from.
func (t transaction) UpdateOrder(o *order.Order) (bool, error) {
	result := t.tx.Exec("UPDATE orders SET version = ?, status = ?, cancel_reason = ?, updated_at = ? WHERE id = ? AND version = ?",
		o.Version, string(o.Status), o.CancelReason, sqldb.At(o.UpdatedAt), o.ID, o.Version-1)
	if result.Error != nil {
		return false, fmt.Errorf("order: update order %s: %w", o.ID, result.Error)
	}
	if result.RowsAffected != 1 {
		return false, nil
	}
	err := insert(t.tx, t.ledgerRows(o), "ledger")
	if err == nil {
		err = t.insertFulfilment(o)
	}
	if err == nil {
		err = insert(t.tx, timelineRowsOf(o), "timeline")
	}
	if err != nil {
		return false, fmt.Errorf("order: update order %s: %w", o.ID, err)
	}
	return true, nil
}

func (t transaction) ledgerRows(o *order.Order) []paymentRow {
	rows := make([]paymentRow, len(o.Changes.Ledger))
	for i, e := range o.Changes.Ledger {
		rows[i] = paymentRow{
			OrderID: o.ID, Type: string(e.Type), Source: e.Source, PaymentID: e.PaymentID,
			Amount: e.Amount.Amount, Currency: e.Amount.Currency, HappenedAt: sqldb.At(e.At), RecordedAt: sqldb.At(o.UpdatedAt),
		}
	}
	return rows
}

// insertFulfilment also counts what was handed over, never more than was
// ordered: the condition says so, and the table's CHECK says it again.
func (t transaction) insertFulfilment(o *order.Order) error {
	f := o.Changes.Fulfilment
	if f == nil {
		return nil
	}
	row := fulfilmentRow{ID: f.ID, OrderID: o.ID, Carrier: f.Carrier, Tracking: f.Tracking, ActorID: f.ActorID, CreatedAt: sqldb.At(f.At)}
	if err := insert(t.tx, []fulfilmentRow{row}, "fulfilment"); err != nil {
		return err
	}
	lines := make([]fulfilmentLineRow, len(f.Lines))
	for i, line := range f.Lines {
		lines[i] = fulfilmentLineRow{FulfilmentID: f.ID, ItemID: line.ItemID, Quantity: line.Quantity}
		result := t.tx.Exec("UPDATE order_items SET fulfilled = fulfilled + ? WHERE order_id = ? AND id = ? AND fulfilled + ? <= quantity",
			line.Quantity, o.ID, line.ItemID, line.Quantity)
		if result.Error != nil {
			return fmt.Errorf("count fulfilled item %s: %w", line.ItemID, result.Error)
		}
		if result.RowsAffected != 1 {
			return fmt.Errorf("item %s of order %s: more than was ordered would be handed over", line.ItemID, o.ID)
		}
	}
	return insert(t.tx, lines, "fulfilment lines")
}

// Overdue names open orders whose time was over at now, longest first.
func (s *Store) Overdue(ctx context.Context, now time.Time, limit int) ([]string, error) {
	var ids []string
	err := s.db.Reader(ctx).Raw("SELECT id FROM orders WHERE status = 'open' AND expires_at <= ? ORDER BY expires_at LIMIT ?",
		sqldb.At(now), limit).Scan(&ids).Error
	return ids, wrap(err, "find overdue orders")
}
