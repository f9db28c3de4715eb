package payment

import (
	"context"
	"errors"
	"fmt"

	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/internal/platform/events"
)

// Consumers lists the events that the service acts on.
func (s *Service) Consumers() []events.Consumer {
	return []events.Consumer{
		{Name: webhookConsumer, Types: []string{paymentapi.WebhookReceived.Name}, Handle: s.workWebhook, Workers: 8},
		{Name: "payment.refund-due", Types: []string{orderapi.RefundDue.Name}, Handle: s.workRefundDue, Workers: 2},
		{Name: "payment.order-closed", Types: []string{orderapi.OrderCancelled.Name, orderapi.OrderExpired.Name}, Handle: s.workOrderClosed, Workers: 2},
	}
}

// workRefundDue needs no inbox row: the refund itself is unique by its cause,
// the event.
func (s *Service) workRefundDue(ctx context.Context, e events.Event) error {
	due, err := orderapi.RefundDue.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	return s.RefundBySelf(ctx, e.ID, due)
}

// workOrderClosed cancels what is still open for an order that will not be
// filled, and comes back until it has ended. It needs no inbox row: cancelling a
// cancelled payment is nothing.
// Money that arrives all the same is booked, and the order decides about it.
func (s *Service) workOrderClosed(ctx context.Context, e events.Event) error {
	closed := orderapi.OrderCancelled
	closed.Name = e.Type // both types carry the same data
	order, err := closed.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	p, err := s.deps.Store.OpenPayment(ctx, order.OrderID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil || p.Status.Final() {
		return err
	}
	ctx, end := s.deps.Spans.Continue(ctx, p.TraceParent, "payment.order_closed")
	defer end()
	p, err = s.cancelAtGateway(ctx, p, Failure{Code: "order_" + order.Status, Detail: "the order is " + order.Status})
	if err == nil && !p.Status.Final() {
		return fmt.Errorf("payment %s is still %s at the gateway, although its order is %s", p.ID, p.Status, order.Status)
	}
	return err
}
