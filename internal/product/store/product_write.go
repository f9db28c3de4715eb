package store

import (
	"errors"
	"reflect"

	"gorm.io/gorm"

	"pasar/api/productapi"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/sqldb"
	"pasar/internal/product"
)

// SaveProduct writes what differs between before and after.
func (t *tx) SaveProduct(before, after *product.Product) error {
	if before == nil {
		row := productRowOf(after)
		if err := t.Create(&row).Error; err != nil {
			return productFault(err, after)
		}
		before = &product.Product{}
	} else if err := t.updateProduct(before, after); err != nil {
		return err
	}
	for _, save := range []func(before, after *product.Product) error{
		t.saveVariants, t.savePrices, t.saveImages, t.saveStock, t.saveListings, t.saveDocument,
	} {
		if err := save(before, after); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) updateProduct(before, after *product.Product) error {
	r := productRowOf(after)
	done := t.Exec(`UPDATE products SET slug = ?, status = ?, category_id = ?, name_id = ?, name_en = ?,
		description_id = ?, description_en = ?, options = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?`,
		r.Slug, r.Status, r.CategoryID, r.NameID, r.NameEN,
		r.DescriptionID, r.DescriptionEN, r.Options, r.Version, r.UpdatedAt, r.ID, before.Version)
	if done.Error == nil && done.RowsAffected == 0 {
		return product.ErrStale
	}
	return productFault(done.Error, after)
}

func productFault(err error, p *product.Product) error {
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return slugTaken(err, p.Slug)
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return fault.Wrap(err, fault.Invalid, "validation_failed", "The category is gone; choose another.").
			At("#/category_id", "unknown_category", "there is no such category")
	}
	return write("product", err)
}

// saveVariants never uses an upsert: on MySQL that would write over whichever
// variant has the SKU.
func (t *tx) saveVariants(before, after *product.Product) error {
	old := map[string]variantRow{}
	for i := range before.Variants {
		old[before.Variants[i].ID] = variantRowOf(before, i)
	}
	var fresh []variantRow
	for i := range after.Variants {
		row := variantRowOf(after, i)
		was, known := old[row.ID]
		switch {
		case !known:
			fresh = append(fresh, row)
		case was != row:
			if err := t.updateVariant(row); err != nil {
				return err
			}
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return variantFault(t.Create(&fresh).Error, "One of the SKUs")
}

func (t *tx) updateVariant(r variantRow) error {
	err := t.Exec(`UPDATE variants SET sku = ?, position = ?, option_values = ?, option_key = ?, barcode = ?,
		weight_grams = ?, discontinued = ? WHERE id = ?`,
		r.SKU, r.Position, r.OptionValues, r.OptionKey, r.Barcode, r.WeightGrams, r.Discontinued, r.ID).Error
	return variantFault(err, "The SKU "+r.SKU)
}

// variantFault takes a duplicate for a SKU: combinations of options within the
// product were compared before.
func variantFault(err error, what string) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fault.Wrap(err, fault.Conflict, productapi.CodeSKUTaken, "%s is taken by another variant; choose another.", what).
			At("#/sku", productapi.CodeSKUTaken, "taken")
	}
	return write("variants", err)
}

func (t *tx) savePrices(before, after *product.Product) error {
	rows := priceRowsOf(after)
	if reflect.DeepEqual(priceRowsOf(before), rows) {
		return nil
	}
	if len(before.Variants) > 0 {
		if err := t.Exec("DELETE FROM prices WHERE product_id = ?", after.ID).Error; err != nil {
			return write("prices", err)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return write("prices", t.CreateInBatches(&rows, insertBatch).Error)
}

const insertBatch = 200

func priceRowsOf(p *product.Product) []priceRow {
	var rows []priceRow
	for i := range p.Variants {
		for _, price := range p.Variants[i].Prices {
			rows = append(rows, priceRow{
				VariantID: p.Variants[i].ID, Currency: price.Currency, ProductID: p.ID, Amount: price.Amount,
			})
		}
	}
	return rows
}

func (t *tx) saveImages(before, after *product.Product) error {
	if reflect.DeepEqual(before.Images, after.Images) {
		return nil
	}
	if len(before.Images) > 0 {
		if err := t.Exec("DELETE FROM images WHERE product_id = ?", after.ID).Error; err != nil {
			return write("images", err)
		}
	}
	rows := make([]imageRow, len(after.Images))
	for i := range after.Images {
		rows[i] = imageRowOf(after, i)
	}
	if len(rows) == 0 {
		return nil
	}
	return write("images", t.Create(&rows).Error)
}

// saveStock gives new variants their empty stock row and tells the rows of the
// others whether they may be sold.
func (t *tx) saveStock(before, after *product.Product) error {
	var fresh []stockRow
	for i := range after.Variants {
		v := &after.Variants[i]
		was := before.Variant(v.ID)
		if was == nil {
			fresh = append(fresh, stockRow{
				VariantID: v.ID, Location: product.MainLocation, ProductID: after.ID, SKU: v.SKU,
				Sellable: after.Sellable(v), Version: 1, UpdatedAt: sqldb.At(after.UpdatedAt),
			})
			continue
		}
		if before.Sellable(was) == after.Sellable(v) && was.SKU == v.SKU {
			continue
		}
		err := t.Exec("UPDATE stock SET sellable = ?, sku = ?, version = version + 1, updated_at = ? WHERE variant_id = ?",
			after.Sellable(v), v.SKU, sqldb.At(after.UpdatedAt), v.ID).Error
		if err != nil {
			return write("stock", err)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return write("stock", t.Create(&fresh).Error)
}
