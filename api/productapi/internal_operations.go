package productapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
)

// Operations for sibling services only; the gateway never routes them.
var (
	QuoteVariants = rest.Operation[QuoteVariantsInput, QuoteList]{
		ID: "quote-variants", Method: "POST", Path: "/internal/v1/quotes",
		Summary: "Names, prices and availability of variants, for a cart",
		Needs:   rest.Internal(api.ScopeProductInternal),
	}
	ReserveStock = rest.Operation[ReserveStockInput, Reservation]{
		ID: "reserve-stock", Method: "POST", Path: "/internal/v1/reservations",
		Summary: "Hold stock for an order, all lines or none",
		Description: "Safe to repeat: a second call for the same order with the same lines answers the same hold " +
			"with the later expiry; other lines replace the hold. A hold that was sold stays sold and is answered as it is.",
		Needs: rest.Internal(api.ScopeProductInternal),
		Codes: []string{CodeInsufficientStock, CodeVariantNotSellable},
	}
	ReleaseStock = rest.Operation[ReleaseStockInput, rest.NoContent]{
		ID: "release-stock", Method: "POST", Path: "/internal/v1/reservations/{order_id}/release",
		Summary: "Give an order's held stock back; repeating changes nothing",
		Needs:   rest.Internal(api.ScopeProductInternal),
	}
)

// Problem codes of these operations.
const (
	CodeInsufficientStock  = "insufficient_stock"
	CodeVariantNotSellable = "variant_not_sellable"
)

// QuoteVariantsInput asks for up to 100 variants in one currency.
type QuoteVariantsInput struct {
	Body struct {
		VariantIDs []string `json:"variant_ids" minItems:"1" maxItems:"100"`
		Currency   string   `json:"currency" pattern:"^[A-Z]{3}$"`
		Language   string   `json:"language,omitempty" enum:"id,en" default:"id"`
	}
}

// QuoteList holds one quote for each variant that exists, in no given order;
// unknown variants are left out.
type QuoteList struct {
	Data []Quote `json:"data" nullable:"false"`
}

// Quote is what a cart needs to know of a variant.
type Quote struct {
	VariantID   string    `json:"variant_id"`
	ProductID   string    `json:"product_id"`
	SKU         string    `json:"sku"`
	Slug        string    `json:"slug"`
	Name        string    `json:"name" doc:"Product name in the language asked for"`
	Options     string    `json:"options" doc:"Option values for people, such as 250 g, biji"`
	ImageURL    string    `json:"image_url,omitempty"`
	Price       api.Money `json:"price" doc:"Unit price, tax included"`
	WeightGrams int64     `json:"weight_grams"`
	Available   int64     `json:"available"`
	Sellable    bool      `json:"sellable" doc:"False when archived, a draft, or without a price in this currency"`
}

// ReserveStockInput holds stock under an order's id.
type ReserveStockInput struct {
	Body struct {
		OrderID   string      `json:"order_id" pattern:"^ord_[0-9a-z]{26}$"`
		Lines     []StockLine `json:"lines" minItems:"1" maxItems:"100"`
		ExpiresAt time.Time   `json:"expires_at"`
	}
}

// StockLine is a quantity of one variant. Lines of the same variant are summed.
type StockLine struct {
	VariantID string `json:"variant_id"`
	Quantity  int64  `json:"quantity" minimum:"1" maximum:"10000"`
}

// Reservation is the stock held for an order.
type Reservation struct {
	OrderID   string      `json:"order_id"`
	Status    string      `json:"status" enum:"held,sold,released,expired"`
	Lines     []StockLine `json:"lines" nullable:"false"`
	ExpiresAt time.Time   `json:"expires_at"`
}

// Released is the empty answer of ReleaseStock, for those who may not import
// the transport.
type Released = rest.NoContent

// ReleaseStockInput names the order whose hold ends.
type ReleaseStockInput struct {
	OrderID string `path:"order_id" prefix:"ord"`
}
