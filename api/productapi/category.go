package productapi

import (
	"time"

	"pasar/internal/platform/rest"
)

// Texts is a short text in both languages of the shop.
type Texts struct {
	ID string `json:"id" minLength:"1" maxLength:"200" doc:"Indonesian"`
	EN string `json:"en" minLength:"1" maxLength:"200" doc:"English"`
}

// TextsPatch changes a text in one language or both.
type TextsPatch struct {
	ID *string `json:"id,omitempty" minLength:"1" maxLength:"200"`
	EN *string `json:"en,omitempty" minLength:"1" maxLength:"200"`
}

// Category is one shelf of the shop with the shelves below it.
type Category struct {
	ID           string     `json:"id"`
	Slug         string     `json:"slug"`
	ParentID     string     `json:"parent_id,omitempty" doc:"Absent at the top"`
	Name         string     `json:"name" doc:"In the language asked for"`
	Translations Texts      `json:"translations"`
	Position     int        `json:"position" doc:"Order among its siblings"`
	Depth        int        `json:"depth" doc:"1 at the top, 5 at most"`
	Version      int64      `json:"version" doc:"Send as If-Match to change it"`
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
	Children     []Category `json:"children,omitempty"`
}

// ResourceVersion is the category's row version.
func (c Category) ResourceVersion() int64 { return c.Version }

// ResourcePath names the category.
func (c Category) ResourcePath() string { return "/v1/categories/" + c.ID }

// CategoryRef is a category as a product names it.
type CategoryRef struct {
	ID   string `json:"id"`
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// ListCategoriesInput asks for the tree in one language.
type ListCategoriesInput struct {
	Locale
}

// GetCategoryInput names a category by id or slug.
type GetCategoryInput struct {
	ID string `path:"id" maxLength:"100" doc:"Id or slug"`
	Locale
}

// CreateCategoryInput describes a new shelf.
type CreateCategoryInput struct {
	Body struct {
		Slug         string `json:"slug" minLength:"1" maxLength:"100" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$"`
		ParentID     string `json:"parent_id,omitempty" prefix:"cat" maxLength:"30" doc:"Absent at the top"`
		Translations Texts  `json:"translations"`
		Position     int    `json:"position,omitempty" minimum:"0" maximum:"10000"`
	}
}

// UpdateCategoryInput is a merge patch of a category.
type UpdateCategoryInput struct {
	ID string `path:"id" prefix:"cat"`
	rest.IfMatch
	Body struct {
		Slug         *string            `json:"slug,omitempty" minLength:"1" maxLength:"100" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$"`
		ParentID     rest.Patch[string] `json:"parent_id,omitzero" prefix:"cat" maxLength:"30" doc:"null moves the category to the top"`
		Translations *TextsPatch        `json:"translations,omitempty"`
		Position     *int               `json:"position,omitempty" minimum:"0" maximum:"10000"`
	} `contentType:"application/merge-patch+json"`
}

// DeleteCategoryInput names an empty category.
type DeleteCategoryInput struct {
	ID string `path:"id" prefix:"cat"`
	rest.IfMatch
}
