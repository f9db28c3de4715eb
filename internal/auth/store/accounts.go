package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"pasar/api"
	"pasar/internal/auth"
	"pasar/internal/platform/sqldb"
)

type accountRow struct {
	ID            string       `gorm:"column:id"`
	Email         string       `gorm:"column:email"`
	Name          string       `gorm:"column:name"`
	Language      string       `gorm:"column:language"`
	PasswordHash  string       `gorm:"column:password_hash"`
	EmailVerified bool         `gorm:"column:email_verified"`
	Status        string       `gorm:"column:status"`
	ValidAfter    sqldb.Micros `gorm:"column:valid_after"`
	CreatedAt     sqldb.Micros `gorm:"column:created_at"`
	Version       int64        `gorm:"column:version"`
}

const accountColumns = `SELECT id, email, name, language, password_hash, email_verified, status, valid_after, created_at, version FROM accounts`

func (r *accountRow) account() *auth.Account {
	return &auth.Account{
		ID: r.ID, Email: r.Email, Name: r.Name, Language: r.Language, PasswordHash: r.PasswordHash,
		EmailVerified: r.EmailVerified, Status: auth.Status(r.Status),
		ValidAfter: r.ValidAfter.Time(), CreatedAt: r.CreatedAt.Time(), Version: r.Version,
	}
}

// AccountByEmail returns an account without its roles.
func (s *Store) AccountByEmail(ctx context.Context, email string) (*auth.Account, error) {
	row, err := one[accountRow](s.db.Reader(ctx), "read account by address", accountColumns+` WHERE email = ?`, email)
	if err != nil {
		return nil, err
	}
	return row.account(), nil
}

// Account returns an account with its roles and permissions.
func (s *Store) Account(ctx context.Context, id string) (*auth.Account, error) {
	return account(s.db.Reader(ctx), id)
}

func (t *tx) Account(id string) (*auth.Account, error) { return account(t.DB, id) }

type grantRow struct {
	Role       string  `gorm:"column:role"`
	Permission *string `gorm:"column:permission"`
}

func account(db *gorm.DB, id string) (*auth.Account, error) {
	row, err := one[accountRow](db, "read account", accountColumns+` WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	grants, err := all[grantRow](db, "read roles of account", `
		SELECT a.role, p.permission FROM account_roles a
		LEFT JOIN role_permissions p ON p.role = a.role WHERE a.account_id = ?`, id)
	if err != nil {
		return nil, err
	}
	found := row.account()
	for _, grant := range grants {
		found.Roles = append(found.Roles, grant.Role)
		if grant.Permission != nil {
			found.Permissions = append(found.Permissions, *grant.Permission)
		}
	}
	found.Roles = sortedSet(found.Roles)
	found.Permissions = sortedSet(found.Permissions)
	return found, nil
}

func sortedSet(values []string) []string {
	slices.Sort(values)
	return slices.Compact(values)
}

type roleRow struct {
	Name       string  `gorm:"column:name"`
	Summary    string  `gorm:"column:summary"`
	Permission *string `gorm:"column:permission"`
}

// Roles lists every role, by name.
func (s *Store) Roles(ctx context.Context) ([]auth.Role, error) {
	rows, err := all[roleRow](s.db.Reader(ctx), "read roles", `
		SELECT r.name, r.summary, p.permission FROM roles r
		LEFT JOIN role_permissions p ON p.role = r.name ORDER BY r.name, p.permission`)
	if err != nil {
		return nil, err
	}
	var roles []auth.Role
	for _, row := range rows {
		if len(roles) == 0 || roles[len(roles)-1].Name != row.Name {
			roles = append(roles, auth.Role{Name: row.Name, Summary: row.Summary, Permissions: []string{}})
		}
		if row.Permission != nil {
			last := &roles[len(roles)-1]
			last.Permissions = append(last.Permissions, *row.Permission)
		}
	}
	return roles, nil
}

// CountAdmins counts the active administrators.
func (s *Store) CountAdmins(ctx context.Context) (int, error) { return countAdmins(s.db.Reader(ctx)) }

func (t *tx) CountAdmins() (int, error) { return countAdmins(t.DB) }

func countAdmins(db *gorm.DB) (int, error) {
	count, err := one[int](db, "count administrators", `
		SELECT COUNT(*) FROM account_roles r JOIN accounts a ON a.id = r.account_id
		WHERE r.role = ? AND a.status = 'active'`, api.RoleAdmin)
	if err != nil {
		return 0, err
	}
	return *count, nil
}

// LockAccount writes to the row, which holds it on every engine; a SELECT ...
// FOR UPDATE would do so on some only. The counter makes the write one that no
// engine leaves out.
func (t *tx) LockAccount(id string) error {
	changed, err := t.exec("lock account", `UPDATE accounts SET locks = locks + 1 WHERE id = ?`, id)
	if err == nil && changed == 0 {
		return auth.ErrNotFound
	}
	return err
}

func (t *tx) LockAdmins() error {
	_, err := t.exec("lock administrators", `UPDATE roles SET locks = locks + 1 WHERE name = ?`, api.RoleAdmin)
	return err
}

func (t *tx) InsertAccount(a *auth.Account) error {
	now := sqldb.At(t.Now())
	_, err := t.exec("insert account", `
		INSERT INTO accounts (id, email, name, language, password_hash, email_verified, status, version, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.Email, a.Name, a.Language, a.PasswordHash, bit(a.EmailVerified), string(a.Status), a.Version, now, now)
	if err != nil {
		return err
	}
	return t.insertRoles(a.ID, a.Roles)
}

func (t *tx) insertRoles(id string, roles []string) error {
	if len(roles) == 0 {
		return nil
	}
	var args []any
	for _, role := range roles {
		args = append(args, id, role)
	}
	_, err := t.exec("insert roles of account", `INSERT INTO account_roles (account_id, role) VALUES `+tuples(len(roles), 2), args...)
	return err
}

// tuples returns n placeholders of a width: "(?, ?), (?, ?)".
func tuples(n, width int) string {
	return tuplesOf(n, "("+strings.TrimSuffix(strings.Repeat("?, ", width), ", ")+")")
}

func tuplesOf(n int, tuple string) string {
	return strings.TrimSuffix(strings.Repeat(tuple+", ", n), ", ")
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (t *tx) SetPassword(id, hash string) error {
	_, err := t.exec("set password", `UPDATE accounts SET password_hash = ?, updated_at = ? WHERE id = ?`, hash, sqldb.At(t.Now()), id)
	return err
}

func (t *tx) SetVerified(id string) error {
	_, err := t.exec("set address verified", `UPDATE accounts SET email_verified = 1, version = version + 1, updated_at = ? WHERE id = ?`, sqldb.At(t.Now()), id)
	return err
}

func (t *tx) SetStatus(id string, status auth.Status) error {
	_, err := t.exec("set status", `UPDATE accounts SET status = ?, version = version + 1, updated_at = ? WHERE id = ?`, string(status), sqldb.At(t.Now()), id)
	return err
}

func (t *tx) SetRoles(id string, roles []string) error {
	if _, err := t.exec("remove roles", `DELETE FROM account_roles WHERE account_id = ?`, id); err != nil {
		return err
	}
	if err := t.insertRoles(id, roles); err != nil {
		return err
	}
	_, err := t.exec("set roles", `UPDATE accounts SET version = version + 1, updated_at = ? WHERE id = ?`, sqldb.At(t.Now()), id)
	return err
}

func (t *tx) SetValidAfter(id string, moment time.Time) error {
	_, err := t.exec("set end of access tokens", `UPDATE accounts SET valid_after = ? WHERE id = ?`, sqldb.At(moment), id)
	return err
}

func (t *tx) EraseAccount(id string) error {
	if err := t.SetRoles(id, []string{api.RoleCustomer}); err != nil {
		return err
	}
	_, err := t.exec("erase account", `
		UPDATE accounts SET email = ?, name = '', password_hash = '', email_verified = 0, status = 'disabled', updated_at = ? WHERE id = ?`,
		id+"@erased.invalid", sqldb.At(t.Now()), id)
	if err != nil {
		return err
	}
	if _, err := t.exec("erase mail tokens", `DELETE FROM one_time_tokens WHERE account_id = ?`, id); err != nil {
		return err
	}
	_, err = t.exec("erase origins of sessions", `UPDATE sessions SET ip = '', user_agent = '' WHERE account_id = ?`, id)
	return err
}
