package product

import (
	"context"
	"fmt"
	"unicode/utf8"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/fault"
)

const (
	maxMove = 1_000_000
	maxNote = 500
)

// Remember turns a movement into the answer that a repeated request gets.
type Remember func(Movement) (status int, body []byte, err error)

// Move puts stock in or takes it out, by the hand of staff. Reserved stock
// cannot be taken. A nil remember keeps no answer.
func (s *Service) Move(ctx context.Context, m Movement, remember Remember) (Movement, error) {
	if err := m.check(); err != nil {
		return Movement{}, err
	}
	m.ID = api.NewID(api.PrefixMovement)
	err := s.changeStock(ctx, func(tx Tx) ([]string, error) {
		m.CreatedAt = tx.Now()
		if err := move(tx, m); err != nil {
			return nil, err
		}
		if err := tx.InsertMovements([]Movement{m}); err != nil {
			return nil, err
		}
		if remember != nil {
			status, body, err := remember(m)
			if err != nil {
				return nil, err
			}
			if err := tx.Remember(status, body); err != nil {
				return nil, err
			}
		}
		return []string{m.VariantID}, nil
	})
	return m, err
}

func (m Movement) check() error {
	if m.Quantity == 0 || m.Quantity > maxMove || m.Quantity < -maxMove {
		return invalid("#/quantity", "out_of_range", fmt.Sprintf("a quantity is -%d to %d and not 0", maxMove, maxMove))
	}
	switch m.Reason {
	case Receipt, Return:
		if m.Quantity < 0 {
			return invalid("#/quantity", "out_of_range", "receipts and returns are positive; use adjustment to take stock out")
		}
	case Adjustment, Correction:
	default:
		return invalid("#/reason", "wrong_value", "staff move stock by receipt, return, adjustment or correction")
	}
	if utf8.RuneCountInString(m.Note) > maxNote {
		return invalid("#/note", "too_long", fmt.Sprintf("a note has at most %d characters", maxNote))
	}
	return nil
}

func move(tx Tx, m Movement) error {
	shift := Shift{VariantID: m.VariantID, Location: m.Location, OnHand: m.Quantity}
	if done, err := tx.Shift(shift); done || err != nil {
		return err
	}
	rows, err := tx.StockRows([]string{m.VariantID})
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return notFound("variant", m.VariantID)
	}
	for _, row := range rows {
		if row.Location == m.Location {
			return fault.New(fault.Conflict, productapi.CodeInsufficientStock,
				"Only %d of %d on hand are free to be taken; the others are reserved.", row.available(), row.OnHand).
				At("#/quantity", productapi.CodeInsufficientStock, "more than is free")
		}
	}
	known, err := tx.AddStockRow(m.VariantID, m.Location)
	if err != nil {
		return err
	}
	if !known {
		return invalid("#/location", "unknown_location", "there is no such stock location")
	}
	if done, err := tx.Shift(shift); done || err != nil {
		return err
	}
	return fault.New(fault.Conflict, productapi.CodeInsufficientStock, "There is no stock of this variant in this location.").
		At("#/quantity", productapi.CodeInsufficientStock, "more than is free")
}

// Stock returns what there is of a variant, by location.
func (s *Service) Stock(ctx context.Context, variantID string) ([]StockRow, error) {
	rows, err := s.store.StockRows(ctx, variantID)
	if err == nil && len(rows) == 0 {
		return nil, notFound("variant", variantID)
	}
	return rows, err
}

// Movements returns a variant's ledger, newest first.
func (s *Service) Movements(ctx context.Context, q MovementQuery) ([]Movement, error) {
	if _, err := s.Stock(ctx, q.VariantID); err != nil {
		return nil, err
	}
	return s.store.Movements(ctx, q)
}
