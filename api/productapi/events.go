package productapi

import "pasar/internal/platform/events"

// Events of the product service.
var (
	ProductChanged = events.Type[ProductChangedData]{
		Name:    "pasar.product.changed.v1",
		Summary: "A product, its variants, prices or images were created, changed or archived",
	}
	StockChanged = events.Type[StockChangedData]{
		Name:    "pasar.product.stock_changed.v1",
		Summary: "What can be sold of a variant changed",
	}
	StockShort = events.Type[StockShortData]{
		Name:    "pasar.product.stock_short.v1",
		Summary: "A confirmed order's reservation had run out and its stock could not be taken again",
	}
)

// ProductChangedData names what changed; read the product for its new state.
type ProductChangedData struct {
	ProductID string `json:"product_id"`
	Slug      string `json:"slug"`
	Status    string `json:"status" enum:"draft,active,archived"`
}

// StockChangedData is a variant's stock after the change. Available is on hand
// minus reserved, over all locations.
type StockChangedData struct {
	VariantID string `json:"variant_id"`
	ProductID string `json:"product_id"`
	SKU       string `json:"sku"`
	OnHand    int64  `json:"on_hand"`
	Reserved  int64  `json:"reserved"`
	Available int64  `json:"available"`
}

// StockShortData names the order that was paid for and cannot be filled.
type StockShortData struct {
	OrderID    string   `json:"order_id"`
	VariantIDs []string `json:"variant_ids"`
}

// ImageUploaded starts the background work on a picture. It is an event, not a
// job, so that it commits with the picture's row and cannot be lost.
var ImageUploaded = events.Type[ImageUploadedData]{
	Name:    "pasar.product.image_uploaded.v1",
	Summary: "A picture was stored and its sizes have to be made",
}

// ImageUploadedData names the picture.
type ImageUploadedData struct {
	ProductID string `json:"product_id"`
	ImageID   string `json:"image_id"`
}
