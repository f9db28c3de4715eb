package orderapi

import (
	"context"

	"pasar/internal/platform/rest"
)

// Client is the order service over HTTP.
type Client struct{ caller *rest.Caller }

var _ Service = (*Client)(nil)

// NewClient returns a client that calls through caller.
func NewClient(caller *rest.Caller) *Client { return &Client{caller: caller} }

// CreateCart calls the operation of this name.
func (c *Client) CreateCart(ctx context.Context, in *CreateCartInput) (*NewCart, error) {
	return rest.Call(ctx, c.caller, CreateCart, in)
}

// GetCart calls the operation of this name.
func (c *Client) GetCart(ctx context.Context, in *CartInput) (*Cart, error) {
	return rest.Call(ctx, c.caller, GetCart, in)
}

// UpdateCart calls the operation of this name.
func (c *Client) UpdateCart(ctx context.Context, in *UpdateCartInput) (*Cart, error) {
	return rest.Call(ctx, c.caller, UpdateCart, in)
}

// AddCartItem calls the operation of this name.
func (c *Client) AddCartItem(ctx context.Context, in *AddCartItemInput) (*Cart, error) {
	return rest.Call(ctx, c.caller, AddCartItem, in)
}

// UpdateCartItem calls the operation of this name.
func (c *Client) UpdateCartItem(ctx context.Context, in *UpdateCartItemInput) (*Cart, error) {
	return rest.Call(ctx, c.caller, UpdateCartItem, in)
}

// RemoveCartItem calls the operation of this name.
func (c *Client) RemoveCartItem(ctx context.Context, in *CartItemInput) (*Cart, error) {
	return rest.Call(ctx, c.caller, RemoveCartItem, in)
}

// ClaimCart calls the operation of this name.
func (c *Client) ClaimCart(ctx context.Context, in *CartInput) (*Cart, error) {
	return rest.Call(ctx, c.caller, ClaimCart, in)
}

// ListShippingMethods calls the operation of this name.
func (c *Client) ListShippingMethods(ctx context.Context, in *CartInput) (*ShippingMethodList, error) {
	return rest.Call(ctx, c.caller, ListShippingMethods, in)
}

// PlaceOrder calls the operation of this name.
func (c *Client) PlaceOrder(ctx context.Context, in *PlaceOrderInput) (*Order, error) {
	return rest.Call(ctx, c.caller, PlaceOrder, in)
}

// GetOrder calls the operation of this name.
func (c *Client) GetOrder(ctx context.Context, in *OrderInput) (*Order, error) {
	return rest.Call(ctx, c.caller, GetOrder, in)
}

// ListOrders calls the operation of this name.
func (c *Client) ListOrders(ctx context.Context, in *ListOrdersInput) (*OrderList, error) {
	return rest.Call(ctx, c.caller, ListOrders, in)
}

// CancelOrder calls the operation of this name.
func (c *Client) CancelOrder(ctx context.Context, in *CancelOrderInput) (*Order, error) {
	return rest.Call(ctx, c.caller, CancelOrder, in)
}

// CreateFulfilment calls the operation of this name.
func (c *Client) CreateFulfilment(ctx context.Context, in *CreateFulfilmentInput) (*Order, error) {
	return rest.Call(ctx, c.caller, CreateFulfilment, in)
}

// GetPayable calls the operation of this name.
func (c *Client) GetPayable(ctx context.Context, in *GetPayableInput) (*Payable, error) {
	return rest.Call(ctx, c.caller, GetPayable, in)
}
