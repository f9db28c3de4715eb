package productapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
)

// Stock is what there is of a variant. OnHand is the sum of all movements.
type Stock struct {
	VariantID string       `json:"variant_id"`
	SKU       string       `json:"sku"`
	OnHand    int64        `json:"on_hand"`
	Reserved  int64        `json:"reserved"`
	Available int64        `json:"available"`
	Locations []StockLevel `json:"locations" nullable:"false"`
}

// StockLevel is what there is of a variant in one place.
type StockLevel struct {
	Location  string    `json:"location"`
	OnHand    int64     `json:"on_hand"`
	Reserved  int64     `json:"reserved"`
	Available int64     `json:"available"`
	UpdatedAt time.Time `json:"updated_at"`
}

// StockMovement is one entry of the stock ledger; it is never changed.
type StockMovement struct {
	ID        string    `json:"id"`
	VariantID string    `json:"variant_id"`
	Location  string    `json:"location"`
	Quantity  int64     `json:"quantity" doc:"Positive in, negative out"`
	Reason    string    `json:"reason" enum:"receipt,adjustment,sale,return,correction"`
	Note      string    `json:"note,omitempty"`
	OrderID   string    `json:"order_id,omitempty"`
	Actor     string    `json:"actor" doc:"Who moved it: a user, a key or the shop itself"`
	CreatedAt time.Time `json:"created_at"`
}

// ResourcePath names the ledger the movement stands in.
func (m StockMovement) ResourcePath() string {
	return "/v1/variants/" + m.VariantID + "/stock-movements"
}

// CreateStockMovementInput moves stock in or out.
type CreateStockMovementInput struct {
	ID string `path:"id" prefix:"var"`
	rest.IdempotencyKey
	Body struct {
		Quantity int64  `json:"quantity" minimum:"-1000000" maximum:"1000000" doc:"Positive in, negative out, never 0; receipts and returns are positive"`
		Reason   string `json:"reason" enum:"receipt,adjustment,return,correction"`
		Note     string `json:"note,omitempty" maxLength:"500" multiline:"true"`
		Location string `json:"location,omitempty" default:"main" maxLength:"40" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$"`
	}
}

// GetStockInput names a variant.
type GetStockInput struct {
	ID string `path:"id" prefix:"var"`
}

// ListStockMovementsInput reads a variant's ledger, newest first.
type ListStockMovementsInput struct {
	ID string `path:"id" prefix:"var"`
	api.Paging
	Reason string `query:"reason" enum:"receipt,adjustment,sale,return,correction"`
}
