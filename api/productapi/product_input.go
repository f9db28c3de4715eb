package productapi

import (
	"pasar/api"
	"pasar/internal/platform/rest"
)

// ListProductsInput filters, sorts and searches the catalogue.
type ListProductsInput struct {
	api.Paging
	Locale
	Pricing
	Category string `query:"category" maxLength:"100" doc:"Id or slug; shelves below it are included"`
	Sort     string `query:"sort" enum:"created_at,-created_at,price,-price,name,-name,relevance" doc:"Newest first when absent, best match first with q"`
	Query    string `query:"q" maxLength:"200" doc:"Words to search for, in either language"`
	MinPrice int64  `query:"min_price" minimum:"0" maximum:"1000000000000" doc:"In minor units; of the cheapest variant"`
	MaxPrice int64  `query:"max_price" minimum:"0" maximum:"1000000000000" doc:"In minor units; of the cheapest variant"`
	InStock  bool   `query:"in_stock" doc:"Only what can be bought now"`
	Status   string `query:"status" enum:"draft,active,archived,all" doc:"Staff with product:read may ask for more than active"`
}

// GetProductInput names a product by id or slug.
type GetProductInput struct {
	ID string `path:"id" maxLength:"100" doc:"Id or slug"`
	Locale
	Pricing
}

// CreateProductInput describes a new product, a draft unless said otherwise.
type CreateProductInput struct {
	Body struct {
		Slug         string         `json:"slug" minLength:"1" maxLength:"100" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$"`
		Status       string         `json:"status,omitempty" enum:"draft,active" default:"draft"`
		CategoryID   string         `json:"category_id,omitempty" prefix:"cat" maxLength:"30"`
		Translations Translations   `json:"translations"`
		Options      []OptionInput  `json:"options,omitempty" maxItems:"5"`
		Variants     []VariantInput `json:"variants,omitempty" maxItems:"100"`
	}
}

// OptionInput is one way in which variants differ.
type OptionInput struct {
	Code   string             `json:"code" minLength:"1" maxLength:"40" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$"`
	Names  Texts              `json:"translations"`
	Values []OptionValueInput `json:"values" minItems:"1" maxItems:"100"`
}

// OptionValueInput is one choice.
type OptionValueInput struct {
	Code  string `json:"code" minLength:"1" maxLength:"40" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$"`
	Names Texts  `json:"translations"`
}

// VariantInput describes a new variant. It names one value of every option.
type VariantInput struct {
	SKU         string            `json:"sku" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9][A-Za-z0-9._/-]*$"`
	Barcode     string            `json:"barcode,omitempty" maxLength:"32" pattern:"^[0-9A-Za-z-]*$"`
	Options     map[string]string `json:"options,omitempty" maxProperties:"5" doc:"Option code to value code"`
	WeightGrams int64             `json:"weight_grams" minimum:"0" maximum:"1000000"`
	Prices      []api.Money       `json:"prices,omitempty" maxItems:"12" doc:"One for each currency, tax included"`
}

// UpdateProductInput is a merge patch of a product. Options are replaced whole.
type UpdateProductInput struct {
	ID string `path:"id" prefix:"prd"`
	rest.IfMatch
	Body struct {
		Slug         *string            `json:"slug,omitempty" minLength:"1" maxLength:"100" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$"`
		Status       *string            `json:"status,omitempty" enum:"draft,active,archived"`
		CategoryID   rest.Patch[string] `json:"category_id,omitzero" prefix:"cat" maxLength:"30" doc:"null takes the product off its shelf"`
		Translations *TranslationsPatch `json:"translations,omitempty"`
		Options      *[]OptionInput     `json:"options,omitempty" maxItems:"5"`
	} `contentType:"application/merge-patch+json"`
}

// TranslationsPatch changes texts of one language or both.
type TranslationsPatch struct {
	ID *ProductTextsPatch `json:"id,omitempty"`
	EN *ProductTextsPatch `json:"en,omitempty"`
}

// ProductTextsPatch changes texts of one language.
type ProductTextsPatch struct {
	Name        *string `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Description *string `json:"description,omitempty" maxLength:"10000" multiline:"true"`
}

// ArchiveProductInput names the product that leaves the shop.
type ArchiveProductInput struct {
	ID string `path:"id" prefix:"prd"`
	rest.IfMatch
}

// AddVariantInput describes a new variant of a product.
type AddVariantInput struct {
	ID   string `path:"id" prefix:"prd"`
	Body VariantInput
}

// UpdateVariantInput is a merge patch of a variant, guarded by the product's ETag.
type UpdateVariantInput struct {
	ID        string `path:"id" prefix:"prd"`
	VariantID string `path:"variant_id" prefix:"var"`
	rest.IfMatch
	Body struct {
		SKU          *string            `json:"sku,omitempty" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9][A-Za-z0-9._/-]*$"`
		Barcode      rest.Patch[string] `json:"barcode,omitzero" maxLength:"32" pattern:"^[0-9A-Za-z-]*$"`
		Options      *map[string]string `json:"options,omitempty" maxProperties:"5"`
		WeightGrams  *int64             `json:"weight_grams,omitempty" minimum:"0" maximum:"1000000"`
		Discontinued *bool              `json:"discontinued,omitempty" doc:"A discontinued variant cannot be bought"`
	} `contentType:"application/merge-patch+json"`
}

// SetPricesInput replaces all prices of a variant, guarded by the product's ETag.
type SetPricesInput struct {
	ID        string `path:"id" prefix:"prd"`
	VariantID string `path:"variant_id" prefix:"var"`
	rest.IfMatch
	Body struct {
		Prices []api.Money `json:"prices" maxItems:"12" nullable:"false" doc:"One for each currency, tax included"`
	}
}
