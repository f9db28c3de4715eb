package orderapi

import (
	"time"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/rest"
)

// Operations on orders.
var (
	PlaceOrder = rest.Operation[PlaceOrderInput, Order]{
		ID: "place-order", Method: "POST", Path: "/v1/orders", Status: 201, Idempotent: true,
		Summary: "Order what is in a cart",
		Description: "Stock is held until expires_at; pay before then. A total other than expected_total is 409 total_changed with " +
			"the right one in total. A cart becomes at most one order.",
		Needs: rest.OwnerOr(api.PermOrderWrite),
		Codes: []string{
			CodeTotalChanged, CodeCartEmpty, CodeCartIncomplete, CodeCartOrdered, CodeShippingUnavailable,
			productapi.CodeInsufficientStock, productapi.CodeVariantNotSellable,
		},
	}
	GetOrder = rest.Operation[OrderInput, Order]{
		ID: "get-order", Method: "GET", Path: "/v1/orders/{id}",
		Summary: "An order, its items, money, fulfilments and timeline",
		Needs:   rest.OwnerOr(api.PermOrderRead),
	}
	ListOrders = rest.Operation[ListOrdersInput, OrderList]{
		ID: "list-orders", Method: "GET", Path: "/v1/orders",
		Summary: "One's own orders, newest first; staff see and filter everybody's",
		Needs:   rest.SignedIn,
	}
	CancelOrder = rest.Operation[CancelOrderInput, Order]{
		ID: "cancel-order", Method: "POST", Path: "/v1/orders/{id}/cancel", Idempotent: true,
		Summary: "Cancel an order: its owner while it is unpaid, staff until something is fulfilled",
		Description: "Held stock becomes free. What was paid is refunded by itself. " +
			"Should money arrive for an order that was cancelled unpaid, the order comes back if its goods are still there, else the money goes back.",
		Needs: rest.OwnerOr(api.PermOrderWrite),
		Codes: []string{CodeOrderNotCancellable},
	}
	CreateFulfilment = rest.Operation[CreateFulfilmentInput, Order]{
		ID: "create-fulfilment", Method: "POST", Path: "/v1/orders/{id}/fulfillments", Status: 201, Idempotent: true,
		Summary: "Hand goods of a confirmed order over to a carrier; without lines, all that is left",
		Needs:   rest.Permission(api.PermOrderFulfil),
		Codes:   []string{CodeOrderNotFulfillable, CodeFulfilmentExceedsLine},
	}
)

// PlaceOrderInput names the cart and the total that the customer was shown.
type PlaceOrderInput struct {
	rest.IdempotencyKey
	CartProof
	Body struct {
		CartID        string    `json:"cart_id" prefix:"crt" minLength:"1" maxLength:"30"`
		ExpectedTotal api.Money `json:"expected_total" doc:"totals.total of the cart as it was shown"`
	}
}

// OrderInput names an order. A guest sends the token of the cart it came from.
type OrderInput struct {
	ID string `path:"id" prefix:"ord"`
	CartProof
}

// ListOrdersInput filters a list. A customer sees only their own whatever is asked.
type ListOrdersInput struct {
	Status            string    `query:"status" enum:"open,confirmed,completed,cancelled,expired"`
	PaymentStatus     string    `query:"payment_status" enum:"unpaid,partially_paid,paid,overpaid,partially_refunded,refunded"`
	FulfillmentStatus string    `query:"fulfillment_status" enum:"unfulfilled,partially_fulfilled,fulfilled"`
	Email             string    `query:"email" maxLength:"254" doc:"Exact address"`
	Number            string    `query:"number" maxLength:"20" doc:"As printed; case, blanks and dashes do not matter"`
	UserID            string    `query:"user_id" prefix:"usr" maxLength:"30"`
	PlacedFrom        time.Time `query:"placed_from" doc:"At or after"`
	PlacedBefore      time.Time `query:"placed_before" doc:"Before"`
	api.Paging
}

// CancelOrderInput says why. Staff must give a reason.
type CancelOrderInput struct {
	ID string `path:"id" prefix:"ord"`
	rest.IdempotencyKey
	CartProof
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"200"`
	}
}

// CreateFulfilmentInput says what leaves, with whom.
type CreateFulfilmentInput struct {
	ID string `path:"id" prefix:"ord"`
	rest.IdempotencyKey
	Body struct {
		Lines    []FulfilmentLine `json:"lines,omitempty" maxItems:"100"`
		Carrier  string           `json:"carrier" minLength:"1" maxLength:"60" example:"JNE"`
		Tracking string           `json:"tracking,omitempty" maxLength:"100" doc:"The carrier's number of the parcel"`
	}
}

// FulfilmentLine is a quantity of one order item.
type FulfilmentLine struct {
	ItemID   string `json:"item_id" prefix:"itm" minLength:"1" maxLength:"30"`
	Quantity int64  `json:"quantity" minimum:"1" maximum:"999"`
}

// Order is an order with everything about it. Status is what the shop decided;
// payment_status and fulfillment_status are sums of what happened.
type Order struct {
	ID                string          `json:"id"`
	Number            string          `json:"number" doc:"For people, to print and read aloud" example:"PSR-7K4M-92QX"`
	Status            string          `json:"status" enum:"open,confirmed,completed,cancelled,expired"`
	PaymentStatus     string          `json:"payment_status" enum:"unpaid,partially_paid,paid,overpaid,partially_refunded,refunded"`
	FulfillmentStatus string          `json:"fulfillment_status" enum:"unfulfilled,partially_fulfilled,fulfilled"`
	UserID            string          `json:"user_id,omitempty"`
	Email             string          `json:"email"`
	Language          string          `json:"language" enum:"id,en"`
	Items             []OrderItem     `json:"items" nullable:"false"`
	Subtotal          api.Money       `json:"subtotal"`
	Shipping          api.Money       `json:"shipping"`
	TaxIncluded       api.Money       `json:"tax_included" doc:"Tax that subtotal and shipping contain"`
	Total             api.Money       `json:"total"`
	Paid              api.Money       `json:"paid" doc:"All captures"`
	Refunded          api.Money       `json:"refunded" doc:"All refunds"`
	Due               api.Money       `json:"due" doc:"What is still to be paid"`
	TaxRule           string          `json:"tax_rule" doc:"Which rule the tax was reckoned by" example:"ppn-2025"`
	ShippingTax       api.Money       `json:"shipping_tax_included"`
	ShippingMethod    string          `json:"shipping_method"`
	ShippingAddress   *PostalAddress  `json:"shipping_address,omitempty"`
	BillingAddress    *PostalAddress  `json:"billing_address,omitempty"`
	Note              string          `json:"note,omitempty"`
	CancelReason      string          `json:"cancel_reason,omitempty"`
	Fulfillments      []Fulfilment    `json:"fulfillments" nullable:"false"`
	Timeline          []TimelineEntry `json:"timeline" nullable:"false" doc:"What happened, oldest first; entries are never changed"`
	PlacedAt          time.Time       `json:"placed_at"`
	UpdatedAt         time.Time       `json:"updated_at"`
	ExpiresAt         time.Time       `json:"expires_at" doc:"Until when an open order waits for its payment"`
	Version           int64           `json:"version"`
}

// ResourceVersion is the row version behind the ETag.
func (o Order) ResourceVersion() int64 { return o.Version }

// ResourcePath names the order.
func (o Order) ResourcePath() string { return "/v1/orders/" + o.ID }

// OrderItem is a line as it was sold; later changes of the product do not reach it.
type OrderItem struct {
	ID          string    `json:"id"`
	VariantID   string    `json:"variant_id"`
	ProductID   string    `json:"product_id"`
	SKU         string    `json:"sku"`
	Slug        string    `json:"slug"`
	Name        string    `json:"name"`
	Options     string    `json:"options,omitempty"`
	ImageURL    string    `json:"image_url,omitempty"`
	Quantity    int64     `json:"quantity"`
	Fulfilled   int64     `json:"fulfilled"`
	UnitPrice   api.Money `json:"unit_price"`
	Total       api.Money `json:"total"`
	TaxIncluded api.Money `json:"tax_included"`
}

// Fulfilment is goods that left.
type Fulfilment struct {
	ID        string           `json:"id"`
	Carrier   string           `json:"carrier"`
	Tracking  string           `json:"tracking,omitempty"`
	Lines     []FulfilmentLine `json:"lines" nullable:"false"`
	CreatedAt time.Time        `json:"created_at"`
}

// TimelineEntry is one thing that happened to an order.
type TimelineEntry struct {
	At        time.Time  `json:"at"`
	Kind      string     `json:"kind" enum:"placed,payment_received,confirmed,refund_requested,refunded,cancelled,expired,fulfilled,completed"`
	By        string     `json:"by" enum:"customer,staff,shop"`
	ActorID   string     `json:"actor_id,omitempty" doc:"Shown to staff only"`
	Reference string     `json:"reference,omitempty" doc:"Id of the payment, refund or fulfilment"`
	Amount    *api.Money `json:"amount,omitempty"`
	Note      string     `json:"note,omitempty"`
}

// OrderList is a page of orders.
type OrderList = api.List[OrderSummary]

// OrderSummary is an order in a list.
type OrderSummary struct {
	ID                string    `json:"id"`
	Number            string    `json:"number"`
	Status            string    `json:"status" enum:"open,confirmed,completed,cancelled,expired"`
	PaymentStatus     string    `json:"payment_status"`
	FulfillmentStatus string    `json:"fulfillment_status"`
	UserID            string    `json:"user_id,omitempty"`
	Email             string    `json:"email"`
	Quantity          int64     `json:"quantity" doc:"Pieces of all items"`
	Total             api.Money `json:"total"`
	PlacedAt          time.Time `json:"placed_at"`
	UpdatedAt         time.Time `json:"updated_at"`
}
