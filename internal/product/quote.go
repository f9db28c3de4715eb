package product

import (
	"context"
	"fmt"
	"slices"

	"pasar/api"
)

const maxQuotes = 100

// Quote is what a cart needs to know of a variant.
type Quote struct {
	View      *View
	Variant   *Variant
	Price     api.Money
	Available int64
	Sellable  bool
}

// Quotes returns one quote for each of the variants that exists. Prices and
// availability may be moments old; only Reserve decides.
func (s *Service) Quotes(ctx context.Context, variantIDs []string, currency string) ([]Quote, error) {
	if len(variantIDs) == 0 || len(variantIDs) > maxQuotes {
		return nil, invalid("#/variant_ids", "wrong_length", fmt.Sprintf("ask for 1 to %d variants", maxQuotes))
	}
	if _, known := api.CurrencyExponent(currency); !known {
		return nil, invalid("#/currency", "unknown_currency", "the shop does not sell in this currency")
	}
	ids := slices.Compact(slices.Sorted(slices.Values(variantIDs)))
	owners, err := s.owners(ctx, ids)
	if err != nil {
		return nil, err
	}
	var products []string
	for _, owner := range owners {
		products = append(products, owner)
	}
	views, err := s.shelf.get(ctx, products...)
	if err != nil {
		return nil, err
	}
	quotes := make([]Quote, 0, len(ids))
	for _, id := range ids {
		if view := views[owners[id]]; view != nil {
			if v := view.Variant(id); v != nil {
				quotes = append(quotes, quoteOf(view, v, currency))
			}
		}
	}
	return quotes, nil
}

func (s *Service) owners(ctx context.Context, variantIDs []string) (map[string]string, error) {
	known, others := s.shelf.ownersOf(variantIDs)
	if len(others) == 0 {
		return known, nil
	}
	found, err := s.store.ProductsOfVariants(ctx, others)
	if err != nil {
		return nil, err
	}
	for id, owner := range found {
		known[id] = owner
	}
	return known, nil
}

func quoteOf(view *View, v *Variant, currency string) Quote {
	price, priced := v.Price(currency)
	if !priced {
		price = api.Money{Currency: currency}
	}
	return Quote{
		View: view, Variant: v, Price: price,
		Available: view.Available(v), Sellable: priced && view.Sellable(v),
	}
}
