package store

import (
	"context"
	"strings"

	"pasar/internal/auth"
	"pasar/internal/platform/sqldb"
)

type auditRow struct {
	ID        string       `gorm:"column:id"`
	At        sqldb.Micros `gorm:"column:at"`
	Action    string       `gorm:"column:action"`
	ActorKind string       `gorm:"column:actor_kind"`
	ActorID   string       `gorm:"column:actor_id"`
	Subject   string       `gorm:"column:subject"`
	IP        string       `gorm:"column:ip"`
	UserAgent string       `gorm:"column:user_agent"`
	Details   string       `gorm:"column:details"`
}

const auditColumns = `e.id, e.at, e.action, e.actor_kind, e.actor_id, e.subject, e.ip, e.user_agent, e.details`

func (r *auditRow) entry() auth.AuditEntry {
	return auth.AuditEntry{
		ID: r.ID, At: r.At.Time(), Action: r.Action, ActorKind: r.ActorKind, ActorID: r.ActorID,
		Subject: r.Subject, IP: r.IP, UserAgent: r.UserAgent, Details: r.Details,
	}
}

func entries(rows []auditRow) []auth.AuditEntry {
	found := make([]auth.AuditEntry, len(rows))
	for i := range rows {
		found[i] = rows[i].entry()
	}
	return found
}

func (t *tx) InsertAudit(e auth.AuditEntry) error {
	_, err := t.exec("append to the audit log", `
		INSERT INTO audit_entries (id, at, action, actor_kind, actor_id, subject, ip, user_agent, details)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.ID, sqldb.At(e.At), e.Action, e.ActorKind, e.ActorID, e.Subject, e.IP, e.UserAgent, e.Details)
	if err != nil {
		return err
	}
	_, err = t.exec("mark audit entry as unsealed", `INSERT INTO audit_unsealed (entry_id) VALUES (?)`, e.ID)
	return err
}

// AuditEntries lists the log, newest first: ids sort by time.
func (s *Store) AuditEntries(ctx context.Context, f auth.AuditFilter) ([]auth.AuditEntry, error) {
	var where []string
	var args []any
	for column, value := range map[string]string{"e.subject = ?": f.Subject, "e.actor_id = ?": f.ActorID, "e.action = ?": f.Action, "e.id < ?": f.BeforeID} {
		if value != "" {
			where = append(where, column)
			args = append(args, value)
		}
	}
	query := `SELECT ` + auditColumns + ` FROM audit_entries e`
	if len(where) > 0 {
		query += ` WHERE ` + strings.Join(where, ` AND `)
	}
	rows, err := all[auditRow](s.db.Reader(ctx), "list the audit log", query+` ORDER BY e.id DESC LIMIT ?`, append(args, f.Limit)...)
	return entries(rows), err
}

func (t *tx) UnsealedAudit(limit int) ([]auth.AuditEntry, error) {
	rows, err := all[auditRow](t.DB, "list unsealed audit entries", `
		SELECT `+auditColumns+` FROM audit_unsealed u JOIN audit_entries e ON e.id = u.entry_id ORDER BY u.entry_id LIMIT ?`, limit)
	return entries(rows), err
}

type linkRow struct {
	Seq     int64  `gorm:"column:seq"`
	EntryID string `gorm:"column:entry_id"`
	Hash    string `gorm:"column:hash"`
}

func (t *tx) LastAuditLink() (auth.AuditLink, error) {
	rows, err := all[linkRow](t.DB, "read the last audit link", `SELECT seq, entry_id, hash FROM audit_links ORDER BY seq DESC LIMIT 1`)
	if err != nil || len(rows) == 0 {
		return auth.AuditLink{}, err
	}
	return auth.AuditLink{Seq: rows[0].Seq, EntryID: rows[0].EntryID, Hash: rows[0].Hash}, nil
}

func (t *tx) InsertAuditLinks(links []auth.AuditLink) error {
	args := make([]any, 0, 3*len(links))
	ids := make([]string, len(links))
	for i, link := range links {
		args = append(args, link.Seq, link.EntryID, link.Hash)
		ids[i] = link.EntryID
	}
	if _, err := t.exec("insert audit links", `INSERT INTO audit_links (seq, entry_id, hash) VALUES `+tuples(len(links), 3), args...); err != nil {
		return err
	}
	_, err := t.exec("unmark sealed audit entries", `DELETE FROM audit_unsealed WHERE entry_id IN ?`, ids)
	return err
}

// AuditLinks lists links with their entries, in order.
func (s *Store) AuditLinks(ctx context.Context, after int64, limit int) ([]auth.AuditLink, error) {
	links, err := all[linkRow](s.db.Reader(ctx), "list audit links",
		`SELECT seq, entry_id, hash FROM audit_links WHERE seq > ? ORDER BY seq LIMIT ?`, after, limit)
	if err != nil || len(links) == 0 {
		return nil, err
	}
	ids := make([]string, len(links))
	for i, link := range links {
		ids[i] = link.EntryID
	}
	rows, err := all[auditRow](s.db.Reader(ctx), "read linked audit entries", `SELECT `+auditColumns+` FROM audit_entries e WHERE e.id IN ?`, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]auth.AuditEntry, len(rows))
	for i := range rows {
		byID[rows[i].ID] = rows[i].entry()
	}
	found := make([]auth.AuditLink, len(links))
	for i, link := range links {
		found[i] = auth.AuditLink{Seq: link.Seq, EntryID: link.EntryID, Hash: link.Hash}
		if entry, ok := byID[link.EntryID]; ok {
			found[i].Entry = &entry
		}
	}
	return found, nil
}

type countsRow struct {
	Entries  int64 `gorm:"column:entries"`
	Links    int64 `gorm:"column:links"`
	Unsealed int64 `gorm:"column:unsealed"`
}

// AuditCounts counts in one statement, so that the numbers belong together.
func (s *Store) AuditCounts(ctx context.Context) (auth.AuditCounts, error) {
	row, err := one[countsRow](s.db.Reader(ctx), "count the audit log", `
		SELECT (SELECT COUNT(*) FROM audit_entries) AS entries,
		       (SELECT COUNT(*) FROM audit_links) AS links,
		       (SELECT COUNT(*) FROM audit_unsealed) AS unsealed`)
	if err != nil {
		return auth.AuditCounts{}, err
	}
	return auth.AuditCounts(*row), nil
}
