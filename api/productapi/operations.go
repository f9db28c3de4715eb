package productapi

import (
	"pasar/api"
	"pasar/internal/platform/rest"
)

// MaxImageBytes is the largest picture that may be uploaded.
const MaxImageBytes = 10 << 20

// Categories.
var (
	ListCategories = rest.Operation[ListCategoriesInput, CategoryList]{
		ID: "list-categories", Method: "GET", Path: "/v1/categories",
		Summary: "The whole category tree", Needs: rest.Public,
	}
	GetCategory = rest.Operation[GetCategoryInput, Category]{
		ID: "get-category", Method: "GET", Path: "/v1/categories/{id}",
		Summary: "One category and the shelves below it, by id or slug", Needs: rest.Public,
	}
	CreateCategory = rest.Operation[CreateCategoryInput, Category]{
		ID: "create-category", Method: "POST", Path: "/v1/categories", Status: 201,
		Summary: "Add a shelf", Needs: rest.Permission(api.PermCategoryWrite),
		Codes: []string{CodeSlugTaken, CodeCategoryTree, CodeCatalogueLimit},
	}
	UpdateCategory = rest.Operation[UpdateCategoryInput, Category]{
		ID: "update-category", Method: "PATCH", Path: "/v1/categories/{id}", Guarded: true,
		Summary: "Rename, reorder or move a shelf with all that stands below it",
		Needs:   rest.Permission(api.PermCategoryWrite),
		Codes:   []string{CodeSlugTaken, CodeCategoryTree},
	}
	DeleteCategory = rest.Operation[DeleteCategoryInput, rest.NoContent]{
		ID: "delete-category", Method: "DELETE", Path: "/v1/categories/{id}", Guarded: true,
		Summary: "Remove an empty shelf", Needs: rest.Permission(api.PermCategoryWrite),
		Codes: []string{CodeCategoryInUse},
	}
)

// Products.
var (
	ListProducts = rest.Operation[ListProductsInput, ProductList]{
		ID: "list-products", Method: "GET", Path: "/v1/products",
		Summary: "Filter, sort and search the catalogue",
		Description: "Readers see active products that have a price in the currency. With q the best match comes first; " +
			"when the words find nothing, near words of the catalogue are tried and named in corrected_query.",
		Needs: rest.Public,
	}
	GetProduct = rest.Operation[GetProductInput, Product]{
		ID: "get-product", Method: "GET", Path: "/v1/products/{id}",
		Summary:     "One product, by id or slug",
		Description: "Staff with product:read see drafts and archived products, and all translations and prices.",
		Needs:       rest.Public,
	}
	CreateProduct = rest.Operation[CreateProductInput, Product]{
		ID: "create-product", Method: "POST", Path: "/v1/products", Status: 201,
		Summary: "Add a product with its options and variants", Needs: rest.Permission(api.PermProductWrite),
		Codes: []string{CodeSlugTaken, CodeSKUTaken, CodeVariantExists, CodeProductIncomplete},
	}
	UpdateProduct = rest.Operation[UpdateProductInput, Product]{
		ID: "update-product", Method: "PATCH", Path: "/v1/products/{id}", Guarded: true,
		Summary: "Change a product's texts, shelf, options or status", Needs: rest.Permission(api.PermProductWrite),
		Codes: []string{CodeSlugTaken, CodeVariantExists, CodeProductIncomplete},
	}
	ArchiveProduct = rest.Operation[ArchiveProductInput, Product]{
		ID: "archive-product", Method: "POST", Path: "/v1/products/{id}/archive", Guarded: true,
		Summary: "Take a product out of the shop; orders keep it", Needs: rest.Permission(api.PermProductWrite),
	}
)

// Variants and prices.
var (
	AddVariant = rest.Operation[AddVariantInput, Product]{
		ID: "add-variant", Method: "POST", Path: "/v1/products/{id}/variants", Status: 201,
		Summary: "Add a variant to a product", Needs: rest.Permission(api.PermProductWrite),
		Codes: []string{CodeSKUTaken, CodeVariantExists, CodeCatalogueLimit},
	}
	UpdateVariant = rest.Operation[UpdateVariantInput, Product]{
		ID: "update-variant", Method: "PATCH", Path: "/v1/products/{id}/variants/{variant_id}", Guarded: true,
		Summary: "Change or discontinue a variant", Needs: rest.Permission(api.PermProductWrite),
		Codes: []string{CodeSKUTaken, CodeVariantExists, CodeProductIncomplete},
	}
	SetPrices = rest.Operation[SetPricesInput, Product]{
		ID: "set-prices", Method: "PUT", Path: "/v1/products/{id}/variants/{variant_id}/prices", Guarded: true,
		Summary: "Replace the prices of a variant", Needs: rest.Permission(api.PermProductWrite),
		Codes: []string{CodeProductIncomplete},
	}
)

// Images.
var (
	UploadImage = rest.Operation[UploadImageInput, Product]{
		ID: "upload-image", Method: "POST", Path: "/v1/products/{id}/images", Status: 201, MaxBody: MaxImageBytes,
		Summary:     "Add a picture; its sizes are made in the background",
		Description: "JPEG, PNG or WebP of at most 10 MiB and 40 megapixels, sent as it is or as the one file of a form.",
		Needs:       rest.Permission(api.PermProductWrite),
		Codes:       []string{CodeImageUnreadable, CodeCatalogueLimit},
	}
	UpdateImage = rest.Operation[UpdateImageInput, Product]{
		ID: "update-image", Method: "PATCH", Path: "/v1/products/{id}/images/{image_id}", Guarded: true,
		Summary: "Describe a picture", Needs: rest.Permission(api.PermProductWrite),
	}
	OrderImages = rest.Operation[OrderImagesInput, Product]{
		ID: "order-images", Method: "PUT", Path: "/v1/products/{id}/images/order", Guarded: true,
		Summary: "Put a product's pictures in order", Needs: rest.Permission(api.PermProductWrite),
	}
	DeleteImage = rest.Operation[DeleteImageInput, Product]{
		ID: "delete-image", Method: "DELETE", Path: "/v1/products/{id}/images/{image_id}", Guarded: true,
		Summary: "Remove a picture", Needs: rest.Permission(api.PermProductWrite),
	}
	GetMedia = rest.Operation[GetMediaInput, rest.Blob]{
		ID: "get-media", Method: "GET", Path: "/v1/media/{key...}", Stream: true,
		Summary: "The bytes of a picture", Needs: rest.Public,
		Cache: "public, max-age=31536000, immutable",
	}
)

// Stock.
var (
	GetStock = rest.Operation[GetStockInput, Stock]{
		ID: "get-stock", Method: "GET", Path: "/v1/variants/{id}/stock",
		Summary: "What there is of a variant, in all and by location", Needs: rest.Permission(api.PermStockRead),
	}
	CreateStockMovement = rest.Operation[CreateStockMovementInput, StockMovement]{
		ID: "create-stock-movement", Method: "POST", Path: "/v1/variants/{id}/stock-movements", Status: 201, Idempotent: true,
		Summary: "Move stock in or out", Needs: rest.Permission(api.PermStockWrite),
		Codes: []string{CodeInsufficientStock},
	}
	ListStockMovements = rest.Operation[ListStockMovementsInput, StockMovementList]{
		ID: "list-stock-movements", Method: "GET", Path: "/v1/variants/{id}/stock-movements",
		Summary: "A variant's stock ledger, newest first", Needs: rest.Permission(api.PermStockRead),
	}
)

// CategoryList is the tree: the top shelves with their children. It is bounded
// and has one page.
type CategoryList = api.List[Category]

// StockMovementList is a page of a stock ledger.
type StockMovementList = api.List[StockMovement]
