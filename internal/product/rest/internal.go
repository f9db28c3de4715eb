package rest

import (
	"context"

	"pasar/api/productapi"
	"pasar/internal/platform/rest"
	"pasar/internal/product"
)

// QuoteVariants answers what a cart needs to know.
func (s *Server) QuoteVariants(ctx context.Context, in *productapi.QuoteVariantsInput) (*productapi.QuoteList, error) {
	quotes, err := s.shop.Quotes(ctx, in.Body.VariantIDs, in.Body.Currency)
	if err != nil {
		return nil, err
	}
	language := product.LanguageOf(in.Body.Language, "")
	out := &productapi.QuoteList{Data: make([]productapi.Quote, len(quotes))}
	for i, q := range quotes {
		out.Data[i] = productapi.Quote{
			VariantID: q.Variant.ID, ProductID: q.View.ID, SKU: q.Variant.SKU, Slug: q.View.Slug,
			Name: q.View.Name.In(language), Options: q.View.Label(q.Variant, language), ImageURL: s.smallImage(q.View),
			Price: q.Price, WeightGrams: q.Variant.WeightGrams, Available: q.Available, Sellable: q.Sellable,
		}
	}
	return out, nil
}

// ReserveStock holds stock for an order.
func (s *Server) ReserveStock(ctx context.Context, in *productapi.ReserveStockInput) (*productapi.Reservation, error) {
	wanted := make([]product.Demand, len(in.Body.Lines))
	for i, line := range in.Body.Lines {
		wanted[i] = product.Demand{VariantID: line.VariantID, Quantity: line.Quantity}
	}
	hold, err := s.shop.Reserve(ctx, in.Body.OrderID, wanted, in.Body.ExpiresAt)
	if err != nil {
		return nil, err
	}
	out := &productapi.Reservation{OrderID: hold.OrderID, Status: string(hold.Status), ExpiresAt: hold.ExpiresAt}
	for _, d := range hold.Demand() {
		out.Lines = append(out.Lines, productapi.StockLine{VariantID: d.VariantID, Quantity: d.Quantity})
	}
	return out, nil
}

// ReleaseStock gives held stock back.
func (s *Server) ReleaseStock(ctx context.Context, in *productapi.ReleaseStockInput) (*rest.NoContent, error) {
	if err := s.shop.Release(ctx, in.OrderID); err != nil {
		return nil, err
	}
	return &rest.NoContent{}, nil
}
