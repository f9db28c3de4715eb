package product

import (
	"context"
	"time"

	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/platform/events"
)

// Names of the durable subscriptions; they never change.
const (
	consumerOrders = "product.orders"
	ConsumerImages = "product.images"
	consumerShelf  = "product.shelf"
)

// Consumers are the service's subscriptions.
func (s *Service) Consumers() []events.Consumer {
	return []events.Consumer{
		{
			Name: consumerOrders, Workers: 4, Handle: s.followOrder,
			Types: []string{orderapi.OrderConfirmed.Name, orderapi.OrderCancelled.Name, orderapi.OrderExpired.Name},
		},
		{
			Name: ConsumerImages, Workers: 2, Handle: s.render,
			Types: []string{productapi.ImageUploaded.Name},
		},
		{
			Name: consumerShelf, Broadcast: true, Handle: s.followCatalogue, // each process has a shelf of its own
			Types: []string{productapi.ProductChanged.Name, productapi.StockChanged.Name},
		},
	}
}

func (s *Service) followOrder(ctx context.Context, e events.Event) error {
	declared := events.Type[orderapi.OrderData]{Name: e.Type} // the three types carry the same data
	order, err := declared.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	if e.Type == orderapi.OrderConfirmed.Name {
		return s.sell(ctx, e, order)
	}
	return s.letGo(ctx, e, order)
}

// followCatalogue brings what this process keeps in memory up to date with
// changes made elsewhere. Its own changes arrive here a second time; versions
// make that harmless.
func (s *Service) followCatalogue(_ context.Context, e events.Event) error {
	if e.Type == productapi.ProductChanged.Name {
		s.shelf.outdate(e.Subject, e.Version)
		s.lists.clear()
		return nil
	}
	data, err := productapi.StockChanged.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	s.shelf.restock([]Level{{
		VariantID: data.VariantID, ProductID: data.ProductID, SKU: data.SKU,
		OnHand: data.OnHand, Reserved: data.Reserved, Version: e.Version,
	}})
	return nil
}

func levelEvents(levels []Level, at time.Time) ([]events.Event, error) {
	evs := make([]events.Event, len(levels))
	for i, l := range levels {
		e, err := productapi.StockChanged.New(l.VariantID, l.Version, at, productapi.StockChangedData{
			VariantID: l.VariantID, ProductID: l.ProductID, SKU: l.SKU,
			OnHand: l.OnHand, Reserved: l.Reserved, Available: l.Available(),
		})
		if err != nil {
			return nil, err
		}
		evs[i] = e
	}
	return evs, nil
}
