package product

import (
	"context"
	"fmt"

	"pasar/api"
)

// Import is a catalogue to be added in bulk.
type Import struct {
	Categories []ImportCategory // parents before children
	Products   []ImportProduct
}

// ImportCategory is one shelf.
type ImportCategory struct {
	Slug   string
	Parent string // slug, "" for the top
	Name   Text
}

// ImportProduct is one product with its first stock and its pictures.
type ImportProduct struct {
	Slug        string
	Category    string // slug
	Name        Text
	Description Text
	Draft       bool
	Options     []Option
	Variants    []ImportVariant
	Images      []ImportImage
}

// ImportVariant is a variant with the stock it starts with.
type ImportVariant struct {
	SKU         string
	Barcode     string
	Options     map[string]string
	WeightGrams int64
	Prices      []api.Money
	Stock       int64
}

// ImportImage is a picture. Data is asked for only when it is needed.
type ImportImage struct {
	Alt  Text
	Data func() ([]byte, error)
}

// Imported says what an import added.
type Imported struct {
	Categories, Products, Images int
}

const importBatch = 50

// ImportProducts adds what is not there yet, told by slug: a repeated import
// adds nothing, and one that was cut off goes on. Products are for sale as soon
// as their batch is written, before their pictures are.
func (s *Service) ImportProducts(ctx context.Context, in Import) (Imported, error) {
	var done Imported
	var err error
	if done.Categories, err = s.importCategories(ctx, in.Categories); err != nil {
		return done, err
	}
	for start := 0; start < len(in.Products); start += importBatch {
		batch := in.Products[start:min(start+importBatch, len(in.Products))]
		n, err := s.importBatch(ctx, batch)
		if err != nil {
			return done, err
		}
		done.Products += n
	}
	for _, p := range in.Products {
		n, err := s.importImages(ctx, p)
		if err != nil {
			return done, fmt.Errorf("product: import pictures of %s: %w", p.Slug, err)
		}
		done.Images += n
	}
	return done, nil
}

func (s *Service) importCategories(ctx context.Context, categories []ImportCategory) (int, error) {
	added := 0
	err := s.editTree(ctx, func(tx Tx, tree *Tree) error {
		added = 0
		for i, in := range categories {
			if tree.Find(in.Slug) != nil {
				continue
			}
			c := Category{
				ID: api.NewID(api.PrefixCategory), Slug: in.Slug, Name: in.Name, Position: i, Version: 1,
				CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
			}
			if in.Parent != "" {
				parent := tree.Find(in.Parent)
				if parent == nil {
					return fmt.Errorf("product: import category %s: its parent %s is not there", in.Slug, in.Parent)
				}
				c.ParentID = parent.ID
			}
			if err := c.check(tree); err != nil {
				return fmt.Errorf("product: import category %s: %w", in.Slug, err)
			}
			if err := tx.InsertCategory(c); err != nil {
				return err
			}
			all, err := tx.Categories()
			if err != nil {
				return err
			}
			tree = NewTree(all)
			added++
		}
		return nil
	})
	return added, err
}

func (s *Service) importBatch(ctx context.Context, batch []ImportProduct) (int, error) {
	slugs := make([]string, len(batch))
	for i, p := range batch {
		slugs[i] = p.Slug
	}
	added := 0
	err := s.changeStock(ctx, func(tx Tx) ([]string, error) {
		added = 0
		taken, err := tx.TakenSlugs(slugs)
		if err != nil {
			return nil, err
		}
		all, err := tx.Categories()
		if err != nil {
			return nil, err
		}
		tree := NewTree(all)
		var stocked []string
		for _, in := range batch {
			if taken[in.Slug] {
				continue
			}
			variants, err := in.add(tx, tree)
			if err != nil {
				return nil, fmt.Errorf("product: import %s: %w", in.Slug, err)
			}
			stocked = append(stocked, variants...)
			added++
		}
		return stocked, nil
	})
	if err == nil && added > 0 {
		s.lists.clear()
		s.words.clear()
	}
	return added, err
}

// add inserts the product and receives its stock; it returns the variants that
// got some.
func (in ImportProduct) add(tx Tx, tree *Tree) ([]string, error) {
	p := &Product{
		ID: api.NewID(api.PrefixProduct), Slug: in.Slug, Status: Active, Name: in.Name, Description: in.Description,
		Options: in.Options, CreatedAt: tx.Now(),
	}
	if in.Draft {
		p.Status = Draft
	}
	if in.Category != "" {
		category := tree.Find(in.Category)
		if category == nil {
			return nil, fmt.Errorf("category %s is not there", in.Category)
		}
		p.CategoryID = category.ID
	}
	var stocked []string
	var receipts []Movement
	for _, v := range in.Variants {
		id := api.NewID(api.PrefixVariant)
		p.Variants = append(p.Variants, Variant{
			ID: id, SKU: v.SKU, Barcode: v.Barcode, Options: v.Options, WeightGrams: v.WeightGrams, Prices: v.Prices,
		})
		if v.Stock > 0 {
			stocked = append(stocked, id)
			receipts = append(receipts, Movement{
				ID: api.NewID(api.PrefixMovement), VariantID: id, Location: MainLocation, Quantity: v.Stock,
				Reason: Receipt, Note: "import", Actor: shopActor, CreatedAt: tx.Now(),
			})
		}
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := save(tx, nil, p); err != nil {
		return nil, err
	}
	return stocked, receive(tx, receipts)
}

func receive(tx Tx, receipts []Movement) error {
	for _, m := range receipts {
		if err := move(tx, m); err != nil {
			return err
		}
	}
	if len(receipts) == 0 {
		return nil
	}
	return tx.InsertMovements(receipts)
}

// importImages adds the pictures of a product that has none.
func (s *Service) importImages(ctx context.Context, in ImportProduct) (int, error) {
	if len(in.Images) == 0 {
		return 0, nil
	}
	view, err := s.Inspect(ctx, in.Slug)
	if err != nil {
		return 0, err
	}
	if len(view.Images) > 0 {
		return 0, nil
	}
	for _, img := range in.Images {
		data, err := img.Data()
		if err != nil {
			return 0, err
		}
		if _, err := s.AddImage(ctx, view.ID, data, img.Alt); err != nil {
			return 0, err
		}
	}
	return len(in.Images), nil
}
