package app

import (
	"context"
	"time"

	"pasar/api/productapi"
	"pasar/internal/product"
	productrest "pasar/internal/product/rest"
	productstore "pasar/internal/product/store"
)

// buildProduct makes the product service, or its client for the order service.
func (s *Shop) buildProduct(ctx context.Context) error {
	if !s.local("product") {
		if !s.local("order") {
			return nil
		}
		caller, err := s.caller("product", s.config.Siblings.url("product"))
		if err != nil {
			return err
		}
		s.siblings.product = productapi.NewClient(caller)
		return nil
	}
	db, err := s.database(ctx, "product", productstore.Migrations())
	if err != nil {
		return err
	}
	a, log, err := s.newAPI(ctx, "product")
	if err != nil {
		return err
	}
	heart := product.New(product.Deps{
		Store: productstore.New(db), Media: productstore.NewMedia(s.media), Pictures: productstore.Pictures{},
		Clock: s.clock, Log: log,
	})
	server := productrest.New(heart, s.config.PublicURL+"/v1/media/")
	productapi.Register(a, server)
	s.siblings.product = server
	s.catalogue = heart
	s.bus.Subscribe(heart.Consumers()...)
	s.group.Add(sweep("product.reservations", 5*time.Second, log, heart.ExpireReservations, "databases"))
	return nil
}
