package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pasar/internal/order"
	"pasar/internal/platform/sqldb"
)

// cartRow is one row of carts. Contents is a JSON document: a change of a cart
// is one read and one conditional write, whatever it changes.
type cartRow struct {
	ID        string `gorm:"primaryKey"`
	UserID    *string
	TokenHash string
	Version   int64
	State     string
	Currency  string
	Language  string
	Contents  string
	CreatedAt sqldb.Micros
	UpdatedAt sqldb.Micros
	ExpiresAt sqldb.Micros
}

func (cartRow) TableName() string { return "carts" }

// Cart returns nil when there is no such cart.
func (s *Store) Cart(ctx context.Context, id string) (*order.Cart, error) {
	rows, err := sqldb.Rows[cartRow](s.db.Reader(ctx), "FROM carts WHERE id = ?", id)
	if err != nil {
		return nil, fmt.Errorf("order: read cart %s: %w", id, err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	cart, err := rows[0].cart()
	if err != nil {
		return nil, fmt.Errorf("order: read cart %s: %w", id, err)
	}
	return cart, nil
}

func (t transaction) InsertCart(c *order.Cart) error {
	row, err := cartRowOf(c)
	if err == nil {
		err = insert(t.tx, []cartRow{row}, "cart")
	}
	if err != nil {
		return fmt.Errorf("order: insert cart %s: %w", c.ID, err)
	}
	return nil
}

func (t transaction) UpdateCart(c *order.Cart) (bool, error) {
	row, err := cartRowOf(c)
	if err != nil {
		return false, fmt.Errorf("order: update cart %s: %w", c.ID, err)
	}
	result := t.tx.Exec(`UPDATE carts
		SET version = ?, user_id = ?, state = ?, language = ?, contents = ?, updated_at = ?, expires_at = ?
		WHERE id = ? AND version = ? AND state = 'open'`,
		row.Version, row.UserID, row.State, row.Language, row.Contents, row.UpdatedAt, row.ExpiresAt, row.ID, row.Version-1)
	if result.Error != nil {
		return false, fmt.Errorf("order: update cart %s: %w", c.ID, result.Error)
	}
	return result.RowsAffected == 1, nil
}

// PurgeCarts removes carts that expired before a time and tells how many.
func (s *Store) PurgeCarts(ctx context.Context, before time.Time, limit int) (int, error) {
	var ids []string
	err := s.db.Reader(ctx).Raw("SELECT id FROM carts WHERE expires_at < ? ORDER BY expires_at LIMIT ?", sqldb.At(before), limit).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return 0, wrap(err, "find expired carts")
	}
	removed := 0
	err = s.db.InTx(ctx, func(tx *sqldb.Tx) error {
		result := tx.Exec("DELETE FROM carts WHERE id IN ? AND expires_at < ?", ids, sqldb.At(before))
		removed = int(result.RowsAffected)
		return result.Error
	})
	return removed, wrap(err, "remove expired carts")
}

func wrap(err error, what string) error {
	if err != nil {
		return fmt.Errorf("order: %s: %w", what, err)
	}
	return nil
}

func cartRowOf(c *order.Cart) (cartRow, error) {
	contents, err := json.Marshal(c.Contents)
	if err != nil {
		return cartRow{}, fmt.Errorf("encode contents: %w", err)
	}
	return cartRow{
		ID: c.ID, UserID: nullable(c.UserID), TokenHash: c.TokenHash, Version: c.Version, State: string(c.State),
		Currency: c.Currency, Language: c.Language, Contents: string(contents),
		CreatedAt: sqldb.At(c.CreatedAt), UpdatedAt: sqldb.At(c.UpdatedAt), ExpiresAt: sqldb.At(c.ExpiresAt),
	}, nil
}

func (r cartRow) cart() (*order.Cart, error) {
	c := &order.Cart{
		ID: r.ID, UserID: text(r.UserID), TokenHash: r.TokenHash, Version: r.Version, State: order.CartState(r.State),
		Currency: r.Currency, Language: r.Language,
		CreatedAt: r.CreatedAt.Time(), UpdatedAt: r.UpdatedAt.Time(), ExpiresAt: r.ExpiresAt.Time(),
	}
	if err := json.Unmarshal([]byte(r.Contents), &c.Contents); err != nil {
		return nil, fmt.Errorf("decode contents: %w", err)
	}
	return c, nil
}
