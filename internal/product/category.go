package product

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Limits of the category tree, which is always read whole.
const (
	MaxDepth      = 5
	MaxCategories = 1000
)

// Category is one shelf.
type Category struct {
	ID        string
	Slug      string
	ParentID  string
	Name      Text
	Position  int
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Tree is all categories, ready for looking up. It does not change.
type Tree struct {
	byID     map[string]*Category
	bySlug   map[string]*Category
	children map[string][]*Category // by parent id, "" for the top, in order
}

// NewTree builds the tree of these categories.
func NewTree(all []Category) *Tree {
	t := &Tree{
		byID:     make(map[string]*Category, len(all)),
		bySlug:   make(map[string]*Category, len(all)),
		children: map[string][]*Category{},
	}
	for i := range all {
		c := &all[i]
		t.byID[c.ID], t.bySlug[c.Slug] = c, c
		t.children[c.ParentID] = append(t.children[c.ParentID], c)
	}
	for _, siblings := range t.children {
		slices.SortFunc(siblings, func(a, b *Category) int {
			return cmp.Or(cmp.Compare(a.Position, b.Position), strings.Compare(a.Slug, b.Slug))
		})
	}
	return t
}

// Find returns the category with this id or slug, or nil.
func (t *Tree) Find(idOrSlug string) *Category {
	if c := t.byID[idOrSlug]; c != nil {
		return c
	}
	return t.bySlug[idOrSlug]
}

// Children returns what stands directly below a category, in order; "" is the top.
func (t *Tree) Children(id string) []*Category { return t.children[id] }

// Len returns the number of categories.
func (t *Tree) Len() int { return len(t.byID) }

// Depth returns 1 for a category at the top.
func (t *Tree) Depth(id string) int {
	depth := 0
	for c := t.byID[id]; c != nil && depth <= len(t.byID); c = t.byID[c.ParentID] {
		depth++
	}
	return depth
}

// Within returns the ids of a category and of all that stands below it.
func (t *Tree) Within(id string) []string {
	ids := []string{id}
	for i := 0; i < len(ids); i++ {
		for _, child := range t.children[ids[i]] {
			ids = append(ids, child.ID)
		}
	}
	return ids
}

// height returns how many levels stand at and below a category.
func (t *Tree) height(id string) int {
	below := 0
	for _, child := range t.children[id] {
		below = max(below, t.height(child.ID))
	}
	return below + 1
}

// inside reports whether id is at or below ancestor.
func (t *Tree) inside(id, ancestor string) bool {
	for c := t.byID[id]; c != nil; c = t.byID[c.ParentID] {
		if c.ID == ancestor {
			return true
		}
	}
	return false
}
