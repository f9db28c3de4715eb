package user

import (
	"context"
	"time"

	"pasar/api"
	"pasar/api/userapi"
)

// Export is everything that is held about a user.
type Export struct {
	Profile   *Profile
	Addresses []Address
	MadeAt    time.Time
}

// Export returns everything that is held about oneself.
func (s *Service) Export(ctx context.Context, actor api.Actor) (*Export, error) {
	p, err := s.Own(ctx, actor)
	if err != nil {
		return nil, err
	}
	addresses, err := s.store.Addresses(ctx, actor.ID, Page{Limit: userapi.MaxAddresses})
	if err != nil {
		return nil, err
	}
	return &Export{Profile: p, Addresses: addresses, MadeAt: s.clock.Now()}, nil
}

// Erase forgets who somebody is. The row stays as a mark that keeps a late
// event from making the profile anew; orders keep what the law asks for.
func (s *Service) Erase(ctx context.Context, actor api.Actor, version int64) error {
	avatar := ""
	_, err := s.change(ctx, actor, func(tx Tx, p *Profile) error {
		if p.Version != version {
			return stale()
		}
		avatar = p.Avatar
		if err := tx.DeleteAddresses(actor.ID); err != nil {
			return err
		}
		*p = Profile{ID: p.ID, Status: Erased, Language: p.Language, Currency: p.Currency, CreatedAt: p.CreatedAt, Version: p.Version}
		if err := put(tx, p); err != nil {
			return err
		}
		event, err := userapi.Erased.New(p.ID, p.Version, tx.Now(), userapi.ErasedData{UserID: p.ID})
		if err != nil {
			return err
		}
		return tx.Emit(event)
	})
	if err != nil {
		return err
	}
	s.forget(ctx, avatar)
	return nil
}
