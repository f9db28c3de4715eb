package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"pasar/internal/platform/sqldb"
	"pasar/internal/product"
)

// Shift is the one statement by which stock changes. Its condition keeps
// 0 ≤ reserved ≤ on hand, whoever else is writing and at whatever isolation.
func (t *tx) Shift(s product.Shift) (bool, error) {
	query := `UPDATE stock SET on_hand = on_hand + ?, reserved = reserved + ?, version = version + 1, updated_at = ?
		WHERE variant_id = ? AND location = ? AND reserved + ? >= 0 AND reserved + ? <= on_hand + ?`
	if s.Sellable {
		query += " AND sellable = 1"
	}
	done := t.Exec(query, s.OnHand, s.Reserved, sqldb.At(t.Now()), s.VariantID, s.Location, s.Reserved, s.Reserved, s.OnHand)
	return done.RowsAffected == 1, write("stock", done.Error)
}

const stockOrder = `SELECT s.* FROM stock s JOIN stock_locations l ON l.code = s.location WHERE s.variant_id IN ?
	ORDER BY s.variant_id, l.position, s.location`

func (t *tx) StockRows(variantIDs []string) ([]product.StockRow, error) {
	return stockRows(t.Raw(stockOrder, variantIDs))
}

// StockRows returns what there is of a variant, by location.
func (s *Store) StockRows(ctx context.Context, variantID string) ([]product.StockRow, error) {
	return stockRows(s.db.Reader(ctx).Raw(stockOrder, []string{variantID}))
}

func stockRows(query *gorm.DB) ([]product.StockRow, error) {
	var rows []stockRow
	if err := query.Scan(&rows).Error; err != nil {
		return nil, read("stock", err)
	}
	found := make([]product.StockRow, len(rows))
	for i, r := range rows {
		found[i] = r.stock()
	}
	return found, nil
}

// AddStockRow opens an empty row for a variant in one more location.
func (t *tx) AddStockRow(variantID, location string) (known bool, err error) {
	done := t.Exec(`INSERT INTO stock (variant_id, location, product_id, sku, sellable, on_hand, reserved, version, updated_at)
		SELECT s.variant_id, l.code, s.product_id, s.sku, s.sellable, 0, 0, 1, ?
		FROM stock s JOIN stock_locations l ON l.code = ? WHERE s.variant_id = ? AND s.location = ?`,
		sqldb.At(t.Now()), location, variantID, product.MainLocation)
	if errors.Is(done.Error, gorm.ErrDuplicatedKey) {
		return false, product.ErrStale // somebody opened it meanwhile
	}
	return done.RowsAffected == 1, write("stock", done.Error)
}

// Levels returns what there is of the variants, over all locations. On MySQL it
// locks their rows: a snapshot would hide what others did meanwhile at a
// variant's other locations, and two such sums would both be wrong.
func (t *tx) Levels(variantIDs []string) ([]product.Level, error) {
	query := "SELECT * FROM stock WHERE variant_id IN ? ORDER BY variant_id, location"
	if t.mysql {
		query += " FOR UPDATE"
	}
	return levels(t.Raw(query, variantIDs))
}

// Levels returns what there is of the products' variants, over all locations.
func (s *Store) Levels(ctx context.Context, productIDs []string) ([]product.Level, error) {
	if len(productIDs) == 0 {
		return nil, nil
	}
	return levels(s.db.Reader(ctx).Raw("SELECT * FROM stock WHERE product_id IN ? ORDER BY variant_id, location", productIDs))
}

func levels(query *gorm.DB) ([]product.Level, error) {
	var rows []stockRow
	if err := query.Scan(&rows).Error; err != nil {
		return nil, read("stock", err)
	}
	var sums []product.Level
	for _, r := range rows {
		if n := len(sums); n == 0 || sums[n-1].VariantID != r.VariantID {
			sums = append(sums, product.Level{VariantID: r.VariantID, ProductID: r.ProductID, SKU: r.SKU})
		}
		sum := &sums[len(sums)-1]
		sum.OnHand += r.OnHand
		sum.Reserved += r.Reserved
		sum.Version += r.Version
	}
	return sums, nil
}

func (t *tx) InsertMovements(moves []product.Movement) error {
	rows := make([]movementRow, len(moves))
	for i, m := range moves {
		rows[i] = movementRowOf(m)
	}
	return write("stock movements", t.CreateInBatches(&rows, insertBatch).Error)
}

// Movements returns a part of a variant's ledger, newest first.
func (s *Store) Movements(ctx context.Context, q product.MovementQuery) ([]product.Movement, error) {
	query := s.db.Reader(ctx).Where("variant_id = ?", q.VariantID)
	if q.Reason != "" {
		query = query.Where("reason = ?", string(q.Reason))
	}
	if q.Before != "" {
		query = query.Where("id < ?", q.Before)
	}
	var rows []movementRow
	if err := query.Order("id DESC").Limit(q.Limit).Find(&rows).Error; err != nil {
		return nil, read("stock movements", err)
	}
	found := make([]product.Movement, len(rows))
	for i, r := range rows {
		found[i] = r.movement()
	}
	return found, nil
}

// InsertHold inserts the hold unless the order has one. MySQL counts that one's
// version up: a refused insert would leave a shared lock on it, and two of those
// who then want to change it block each other.
func (t *tx) InsertHold(h product.Hold) (fresh bool, err error) {
	row := holdRowOf(h)
	if t.mysql {
		again := clause.OnConflict{DoUpdates: clause.Assignments(map[string]any{"version": gorm.Expr("version + 1")})}
		done := t.Clauses(again).Create(&row)
		return done.RowsAffected == 1, write("reservation", done.Error) // 2 when it was there
	}
	err = t.Create(&row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return false, nil // only the statement failed; the transaction goes on
	}
	return err == nil, write("reservation", err)
}

func (t *tx) Hold(orderID string) (*product.Hold, error) {
	found, err := holds(t.Raw("SELECT * FROM reservations WHERE order_id = ?", orderID))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// UpdateHold writes h over the version before it.
func (t *tx) UpdateHold(h product.Hold) (bool, error) {
	r := holdRowOf(h)
	done := t.Exec(`UPDATE reservations SET status = ?, order_lines = ?, expires_at = ?, order_version = ?, version = ?, updated_at = ?
		WHERE order_id = ? AND version = ?`,
		r.Status, r.OrderLines, r.ExpiresAt, r.OrderVersion, r.Version, r.UpdatedAt, r.OrderID, r.Version-1)
	return done.RowsAffected == 1, write("reservation", done.Error)
}

// DueHolds returns holds that ran out, the oldest first.
func (s *Store) DueHolds(ctx context.Context, now time.Time, limit int) ([]product.Hold, error) {
	return holds(s.db.Reader(ctx).Raw(
		"SELECT * FROM reservations WHERE status = 'held' AND expires_at <= ? ORDER BY expires_at LIMIT ?", sqldb.At(now), limit))
}

func holds(query *gorm.DB) ([]product.Hold, error) {
	var rows []holdRow
	if err := query.Scan(&rows).Error; err != nil {
		return nil, read("reservations", err)
	}
	found := make([]product.Hold, len(rows))
	for i, r := range rows {
		h, err := r.hold()
		if err != nil {
			return nil, err
		}
		found[i] = h
	}
	return found, nil
}
