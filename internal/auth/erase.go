package auth

import (
	"context"
	"errors"

	"pasar/api/authapi"
	"pasar/api/userapi"
	"pasar/internal/platform/events"
)

const erasedConsumer = "auth.user-erased"

// Consumers are the service's subscriptions.
func (s *Service) Consumers() []events.Consumer {
	return []events.Consumer{{Name: erasedConsumer, Types: []string{userapi.Erased.Name}, Handle: s.UserErased}}
}

// UserErased closes the account of a user who has been erased and removes what
// names them. The audit log keeps the id, which names nobody any more.
func (s *Service) UserErased(ctx context.Context, e events.Event) error {
	data, err := userapi.Erased.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	var ended []authapi.RevokedData
	err = s.store.InTx(ctx, func(tx Tx) error {
		ended = nil
		err := tx.LockAccount(data.UserID)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		fresh, err := tx.Receive(erasedConsumer, e.ID)
		if err != nil || !fresh {
			return err
		}
		revocation, err := s.endAll(tx, data.UserID, "erased")
		if err != nil {
			return err
		}
		ended = append(ended, revocation)
		if err := tx.EraseAccount(data.UserID); err != nil {
			return err
		}
		return s.note(tx, System, "account_erased", data.UserID, nil)
	})
	if err != nil {
		return err
	}
	s.revoked(ended...)
	return nil
}
