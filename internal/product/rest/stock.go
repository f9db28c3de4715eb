package rest

import (
	"cmp"
	"context"

	"pasar/api/productapi"
	"pasar/internal/platform/rest"
	"pasar/internal/product"
)

// GetStock answers what there is of a variant.
func (s *Server) GetStock(ctx context.Context, in *productapi.GetStockInput) (*productapi.Stock, error) {
	rows, err := s.shop.Stock(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &productapi.Stock{VariantID: in.ID, SKU: rows[0].SKU, Locations: make([]productapi.StockLevel, len(rows))}
	for i, row := range rows {
		out.OnHand += row.OnHand
		out.Reserved += row.Reserved
		out.Locations[i] = productapi.StockLevel{
			Location: row.Location, OnHand: row.OnHand, Reserved: row.Reserved,
			Available: row.OnHand - row.Reserved, UpdatedAt: row.UpdatedAt,
		}
	}
	out.Available = out.OnHand - out.Reserved
	return out, nil
}

// CreateStockMovement moves stock and remembers the answer in the same
// transaction.
func (s *Server) CreateStockMovement(ctx context.Context, in *productapi.CreateStockMovementInput) (*productapi.StockMovement, error) {
	actor := rest.ActorFrom(ctx)
	moved, err := s.shop.Move(ctx, product.Movement{
		VariantID: in.ID, Location: cmp.Or(in.Body.Location, product.MainLocation), Quantity: in.Body.Quantity,
		Reason: product.Reason(in.Body.Reason), Note: in.Body.Note, Actor: cmp.Or(actor.ID, string(actor.Kind)),
	}, func(m product.Movement) (int, []byte, error) {
		raw, err := rest.Encode(movementOf(m))
		return productapi.CreateStockMovement.Status, raw, err
	})
	if err != nil {
		return nil, err
	}
	out := movementOf(moved)
	return &out, nil
}

// ListStockMovements answers a page of a ledger.
func (s *Server) ListStockMovements(ctx context.Context, in *productapi.ListStockMovementsInput) (*productapi.StockMovementList, error) {
	q := product.MovementQuery{VariantID: in.ID, Reason: product.Reason(in.Reason), Limit: rest.Limit(in.Paging) + 1}
	if in.Cursor != "" {
		if err := rest.DecodeCursor(in.Cursor, &q.Before); err != nil {
			return nil, err
		}
	}
	found, err := s.shop.Movements(ctx, q)
	if err != nil {
		return nil, err
	}
	return rest.List(found, in.Paging, movementOf, func(m product.Movement) string { return rest.EncodeCursor(m.ID) }), nil
}

func movementOf(m product.Movement) productapi.StockMovement {
	return productapi.StockMovement{
		ID: m.ID, VariantID: m.VariantID, Location: m.Location, Quantity: m.Quantity, Reason: string(m.Reason),
		Note: m.Note, OrderID: m.OrderID, Actor: m.Actor, CreatedAt: m.CreatedAt,
	}
}
