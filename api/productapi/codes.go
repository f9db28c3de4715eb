package productapi

import "pasar/api"

// Problem codes of the catalogue. Those of stock are beside the internal
// operations.
const (
	CodeSlugTaken         = "slug_taken"
	CodeSKUTaken          = "sku_taken"
	CodeVariantExists     = "variant_exists"
	CodeCategoryInUse     = "category_in_use"
	CodeCategoryTree      = "category_tree"
	CodeProductIncomplete = "product_incomplete"
	CodeCatalogueLimit    = "catalogue_limit"
	CodeImageUnreadable   = "image_unreadable"
)

// Codes lists the problem codes of the product service.
var Codes = []api.Code{
	{Name: CodeInsufficientStock, Status: 409, Title: "There is not enough stock"},
	{Name: CodeVariantNotSellable, Status: 409, Title: "The variant is not for sale"},
	{Name: CodeSlugTaken, Status: 409, Title: "The slug is taken"},
	{Name: CodeSKUTaken, Status: 409, Title: "The SKU is taken"},
	{Name: CodeVariantExists, Status: 409, Title: "The product has a variant with these options"},
	{Name: CodeCategoryInUse, Status: 409, Title: "The category is in use"},
	{Name: CodeCategoryTree, Status: 422, Title: "The category cannot stand there"},
	{Name: CodeProductIncomplete, Status: 409, Title: "The product cannot be put on sale yet"},
	{Name: CodeCatalogueLimit, Status: 409, Title: "A limit of the catalogue is reached"},
	{Name: CodeImageUnreadable, Status: 422, Title: "The image cannot be used"},
}
