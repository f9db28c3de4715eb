package product

import (
	"context"
	"strings"
	"time"

	"pasar/api"
)

// treeFor is how long the tree is kept when no event says that it changed.
const treeFor = 3 * time.Second

// Tree returns all categories.
func (s *Service) Tree(ctx context.Context) (*Tree, error) {
	return s.tree.get(ctx, struct{}{}, func(ctx context.Context) (*Tree, error) {
		all, err := s.store.Categories(ctx)
		if err != nil {
			return nil, err
		}
		return NewTree(all), nil
	})
}

// Look returns an active product by id or slug, for readers. It may be as old
// as the last event that this process has seen.
func (s *Service) Look(ctx context.Context, idOrSlug string) (*View, error) {
	id, err := s.idOf(ctx, idOrSlug)
	if err != nil {
		return nil, err
	}
	view, err := s.shelf.one(ctx, id)
	if err != nil {
		return nil, err
	}
	if view == nil || view.Status != Active || view.ID != idOrSlug && view.Slug != idOrSlug {
		return nil, notFound("product", idOrSlug)
	}
	return view, nil
}

// Inspect returns a product in any state, as it is now, for staff.
func (s *Service) Inspect(ctx context.Context, idOrSlug string) (*View, error) {
	id := idOrSlug
	if !isProductID(id) {
		var err error
		if id, err = s.store.ProductID(ctx, idOrSlug); err != nil {
			return nil, err
		}
	}
	views, err := s.loadViews(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	if views[id] == nil {
		return nil, notFound("product", idOrSlug)
	}
	return views[id], nil
}

func (s *Service) idOf(ctx context.Context, idOrSlug string) (string, error) {
	if isProductID(idOrSlug) {
		return idOrSlug, nil
	}
	if id := s.shelf.slug(idOrSlug); id != "" {
		if view, err := s.shelf.one(ctx, id); err == nil && view != nil && view.Slug == idOrSlug {
			return id, nil
		}
	}
	id, err := s.store.ProductID(ctx, idOrSlug)
	if err == nil && id == "" {
		return "", notFound("product", idOrSlug)
	}
	return id, err
}

func isProductID(s string) bool { return strings.HasPrefix(s, api.PrefixProduct+"_") }

// loadViews reads products with their stock.
func (s *Service) loadViews(ctx context.Context, ids []string) (map[string]*View, error) {
	products, err := s.store.Products(ctx, ids)
	if err != nil {
		return nil, err
	}
	levels, err := s.store.Levels(ctx, ids)
	if err != nil {
		return nil, err
	}
	tree, err := s.Tree(ctx)
	if err != nil {
		return nil, err
	}
	views := make(map[string]*View, len(products))
	for _, p := range products {
		views[p.ID] = &View{Product: p, Category: tree.Find(p.CategoryID), levels: map[string]Level{}}
	}
	for _, level := range levels {
		if view := views[level.ProductID]; view != nil {
			view.levels[level.VariantID] = level
		}
	}
	return views, nil
}
