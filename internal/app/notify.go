package app

import (
	"context"

	"pasar/internal/notify"
	notifystore "pasar/internal/notify/store"
	"pasar/internal/platform/lifecycle"
	"pasar/internal/platform/mail"
)

var mailboxPatterns = []string{"GET /dev/mail", "GET /dev/mail/{id}", "GET /dev/mail/{id}/html"}

// buildNotify makes what writes mails. It runs beside the auth service, whose
// secrets the mails carry.
func (s *Shop) buildNotify(ctx context.Context) error {
	if !s.local("auth") {
		return nil
	}
	db, err := s.database(ctx, "notify", notifystore.Migrations())
	if err != nil {
		return err
	}
	signals, err := s.telemetry.Service(ctx, "notify")
	if err != nil {
		return err
	}
	var sender mail.Sender
	if s.config.Mail.URL != "" {
		if sender, err = mail.Open(s.config.Mail.URL); err != nil {
			return err
		}
	}
	service := notify.New(notify.Deps{
		Store: notifystore.New(db), Tokens: s.siblings.auth, Clock: s.clock, PublicURL: s.config.PublicURL,
		Sender: sender, From: s.config.Mail.From,
	})
	s.bus.Subscribe(service.Consumers()...)
	s.group.Add(lifecycle.Part{Name: "notify", Needs: []string{"databases"}, Run: service.Run})
	if !s.config.Production {
		s.page(service.Mailbox("/dev/mail", signals.Log), mailboxPatterns...)
	}
	return nil
}
