// Package rest offers the order service as its contract says: it maps contract
// types to the heart and back, and decides nothing.
package rest

import (
	"context"
	"net/http"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/order"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/telemetry"
)

// Service is orderapi.Service on the heart.
type Service struct{ orders *order.Service }

var _ orderapi.Service = (*Service)(nil)

// New returns the service.
func New(orders *order.Service) *Service { return &Service{orders: orders} }

// Catalogue is the product service as checkout asks it. The Idempotency-Key of
// a checkout is the order service's: a sibling in this process must not store
// an answer of its own under it.
func Catalogue(products order.Catalogue) order.Catalogue { return catalogue{products} }

type catalogue struct{ products order.Catalogue }

func (c catalogue) QuoteVariants(ctx context.Context, in *productapi.QuoteVariantsInput) (*productapi.QuoteList, error) {
	return c.products.QuoteVariants(rest.Sibling(ctx), in)
}

func (c catalogue) ReserveStock(ctx context.Context, in *productapi.ReserveStockInput) (*productapi.Reservation, error) {
	return c.products.ReserveStock(rest.Sibling(ctx), in)
}

func (c catalogue) ReleaseStock(ctx context.Context, in *productapi.ReleaseStockInput) (*productapi.Released, error) {
	return c.products.ReleaseStock(rest.Sibling(ctx), in)
}

func caller(ctx context.Context, proof orderapi.CartProof) order.Caller {
	return order.Caller{Actor: rest.ActorFrom(ctx), CartToken: proof.CartToken}
}

// CreateCart makes an empty cart.
func (s *Service) CreateCart(ctx context.Context, in *orderapi.CreateCartInput) (*orderapi.NewCart, error) {
	priced, token, err := s.orders.CreateCart(ctx, caller(ctx, orderapi.CartProof{}), in.Body.Currency, in.Body.Language)
	if err != nil {
		return nil, err
	}
	return &orderapi.NewCart{Cart: *cartOf(priced), Token: token}, nil
}

// GetCart reads a cart.
func (s *Service) GetCart(ctx context.Context, in *orderapi.CartInput) (*orderapi.Cart, error) {
	return cartAnswer(s.orders.GetCart(ctx, caller(ctx, in.CartProof), in.ID))
}

// UpdateCart patches a cart.
func (s *Service) UpdateCart(ctx context.Context, in *orderapi.UpdateCartInput) (*orderapi.Cart, error) {
	return cartAnswer(s.orders.UpdateCart(ctx, caller(ctx, in.CartProof), in.ID, detailsOf(in.Body)))
}

// AddCartItem puts a variant into a cart.
func (s *Service) AddCartItem(ctx context.Context, in *orderapi.AddCartItemInput) (*orderapi.Cart, error) {
	return cartAnswer(s.orders.AddItem(ctx, caller(ctx, in.CartProof), in.ID, in.Body.VariantID, in.Body.Quantity))
}

// UpdateCartItem sets a quantity.
func (s *Service) UpdateCartItem(ctx context.Context, in *orderapi.UpdateCartItemInput) (*orderapi.Cart, error) {
	return cartAnswer(s.orders.SetQuantity(ctx, caller(ctx, in.CartProof), in.ID, in.ItemID, in.Body.Quantity))
}

// RemoveCartItem takes a line out.
func (s *Service) RemoveCartItem(ctx context.Context, in *orderapi.CartItemInput) (*orderapi.Cart, error) {
	return cartAnswer(s.orders.RemoveItem(ctx, caller(ctx, in.CartProof), in.ID, in.ItemID))
}

// ClaimCart makes a guest's cart the caller's.
func (s *Service) ClaimCart(ctx context.Context, in *orderapi.CartInput) (*orderapi.Cart, error) {
	return cartAnswer(s.orders.ClaimCart(ctx, caller(ctx, in.CartProof), in.ID))
}

// ListShippingMethods prices the ways to the cart's address.
func (s *Service) ListShippingMethods(ctx context.Context, in *orderapi.CartInput) (*orderapi.ShippingMethodList, error) {
	quotes, cart, err := s.orders.ShippingMethods(ctx, caller(ctx, in.CartProof), in.ID)
	if err != nil {
		return nil, err
	}
	list := &orderapi.ShippingMethodList{Data: make([]orderapi.ShippingMethod, len(quotes))}
	for i, q := range quotes {
		list.Data[i] = orderapi.ShippingMethod{
			Code: q.Method.Code, Name: q.Method.Name(cart.Language), Price: q.Price,
			MinDays: q.MinDays, MaxDays: q.MaxDays, NeedsAddress: !q.Method.Pickup,
		}
	}
	return list, nil
}

// PlaceOrder orders a cart.
func (s *Service) PlaceOrder(ctx context.Context, in *orderapi.PlaceOrderInput) (*orderapi.Order, error) {
	who := caller(ctx, in.CartProof)
	o, err := s.orders.PlaceOrder(ctx, order.PlaceOrder{
		Caller: who, CartID: in.Body.CartID, Expected: in.Body.ExpectedTotal,
		TraceParent: telemetry.TraceParent(ctx), Answer: answerFor(who, orderapi.PlaceOrder.Status),
	})
	return orderAnswer(who, o, err)
}

// GetOrder reads an order.
func (s *Service) GetOrder(ctx context.Context, in *orderapi.OrderInput) (*orderapi.Order, error) {
	who := caller(ctx, in.CartProof)
	o, err := s.orders.GetOrder(ctx, who, in.ID)
	return orderAnswer(who, o, err)
}

// ListOrders reads a page of orders.
func (s *Service) ListOrders(ctx context.Context, in *orderapi.ListOrdersInput) (*orderapi.OrderList, error) {
	filter, err := filterOf(in)
	if err != nil {
		return nil, err
	}
	page, more, err := s.orders.ListOrders(ctx, caller(ctx, orderapi.CartProof{}), filter)
	if err != nil {
		return nil, err
	}
	list := &orderapi.OrderList{Data: make([]orderapi.OrderSummary, len(page))}
	for i, o := range page {
		list.Data[i] = summaryOf(o)
	}
	if more {
		last := page[len(page)-1]
		list.Page = api.Page{HasMore: true, NextCursor: rest.EncodeCursor(last.PlacedAt, last.ID)}
	}
	return list, nil
}

// CancelOrder calls an order off.
func (s *Service) CancelOrder(ctx context.Context, in *orderapi.CancelOrderInput) (*orderapi.Order, error) {
	who := caller(ctx, in.CartProof)
	o, err := s.orders.CancelOrder(ctx, order.CancelOrder{Caller: who, ID: in.ID, Reason: in.Body.Reason, Answer: answerFor(who, http.StatusOK)})
	return orderAnswer(who, o, err)
}

// CreateFulfilment hands goods over.
func (s *Service) CreateFulfilment(ctx context.Context, in *orderapi.CreateFulfilmentInput) (*orderapi.Order, error) {
	who := caller(ctx, orderapi.CartProof{})
	handed := order.Fulfilment{Carrier: in.Body.Carrier, Tracking: in.Body.Tracking}
	for _, line := range in.Body.Lines {
		handed.Lines = append(handed.Lines, order.FulfilmentLine(line))
	}
	o, err := s.orders.FulfilOrder(ctx, order.FulfilOrder{Caller: who, ID: in.ID, Fulfilment: handed, Answer: answerFor(who, orderapi.CreateFulfilment.Status)})
	return orderAnswer(who, o, err)
}

// GetPayable says what is owed for an order.
func (s *Service) GetPayable(ctx context.Context, in *orderapi.GetPayableInput) (*orderapi.Payable, error) {
	o, err := s.orders.GetPayable(ctx, caller(ctx, orderapi.CartProof{CartToken: in.CartToken}), in.ID)
	if err != nil {
		return nil, err
	}
	return payableOf(o), nil
}

// answerFor encodes the answer of an idempotent operation exactly as it is sent.
func answerFor(who order.Caller, status int) order.Answer {
	return func(o *order.Order) (int, []byte, error) {
		body, err := rest.Encode(orderOf(who, o))
		return status, body, err
	}
}

func orderAnswer(who order.Caller, o *order.Order, err error) (*orderapi.Order, error) {
	if err != nil {
		return nil, err
	}
	return orderOf(who, o), nil
}

func cartAnswer(p *order.Priced, err error) (*orderapi.Cart, error) {
	if err != nil {
		return nil, err
	}
	return cartOf(p), nil
}
