package store

import (
	"errors"

	"gorm.io/gorm"

	"pasar/api/productapi"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/sqldb"
	"pasar/internal/product"
)

// ClaimTree counts the tree's version up from the one that this transaction
// sees; what it reads of the tree then belongs to that version.
func (t *tx) ClaimTree() error {
	var version int64
	if err := t.Raw("SELECT version FROM category_tree WHERE id = 1").Scan(&version).Error; err != nil {
		return read("category tree", err)
	}
	done := t.Exec("UPDATE category_tree SET version = version + 1 WHERE id = 1 AND version = ?", version)
	if done.Error == nil && done.RowsAffected == 0 {
		return product.ErrStale
	}
	return write("category tree", done.Error)
}

func (t *tx) InsertCategory(c product.Category) error {
	row := categoryRowOf(c)
	return categoryFault(t.Create(&row).Error, c.Slug)
}

// UpdateCategory writes c over its version and counts that up.
func (t *tx) UpdateCategory(c product.Category) error {
	done := t.Exec(`UPDATE categories SET slug = ?, parent_id = ?, name_id = ?, name_en = ?, position = ?,
		version = version + 1, updated_at = ? WHERE id = ? AND version = ?`,
		c.Slug, nullable(c.ParentID), c.Name.ID, c.Name.EN, c.Position, sqldb.At(c.UpdatedAt), c.ID, c.Version)
	if done.Error == nil && done.RowsAffected == 0 {
		return product.ErrStale
	}
	return categoryFault(done.Error, c.Slug)
}

func (t *tx) DeleteCategory(id string, version int64) error {
	done := t.Exec("DELETE FROM categories WHERE id = ? AND version = ?", id, version)
	if done.Error == nil && done.RowsAffected == 0 {
		return product.ErrStale
	}
	if errors.Is(done.Error, gorm.ErrForeignKeyViolated) { // filled since we looked
		return fault.Wrap(done.Error, fault.Conflict, productapi.CodeCategoryInUse,
			"Products or categories stand on this shelf; move them first.")
	}
	return write("category", done.Error)
}

func categoryFault(err error, slug string) error {
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return slugTaken(err, slug)
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return fault.Wrap(err, fault.Invalid, productapi.CodeCategoryTree, "The parent category is gone.").
			At("#/parent_id", productapi.CodeCategoryTree, "there is no such category")
	}
	return write("category", err)
}

func slugTaken(err error, slug string) error {
	return fault.Wrap(err, fault.Conflict, productapi.CodeSlugTaken, "The slug %s is taken; choose another.", slug).
		At("#/slug", productapi.CodeSlugTaken, "taken")
}
