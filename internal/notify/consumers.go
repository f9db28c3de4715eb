package notify

import (
	"context"
	"net/url"

	"pasar/api/authapi"
	"pasar/api/orderapi"
	"pasar/internal/platform/events"
)

// Consumers lists the events that make mails.
func (s *Service) Consumers() []events.Consumer {
	return []events.Consumer{
		{Name: "notify.verification", Types: []string{authapi.VerificationRequested.Name}, Handle: s.mailVerification},
		{Name: "notify.password-reset", Types: []string{authapi.PasswordResetRequested.Name}, Handle: s.mailPasswordReset},
		{Name: "notify.registration-repeated", Types: []string{authapi.RegistrationRepeated.Name}, Handle: s.mailRegistrationRepeated},
		{Name: "notify.password-changed", Types: []string{authapi.PasswordChanged.Name}, Handle: s.mailPasswordChanged},
		{Name: "notify.order-confirmed", Types: []string{orderapi.OrderConfirmed.Name}, Handle: s.mailOrderConfirmed, Workers: 4},
		{Name: "notify.order-refunded", Types: []string{orderapi.OrderRefunded.Name}, Handle: s.mailOrderRefunded},
	}
}

// linkMail is the data of a mail that asks for one click.
type linkMail struct {
	Name string
	Link string
}

func (s *Service) mailVerification(ctx context.Context, e events.Event) error {
	account, err := authapi.VerificationRequested.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	return s.mailLink(ctx, "notify.verification", e, KindVerification, account, "verify_email", "/verify-email")
}

func (s *Service) mailPasswordReset(ctx context.Context, e events.Event) error {
	account, err := authapi.PasswordResetRequested.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	return s.mailLink(ctx, "notify.password-reset", e, KindPasswordReset, account, "reset_password", "/reset-password")
}

// mailLink asks auth for the secret only now, so that it lies in no event.
func (s *Service) mailLink(ctx context.Context, consumer string, e events.Event, kind Kind, account authapi.AccountData, purpose, path string) error {
	in := &authapi.IssueMailTokenInput{}
	in.Body.UserID, in.Body.Purpose = account.UserID, purpose
	token, err := s.deps.Tokens.IssueMailToken(ctx, in)
	if err != nil {
		return err
	}
	if token.Token == "" {
		return nil // verified or disabled meanwhile: nothing to ask for
	}
	link := s.deps.PublicURL + path + "?lang=" + url.QueryEscape(account.Language) + "&token=" + url.QueryEscape(token.Token)
	return s.post(ctx, consumer, e, kind, recipient{account.Email, account.Language}, linkMail{account.Name, link})
}

// mailRegistrationRepeated tells the owner of an address what the answer to the
// stranger could not: that there is an account already.
func (s *Service) mailRegistrationRepeated(ctx context.Context, e events.Event) error {
	account, err := authapi.RegistrationRepeated.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	return s.post(ctx, "notify.registration-repeated", e, KindRegistrationRepeated, recipient{account.Email, account.Language}, account)
}

func (s *Service) mailPasswordChanged(ctx context.Context, e events.Event) error {
	account, err := authapi.PasswordChanged.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	return s.post(ctx, "notify.password-changed", e, KindPasswordChanged, recipient{account.Email, account.Language}, account)
}

func (s *Service) mailOrderConfirmed(ctx context.Context, e events.Event) error {
	order, err := orderapi.OrderConfirmed.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	return s.post(ctx, "notify.order-confirmed", e, KindOrderConfirmed, recipient{order.Email, order.Language}, order)
}

func (s *Service) mailOrderRefunded(ctx context.Context, e events.Event) error {
	refund, err := orderapi.OrderRefunded.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	return s.post(ctx, "notify.order-refunded", e, KindOrderRefunded, recipient{refund.Email, refund.Language}, refund)
}
