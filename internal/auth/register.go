package auth

import (
	"context"
	"errors"
	"strings"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/platform/events"
)

// Registration is an account to be.
type Registration struct {
	Email    string
	Password string
	Name     string
	Language string // "id" or "en"
}

// Register makes an account and returns the address as it was understood. For
// a known address nothing changes but a mail to its owner, and the caller sees
// no difference.
func (s *Service) Register(ctx context.Context, from Origin, in Registration) (string, error) {
	account, err := s.draft(ctx, in)
	if err != nil {
		return "", err
	}
	quiet, err := s.mailsEnough(ctx, account.Email) // counted for both, or the time would tell
	if err != nil {
		return "", err
	}
	err = s.store.InTx(ctx, func(tx Tx) error { return s.insert(tx, from, account, "registered") })
	if errors.Is(err, ErrTaken) {
		err = s.registeredBefore(ctx, from, account.Email, quiet)
	}
	return account.Email, err
}

// draft checks a registration and hashes its password, in the same time
// whether the address is known or not.
func (s *Service) draft(ctx context.Context, in Registration) (*Account, error) {
	email, err := NormalizeEmail(in.Email)
	if err != nil {
		return nil, err
	}
	if err := checkPassword(in.Password, "#/password", email, in.Name); err != nil {
		return nil, err
	}
	hash, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return nil, err
	}
	return &Account{
		ID: api.NewID(api.PrefixUser), Email: email, Name: strings.TrimSpace(in.Name), Language: in.Language,
		PasswordHash: hash, Status: Active, Roles: []string{api.RoleCustomer}, CreatedAt: s.clock.Now(), Version: 1,
	}, nil
}

// insert writes a new account down with the facts that follow from it.
func (s *Service) insert(tx Tx, from Origin, account *Account, action string) error {
	if err := tx.InsertAccount(account); err != nil {
		return err
	}
	if err := s.note(tx, from, action, account.ID, details{"email": MaskEmail(account.Email)}); err != nil {
		return err
	}
	registered, err := authapi.AccountRegistered.New(account.ID, account.Version, tx.Now(), account.data())
	if err != nil {
		return err
	}
	facts := []events.Event{registered}
	if !account.EmailVerified {
		wanted, err := authapi.VerificationRequested.New(account.ID, account.Version, tx.Now(), account.data())
		if err != nil {
			return err
		}
		facts = append(facts, wanted)
	}
	return tx.Emit(facts...)
}

// registeredBefore tells the owner, unless there were enough mails: the form of
// a shop must not become a way to fill somebody's mailbox.
func (s *Service) registeredBefore(ctx context.Context, from Origin, email string, quiet bool) error {
	account, err := s.store.AccountByEmail(ctx, email)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		if err := s.note(tx, from, "registration_repeated", account.ID, nil); err != nil || quiet {
			return err
		}
		return say(tx, authapi.RegistrationRepeated, account)
	})
}
