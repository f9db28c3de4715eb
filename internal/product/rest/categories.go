package rest

import (
	"context"

	"pasar/api/productapi"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
	"pasar/internal/product"
)

// ListCategories answers the whole tree.
func (s *Server) ListCategories(ctx context.Context, in *productapi.ListCategoriesInput) (*productapi.CategoryList, error) {
	tree, err := s.shop.Tree(ctx)
	if err != nil {
		return nil, err
	}
	return &productapi.CategoryList{Data: below(tree, "", languageOf(in.Locale))}, nil
}

// GetCategory answers one category with what stands below it.
func (s *Server) GetCategory(ctx context.Context, in *productapi.GetCategoryInput) (*productapi.Category, error) {
	tree, err := s.shop.Tree(ctx)
	if err != nil {
		return nil, err
	}
	found := tree.Find(in.ID)
	if found == nil {
		return nil, fault.New(fault.NotFound, "not_found", "There is no category %s.", in.ID)
	}
	c := categoryOf(tree, found, languageOf(in.Locale))
	return &c, nil
}

// CreateCategory adds a shelf.
func (s *Server) CreateCategory(ctx context.Context, in *productapi.CreateCategoryInput) (*productapi.Category, error) {
	b := in.Body
	made, err := s.shop.CreateCategory(ctx, product.Category{
		Slug: b.Slug, ParentID: b.ParentID, Name: textOf(b.Translations), Position: b.Position,
	})
	if err != nil {
		return nil, err
	}
	return s.category(ctx, made)
}

// UpdateCategory changes a shelf.
func (s *Server) UpdateCategory(ctx context.Context, in *productapi.UpdateCategoryInput) (*productapi.Category, error) {
	edited, err := s.shop.EditCategory(ctx, in.ID, in.Version(), func(c *product.Category) {
		set(&c.Slug, in.Body.Slug)
		patch(&c.ParentID, in.Body.ParentID)
		set(&c.Position, in.Body.Position)
		if t := in.Body.Translations; t != nil {
			set(&c.Name.ID, t.ID)
			set(&c.Name.EN, t.EN)
		}
	})
	if err != nil {
		return nil, err
	}
	return s.category(ctx, edited)
}

// DeleteCategory removes an empty shelf.
func (s *Server) DeleteCategory(ctx context.Context, in *productapi.DeleteCategoryInput) (*rest.NoContent, error) {
	if err := s.shop.DeleteCategory(ctx, in.ID, in.Version()); err != nil {
		return nil, err
	}
	return &rest.NoContent{}, nil
}

func (s *Server) category(ctx context.Context, c product.Category) (*productapi.Category, error) {
	tree, err := s.shop.Tree(ctx)
	if err != nil {
		return nil, err
	}
	out := categoryOf(tree, &c, product.Indonesian)
	return &out, nil
}

func below(tree *product.Tree, parent string, l product.Language) []productapi.Category {
	children := tree.Children(parent)
	out := make([]productapi.Category, len(children))
	for i, c := range children {
		out[i] = categoryOf(tree, c, l)
	}
	return out
}

func categoryOf(tree *product.Tree, c *product.Category, l product.Language) productapi.Category {
	return productapi.Category{
		ID: c.ID, Slug: c.Slug, ParentID: c.ParentID, Name: c.Name.In(l), Translations: textsOf(c.Name),
		Position: c.Position, Depth: tree.Depth(c.ID), Version: c.Version,
		CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Children: below(tree, c.ID, l),
	}
}
