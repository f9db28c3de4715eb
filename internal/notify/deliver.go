package notify

import (
	"context"
	"errors"
	"time"

	"pasar/internal/platform/mail"
)

const (
	deliverBatch   = 20
	deliverLease   = 5 * time.Minute
	deliverPoll    = 15 * time.Second
	deliverTries   = 10
	firstRetryWait = 30 * time.Second
)

// Run sends queued mails until ctx ends. It returns at once when mails are
// only kept.
func (s *Service) Run(ctx context.Context) error {
	if s.deps.Sender == nil {
		<-ctx.Done()
		return nil
	}
	poll := time.NewTicker(deliverPoll)
	defer poll.Stop()
	for {
		// A failed try is noted on its mail; a store that fails is asked again.
		_ = s.Deliver(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-poll.C:
		}
	}
}

// Deliver sends the mails that are due now.
func (s *Service) Deliver(ctx context.Context) error {
	now := s.deps.Clock.Now()
	due, err := s.deps.Store.ClaimDue(ctx, now, now.Add(deliverLease), deliverBatch)
	if err != nil {
		return err
	}
	var failures []error
	for _, m := range due {
		failures = append(failures, s.deliverOne(ctx, m))
	}
	return errors.Join(failures...)
}

// deliverOne sends one mail. A crash after the server took it and before the
// mark sends it once more, under the same Message-ID.
func (s *Service) deliverOne(ctx context.Context, m Mail) error {
	err := s.deps.Sender.Send(ctx, mail.Message{
		ID: m.ID, From: s.deps.From, To: m.Recipient, Subject: m.Subject, Text: m.Text, HTML: m.HTML,
	})
	if err == nil {
		return s.deps.Store.MarkSent(ctx, m.ID)
	}
	if m.Attempts+1 >= deliverTries {
		return errors.Join(err, s.deps.Store.MarkTried(ctx, m.ID, err.Error(), nil))
	}
	next := s.deps.Clock.Now().Add(firstRetryWait << m.Attempts)
	return errors.Join(err, s.deps.Store.MarkTried(ctx, m.ID, err.Error(), &next))
}
