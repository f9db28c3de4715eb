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

// Tokens is what a session is used with.
type Tokens struct {
	Access    string
	Refresh   string
	ExpiresIn time.Duration
}

// Login is one try to sign in.
type Login struct {
	Email    string
	Password string
	Known    string // a refresh token that this device held, in whatever state
}

// Login signs in. An unknown address and a wrong password take the same steps
// and get the same answer.
func (s *Service) Login(ctx context.Context, from Origin, in Login) (*Tokens, error) {
	email, err := NormalizeEmail(in.Email)
	if err != nil {
		email = strings.ToLower(in.Email) // nobody's, but it counts as a try like any other
	}
	account, err := s.store.AccountByEmail(ctx, email)
	if errors.Is(err, ErrNotFound) {
		account, err = &Account{}, nil
	}
	if err != nil {
		return nil, err
	}
	device, err := s.knownDevice(ctx, account, in.Known)
	if err != nil {
		return nil, err
	}
	keys := s.loginKeys(email, from.IP, device)
	if err := s.try(ctx, keys); err != nil {
		return nil, err
	}
	good, err := s.hasher.matches(ctx, account.PasswordHash, in.Password)
	if err != nil {
		return nil, err
	}
	if !good {
		return nil, s.refuseLogin(ctx, from, account, email)
	}
	return s.signIn(ctx, from, account, in.Password, keys)
}

// knownDevice returns the session that proves that the account was used on the
// device before.
func (s *Service) knownDevice(ctx context.Context, account *Account, refresh string) (string, error) {
	if refresh == "" {
		return "", nil
	}
	// An address without an account asks too, or the time would tell.
	held, err := s.store.RefreshToken(ctx, fingerprint(refresh))
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	if err != nil || held.Session.UserID != account.ID {
		return "", err
	}
	return held.Session.ID, nil
}

func (s *Service) refuseLogin(ctx context.Context, from Origin, account *Account, email string) error {
	err := s.store.InTx(ctx, func(tx Tx) error {
		return s.note(tx, from, "login_failed", account.ID, details{"email": MaskEmail(email)})
	})
	if err != nil {
		return err
	}
	return badCredentials()
}

func badCredentials() error {
	return fault.New(fault.Unauthenticated, authapi.CodeCredentialsInvalid, "The e-mail address or the password is wrong.")
}

func disabled() error {
	return fault.New(fault.Forbidden, authapi.CodeAccountDisabled, "This account is disabled; write to the shop if you think that is wrong.")
}

// signIn begins a session after the password was found right.
func (s *Service) signIn(ctx context.Context, from Origin, account *Account, password string, keys []string) (*Tokens, error) {
	rehashed, err := s.rehash(ctx, account.PasswordHash, password)
	if err != nil {
		return nil, err
	}
	session := Session{ID: api.NewID(api.PrefixSession), UserID: account.ID, IP: from.IP, UserAgent: from.UserAgent}
	refresh := newSecret(refreshPrefix)
	var claims AccessClaims
	err = s.store.InTx(ctx, func(tx Tx) error {
		current, err := lock(tx, account.ID)
		switch {
		case err != nil:
			return err
		case current.PasswordHash != account.PasswordHash:
			return badCredentials() // it was changed while we compared
		case current.Status != Active:
			return disabled()
		}
		if rehashed != "" {
			if err := tx.SetPassword(account.ID, rehashed); err != nil {
				return err
			}
		}
		s.begin(&session, tx.Now())
		claims = s.claims(current, session.ID, tx.Now())
		if err := tx.InsertSession(session); err != nil {
			return err
		}
		if err := tx.InsertRefreshToken(fingerprint(refresh), session.ID); err != nil {
			return err
		}
		return s.note(tx, from, "login", account.ID, details{"session": session.ID})
	})
	if err != nil {
		return nil, err
	}
	s.forgive(ctx, keys)
	return s.tokens(ctx, claims, refresh)
}

// rehash returns a new hash when the old one was made at another cost.
func (s *Service) rehash(ctx context.Context, old, password string) (string, error) {
	if !s.hasher.outdated(old) {
		return "", nil
	}
	return s.hasher.hash(ctx, password)
}

// lock holds an account and returns it as it is now.
func lock(tx Tx, id string) (*Account, error) {
	err := tx.LockAccount(id)
	if errors.Is(err, ErrNotFound) {
		return nil, noAccount()
	}
	if err != nil {
		return nil, err
	}
	return tx.Account(id)
}

// claims of an access token. The account was locked before it was read, so a
// revocation that it does not know of will carry a later moment; one that it
// knows of must not end this very token.
func (s *Service) claims(a *Account, sessionID string, now time.Time) AccessClaims {
	issued := now
	if !issued.After(a.ValidAfter) {
		issued = a.ValidAfter.Add(time.Microsecond)
	}
	return AccessClaims{
		Issuer: s.settings.Issuer, Audience: s.settings.Audience,
		UserID: a.ID, SessionID: sessionID, TokenID: api.NewID("jti"),
		IssuedAt: issued, ExpiresAt: issued.Add(s.settings.AccessLife),
		Permissions: a.Permissions, EmailVerified: a.EmailVerified,
	}
}

func (s *Service) tokens(ctx context.Context, claims AccessClaims, refresh string) (*Tokens, error) {
	key, err := s.ring.current(ctx)
	if err != nil {
		return nil, err
	}
	access, err := s.sign(key.KID, key.private, claims)
	if err != nil {
		return nil, err
	}
	return &Tokens{Access: access, Refresh: refresh, ExpiresIn: s.settings.AccessLife}, nil
}
