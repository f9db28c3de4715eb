package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/platform/fault"
)

const setupLife = 30 * time.Minute

// FirstAdminLink returns the secret of a link with which the first
// administrator is made; ok is false when there is one already. An earlier
// link ends.
func (s *Service) FirstAdminLink(ctx context.Context) (token string, ok bool, err error) {
	admins, err := s.store.CountAdmins(ctx)
	if err != nil || admins > 0 {
		return "", false, err
	}
	token = newSecret("pst_")
	err = s.store.InTx(ctx, func(tx Tx) error {
		return tx.ReplaceOneTimeToken(OneTimeToken{
			Hash: fingerprint(token), Purpose: PurposeFirstAdmin, ExpiresAt: tx.Now().Add(setupLife),
		})
	})
	return token, err == nil, err
}

// SetupTokenGood reports whether a setup link can still be used, for the page
// behind it.
func (s *Service) SetupTokenGood(ctx context.Context, token string) (bool, error) {
	held, err := s.store.OneTimeToken(ctx, fingerprint(token))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return held.Purpose == PurposeFirstAdmin && held.good(s.clock.Now()), nil
}

// ClaimFirstAdmin makes the first administrator. Its address needs no mail to
// be verified: whoever holds the link runs the shop.
func (s *Service) ClaimFirstAdmin(ctx context.Context, from Origin, token string, in Registration) (string, error) {
	good, err := s.SetupTokenGood(ctx, token)
	if err != nil {
		return "", err
	}
	if !good { // before the costly hash
		return "", badSetupToken()
	}
	account, err := s.draftAdmin(ctx, in)
	if err != nil {
		return "", err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.LockAdmins(); err != nil {
			return err
		}
		admins, err := tx.CountAdmins()
		if err != nil {
			return err
		}
		used, err := tx.UseOneTimeToken(fingerprint(token), PurposeFirstAdmin)
		if err != nil {
			return err
		}
		if admins > 0 || !used {
			return badSetupToken()
		}
		return s.insert(tx, from, account, "first_admin_made")
	})
	return account.Email, emailTaken(err)
}

// CreateAdmin makes an administrator for whoever has a shell on the machine.
func (s *Service) CreateAdmin(ctx context.Context, email, password string) (*Account, error) {
	name, _, _ := strings.Cut(email, "@")
	account, err := s.draftAdmin(ctx, Registration{Email: email, Password: password, Name: name, Language: "id"})
	if err != nil {
		return nil, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.LockAdmins(); err != nil {
			return err
		}
		return s.insert(tx, System, account, "admin_made")
	})
	if err != nil {
		return nil, emailTaken(err)
	}
	return account, nil
}

func (s *Service) draftAdmin(ctx context.Context, in Registration) (*Account, error) {
	account, err := s.draft(ctx, in)
	if err != nil {
		return nil, err
	}
	account.EmailVerified = true
	account.Roles = []string{api.RoleAdmin, api.RoleCustomer}
	return account, nil
}

func emailTaken(err error) error {
	if errors.Is(err, ErrTaken) {
		return fault.New(fault.Conflict, authapi.CodeEmailTaken, "This address has an account already; use another address, or give that account the role admin.")
	}
	return err
}

func badSetupToken() error {
	return fault.New(fault.Forbidden, authapi.CodeSetupTokenInvalid, "The setup link has been used, has expired, or is not needed any more; restart the shop for a new one.")
}
