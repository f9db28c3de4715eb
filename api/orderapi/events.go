package orderapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/events"
)

// Events of the order service. Each carries the order as it stood after the
// change, so that a consumer needs no call back.
var (
	OrderPlaced = events.Type[OrderData]{
		Name: "pasar.order.placed.v1", Summary: "An order was placed and its stock is held until expires_at",
	}
	OrderConfirmed = events.Type[OrderData]{
		Name: "pasar.order.confirmed.v1", Summary: "An order is paid and its held stock is sold",
	}
	OrderCancelled = events.Type[OrderData]{
		Name: "pasar.order.cancelled.v1", Summary: "An order was cancelled; its held stock is free",
	}
	OrderExpired = events.Type[OrderData]{
		Name: "pasar.order.expired.v1", Summary: "An unpaid order ran out of time; its held stock is free",
	}
	OrderRefunded = events.Type[RefundedData]{
		Name: "pasar.order.refunded.v1", Summary: "Money of an order went back, in part or whole",
	}
	OrderFulfilled = events.Type[FulfilledData]{
		Name: "pasar.order.fulfilled.v1", Summary: "Goods of an order were handed to a carrier",
	}
	RefundDue = events.Type[RefundDueData]{
		Name:    "pasar.order.refund_due.v1",
		Summary: "A payment arrived for an order that cannot be filled; the payment service refunds it by itself",
	}
)

// OrderData is an order in an event.
type OrderData struct {
	OrderID     string     `json:"order_id"`
	Number      string     `json:"number"`
	UserID      string     `json:"user_id,omitempty"`
	Email       string     `json:"email"`
	Language    string     `json:"language" enum:"id,en"`
	Status      string     `json:"status"`
	Total       api.Money  `json:"total"`
	Subtotal    api.Money  `json:"subtotal"`
	Shipping    api.Money  `json:"shipping"`
	TaxIncluded api.Money  `json:"tax_included"`
	Lines       []LineData `json:"lines"`
	Reason      string     `json:"reason,omitempty"`
	ExpiresAt   time.Time  `json:"expires_at"`
}

// LineData is one line of an order in an event.
type LineData struct {
	VariantID string    `json:"variant_id"`
	SKU       string    `json:"sku"`
	Name      string    `json:"name"`
	Options   string    `json:"options,omitempty"`
	Quantity  int64     `json:"quantity"`
	UnitPrice api.Money `json:"unit_price"`
	Total     api.Money `json:"total"`
}

// RefundedData is one refund of an order.
type RefundedData struct {
	OrderID       string    `json:"order_id"`
	Number        string    `json:"number"`
	Email         string    `json:"email"`
	Language      string    `json:"language" enum:"id,en"`
	RefundID      string    `json:"refund_id"`
	Amount        api.Money `json:"amount"`
	RefundedTotal api.Money `json:"refunded_total"`
	Reason        string    `json:"reason"`
}

// FulfilledData is one hand-over of goods.
type FulfilledData struct {
	OrderID      string `json:"order_id"`
	Number       string `json:"number"`
	Email        string `json:"email"`
	Language     string `json:"language" enum:"id,en"`
	FulfilmentID string `json:"fulfilment_id"`
	Carrier      string `json:"carrier"`
	Tracking     string `json:"tracking,omitempty"`
	Complete     bool   `json:"complete"`
}

// RefundDueData asks for a payment to be sent back whole.
type RefundDueData struct {
	OrderID   string    `json:"order_id"`
	PaymentID string    `json:"payment_id"`
	Amount    api.Money `json:"amount"`
	Reason    string    `json:"reason" enum:"order_cancelled,order_expired,stock_short,already_paid,amount_differs"`
}
