package auth

import (
	"context"
	"errors"
	"time"

	"pasar/api/authapi"
	"pasar/internal/platform/events"
)

// What a store says when there is nothing, or something already.
var (
	ErrNotFound = errors.New("auth: not found")
	ErrTaken    = errors.New("auth: taken")
)

// Store keeps everything. Reads outside of a transaction see what is committed.
type Store interface {
	InTx(ctx context.Context, do func(Tx) error) error
	Reads
	Pruner
}

// Reads are the questions that need no transaction.
type Reads interface {
	Account(ctx context.Context, id string) (*Account, error) // ErrNotFound
	AccountByEmail(ctx context.Context, email string) (*Account, error)
	Roles(ctx context.Context) ([]Role, error)
	CountAdmins(ctx context.Context) (int, error)

	RefreshToken(ctx context.Context, hash string) (*RefreshToken, error)
	Sessions(ctx context.Context, userID string, now time.Time, page Page) ([]Session, error)
	Revocations(ctx context.Context, since time.Time, limit int) ([]authapi.RevokedData, error)

	OneTimeToken(ctx context.Context, hash string) (*OneTimeToken, error)
	SigningKeys(ctx context.Context) ([]SigningKey, error) // oldest first
	Attempts(ctx context.Context, keys []string) ([]Attempts, error)

	Keys(ctx context.Context, page Page) ([]Key, error)
	KeyByHash(ctx context.Context, hash string) (*Key, error)

	AuditEntries(ctx context.Context, filter AuditFilter) ([]AuditEntry, error)
	AuditLinks(ctx context.Context, after int64, limit int) ([]AuditLink, error)
	AuditCounts(ctx context.Context) (AuditCounts, error)
}

// Tx is one transaction. Its closure may run more than once.
type Tx interface {
	Now() time.Time
	Emit(...events.Event) error
	// Receive is false when this consumer has had this event before.
	Receive(consumer, eventID string) (bool, error)
	AccountTx
	SessionTx
	TokenTx
	KeyTx
	AuditTx
}

// AccountTx changes accounts.
type AccountTx interface {
	// LockAccount holds the account until the end of the transaction. It comes
	// before every read of a transaction, so that the reads see what the last
	// holder wrote. ErrNotFound when there is none.
	LockAccount(id string) error
	// LockAdmins holds the set of administrators; it comes before LockAccount.
	LockAdmins() error
	CountAdmins() (int, error) // active ones

	Account(id string) (*Account, error)
	InsertAccount(*Account) error // ErrTaken when the address has one
	SetPassword(id, hash string) error
	SetVerified(id string) error
	SetStatus(id string, status Status) error
	SetRoles(id string, roles []string) error
	SetValidAfter(id string, t time.Time) error
	// EraseAccount disables an account and removes what names its owner.
	EraseAccount(id string) error
}

// SessionTx changes sessions.
type SessionTx interface {
	InsertSession(Session) error
	InsertRefreshToken(hash, sessionID string) error
	// UseRefreshToken marks a token used; false when it was used before.
	UseRefreshToken(hash string) (bool, error)
	RefreshToken(hash string) (*RefreshToken, error)
	TouchSession(id string, idleUntil time.Time) error
	// EndSession ends a living session of the user; false when there is none.
	EndSession(userID, id, reason string) (bool, error)
	// EndSessions ends all living sessions of the user but one.
	EndSessions(userID, except, reason string) ([]string, error)
	InsertRevocation(authapi.RevokedData) error
}

// TokenTx changes one-time tokens, signing keys and the throttle.
type TokenTx interface {
	// ReplaceOneTimeToken ends the user's unused tokens of the same purpose.
	ReplaceOneTimeToken(OneTimeToken) error
	// UseOneTimeToken is true once, and only before the token expires.
	UseOneTimeToken(hash, purpose string) (bool, error)
	InsertSigningKey(SigningKey) error // ErrTaken
	DeleteSigningKey(generation int64) error
	// LockAttempts holds the counters of these keys, in sorted order.
	LockAttempts(keys []string) ([]Attempts, error)
	PutAttempts([]Attempts) error
	ClearAttempts(keys []string) error
}

// KeyTx changes API keys.
type KeyTx interface {
	// InsertKey gives the key one of the two places of its name; ErrTaken when
	// both hold living keys.
	InsertKey(Key) error
	RevokeKey(id string) (*Key, error) // ErrNotFound
	TouchKey(id string) error
}

// AuditTx appends to the audit log.
type AuditTx interface {
	InsertAudit(AuditEntry) error
	// UnsealedAudit returns entries without a link, oldest first.
	UnsealedAudit(limit int) ([]AuditEntry, error)
	LastAuditLink() (AuditLink, error)  // the zero link when there is none
	InsertAuditLinks([]AuditLink) error // ErrTaken when another sealer was first
}

// Pruner deletes what nobody needs any more, in bounded batches.
type Pruner interface {
	Prune(ctx context.Context, now time.Time, limit int) (deleted int, err error)
}

// Page is where a list goes on: after the row with this time and id, newest
// first. The zero time is the beginning.
type Page struct {
	Limit    int
	BeforeAt time.Time
	BeforeID string
}
