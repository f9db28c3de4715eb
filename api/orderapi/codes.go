package orderapi

import (
	"pasar/api"
	"pasar/api/productapi"
)

// Problem codes of the order service.
const (
	CodeTotalChanged          = "total_changed"
	CodeCartEmpty             = "cart_empty"
	CodeCartIncomplete        = "cart_incomplete"
	CodeCartFull              = "cart_full"
	CodeCartOrdered           = "cart_already_ordered"
	CodeCartTaken             = "cart_taken"
	CodeShippingUnavailable   = "shipping_method_unavailable"
	CodeCurrencyNotSold       = "currency_not_sold"
	CodeOrderNotCancellable   = "order_not_cancellable"
	CodeOrderNotFulfillable   = "order_not_fulfillable"
	CodeFulfilmentExceedsLine = "fulfilment_exceeds_order"
	CodeQuantityTooLarge      = "quantity_too_large"
)

// Codes lists them for the registry, with those of the product service that
// checkout hands on.
var Codes = []api.Code{
	{Name: CodeTotalChanged, Status: 409, Title: "The total is not the one you were shown"},
	{Name: CodeCartEmpty, Status: 422, Title: "The cart is empty"},
	{Name: CodeCartIncomplete, Status: 422, Title: "The cart lacks something that an order needs"},
	{Name: CodeCartFull, Status: 409, Title: "The cart has as many lines as it can hold"},
	{Name: CodeCartOrdered, Status: 409, Title: "The cart has been ordered"},
	{Name: CodeCartTaken, Status: 409, Title: "The cart belongs to somebody else"},
	{Name: CodeShippingUnavailable, Status: 422, Title: "The shipping method is not offered for this cart"},
	{Name: CodeCurrencyNotSold, Status: 422, Title: "The shop does not sell in this currency"},
	{Name: CodeOrderNotCancellable, Status: 409, Title: "The order cannot be cancelled any more"},
	{Name: CodeOrderNotFulfillable, Status: 409, Title: "The order cannot be fulfilled in its state"},
	{Name: CodeFulfilmentExceedsLine, Status: 409, Title: "More than was ordered would be handed over"},
	{Name: productapi.CodeInsufficientStock, Status: 409, Title: "There is not enough stock"},
	{Name: productapi.CodeVariantNotSellable, Status: 409, Title: "The variant is not for sale"},
	{Name: CodeQuantityTooLarge, Status: 422, Title: "A line holds at most 999 of one variant"},
}
