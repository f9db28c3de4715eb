// Package orderapi is the contract of the order service, and its Go SDK: carts,
// checkout, orders, their fulfilment and what happened to them.
//
// A cart's token is the secret of a guest. It opens the cart and, later, the
// order made from it; ids open nothing.
package orderapi
