// Package user is the heart of the user service: profiles, preferences,
// addresses and avatars. An account, with its address and password, belongs to
// the auth service; the profile begins as a copy of what is known there.
package user

import (
	"context"
	"io"
	"log/slog"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
)

// Accounts is what the user service asks of auth.
type Accounts interface {
	GetAccount(ctx context.Context, in *authapi.GetAccountInput) (*authapi.AccountData, error)
}

// Files keeps the pictures.
type Files interface {
	Put(ctx context.Context, key, contentType string, data []byte) error
	Delete(ctx context.Context, key string) error // one that is not there is no error
}

// Picture is one size of an avatar.
type Picture struct {
	Side        int
	ContentType string
	Extension   string // with its dot
	Data        []byte
}

// Painter makes squares of these sides of a picture from a stranger. What it
// refuses is a fault.
type Painter interface {
	Squares(ctx context.Context, original []byte, sides ...int) ([]Picture, error)
}

// Opener reads a picture back; ErrNotFound when there is none.
type Opener interface {
	Open(ctx context.Context, key string) (data io.ReadCloser, contentType string, size int64, err error)
}

// Deps is what the service needs from outside.
type Deps struct {
	Store    Store
	Accounts Accounts
	Files    Files
	Opener   Opener
	Painter  Painter
	Clock    clock.Clock
	Log      *slog.Logger
}

// Service is the use cases.
type Service struct {
	store    Store
	accounts Accounts
	files    Files
	opener   Opener
	painter  Painter
	clock    clock.Clock
	log      *slog.Logger
}

// New returns the service.
func New(d Deps) *Service {
	return &Service{
		store: d.Store, accounts: d.Accounts, files: d.Files, opener: d.Opener, painter: d.Painter,
		clock: d.Clock, log: d.Log,
	}
}

func noUser() error { return fault.New(fault.NotFound, api.CodeNotFound, "There is no such user.") }

func stale() error {
	return fault.New(fault.PreconditionFailed, api.CodePreconditionFailed, "This has changed since you read it; read it again.")
}
