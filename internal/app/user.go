package app

import (
	"context"

	"pasar/api/userapi"
	"pasar/internal/user"
	"pasar/internal/user/pictures"
	userrest "pasar/internal/user/rest"
	userstore "pasar/internal/user/store"
)

// buildUser makes the user service. No sibling calls it.
func (s *Shop) buildUser(ctx context.Context) error {
	if !s.local("user") {
		return nil
	}
	db, err := s.database(ctx, "user", userstore.Migrations())
	if err != nil {
		return err
	}
	a, log, err := s.newAPI(ctx, "user")
	if err != nil {
		return err
	}
	heart := user.New(user.Deps{
		Store: userstore.New(db), Accounts: s.siblings.auth, Files: s.media, Opener: pictures.NewOpener(s.media),
		Painter: pictures.NewPainter(), Clock: s.clock, Log: log,
	})
	userapi.Register(a, userrest.New(heart))
	s.bus.Subscribe(heart.Consumers()...)
	return nil
}
