package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"pasar/internal/product"
)

// Categories returns all categories, in no given order.
func (s *Store) Categories(ctx context.Context) ([]product.Category, error) {
	return categories(s.db.Reader(ctx))
}

func (t *tx) Categories() ([]product.Category, error) { return categories(t.DB) }

func categories(db *gorm.DB) ([]product.Category, error) {
	var rows []categoryRow
	if err := db.Raw("SELECT * FROM categories LIMIT ?", 2*product.MaxCategories).Scan(&rows).Error; err != nil {
		return nil, read("categories", err)
	}
	all := make([]product.Category, len(rows))
	for i, r := range rows {
		all[i] = r.category()
	}
	return all, nil
}

// Products returns those of the products that exist, whole.
func (s *Store) Products(ctx context.Context, ids []string) ([]*product.Product, error) {
	return products(s.db.Reader(ctx), ids)
}

func (t *tx) Product(id string) (*product.Product, error) {
	found, err := products(t.DB, []string{id})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

func products(db *gorm.DB, ids []string) ([]*product.Product, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []productRow
	if err := db.Raw("SELECT * FROM products WHERE id IN ?", ids).Scan(&rows).Error; err != nil {
		return nil, read("products", err)
	}
	found := make([]*product.Product, len(rows))
	byID := make(map[string]*product.Product, len(rows))
	for i, r := range rows {
		p, err := r.product()
		if err != nil {
			return nil, err
		}
		found[i], byID[p.ID] = p, p
	}
	if len(found) == 0 {
		return nil, nil
	}
	if err := addVariants(db, ids, byID); err != nil {
		return nil, err
	}
	return found, addImages(db, ids, byID)
}

func addVariants(db *gorm.DB, ids []string, byID map[string]*product.Product) error {
	var rows []variantRow
	err := db.Raw("SELECT * FROM variants WHERE product_id IN ? ORDER BY product_id, position", ids).Scan(&rows).Error
	if err != nil {
		return read("variants", err)
	}
	for _, r := range rows {
		v, err := r.variant()
		if err != nil {
			return err
		}
		p := byID[r.ProductID]
		p.Variants = append(p.Variants, v)
	}
	var prices []priceRow
	err = db.Raw("SELECT * FROM prices WHERE product_id IN ? ORDER BY variant_id, currency", ids).Scan(&prices).Error
	if err != nil {
		return read("prices", err)
	}
	for _, r := range prices {
		v := byID[r.ProductID].Variant(r.VariantID)
		v.Prices = append(v.Prices, r.money())
	}
	return nil
}

func addImages(db *gorm.DB, ids []string, byID map[string]*product.Product) error {
	var rows []imageRow
	err := db.Raw("SELECT * FROM images WHERE product_id IN ? ORDER BY product_id, position", ids).Scan(&rows).Error
	if err != nil {
		return read("images", err)
	}
	for _, r := range rows {
		img, err := r.image()
		if err != nil {
			return err
		}
		p := byID[r.ProductID]
		p.Images = append(p.Images, img)
	}
	return nil
}

// ProductID returns the id of the product with this slug, "" when there is none.
func (s *Store) ProductID(ctx context.Context, slug string) (string, error) {
	var ids []string
	err := s.db.Reader(ctx).Raw("SELECT id FROM products WHERE slug = ?", slug).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return "", read("slug", err)
	}
	return ids[0], nil
}

// ProductsOfVariants returns the product of each variant that exists.
func (s *Store) ProductsOfVariants(ctx context.Context, variantIDs []string) (map[string]string, error) {
	var rows []variantRow
	err := s.db.Reader(ctx).Raw("SELECT id, product_id FROM variants WHERE id IN ?", variantIDs).Scan(&rows).Error
	if err != nil {
		return nil, read("variants", err)
	}
	owners := make(map[string]string, len(rows))
	for _, r := range rows {
		owners[r.ID] = r.ProductID
	}
	return owners, nil
}

func (t *tx) TakenSlugs(slugs []string) (map[string]bool, error) {
	var found []string
	if err := t.Raw("SELECT slug FROM products WHERE slug IN ?", slugs).Scan(&found).Error; err != nil {
		return nil, read("slugs", err)
	}
	taken := make(map[string]bool, len(found))
	for _, slug := range found {
		taken[slug] = true
	}
	return taken, nil
}

func (t *tx) CategoryHasProducts(id string) (bool, error) {
	var found []string
	err := t.Raw("SELECT id FROM products WHERE category_id = ? LIMIT 1", id).Scan(&found).Error
	return len(found) > 0, read(fmt.Sprintf("products of %s", id), err)
}
