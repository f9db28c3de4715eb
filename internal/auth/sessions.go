package auth

import (
	"context"
	"errors"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/platform/fault"
)

const (
	refreshPrefix = "prt_"

	// A client that sends the same request twice, or two tabs that wake up
	// together, are not thieves.
	refreshGrace = 10 * time.Second
)

// Session is one sign-in and the chain of refresh tokens that grew from it.
type Session struct {
	ID         string
	UserID     string
	IP         string
	UserAgent  string
	CreatedAt  time.Time
	LastUsedAt time.Time
	IdleUntil  time.Time
	ExpiresAt  time.Time // however much it is used
	Ended      bool
}

func (s *Service) begin(session *Session, now time.Time) {
	session.CreatedAt, session.LastUsedAt = now, now
	session.ExpiresAt = now.Add(s.settings.SessionLife)
	session.IdleUntil = s.idleUntil(session, now)
}

func (s *Service) idleUntil(session *Session, now time.Time) time.Time {
	until := now.Add(s.settings.IdleLife)
	if until.After(session.ExpiresAt) {
		return session.ExpiresAt
	}
	return until
}

func (s *Session) alive(now time.Time) bool {
	return !s.Ended && now.Before(s.IdleUntil) && now.Before(s.ExpiresAt)
}

// RefreshToken is a link of a session's chain.
type RefreshToken struct {
	Session Session
	UsedAt  *time.Time
}

// Refresh exchanges a refresh token for new tokens. Of any number that present
// the same one at a moment, one gets them.
func (s *Service) Refresh(ctx context.Context, from Origin, presented string) (*Tokens, error) {
	hash := fingerprint(presented)
	held, err := s.store.RefreshToken(ctx, hash)
	if errors.Is(err, ErrNotFound) {
		return nil, badRefresh()
	}
	if err != nil {
		return nil, err
	}
	var (
		claims  AccessClaims
		verdict error // an answer that must not undo what the transaction did
		ended   []authapi.RevokedData
		next    = newSecret(refreshPrefix)
	)
	err = s.store.InTx(ctx, func(tx Tx) error {
		verdict, ended = nil, nil
		account, err := lock(tx, held.Session.UserID)
		if err != nil {
			return err
		}
		fresh, err := tx.UseRefreshToken(hash)
		if err != nil {
			return err
		}
		current, err := tx.RefreshToken(hash)
		switch {
		case err != nil:
			return err
		case !current.Session.alive(tx.Now()):
			verdict = badRefresh()
			return nil
		case !fresh:
			ended, verdict = s.judgeReuse(tx, from, current)
			return internalOnly(verdict)
		}
		claims = s.claims(account, current.Session.ID, tx.Now())
		if err := tx.InsertRefreshToken(fingerprint(next), current.Session.ID); err != nil {
			return err
		}
		return tx.TouchSession(current.Session.ID, s.idleUntil(&current.Session, tx.Now()))
	})
	if err != nil {
		return nil, err
	}
	s.revoked(ended...)
	if verdict != nil {
		return nil, verdict
	}
	return s.tokens(ctx, claims, next)
}

// judgeReuse ends the session when a token comes back late: somebody has a
// copy, and whose copy is the thief's cannot be told.
func (s *Service) judgeReuse(tx Tx, from Origin, held *RefreshToken) ([]authapi.RevokedData, error) {
	if held.UsedAt != nil && tx.Now().Sub(*held.UsedAt) <= refreshGrace {
		return nil, fault.New(fault.Conflict, authapi.CodeRefreshSuperseded,
			"This refresh token was exchanged a moment ago; use the tokens of that answer.")
	}
	session := held.Session
	if _, err := tx.EndSession(session.UserID, session.ID, "refresh_token_reused"); err != nil {
		return nil, err
	}
	revocation, err := s.revoke(tx, session.UserID, session.ID)
	if err != nil {
		return nil, err
	}
	if err := s.note(tx, from, "refresh_token_reused", session.UserID, details{"session": session.ID}); err != nil {
		return nil, err
	}
	return []authapi.RevokedData{revocation}, fault.New(fault.Unauthenticated, authapi.CodeRefreshReused,
		"This refresh token was used before, so the session is ended; sign in again.")
}

// internalOnly passes on what went wrong, but not what was decided.
func internalOnly(err error) error {
	if fault.As(err) != nil {
		return nil
	}
	return err
}

func badRefresh() error {
	return fault.New(fault.Unauthenticated, authapi.CodeRefreshInvalid, "The refresh token is not valid; sign in again.")
}

// RevokeRefresh ends the session of a refresh token. RFC 7009 wants an unknown
// one to be no error: what the caller wished for is so.
func (s *Service) RevokeRefresh(ctx context.Context, from Origin, presented string) error {
	held, err := s.store.RefreshToken(ctx, fingerprint(presented))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	err = s.EndSession(ctx, from, held.Session.UserID, held.Session.ID)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil
	}
	return err
}

// EndSession ends one living session of a user.
func (s *Service) EndSession(ctx context.Context, from Origin, userID, id string) error {
	var ended authapi.RevokedData
	err := s.store.InTx(ctx, func(tx Tx) error {
		if _, err := lock(tx, userID); err != nil {
			return err
		}
		done, err := tx.EndSession(userID, id, "ended")
		if err != nil {
			return err
		}
		if !done {
			return fault.New(fault.NotFound, api.CodeNotFound, "There is no such living session.")
		}
		if ended, err = s.revoke(tx, userID, id); err != nil {
			return err
		}
		return s.note(tx, from, "session_ended", userID, details{"session": id})
	})
	if err != nil {
		return err
	}
	s.revoked(ended)
	return nil
}

// EndSessions ends every session of a user.
func (s *Service) EndSessions(ctx context.Context, from Origin, userID string) error {
	var ended authapi.RevokedData
	err := s.store.InTx(ctx, func(tx Tx) error {
		if _, err := lock(tx, userID); err != nil {
			return err
		}
		var err error
		if ended, err = s.endAll(tx, userID, "ended"); err != nil {
			return err
		}
		return s.note(tx, from, "sessions_ended", userID, nil)
	})
	if err != nil {
		return err
	}
	s.revoked(ended)
	return nil
}

// endAll ends every session of a locked account and every access token.
func (s *Service) endAll(tx Tx, userID, reason string) (authapi.RevokedData, error) {
	if _, err := tx.EndSessions(userID, "", reason); err != nil {
		return authapi.RevokedData{}, err
	}
	return s.revokeAll(tx, userID)
}

// revokeAll ends every access token of a locked account, not its sessions.
func (s *Service) revokeAll(tx Tx, userID string) (authapi.RevokedData, error) {
	revocation, err := s.revoke(tx, userID, "")
	if err != nil {
		return revocation, err
	}
	return revocation, tx.SetValidAfter(userID, revocation.NotAfter)
}

// revoke ends the access tokens of a session, or all of them. The moment is
// read after the account was locked: a transaction that issued a token before
// us had begun before it.
func (s *Service) revoke(tx Tx, subject, sessionID string) (authapi.RevokedData, error) {
	revocation := authapi.RevokedData{UserID: subject, SessionID: sessionID, NotAfter: s.clock.Now()}
	event, err := authapi.AccessRevoked.New(subject, revocation.NotAfter.UnixMicro(), tx.Now(), revocation)
	if err != nil {
		return revocation, err
	}
	if err := tx.InsertRevocation(revocation); err != nil {
		return revocation, err
	}
	return revocation, tx.Emit(event)
}

// Sessions lists a user's living sessions, newest first.
func (s *Service) Sessions(ctx context.Context, userID string, page Page) ([]Session, error) {
	return s.store.Sessions(ctx, userID, s.clock.Now(), page)
}

// Revocations lists what living access tokens may be subject to, oldest first.
// After a full list the caller asks on from the last one.
func (s *Service) Revocations(ctx context.Context, since time.Time) ([]authapi.RevokedData, error) {
	const most = 1000
	return s.store.Revocations(ctx, since, most)
}
