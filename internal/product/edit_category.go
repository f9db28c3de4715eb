package product

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/fault"
)

// CreateCategory adds a shelf.
func (s *Service) CreateCategory(ctx context.Context, c Category) (Category, error) {
	c.ID, c.Version = api.NewID(api.PrefixCategory), 1
	err := s.editTree(ctx, func(tx Tx, tree *Tree) error {
		if tree.Len() >= MaxCategories {
			return fault.New(fault.Conflict, productapi.CodeCatalogueLimit, "The shop has at most %d categories.", MaxCategories)
		}
		if err := c.check(tree); err != nil {
			return err
		}
		c.CreatedAt, c.UpdatedAt = tx.Now(), tx.Now()
		return tx.InsertCategory(c)
	})
	return c, err
}

// EditCategory changes a shelf at a version; what stands below it moves along.
func (s *Service) EditCategory(ctx context.Context, id string, version int64, change func(*Category)) (Category, error) {
	var edited Category
	err := s.editTree(ctx, func(tx Tx, tree *Tree) error {
		now, err := current(tree, id, version)
		if err != nil {
			return err
		}
		edited = *now
		change(&edited)
		edited.UpdatedAt = tx.Now()
		if err := edited.check(tree); err != nil {
			return err
		}
		if err := tx.UpdateCategory(edited); err != nil {
			return err
		}
		edited.Version++
		return nil
	})
	return edited, err
}

// DeleteCategory removes a shelf on which nothing stands.
func (s *Service) DeleteCategory(ctx context.Context, id string, version int64) error {
	return s.editTree(ctx, func(tx Tx, tree *Tree) error {
		if _, err := current(tree, id, version); err != nil {
			return err
		}
		filled, err := tx.CategoryHasProducts(id)
		if err != nil {
			return err
		}
		if filled || len(tree.Children(id)) > 0 {
			return fault.New(fault.Conflict, productapi.CodeCategoryInUse, "Products or categories stand on this shelf; move them first.")
		}
		return tx.DeleteCategory(id, version)
	})
}

func current(tree *Tree, id string, version int64) (*Category, error) {
	c := tree.byID[id]
	if c == nil {
		return nil, notFound("category", id)
	}
	if c.Version != version {
		return nil, stale()
	}
	return c, nil
}

// editTree runs do with the tree as it is now and forgets the old one.
func (s *Service) editTree(ctx context.Context, do func(tx Tx, tree *Tree) error) error {
	err := retry(ctx, func() error {
		return s.store.InTx(ctx, func(tx Tx) error {
			if err := tx.ClaimTree(); err != nil {
				return err
			}
			all, err := tx.Categories()
			if err != nil {
				return err
			}
			return do(tx, NewTree(all))
		})
	})
	if err == nil {
		s.tree.clear()
		s.lists.clear()
		s.shelf.forgetAll() // views name their category
	}
	return err
}

// check holds the rules of a category in its tree.
func (c Category) check(tree *Tree) error {
	if !validSlug(c.Slug) {
		return invalid("#/slug", "wrong_format", "a slug is lower-case words joined by hyphens, such as kopi-bubuk")
	}
	for language, name := range map[string]string{"id": c.Name.ID, "en": c.Name.EN} {
		if n := utf8.RuneCountInString(name); strings.TrimSpace(name) == "" || n > maxName {
			return invalid("#/translations/"+language, "wrong_length", fmt.Sprintf("a name has 1 to %d characters", maxName))
		}
	}
	if c.ParentID == "" {
		return nil
	}
	if tree.byID[c.ParentID] == nil {
		return invalid("#/parent_id", "unknown_category", "there is no such category")
	}
	if tree.inside(c.ParentID, c.ID) {
		return misplaced("A category cannot stand below itself.")
	}
	if tree.Depth(c.ParentID)+tree.height(c.ID) > MaxDepth {
		return misplaced("The tree has at most %d levels; choose a higher parent.", MaxDepth)
	}
	return nil
}

func misplaced(detail string, args ...any) error {
	return fault.New(fault.Invalid, productapi.CodeCategoryTree, detail, args...).
		At("#/parent_id", productapi.CodeCategoryTree, "the category cannot stand there")
}
