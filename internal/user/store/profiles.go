package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"pasar/internal/platform/sqldb"
	"pasar/internal/user"
)

type profileRow struct {
	ID              string       `gorm:"column:id"`
	Status          string       `gorm:"column:status"`
	Email           string       `gorm:"column:email"`
	Name            string       `gorm:"column:name"`
	Phone           string       `gorm:"column:phone"`
	Language        string       `gorm:"column:language"`
	Currency        string       `gorm:"column:currency"`
	MarketingOptIn  bool         `gorm:"column:marketing_opt_in"`
	Avatar          string       `gorm:"column:avatar"`
	DefaultShipping string       `gorm:"column:default_shipping"`
	DefaultBilling  string       `gorm:"column:default_billing"`
	Version         int64        `gorm:"column:version"`
	CreatedAt       sqldb.Micros `gorm:"column:created_at"`
	UpdatedAt       sqldb.Micros `gorm:"column:updated_at"`
}

const profileColumns = `SELECT u.id, u.status, u.email, u.name, u.phone, u.language, u.currency, u.marketing_opt_in, u.avatar,
	u.default_shipping, u.default_billing, u.version, u.created_at, u.updated_at FROM users u`

func (r *profileRow) profile() user.Profile {
	return user.Profile{
		ID: r.ID, Status: user.Status(r.Status), Email: r.Email, Name: r.Name, Phone: r.Phone, Language: r.Language,
		Currency: r.Currency, MarketingOptIn: r.MarketingOptIn, Avatar: r.Avatar,
		DefaultShipping: r.DefaultShipping, DefaultBilling: r.DefaultBilling,
		Version: r.Version, CreatedAt: r.CreatedAt.Time(), UpdatedAt: r.UpdatedAt.Time(),
	}
}

// Profile returns a user's profile.
func (s *Store) Profile(ctx context.Context, id string) (*user.Profile, error) {
	return profile(s.db.Reader(ctx), id)
}

func (t *tx) Profile(id string) (*user.Profile, error) { return profile(t.DB, id) }

func profile(db *gorm.DB, id string) (*user.Profile, error) {
	row, err := one[profileRow](db, "read profile", profileColumns+` WHERE u.id = ?`, id)
	if err != nil {
		return nil, err
	}
	p := row.profile()
	return &p, nil
}

// Find lists profiles, newest first. A word that is the beginning of a kept
// one is a range of the index, on every dialect and in every collation.
func (s *Store) Find(ctx context.Context, f user.Filter) ([]user.Profile, error) {
	var where []string
	var args []any
	and := func(condition string, values ...any) {
		where = append(where, condition)
		args = append(args, values...)
	}
	for _, word := range f.Words {
		and(`u.id IN (SELECT w.user_id FROM user_words w WHERE w.word >= ? AND w.word < ?)`, word, word+"\U0010FFFF")
	}
	if f.Status != "" {
		and(`u.status = ?`, string(f.Status))
	}
	if !f.CreatedAfter.IsZero() {
		and(`u.created_at >= ?`, sqldb.At(f.CreatedAfter))
	}
	if !f.CreatedBefore.IsZero() {
		and(`u.created_at < ?`, sqldb.At(f.CreatedBefore))
	}
	if !f.BeforeAt.IsZero() {
		before := sqldb.At(f.BeforeAt)
		and(`(u.created_at < ? OR (u.created_at = ? AND u.id < ?))`, before, before, f.BeforeID)
	}
	query := profileColumns
	if len(where) > 0 {
		query += ` WHERE ` + strings.Join(where, ` AND `)
	}
	rows, err := all[profileRow](s.db.Reader(ctx), "find profiles", query+` ORDER BY u.created_at DESC, u.id DESC LIMIT ?`, append(args, f.Limit)...)
	if err != nil {
		return nil, err
	}
	found := make([]user.Profile, len(rows))
	for i := range rows {
		found[i] = rows[i].profile()
	}
	return found, nil
}

// LockProfile writes to the row, which holds it on every engine.
func (t *tx) LockProfile(id string) error {
	met, err := t.exec("lock profile", `UPDATE users SET locks = locks + 1 WHERE id = ?`, id)
	if err == nil && met == 0 {
		return user.ErrNotFound
	}
	return err
}

func (t *tx) InsertProfile(p *user.Profile) error {
	_, err := t.exec("insert profile", `
		INSERT INTO users (id, status, email, name, phone, language, currency, marketing_opt_in, version, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.ID, string(p.Status), p.Email, p.Name, p.Phone, p.Language, p.Currency, bit(p.MarketingOptIn), p.Version,
		sqldb.At(p.CreatedAt), sqldb.At(p.UpdatedAt))
	return err
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (t *tx) PutProfile(p *user.Profile, words []string) error {
	_, err := t.exec("write profile", `
		UPDATE users SET status = ?, email = ?, name = ?, phone = ?, language = ?, currency = ?, marketing_opt_in = ?, avatar = ?,
			default_shipping = ?, default_billing = ?, version = ?, updated_at = ? WHERE id = ?`,
		string(p.Status), p.Email, p.Name, p.Phone, p.Language, p.Currency, bit(p.MarketingOptIn), p.Avatar,
		p.DefaultShipping, p.DefaultBilling, p.Version, sqldb.At(p.UpdatedAt), p.ID)
	if err != nil {
		return err
	}
	if _, err := t.exec("remove words of profile", `DELETE FROM user_words WHERE user_id = ?`, p.ID); err != nil || len(words) == 0 {
		return err
	}
	args := make([]any, 0, 2*len(words))
	for _, word := range words {
		args = append(args, word, p.ID)
	}
	_, err = t.exec("write words of profile",
		`INSERT INTO user_words (word, user_id) VALUES `+strings.TrimSuffix(strings.Repeat(`(?, ?), `, len(words)), `, `), args...)
	return err
}
