package app

import (
	"context"
	"errors"
	"fmt"

	"pasar/internal/auth"
	authstore "pasar/internal/auth/store"
	"pasar/internal/platform/token"
)

// CreateAdmin makes an administrator in the shop's auth database, beside a
// running shop or without one. It returns the account's id.
func CreateAdmin(ctx context.Context, config Config, email, password string) (id string, err error) {
	s := New(config, nil)
	defer func() { err = errors.Join(err, s.close()) }()
	heart, err := s.openAuth(ctx)
	if err != nil {
		return "", err
	}
	account, err := heart.CreateAdmin(ctx, email, password)
	if err != nil {
		return "", err
	}
	return account.ID, nil
}

// openAuth opens the auth database and nothing else of the shop.
func (s *Shop) openAuth(ctx context.Context) (*auth.Service, error) {
	if err := s.prepareData(ctx); err != nil {
		return nil, err
	}
	if err := s.openTelemetry(ctx); err != nil {
		return nil, err
	}
	s.deny = token.NewDenyList(s.clock)
	db, err := s.openDatabase(ctx, "auth", authstore.Migrations())
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	return s.authHeart(ctx, authstore.New(db))
}
