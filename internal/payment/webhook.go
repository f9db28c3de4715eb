package payment

import (
	"context"
	"errors"

	"pasar/api"
	"pasar/api/paymentapi"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
)

// ReceiveWebhook verifies and keeps a notification; the work is done by the
// consumer of the event that commits with it. A copy of one that is kept is
// accepted and changes nothing.
func (s *Service) ReceiveWebhook(ctx context.Context, gatewayName string, header map[string][]string, body []byte) error {
	gateway, ok := s.deps.Gateways[gatewayName]
	if !ok {
		return fault.New(fault.NotFound, api.CodeNotFound, "There is no such gateway.")
	}
	notice, err := gateway.ParseWebhook(header, body)
	if errors.Is(err, ErrSignature) {
		s.deps.Logger.WarnContext(ctx, "a notification with a wrong signature was refused", "gateway", gatewayName, "reason", err.Error(), "bytes", len(body))
		return fault.Wrap(err, fault.Unauthenticated, paymentapi.CodeWebhookSignature, "The notification is not signed by the gateway, or its time is off by more than 5 minutes.")
	}
	if err != nil {
		return fault.Wrap(err, fault.Invalid, paymentapi.CodeWebhookNotUnderstood, "The notification is signed but cannot be read.")
	}
	traceParent, err := s.deps.Store.TraceParent(ctx, notice.Reference)
	if err != nil {
		return err
	}
	ctx, end := s.deps.Spans.Continue(ctx, traceParent, "payment.webhook")
	defer end()
	return s.keepWebhook(ctx, Webhook{
		ID: api.NewID(api.PrefixWebhook), Gateway: gatewayName, Notice: notice, Body: Redact(body), ReceivedAt: s.deps.Clock.Now(),
	})
}

func (s *Service) keepWebhook(ctx context.Context, w Webhook) error {
	received, err := paymentapi.WebhookReceived.New(w.Notice.Reference, 1, w.ReceivedAt,
		paymentapi.WebhookReceivedData{Gateway: w.Gateway, WebhookID: w.ID})
	if err != nil {
		return err
	}
	err = s.deps.Store.InTx(ctx, func(tx Tx) error {
		if err := tx.InsertWebhook(w); err != nil {
			return err
		}
		return tx.Emit(received)
	})
	if errors.Is(err, ErrDuplicate) {
		return nil
	}
	return err
}

const webhookConsumer = "payment.webhook"

// workWebhook applies a kept notification.
func (s *Service) workWebhook(ctx context.Context, e events.Event) error {
	data, err := paymentapi.WebhookReceived.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	w, err := s.deps.Store.Webhook(ctx, data.WebhookID)
	if err != nil {
		return err
	}
	p, err := s.deps.Store.Payment(ctx, w.Notice.Reference)
	if errors.Is(err, ErrNotFound) || err == nil && p.Gateway != w.Gateway {
		return s.orphan(ctx, e, w)
	}
	if err != nil {
		return err
	}
	n := news{charge: &w.Notice.Charge, exchanges: []Exchange{w.exchange(OK)}}
	if w.Notice.Ask {
		if err := s.askAbout(ctx, p, &n); err != nil {
			return err
		}
	}
	n.received = &received{webhookConsumer, e.ID}
	if _, err = s.settle(ctx, p, n); errors.Is(err, errDone) {
		return nil
	}
	return err
}

// askAbout replaces what a notification hints at by what the gateway says.
func (s *Service) askAbout(ctx context.Context, p Payment, n *news) error {
	t, err := s.talkAbout(p)
	if err != nil {
		return err
	}
	charge, err := t.get(ctx)
	if err != nil {
		return err
	}
	n.charge, n.exchanges = &charge, append(n.exchanges, t.exchanges...)
	return nil
}

// orphan keeps a record of a notification about a payment that is not ours.
func (s *Service) orphan(ctx context.Context, e events.Event, w Webhook) error {
	s.deps.Logger.WarnContext(ctx, "a notification names a payment that does not exist here",
		"gateway", w.Gateway, "reference", w.Notice.Reference, "webhook_id", w.ID)
	exchange := w.exchange(Ignored)
	exchange.Note = "there is no such payment at this gateway"
	err := s.deps.Store.InTx(ctx, func(tx Tx) error {
		if err := (&received{webhookConsumer, e.ID}).once(tx); err != nil {
			return err
		}
		return tx.Record(exchange)
	})
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

func (w Webhook) exchange(outcome Outcome) Exchange {
	return Exchange{
		ID: api.SiblingID(api.PrefixExchange, w.ID), PaymentID: w.Notice.Reference, Gateway: w.Gateway,
		Operation: "webhook", Outcome: outcome, Request: w.Body, Note: w.Notice.Kind, At: w.ReceivedAt,
	}
}
