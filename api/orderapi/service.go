package orderapi

import (
	"context"

	"pasar/internal/platform/rest"
)

// Service is the order service: in this process, or a Client of it.
type Service interface {
	CreateCart(ctx context.Context, in *CreateCartInput) (*NewCart, error)
	GetCart(ctx context.Context, in *CartInput) (*Cart, error)
	UpdateCart(ctx context.Context, in *UpdateCartInput) (*Cart, error)
	AddCartItem(ctx context.Context, in *AddCartItemInput) (*Cart, error)
	UpdateCartItem(ctx context.Context, in *UpdateCartItemInput) (*Cart, error)
	RemoveCartItem(ctx context.Context, in *CartItemInput) (*Cart, error)
	ClaimCart(ctx context.Context, in *CartInput) (*Cart, error)
	ListShippingMethods(ctx context.Context, in *CartInput) (*ShippingMethodList, error)

	PlaceOrder(ctx context.Context, in *PlaceOrderInput) (*Order, error)
	GetOrder(ctx context.Context, in *OrderInput) (*Order, error)
	ListOrders(ctx context.Context, in *ListOrdersInput) (*OrderList, error)
	CancelOrder(ctx context.Context, in *CancelOrderInput) (*Order, error)
	CreateFulfilment(ctx context.Context, in *CreateFulfilmentInput) (*Order, error)

	GetPayable(ctx context.Context, in *GetPayableInput) (*Payable, error)
}

// Register serves s with a.
func Register(a *rest.API, s Service) {
	rest.Handle(a, CreateCart, s.CreateCart)
	rest.Handle(a, GetCart, s.GetCart)
	rest.Handle(a, UpdateCart, s.UpdateCart)
	rest.Handle(a, AddCartItem, s.AddCartItem)
	rest.Handle(a, UpdateCartItem, s.UpdateCartItem)
	rest.Handle(a, RemoveCartItem, s.RemoveCartItem)
	rest.Handle(a, ClaimCart, s.ClaimCart)
	rest.Handle(a, ListShippingMethods, s.ListShippingMethods)

	rest.Handle(a, PlaceOrder, s.PlaceOrder)
	rest.Handle(a, GetOrder, s.GetOrder)
	rest.Handle(a, ListOrders, s.ListOrders)
	rest.Handle(a, CancelOrder, s.CancelOrder)
	rest.Handle(a, CreateFulfilment, s.CreateFulfilment)

	rest.Handle(a, GetPayable, s.GetPayable)
}
