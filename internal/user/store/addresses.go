package store

import (
	"context"

	"gorm.io/gorm"

	"pasar/internal/platform/sqldb"
	"pasar/internal/user"
)

type addressRow struct {
	ID              string       `gorm:"column:id"`
	UserID          string       `gorm:"column:user_id"`
	Label           string       `gorm:"column:label"`
	Recipient       string       `gorm:"column:recipient"`
	Phone           string       `gorm:"column:phone"`
	Line1           string       `gorm:"column:line1"`
	Line2           string       `gorm:"column:line2"`
	District        string       `gorm:"column:district"`
	City            string       `gorm:"column:city"`
	Province        string       `gorm:"column:province"`
	PostalCode      string       `gorm:"column:postal_code"`
	Country         string       `gorm:"column:country"`
	DefaultShipping bool         `gorm:"column:is_shipping"`
	DefaultBilling  bool         `gorm:"column:is_billing"`
	Version         int64        `gorm:"column:version"`
	CreatedAt       sqldb.Micros `gorm:"column:created_at"`
	UpdatedAt       sqldb.Micros `gorm:"column:updated_at"`
}

const addressColumns = `SELECT a.id, a.user_id, a.label, a.recipient, a.phone, a.line1, a.line2, a.district, a.city, a.province,
	a.postal_code, a.country, a.version, a.created_at, a.updated_at,
	CASE WHEN u.default_shipping = a.id THEN 1 ELSE 0 END AS is_shipping,
	CASE WHEN u.default_billing = a.id THEN 1 ELSE 0 END AS is_billing
	FROM addresses a JOIN users u ON u.id = a.user_id`

func (r *addressRow) address() user.Address {
	return user.Address{
		ID: r.ID, UserID: r.UserID, Label: r.Label, Recipient: r.Recipient, Phone: r.Phone, Line1: r.Line1, Line2: r.Line2,
		District: r.District, City: r.City, Province: r.Province, PostalCode: r.PostalCode, Country: r.Country,
		DefaultShipping: r.DefaultShipping, DefaultBilling: r.DefaultBilling,
		Version: r.Version, CreatedAt: r.CreatedAt.Time(), UpdatedAt: r.UpdatedAt.Time(),
	}
}

// Address returns one address of a user.
func (s *Store) Address(ctx context.Context, userID, id string) (*user.Address, error) {
	return address(s.db.Reader(ctx), userID, id)
}

func (t *tx) Address(userID, id string) (*user.Address, error) { return address(t.DB, userID, id) }

func address(db *gorm.DB, userID, id string) (*user.Address, error) {
	row, err := one[addressRow](db, "read address", addressColumns+` WHERE a.id = ? AND a.user_id = ?`, id, userID)
	if err != nil {
		return nil, err
	}
	a := row.address()
	return &a, nil
}

// Addresses lists a user's addresses, newest first.
func (s *Store) Addresses(ctx context.Context, userID string, page user.Page) ([]user.Address, error) {
	where, args := ` WHERE a.user_id = ?`, []any{userID}
	if !page.BeforeAt.IsZero() {
		before := sqldb.At(page.BeforeAt)
		where += ` AND (a.created_at < ? OR (a.created_at = ? AND a.id < ?))`
		args = append(args, before, before, page.BeforeID)
	}
	rows, err := all[addressRow](s.db.Reader(ctx), "list addresses",
		addressColumns+where+` ORDER BY a.created_at DESC, a.id DESC LIMIT ?`, append(args, page.Limit)...)
	if err != nil {
		return nil, err
	}
	found := make([]user.Address, len(rows))
	for i := range rows {
		found[i] = rows[i].address()
	}
	return found, nil
}

func (t *tx) CountAddresses(userID string) (int, error) {
	count, err := one[int](t.DB, "count addresses", `SELECT COUNT(*) FROM addresses WHERE user_id = ?`, userID)
	if err != nil {
		return 0, err
	}
	return *count, nil
}

func (t *tx) InsertAddress(a *user.Address) error {
	_, err := t.exec("insert address", `
		INSERT INTO addresses (id, user_id, label, recipient, phone, line1, line2, district, city, province, postal_code, country,
			version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.UserID, a.Label, a.Recipient, a.Phone, a.Line1, a.Line2, a.District, a.City, a.Province, a.PostalCode, a.Country,
		a.Version, sqldb.At(a.CreatedAt), sqldb.At(a.UpdatedAt))
	return err
}

func (t *tx) PutAddress(a *user.Address) error {
	_, err := t.exec("write address", `
		UPDATE addresses SET label = ?, recipient = ?, phone = ?, line1 = ?, line2 = ?, district = ?, city = ?, province = ?,
			postal_code = ?, country = ?, version = ?, updated_at = ? WHERE id = ? AND user_id = ?`,
		a.Label, a.Recipient, a.Phone, a.Line1, a.Line2, a.District, a.City, a.Province,
		a.PostalCode, a.Country, a.Version, sqldb.At(a.UpdatedAt), a.ID, a.UserID)
	return err
}

func (t *tx) TouchAddress(userID, id string) error {
	_, err := t.exec("count address up", `UPDATE addresses SET version = version + 1, updated_at = ? WHERE id = ? AND user_id = ?`,
		sqldb.At(t.Now()), id, userID)
	return err
}

func (t *tx) DeleteAddress(userID, id string) error {
	_, err := t.exec("delete address", `DELETE FROM addresses WHERE id = ? AND user_id = ?`, id, userID)
	return err
}

func (t *tx) DeleteAddresses(userID string) error {
	_, err := t.exec("delete addresses", `DELETE FROM addresses WHERE user_id = ?`, userID)
	return err
}
