package auth

import (
	"context"
	"errors"
	"slices"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
)

// Status of an account.
type Status string

// The states of an account.
const (
	Active   Status = "active"
	Disabled Status = "disabled"
)

// Account is one person, or one member of staff.
type Account struct {
	ID            string
	Email         string // normalised
	Name          string
	Language      string
	PasswordHash  string
	EmailVerified bool
	Status        Status
	Roles         []string // sorted
	Permissions   []string // of the roles, sorted
	ValidAfter    time.Time
	CreatedAt     time.Time
	Version       int64
}

func (a *Account) data() authapi.AccountData {
	return authapi.AccountData{UserID: a.ID, Email: a.Email, Name: a.Name, Language: a.Language}
}

// has reports whether the account holds a role.
func (a *Account) has(role string) bool { return slices.Contains(a.Roles, role) }

// Account returns an account with its roles and permissions.
func (s *Service) Account(ctx context.Context, id string) (*Account, error) {
	account, err := s.store.Account(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil, noAccount()
	}
	return account, err
}

func noAccount() error {
	return fault.New(fault.NotFound, api.CodeNotFound, "There is no such user.")
}

// say states a fact about an account in the transaction.
func say(tx Tx, kind events.Type[authapi.AccountData], a *Account) error {
	event, err := kind.New(a.ID, a.Version, tx.Now(), a.data())
	if err != nil {
		return err
	}
	return tx.Emit(event)
}
