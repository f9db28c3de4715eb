package product

import (
	"maps"
	"sync"
)

// View is a product with its stock, as it stood at one moment. It never
// changes, so what is made of it can be kept beside it.
type View struct {
	*Product
	Category *Category // nil when the product stands on no shelf

	levels map[string]Level
	memo   sync.Map
}

// Available returns how much of a variant can be sold; 0 for one that is not
// for sale.
func (v *View) Available(variant *Variant) int64 {
	if !v.Sellable(variant) {
		return 0
	}
	return v.levels[variant.ID].Available()
}

// Memo returns what was made of the view under key, or makes it. Keys are few:
// a representation, a language and a currency.
func Memo[K comparable, T any](v *View, key K, make func() (T, error)) (T, error) {
	if kept, ok := v.memo.Load(key); ok {
		return kept.(T), nil
	}
	made, err := make()
	if err == nil {
		v.memo.Store(key, made)
	}
	return made, err
}

// with returns the view after a change of stock; itself when it knows better.
func (v *View) with(l Level) *View {
	if v.levels[l.VariantID].Version >= l.Version {
		return v
	}
	next := &View{Product: v.Product, Category: v.Category, levels: maps.Clone(v.levels)}
	next.levels[l.VariantID] = l
	return next
}
