package product

import (
	"context"
	"errors"
	"time"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/events"
)

// Create adds a product. Its id, version, times and the ids of its variants are
// given here.
func (s *Service) Create(ctx context.Context, p *Product) (*View, error) {
	p = p.Clone()
	p.ID, p.Version = api.NewID(api.PrefixProduct), 0
	for i := range p.Variants {
		p.Variants[i].ID = api.NewID(api.PrefixVariant)
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	err := s.store.InTx(ctx, func(tx Tx) error {
		fresh := p.Clone()
		fresh.CreatedAt = tx.Now()
		return save(tx, nil, fresh)
	})
	if err != nil {
		return nil, err
	}
	s.changed(p.ID)
	return s.Inspect(ctx, p.ID)
}

// Edit changes a product at a version; version 0 takes whichever there is.
func (s *Service) Edit(ctx context.Context, id string, version int64, change func(*Product) error) (*View, error) {
	return s.edit(ctx, id, version, change, nil)
}

// edit is Edit with events of its own beside that of the change.
func (s *Service) edit(ctx context.Context, id string, version int64, change func(*Product) error,
	extra func(p *Product, at time.Time) ([]events.Event, error),
) (*View, error) {
	try := func() error {
		return s.store.InTx(ctx, func(tx Tx) error {
			before, err := tx.Product(id)
			if err != nil {
				return err
			}
			if before == nil {
				return notFound("product", id)
			}
			if version != 0 && before.Version != version {
				return stale()
			}
			after := before.Clone()
			if err := change(after); err != nil {
				return err
			}
			if err := after.check(); err != nil {
				return err
			}
			if err := save(tx, before, after); err != nil || extra == nil {
				return err
			}
			evs, err := extra(after, tx.Now())
			if err != nil {
				return err
			}
			return tx.Emit(evs...)
		})
	}
	err := try()
	if version == 0 && errors.Is(err, ErrStale) {
		err = retry(ctx, try)
	}
	if errors.Is(err, ErrStale) {
		return nil, stale()
	}
	if err != nil {
		return nil, err
	}
	s.changed(id)
	return s.Inspect(ctx, id)
}

// save writes the product under its next version and states that it changed.
func save(tx Tx, before, after *Product) error {
	if after.CategoryID != "" && (before == nil || before.CategoryID != after.CategoryID) {
		if err := categoryExists(tx, after.CategoryID); err != nil {
			return err
		}
	}
	after.Version++
	after.UpdatedAt = tx.Now()
	if err := tx.SaveProduct(before, after); err != nil {
		return err
	}
	changed, err := productapi.ProductChanged.New(after.ID, after.Version, after.UpdatedAt, productapi.ProductChangedData{
		ProductID: after.ID, Slug: after.Slug, Status: string(after.Status),
	})
	if err != nil {
		return err
	}
	return tx.Emit(changed)
}

func categoryExists(tx Tx, id string) error {
	all, err := tx.Categories()
	if err != nil {
		return err
	}
	if NewTree(all).byID[id] == nil {
		return invalid("#/category_id", "unknown_category", "there is no such category")
	}
	return nil
}

// Archive takes a product out of the shop.
func (s *Service) Archive(ctx context.Context, id string, version int64) (*View, error) {
	return s.Edit(ctx, id, version, func(p *Product) error {
		p.Status = Archived
		return nil
	})
}

// AddVariant adds a variant to a product.
func (s *Service) AddVariant(ctx context.Context, productID string, v Variant) (*View, error) {
	v.ID = api.NewID(api.PrefixVariant)
	return s.Edit(ctx, productID, 0, func(p *Product) error {
		p.Variants = append(p.Variants, v)
		return nil
	})
}

// EditVariant changes a variant under its product's version.
func (s *Service) EditVariant(ctx context.Context, productID, variantID string, version int64, change func(*Variant)) (*View, error) {
	return s.Edit(ctx, productID, version, func(p *Product) error {
		v := p.Variant(variantID)
		if v == nil {
			return notFound("variant", variantID)
		}
		change(v)
		return nil
	})
}

// changed forgets what this process knows of a product.
func (s *Service) changed(ids ...string) {
	s.shelf.forget(ids...)
	s.lists.clear()
	s.words.clear()
}
