package auth

import (
	"context"

	"pasar/api/authapi"
	"pasar/internal/platform/fault"
)

// ChangePassword replaces the password of whoever is signed in, who proves
// again to know the old one. Every other session ends.
func (s *Service) ChangePassword(ctx context.Context, from Origin, current, next string) error {
	account, err := s.Account(ctx, from.Actor.ID)
	if err != nil {
		return err
	}
	if err := checkPassword(next, "#/new_password", account.Email, account.Name); err != nil {
		return err
	}
	keys := []string{s.secrets.blind(classChange, account.ID)}
	if err := s.try(ctx, keys); err != nil {
		return err
	}
	good, err := s.hasher.matches(ctx, account.PasswordHash, current)
	if err != nil {
		return err
	}
	if !good {
		return wrongCurrent()
	}
	hash, err := s.hasher.hash(ctx, next)
	if err != nil {
		return err
	}
	return s.commitChange(ctx, from, account, hash, keys)
}

func (s *Service) commitChange(ctx context.Context, from Origin, account *Account, hash string, keys []string) error {
	var ended []authapi.RevokedData
	err := s.store.InTx(ctx, func(tx Tx) error {
		ended = nil
		now, err := lock(tx, account.ID)
		if err != nil {
			return err
		}
		if now.PasswordHash != account.PasswordHash {
			return wrongCurrent() // it was changed while we compared
		}
		others, err := tx.EndSessions(account.ID, from.Actor.SessionID, "password_changed")
		if err != nil {
			return err
		}
		for _, id := range others {
			revocation, err := s.revoke(tx, account.ID, id)
			if err != nil {
				return err
			}
			ended = append(ended, revocation)
		}
		return s.replacePassword(tx, from, now, hash, "password_changed")
	})
	if err != nil {
		return err
	}
	s.revoked(ended...)
	s.forgive(ctx, keys)
	return nil
}

func wrongCurrent() error {
	return fault.New(fault.Invalid, authapi.CodeCurrentPassword, "The current password is wrong.").
		At("#/current_password", "wrong", "not the current password")
}
