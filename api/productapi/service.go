package productapi

import (
	"context"

	"pasar/internal/platform/rest"
)

// Service is the product service, in process or over HTTP.
type Service interface {
	Categories
	Products
	Variants
	Images
	StockLedger
	Internal
}

// Categories is the tree of shelves.
type Categories interface {
	ListCategories(context.Context, *ListCategoriesInput) (*CategoryList, error)
	GetCategory(context.Context, *GetCategoryInput) (*Category, error)
	CreateCategory(context.Context, *CreateCategoryInput) (*Category, error)
	UpdateCategory(context.Context, *UpdateCategoryInput) (*Category, error)
	DeleteCategory(context.Context, *DeleteCategoryInput) (*rest.NoContent, error)
}

// Products is the catalogue.
type Products interface {
	ListProducts(context.Context, *ListProductsInput) (*ProductList, error)
	GetProduct(context.Context, *GetProductInput) (*Product, error)
	CreateProduct(context.Context, *CreateProductInput) (*Product, error)
	UpdateProduct(context.Context, *UpdateProductInput) (*Product, error)
	ArchiveProduct(context.Context, *ArchiveProductInput) (*Product, error)
}

// Variants is what is sold, and for how much.
type Variants interface {
	AddVariant(context.Context, *AddVariantInput) (*Product, error)
	UpdateVariant(context.Context, *UpdateVariantInput) (*Product, error)
	SetPrices(context.Context, *SetPricesInput) (*Product, error)
}

// Images is the pictures of products.
type Images interface {
	UploadImage(context.Context, *UploadImageInput) (*Product, error)
	UpdateImage(context.Context, *UpdateImageInput) (*Product, error)
	OrderImages(context.Context, *OrderImagesInput) (*Product, error)
	DeleteImage(context.Context, *DeleteImageInput) (*Product, error)
	GetMedia(context.Context, *GetMediaInput) (*rest.Blob, error)
}

// StockLedger is what there is of each variant, and how it came and went.
type StockLedger interface {
	GetStock(context.Context, *GetStockInput) (*Stock, error)
	CreateStockMovement(context.Context, *CreateStockMovementInput) (*StockMovement, error)
	ListStockMovements(context.Context, *ListStockMovementsInput) (*StockMovementList, error)
}

// Internal is what siblings may ask.
type Internal interface {
	QuoteVariants(context.Context, *QuoteVariantsInput) (*QuoteList, error)
	ReserveStock(context.Context, *ReserveStockInput) (*Reservation, error)
	ReleaseStock(context.Context, *ReleaseStockInput) (*rest.NoContent, error)
}

// Register registers every operation of the service.
func Register(a *rest.API, s Service) {
	rest.Handle(a, ListCategories, s.ListCategories)
	rest.Handle(a, GetCategory, s.GetCategory)
	rest.Handle(a, CreateCategory, s.CreateCategory)
	rest.Handle(a, UpdateCategory, s.UpdateCategory)
	rest.Handle(a, DeleteCategory, s.DeleteCategory)

	rest.Handle(a, ListProducts, s.ListProducts)
	rest.Handle(a, GetProduct, s.GetProduct)
	rest.Handle(a, CreateProduct, s.CreateProduct)
	rest.Handle(a, UpdateProduct, s.UpdateProduct)
	rest.Handle(a, ArchiveProduct, s.ArchiveProduct)

	rest.Handle(a, AddVariant, s.AddVariant)
	rest.Handle(a, UpdateVariant, s.UpdateVariant)
	rest.Handle(a, SetPrices, s.SetPrices)

	rest.Handle(a, UploadImage, s.UploadImage)
	rest.Handle(a, UpdateImage, s.UpdateImage)
	rest.Handle(a, OrderImages, s.OrderImages)
	rest.Handle(a, DeleteImage, s.DeleteImage)
	rest.Handle(a, GetMedia, s.GetMedia)

	rest.Handle(a, GetStock, s.GetStock)
	rest.Handle(a, CreateStockMovement, s.CreateStockMovement)
	rest.Handle(a, ListStockMovements, s.ListStockMovements)

	rest.Handle(a, QuoteVariants, s.QuoteVariants)
	rest.Handle(a, ReserveStock, s.ReserveStock)
	rest.Handle(a, ReleaseStock, s.ReleaseStock)
}
