package app

import (
	"context"
	"time"

	"pasar/api/orderapi"
	"pasar/internal/order"
	orderrest "pasar/internal/order/rest"
	orderstore "pasar/internal/order/store"
)

// buildOrder makes the order service, or its client for the payment service.
func (s *Shop) buildOrder(ctx context.Context) error {
	if !s.local("order") {
		if !s.local("payment") {
			return nil
		}
		caller, err := s.caller("order", s.config.Siblings.url("order"))
		if err != nil {
			return err
		}
		s.siblings.order = orderapi.NewClient(caller)
		return nil
	}
	db, err := s.database(ctx, "order", orderstore.Migrations())
	if err != nil {
		return err
	}
	a, log, err := s.newAPI(ctx, "order")
	if err != nil {
		return err
	}
	heart := order.New(order.Deps{Store: orderstore.New(db), Catalogue: orderrest.Catalogue(s.siblings.product), Clock: s.clock, Log: log})
	server := orderrest.New(heart)
	orderapi.Register(a, server)
	s.siblings.order = server
	s.bus.Subscribe(heart.Consumers()...)
	s.group.Add(
		sweep("order.expiry", 5*time.Second, log, heart.ExpireOrders, "databases"),
		sweep("order.carts", time.Hour, log, heart.PurgeCarts, "databases"),
	)
	return nil
}
