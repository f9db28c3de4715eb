package productapi

import (
	"time"

	"pasar/api"
)

// Locale says which language and currency a reader wants.
type Locale struct {
	Lang           string `query:"lang" enum:"id,en" doc:"Language of texts; Accept-Language decides when absent, else Indonesian"`
	AcceptLanguage string `header:"Accept-Language" maxLength:"200"`
}

// Pricing says which currency a reader wants.
type Pricing struct {
	Currency string `query:"currency" default:"IDR" pattern:"^[A-Z]{3}$" minLength:"3" maxLength:"3" doc:"ISO 4217 code of the prices"`
}

// Product is a product as its readers see it. Translations, and of each
// variant the prices in every currency, are for staff.
type Product struct {
	ID           string        `json:"id"`
	Slug         string        `json:"slug"`
	Status       string        `json:"status" enum:"draft,active,archived"`
	Name         string        `json:"name"`
	Description  string        `json:"description"`
	Language     string        `json:"language" enum:"id,en"`
	Category     *CategoryRef  `json:"category,omitempty"`
	Options      []Option      `json:"options" nullable:"false"`
	Variants     []Variant     `json:"variants" nullable:"false"`
	Images       []Image       `json:"images" nullable:"false"`
	Translations *Translations `json:"translations,omitempty" doc:"Staff only"`
	Version      int64         `json:"version" doc:"Send as If-Match to change it"`
	CreatedAt    time.Time     `json:"created_at"`
	UpdatedAt    time.Time     `json:"updated_at"`

	represented int64 // tells the representations of one version apart
	ready       []byte
}

// ProductSummary is a product in a list.
type ProductSummary struct {
	ID        string       `json:"id"`
	Slug      string       `json:"slug"`
	Status    string       `json:"status" enum:"draft,active,archived"`
	Name      string       `json:"name"`
	Category  *CategoryRef `json:"category,omitempty"`
	Image     *Image       `json:"image,omitempty" doc:"The first image"`
	Variants  []Variant    `json:"variants" nullable:"false"`
	CreatedAt time.Time    `json:"created_at"`
}

// ProductList is a page of products.
type ProductList struct {
	Data           []ProductSummary `json:"data" nullable:"false"`
	Page           api.Page         `json:"page"`
	CorrectedQuery string           `json:"corrected_query,omitempty" doc:"The words searched for instead, when q itself found nothing"`

	ready []byte
}

// Option is one way in which the variants differ.
type Option struct {
	Code   string        `json:"code"`
	Name   string        `json:"name"`
	Names  *Texts        `json:"translations,omitempty" doc:"Staff only"`
	Values []OptionValue `json:"values" nullable:"false"`
}

// OptionValue is one choice of an option.
type OptionValue struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Names *Texts `json:"translations,omitempty" doc:"Staff only"`
}

// Variant is what is sold: one combination of option values.
type Variant struct {
	ID           string            `json:"id"`
	SKU          string            `json:"sku"`
	Label        string            `json:"label,omitempty" doc:"Option values for people, such as 250 g, biji"`
	Options      map[string]string `json:"options,omitempty" doc:"Option code to value code"`
	Barcode      string            `json:"barcode,omitempty"`
	WeightGrams  int64             `json:"weight_grams"`
	Price        *api.Money        `json:"price,omitempty" doc:"Tax included; absent when not sold in this currency"`
	Available    int64             `json:"available"`
	Discontinued bool              `json:"discontinued,omitempty" doc:"Staff only: readers do not see such variants"`
	Prices       []api.Money       `json:"prices,omitempty" doc:"Staff only: every currency"`
}

// Image is a picture of a product. Its sizes appear a moment after the upload.
type Image struct {
	ID     string               `json:"id"`
	Alt    string               `json:"alt,omitempty"`
	Status string               `json:"status" enum:"processing,ready,failed"`
	Sizes  map[string]ImageSize `json:"sizes,omitempty" doc:"thumb, small, medium, large"`
	Alts   *Alt                 `json:"translations,omitempty" doc:"Staff only"`
}

// ImageSize is one rendering of an image.
type ImageSize struct {
	URL    string `json:"url"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// Alt describes an image to those who cannot see it.
type Alt struct {
	ID string `json:"id" maxLength:"300"`
	EN string `json:"en" maxLength:"300"`
}

// Translations are a product's texts in both languages.
type Translations struct {
	ID ProductTexts `json:"id"`
	EN ProductTexts `json:"en"`
}

// ProductTexts are a product's texts in one language.
type ProductTexts struct {
	Name        string `json:"name" minLength:"1" maxLength:"200"`
	Description string `json:"description,omitempty" maxLength:"10000" multiline:"true"`
}
