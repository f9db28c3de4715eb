// Package notify tells people what happened. It is driven by events only: it
// offers no operation, and no other service waits for it.
package notify

import (
	"context"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/events"
	"pasar/internal/platform/mail"
)

// State of a mail in the mailbox.
type State string

// States of a mail. Kept mails are for reading in the development mailbox and
// go no further.
const (
	StateKept   State = "kept"
	StateQueued State = "queued"
	StateSent   State = "sent"
	StateFailed State = "failed"
)

// Mail is one message to one person.
type Mail struct {
	ID        string // mai_...
	Kind      Kind
	Language  string // "id" or "en"
	Recipient string
	Subject   string
	Text      string
	HTML      string
	State     State
	CreatedAt time.Time
	Attempts  int
	LastError string
}

// Tx is one transaction of the store.
type Tx interface {
	// Receive records that a consumer has done an event; fresh is false when it had before.
	Receive(consumer, eventID string) (fresh bool, err error)
	InsertMail(m Mail) error
}

// Store keeps mails.
type Store interface {
	InTx(ctx context.Context, work func(Tx) error) error
	// ClaimDue takes queued mails whose time has come and keeps other senders
	// off them until the lease ends.
	ClaimDue(ctx context.Context, now, leaseUntil time.Time, limit int) ([]Mail, error)
	// MarkSent also blanks the body: a sent mail may have held a secret.
	MarkSent(ctx context.Context, id string) error
	// MarkTried notes a failed try and when the next one is due; nil gives up.
	MarkTried(ctx context.Context, id, reason string, next *time.Time) error
	// ListMails returns the newest mails.
	ListMails(ctx context.Context, limit int) ([]Mail, error)
	// FindMail returns nil when there is no such mail.
	FindMail(ctx context.Context, id string) (*Mail, error)
}

// Tokens makes the secret of a mail at the moment of writing it; authapi.Service
// satisfies it, in this process or over HTTP.
type Tokens interface {
	IssueMailToken(ctx context.Context, in *authapi.IssueMailTokenInput) (*authapi.MailToken, error)
}

// Deps is what the service needs.
type Deps struct {
	Store     Store
	Tokens    Tokens
	Clock     clock.Clock
	PublicURL string      // links in mails begin with it
	Sender    mail.Sender // nil keeps mails for the development mailbox instead of sending them
	From      string      // sender address, such as "Pasar <shop@example.com>"
}

// Service writes mails and sends them.
type Service struct {
	deps Deps
	wake chan struct{} // holds one pulse after a mail was queued
}

// New returns the service.
func New(deps Deps) *Service {
	return &Service{deps: deps, wake: make(chan struct{}, 1)}
}

// post writes one mail for one event, once.
func (s *Service) post(ctx context.Context, consumer string, e events.Event, kind Kind, to recipient, data any) error {
	m, err := compose(kind, to, data)
	if err != nil {
		return events.Poison(err) // a template that cannot be filled will not heal by itself
	}
	m.ID, m.CreatedAt, m.State = api.NewID(api.PrefixMail), s.deps.Clock.Now(), StateQueued
	if s.deps.Sender == nil {
		m.State = StateKept
	}
	err = s.deps.Store.InTx(ctx, func(tx Tx) error {
		fresh, err := tx.Receive(consumer, e.ID)
		if err != nil || !fresh {
			return err
		}
		return tx.InsertMail(m)
	})
	if err != nil {
		return err
	}
	select {
	case s.wake <- struct{}{}:
	default: // a pulse is waiting already
	}
	return nil
}
