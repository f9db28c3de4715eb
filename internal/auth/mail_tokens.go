package auth

import (
	"context"
	"errors"
	"time"

	"pasar/api/authapi"
	"pasar/internal/platform/fault"
)

// Purposes of one-time tokens. The first two are those of the contract.
const (
	PurposeVerifyEmail   = "verify_email"
	PurposeResetPassword = "reset_password"
	PurposeFirstAdmin    = "first_admin"
)

var mailTokenLife = map[string]time.Duration{
	PurposeVerifyEmail:   24 * time.Hour,
	PurposeResetPassword: 30 * time.Minute,
}

// OneTimeToken is the stored half of a secret that works once.
type OneTimeToken struct {
	Hash      string
	Purpose   string
	UserID    string // empty for the first administrator
	Email     string // to which it was sent
	ExpiresAt time.Time
	Used      bool
}

func (t *OneTimeToken) good(now time.Time) bool { return !t.Used && now.Before(t.ExpiresAt) }

// MailToken is the secret of a mail; empty when no mail should be sent.
type MailToken struct {
	Secret    string
	ExpiresAt time.Time
}

// IssueMailToken makes the secret of a mail at the moment of sending, so that
// no secret ever waits in a queue. Earlier ones of its purpose end.
func (s *Service) IssueMailToken(ctx context.Context, userID, purpose string) (MailToken, error) {
	life, ok := mailTokenLife[purpose]
	if !ok {
		return MailToken{}, fault.New(fault.Invalid, "validation_failed", "There are no mails for the purpose %q.", purpose)
	}
	secret := newSecret("pmt_")
	var issued MailToken
	err := s.store.InTx(ctx, func(tx Tx) error {
		issued = MailToken{}
		account, err := lock(tx, userID)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if account.Status != Active || (purpose == PurposeVerifyEmail && account.EmailVerified) {
			return nil
		}
		issued = MailToken{Secret: secret, ExpiresAt: tx.Now().Add(life)}
		return tx.ReplaceOneTimeToken(OneTimeToken{
			Hash: fingerprint(secret), Purpose: purpose, UserID: userID, Email: account.Email, ExpiresAt: issued.ExpiresAt,
		})
	})
	return issued, err
}

// RequestMail asks for a verification or reset mail. An address without an
// account takes the same steps and leaves a fact of its own, which nobody acts
// on.
func (s *Service) RequestMail(ctx context.Context, from Origin, address, purpose string) error {
	email, err := NormalizeEmail(address)
	if err != nil {
		return err
	}
	quiet, err := s.mailsEnough(ctx, email)
	if err != nil || quiet {
		return err
	}
	account, err := s.store.AccountByEmail(ctx, email)
	if errors.Is(err, ErrNotFound) {
		account, err = &Account{}, nil
	}
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		if err := s.note(tx, from, "mail_requested", account.ID, details{"purpose": purpose}); err != nil {
			return err
		}
		switch {
		case account.ID == "" || account.Status != Active:
			return sayUnknown(tx, purpose)
		case purpose == PurposeResetPassword:
			return say(tx, authapi.PasswordResetRequested, account)
		}
		return say(tx, authapi.VerificationRequested, account)
	})
}

func sayUnknown(tx Tx, purpose string) error {
	event, err := authapi.UnknownAddressAsked.New("", 0, tx.Now(), authapi.UnknownAddressData{Purpose: purpose})
	if err != nil {
		return err
	}
	return tx.Emit(event)
}

// mailsEnough counts a mail to an address and reports whether it has had
// enough of them. The caller's answer stays the same.
func (s *Service) mailsEnough(ctx context.Context, email string) (bool, error) {
	err := s.try(ctx, []string{s.secrets.blind(classMail, email)})
	if fault.KindOf(err) == fault.RateLimited {
		return true, nil
	}
	return false, err
}

// mailToken finds the stored half of a secret from a mail.
func (s *Service) mailToken(ctx context.Context, secret, purpose string) (*OneTimeToken, error) {
	held, err := s.store.OneTimeToken(ctx, fingerprint(secret))
	if errors.Is(err, ErrNotFound) {
		return nil, badMailToken()
	}
	if err != nil {
		return nil, err
	}
	if held.Purpose != purpose || !held.good(s.clock.Now()) {
		return nil, badMailToken()
	}
	return held, nil
}

func badMailToken() error {
	return fault.New(fault.Invalid, authapi.CodeMailTokenInvalid, "The link has been used, has expired, or was replaced by a newer mail; ask for a new one.").
		At("#/token", "not_valid", "ask for a new mail")
}

// use takes the token in the transaction; whoever is second finds it used.
func (t *OneTimeToken) use(tx Tx, account *Account) error {
	used, err := tx.UseOneTimeToken(t.Hash, t.Purpose)
	if err != nil {
		return err
	}
	if !used || account.Email != t.Email || account.Status != Active {
		return badMailToken()
	}
	return nil
}

// VerifyEmail marks the address of an account as proven.
func (s *Service) VerifyEmail(ctx context.Context, from Origin, secret string) error {
	held, err := s.mailToken(ctx, secret, PurposeVerifyEmail)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		account, err := lock(tx, held.UserID)
		if err != nil {
			return err
		}
		if err := held.use(tx, account); err != nil {
			return err
		}
		return s.markVerified(tx, from, account)
	})
}

func (s *Service) markVerified(tx Tx, from Origin, account *Account) error {
	if account.EmailVerified {
		return nil
	}
	if err := tx.SetVerified(account.ID); err != nil {
		return err
	}
	account.EmailVerified = true
	account.Version++
	if err := s.note(tx, from, "email_verified", account.ID, nil); err != nil {
		return err
	}
	return say(tx, authapi.EmailVerified, account)
}

// ResetPassword sets a new password with the secret of a mail. It ends every
// session: whoever else was signed in is the reason for many resets. The mail
// has also proven the address.
func (s *Service) ResetPassword(ctx context.Context, from Origin, secret, password string) error {
	held, err := s.mailToken(ctx, secret, PurposeResetPassword)
	if err != nil {
		return err
	}
	if err := checkPassword(password, "#/password", held.Email); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	var ended authapi.RevokedData
	err = s.store.InTx(ctx, func(tx Tx) error {
		account, err := lock(tx, held.UserID)
		if err != nil {
			return err
		}
		if err := held.use(tx, account); err != nil {
			return err
		}
		if err := s.markVerified(tx, from, account); err != nil {
			return err
		}
		if ended, err = s.endAll(tx, account.ID, "password_reset"); err != nil {
			return err
		}
		return s.replacePassword(tx, from, account, hash, "password_reset")
	})
	if err != nil {
		return err
	}
	s.revoked(ended)
	return nil
}

// replacePassword writes a new hash and lets the owner know by mail.
func (s *Service) replacePassword(tx Tx, from Origin, account *Account, hash, action string) error {
	if err := tx.SetPassword(account.ID, hash); err != nil {
		return err
	}
	if err := s.note(tx, from, action, account.ID, nil); err != nil {
		return err
	}
	return say(tx, authapi.PasswordChanged, account)
}
