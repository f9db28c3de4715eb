package productapi

import (
	"context"

	"pasar/internal/platform/rest"
)

// Client is the product service over HTTP.
type Client struct{ caller *rest.Caller }

var _ Service = (*Client)(nil)

// NewClient returns a client of the product service that caller reaches.
func NewClient(caller *rest.Caller) *Client { return &Client{caller: caller} }

// ListCategories calls the operation of this name.
func (c *Client) ListCategories(ctx context.Context, in *ListCategoriesInput) (*CategoryList, error) {
	return rest.Call(ctx, c.caller, ListCategories, in)
}

// GetCategory calls the operation of this name.
func (c *Client) GetCategory(ctx context.Context, in *GetCategoryInput) (*Category, error) {
	return rest.Call(ctx, c.caller, GetCategory, in)
}

// CreateCategory calls the operation of this name.
func (c *Client) CreateCategory(ctx context.Context, in *CreateCategoryInput) (*Category, error) {
	return rest.Call(ctx, c.caller, CreateCategory, in)
}

// UpdateCategory calls the operation of this name.
func (c *Client) UpdateCategory(ctx context.Context, in *UpdateCategoryInput) (*Category, error) {
	return rest.Call(ctx, c.caller, UpdateCategory, in)
}

// DeleteCategory calls the operation of this name.
func (c *Client) DeleteCategory(ctx context.Context, in *DeleteCategoryInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, DeleteCategory, in)
}

// ListProducts calls the operation of this name.
func (c *Client) ListProducts(ctx context.Context, in *ListProductsInput) (*ProductList, error) {
	return rest.Call(ctx, c.caller, ListProducts, in)
}

// GetProduct calls the operation of this name.
func (c *Client) GetProduct(ctx context.Context, in *GetProductInput) (*Product, error) {
	return rest.Call(ctx, c.caller, GetProduct, in)
}

// CreateProduct calls the operation of this name.
func (c *Client) CreateProduct(ctx context.Context, in *CreateProductInput) (*Product, error) {
	return rest.Call(ctx, c.caller, CreateProduct, in)
}

// UpdateProduct calls the operation of this name.
func (c *Client) UpdateProduct(ctx context.Context, in *UpdateProductInput) (*Product, error) {
	return rest.Call(ctx, c.caller, UpdateProduct, in)
}

// ArchiveProduct calls the operation of this name.
func (c *Client) ArchiveProduct(ctx context.Context, in *ArchiveProductInput) (*Product, error) {
	return rest.Call(ctx, c.caller, ArchiveProduct, in)
}

// AddVariant calls the operation of this name.
func (c *Client) AddVariant(ctx context.Context, in *AddVariantInput) (*Product, error) {
	return rest.Call(ctx, c.caller, AddVariant, in)
}

// UpdateVariant calls the operation of this name.
func (c *Client) UpdateVariant(ctx context.Context, in *UpdateVariantInput) (*Product, error) {
	return rest.Call(ctx, c.caller, UpdateVariant, in)
}

// SetPrices calls the operation of this name.
func (c *Client) SetPrices(ctx context.Context, in *SetPricesInput) (*Product, error) {
	return rest.Call(ctx, c.caller, SetPrices, in)
}

// UploadImage calls the operation of this name.
func (c *Client) UploadImage(ctx context.Context, in *UploadImageInput) (*Product, error) {
	return rest.Call(ctx, c.caller, UploadImage, in)
}

// UpdateImage calls the operation of this name.
func (c *Client) UpdateImage(ctx context.Context, in *UpdateImageInput) (*Product, error) {
	return rest.Call(ctx, c.caller, UpdateImage, in)
}

// OrderImages calls the operation of this name.
func (c *Client) OrderImages(ctx context.Context, in *OrderImagesInput) (*Product, error) {
	return rest.Call(ctx, c.caller, OrderImages, in)
}

// DeleteImage calls the operation of this name.
func (c *Client) DeleteImage(ctx context.Context, in *DeleteImageInput) (*Product, error) {
	return rest.Call(ctx, c.caller, DeleteImage, in)
}

// GetMedia calls the operation of this name.
func (c *Client) GetMedia(ctx context.Context, in *GetMediaInput) (*rest.Blob, error) {
	return rest.Call(ctx, c.caller, GetMedia, in)
}

// GetStock calls the operation of this name.
func (c *Client) GetStock(ctx context.Context, in *GetStockInput) (*Stock, error) {
	return rest.Call(ctx, c.caller, GetStock, in)
}

// CreateStockMovement calls the operation of this name.
func (c *Client) CreateStockMovement(ctx context.Context, in *CreateStockMovementInput) (*StockMovement, error) {
	return rest.Call(ctx, c.caller, CreateStockMovement, in)
}

// ListStockMovements calls the operation of this name.
func (c *Client) ListStockMovements(ctx context.Context, in *ListStockMovementsInput) (*StockMovementList, error) {
	return rest.Call(ctx, c.caller, ListStockMovements, in)
}

// QuoteVariants calls the operation of this name.
func (c *Client) QuoteVariants(ctx context.Context, in *QuoteVariantsInput) (*QuoteList, error) {
	return rest.Call(ctx, c.caller, QuoteVariants, in)
}

// ReserveStock calls the operation of this name.
func (c *Client) ReserveStock(ctx context.Context, in *ReserveStockInput) (*Reservation, error) {
	return rest.Call(ctx, c.caller, ReserveStock, in)
}

// ReleaseStock calls the operation of this name.
func (c *Client) ReleaseStock(ctx context.Context, in *ReleaseStockInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, ReleaseStock, in)
}
