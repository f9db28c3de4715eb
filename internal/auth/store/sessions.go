package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"pasar/api/authapi"
	"pasar/internal/auth"
	"pasar/internal/platform/sqldb"
)

type sessionRow struct {
	ID         string        `gorm:"column:id"`
	AccountID  string        `gorm:"column:account_id"`
	IP         string        `gorm:"column:ip"`
	UserAgent  string        `gorm:"column:user_agent"`
	CreatedAt  sqldb.Micros  `gorm:"column:created_at"`
	LastUsedAt sqldb.Micros  `gorm:"column:last_used_at"`
	IdleUntil  sqldb.Micros  `gorm:"column:idle_until"`
	ExpiresAt  sqldb.Micros  `gorm:"column:expires_at"`
	EndedAt    *sqldb.Micros `gorm:"column:ended_at"`
	UsedAt     *sqldb.Micros `gorm:"column:used_at"` // of the token that was asked for
}

const sessionColumns = `s.id, s.account_id, s.ip, s.user_agent, s.created_at, s.last_used_at, s.idle_until, s.expires_at, s.ended_at`

func (r *sessionRow) session() auth.Session {
	return auth.Session{
		ID: r.ID, UserID: r.AccountID, IP: r.IP, UserAgent: r.UserAgent,
		CreatedAt: r.CreatedAt.Time(), LastUsedAt: r.LastUsedAt.Time(), IdleUntil: r.IdleUntil.Time(), ExpiresAt: r.ExpiresAt.Time(),
		Ended: r.EndedAt != nil,
	}
}

// RefreshToken returns a token with its session.
func (s *Store) RefreshToken(ctx context.Context, hash string) (*auth.RefreshToken, error) {
	return refreshToken(s.db.Reader(ctx), hash)
}

func (t *tx) RefreshToken(hash string) (*auth.RefreshToken, error) { return refreshToken(t.DB, hash) }

func refreshToken(db *gorm.DB, hash string) (*auth.RefreshToken, error) {
	row, err := one[sessionRow](db, "read refresh token", `
		SELECT `+sessionColumns+`, t.used_at FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.hash = ?`, hash)
	if err != nil {
		return nil, err
	}
	return &auth.RefreshToken{Session: row.session(), UsedAt: timePointer(row.UsedAt)}, nil
}

// Sessions lists a user's living sessions, newest first.
func (s *Store) Sessions(ctx context.Context, userID string, now time.Time, page auth.Page) ([]auth.Session, error) {
	moment := sqldb.At(now)
	where, args := `s.account_id = ? AND s.ended_at IS NULL AND s.idle_until > ? AND s.expires_at > ?`, []any{userID, moment, moment}
	if !page.BeforeAt.IsZero() {
		before := sqldb.At(page.BeforeAt)
		where += ` AND (s.created_at < ? OR (s.created_at = ? AND s.id < ?))`
		args = append(args, before, before, page.BeforeID)
	}
	rows, err := all[sessionRow](s.db.Reader(ctx), "list sessions",
		`SELECT `+sessionColumns+` FROM sessions s WHERE `+where+` ORDER BY s.created_at DESC, s.id DESC LIMIT ?`, append(args, page.Limit)...)
	if err != nil {
		return nil, err
	}
	sessions := make([]auth.Session, len(rows))
	for i := range rows {
		sessions[i] = rows[i].session()
	}
	return sessions, nil
}

func (t *tx) InsertSession(s auth.Session) error {
	_, err := t.exec("insert session", `
		INSERT INTO sessions (id, account_id, ip, user_agent, created_at, last_used_at, idle_until, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		s.ID, s.UserID, s.IP, s.UserAgent, sqldb.At(s.CreatedAt), sqldb.At(s.LastUsedAt), sqldb.At(s.IdleUntil), sqldb.At(s.ExpiresAt))
	return err
}

func (t *tx) InsertRefreshToken(hash, sessionID string) error {
	_, err := t.exec("insert refresh token", `INSERT INTO refresh_tokens (hash, session_id, issued_at) VALUES (?, ?, ?)`,
		hash, sessionID, sqldb.At(t.Now()))
	return err
}

func (t *tx) UseRefreshToken(hash string) (bool, error) {
	changed, err := t.exec("use refresh token", `UPDATE refresh_tokens SET used_at = ? WHERE hash = ? AND used_at IS NULL`, sqldb.At(t.Now()), hash)
	return changed == 1, err
}

func (t *tx) TouchSession(id string, idleUntil time.Time) error {
	_, err := t.exec("touch session", `UPDATE sessions SET last_used_at = ?, idle_until = ? WHERE id = ?`,
		sqldb.At(t.Now()), sqldb.At(idleUntil), id)
	return err
}

func (t *tx) EndSession(userID, id, reason string) (bool, error) {
	now := sqldb.At(t.Now())
	changed, err := t.exec("end session", `
		UPDATE sessions SET ended_at = ?, end_reason = ?
		WHERE id = ? AND account_id = ? AND ended_at IS NULL AND idle_until > ?`, now, reason, id, userID, now)
	return changed == 1, err
}

func (t *tx) EndSessions(userID, except, reason string) ([]string, error) {
	now := sqldb.At(t.Now())
	living, err := all[string](t.DB, "list living sessions",
		`SELECT id FROM sessions WHERE account_id = ? AND id <> ? AND ended_at IS NULL AND idle_until > ?`, userID, except, now)
	if err != nil || len(living) == 0 {
		return nil, err
	}
	_, err = t.exec("end sessions", `
		UPDATE sessions SET ended_at = ?, end_reason = ? WHERE account_id = ? AND id <> ? AND ended_at IS NULL`, now, reason, userID, except)
	return living, err
}

type revocationRow struct {
	Subject   string       `gorm:"column:subject"`
	SessionID string       `gorm:"column:session_id"`
	NotAfter  sqldb.Micros `gorm:"column:not_after"`
}

func (t *tx) InsertRevocation(r authapi.RevokedData) error {
	_, err := t.exec("insert revocation", `INSERT INTO revocations (subject, session_id, not_after) VALUES (?, ?, ?)`,
		r.UserID, r.SessionID, sqldb.At(r.NotAfter))
	return err
}

// Revocations lists revocations since a moment, oldest first.
func (s *Store) Revocations(ctx context.Context, since time.Time, limit int) ([]authapi.RevokedData, error) {
	rows, err := all[revocationRow](s.db.Reader(ctx), "list revocations",
		`SELECT subject, session_id, not_after FROM revocations WHERE not_after >= ? ORDER BY not_after LIMIT ?`, sqldb.At(since), limit)
	if err != nil {
		return nil, err
	}
	revocations := make([]authapi.RevokedData, len(rows))
	for i, row := range rows {
		revocations[i] = authapi.RevokedData{UserID: row.Subject, SessionID: row.SessionID, NotAfter: row.NotAfter.Time()}
	}
	return revocations, nil
}
