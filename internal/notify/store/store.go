// Package store keeps the mailbox in SQL.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"gorm.io/gorm"

	"pasar/internal/notify"
	"pasar/internal/platform/sqldb"
)

const maxReason = 500

//go:embed migrations
var migrations embed.FS

// Migrations returns the schema, by dialect.
func Migrations() fs.FS { return sqldb.Embedded(migrations) }

// Store is notify.Store on SQL.
type Store struct{ db *sqldb.DB }

var _ notify.Store = (*Store)(nil)

// New returns the store of an open, migrated database.
func New(db *sqldb.DB) *Store { return &Store{db: db} }

// mailRow is one row of mails.
type mailRow struct {
	ID        string
	Kind      string
	Language  string
	Recipient string
	Subject   string
	Text      string
	HTML      string `gorm:"column:html"`
	State     string
	Attempts  int
	LastError string
	DueAt     sqldb.Micros
	CreatedAt sqldb.Micros `gorm:"autoCreateTime:false"`
}

func (mailRow) TableName() string { return "mails" }

type transaction struct{ tx *sqldb.Tx }

// InTx runs work in one transaction.
func (s *Store) InTx(ctx context.Context, work func(notify.Tx) error) error {
	return s.db.InTx(ctx, func(tx *sqldb.Tx) error { return work(transaction{tx}) })
}

func (t transaction) Receive(consumer, eventID string) (bool, error) {
	return t.tx.Receive(consumer, eventID)
}

func (t transaction) InsertMail(m notify.Mail) error {
	row := mailRow{
		ID: m.ID, Kind: string(m.Kind), Language: m.Language, Recipient: m.Recipient, Subject: m.Subject,
		Text: m.Text, HTML: m.HTML, State: string(m.State), DueAt: sqldb.At(m.CreatedAt), CreatedAt: sqldb.At(m.CreatedAt),
	}
	if err := t.tx.Create(&row).Error; err != nil {
		return fmt.Errorf("notify: insert mail %s: %w", m.ID, err)
	}
	return nil
}

// ClaimDue takes queued mails whose time has come and keeps other senders off
// them until the lease ends.
func (s *Store) ClaimDue(ctx context.Context, now, leaseUntil time.Time, limit int) ([]notify.Mail, error) {
	due, err := s.mails(s.db.Reader(ctx).
		Where("state = ? AND due_at <= ?", string(notify.StateQueued), sqldb.At(now)).Order("due_at").Limit(limit))
	if err != nil || len(due) == 0 {
		return nil, err
	}
	var claimed []notify.Mail
	err = s.db.InTx(ctx, func(tx *sqldb.Tx) error {
		claimed = claimed[:0]
		for _, mail := range due {
			result := tx.Exec("UPDATE mails SET due_at = ? WHERE id = ? AND state = 'queued' AND due_at <= ?", sqldb.At(leaseUntil), mail.ID, sqldb.At(now))
			if result.Error != nil {
				return fmt.Errorf("notify: claim mail %s: %w", mail.ID, result.Error)
			}
			if result.RowsAffected == 1 {
				claimed = append(claimed, mail)
			}
		}
		return nil
	})
	return claimed, err
}

// ListMails returns the newest mails.
func (s *Store) ListMails(ctx context.Context, limit int) ([]notify.Mail, error) {
	return s.mails(s.db.Reader(ctx).Order("id DESC").Limit(limit))
}

func (s *Store) mails(query *gorm.DB) ([]notify.Mail, error) {
	var rows []mailRow
	if err := query.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("notify: read mails: %w", err)
	}
	mails := make([]notify.Mail, len(rows))
	for i, row := range rows {
		mails[i] = row.mail()
	}
	return mails, nil
}

// FindMail returns nil when there is no such mail.
func (s *Store) FindMail(ctx context.Context, id string) (*notify.Mail, error) {
	var row mailRow
	err := s.db.Reader(ctx).Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("notify: read mail %s: %w", id, err)
	}
	mail := row.mail()
	return &mail, nil
}

// MarkSent also blanks the body: a sent mail may have held a secret.
func (s *Store) MarkSent(ctx context.Context, id string) error {
	return s.update(ctx, id, "UPDATE mails SET state = 'sent', text = '', html = '', attempts = attempts + 1 WHERE id = ? AND state = 'queued'", id)
}

// MarkTried notes a failed try and when the next one is due; the mail is given
// up when that is nil.
func (s *Store) MarkTried(ctx context.Context, id, reason string, next *time.Time) error {
	if runes := []rune(reason); len(runes) > maxReason {
		reason = string(runes[:maxReason])
	}
	if next == nil {
		return s.update(ctx, id, "UPDATE mails SET state = 'failed', last_error = ?, attempts = attempts + 1 WHERE id = ? AND state = 'queued'", reason, id)
	}
	return s.update(ctx, id, "UPDATE mails SET due_at = ?, last_error = ?, attempts = attempts + 1 WHERE id = ? AND state = 'queued'", sqldb.At(*next), reason, id)
}

func (s *Store) update(ctx context.Context, id, sql string, args ...any) error {
	err := s.db.InTx(ctx, func(tx *sqldb.Tx) error { return tx.Exec(sql, args...).Error })
	if err != nil {
		return fmt.Errorf("notify: update mail %s: %w", id, err)
	}
	return nil
}

func (r mailRow) mail() notify.Mail {
	return notify.Mail{
		ID: r.ID, Kind: notify.Kind(r.Kind), Language: r.Language, Recipient: r.Recipient, Subject: r.Subject,
		Text: r.Text, HTML: r.HTML, State: notify.State(r.State), CreatedAt: r.CreatedAt.Time(),
		Attempts: r.Attempts, LastError: r.LastError,
	}
}
