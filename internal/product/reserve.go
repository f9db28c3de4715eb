package product

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pasar/api/productapi"
	"pasar/internal/platform/fault"
)

// Limits of one hold.
const (
	maxHoldLines = 100
	maxQuantity  = 10_000
	maxHoldTime  = 31 * 24 * time.Hour
)

// Reserve holds stock for an order until expiresAt, all of it or none. It is
// safe to repeat: the same demand keeps the hold with the later expiry, other
// demand replaces it, and what was sold stays sold.
func (s *Service) Reserve(ctx context.Context, orderID string, wanted []Demand, expiresAt time.Time) (Hold, error) {
	wanted, err := sumDemand(wanted)
	if err != nil {
		return Hold{}, err
	}
	now := s.clock.Now()
	expiresAt = expiresAt.UTC().Truncate(time.Microsecond) // what the store can keep
	if !expiresAt.After(now) || expiresAt.After(now.Add(maxHoldTime)) {
		return Hold{}, invalid("#/expires_at", "out_of_range", "a hold ends in the future, within 31 days")
	}
	hold, err := s.tryReserve(ctx, orderID, wanted, expiresAt)
	if !fault.HasCode(err, productapi.CodeInsufficientStock) {
		return hold, err
	}
	// What is missing may be kept by holds that ran out but were not swept yet.
	n, sweepErr := s.ExpireReservations(ctx, sweepBatch)
	if n == 0 {
		return Hold{}, errors.Join(err, sweepErr)
	}
	return s.tryReserve(ctx, orderID, wanted, expiresAt)
}

// sumDemand adds up the lines of each variant and puts them in order, so that
// no two orders take the same rows in different order.
func sumDemand(lines []Demand) ([]Demand, error) {
	if len(lines) == 0 || len(lines) > maxHoldLines {
		return nil, invalid("#/lines", "wrong_length", fmt.Sprintf("a hold has 1 to %d lines", maxHoldLines))
	}
	summed := slices.Clone(lines)
	slices.SortFunc(summed, func(a, b Demand) int { return strings.Compare(a.VariantID, b.VariantID) })
	last := 0
	for i, line := range summed {
		if line.Quantity < 1 || line.Quantity > maxQuantity {
			return nil, invalid("#/lines", "out_of_range", fmt.Sprintf("a quantity is 1 to %d", maxQuantity))
		}
		switch {
		case i == 0:
		case summed[last].VariantID == line.VariantID:
			summed[last].Quantity += line.Quantity
		default:
			last++
			summed[last] = line
		}
	}
	return summed[:last+1], nil
}

func (s *Service) tryReserve(ctx context.Context, orderID string, wanted []Demand, expiresAt time.Time) (Hold, error) {
	var hold Hold
	err := s.changeStock(ctx, func(tx Tx) (touched []string, err error) {
		now := tx.Now()
		hold = Hold{
			OrderID: orderID, Status: Held, Lines: atMain(wanted), ExpiresAt: expiresAt,
			Version: 1, CreatedAt: now, UpdatedAt: now,
		}
		fresh, err := tx.InsertHold(hold)
		if err != nil {
			return nil, err
		}
		if !fresh {
			return reserveAgain(tx, &hold, wanted)
		}
		return variantsOf(wanted), takeInto(tx, &hold, wanted, held)
	})
	if err != nil {
		return Hold{}, err
	}
	return hold, nil
}

// reserveAgain changes the hold that the order has already into wish.
func reserveAgain(tx Tx, wish *Hold, wanted []Demand) (touched []string, err error) {
	now, err := tx.Hold(wish.OrderID)
	if err != nil {
		return nil, err
	}
	if now == nil {
		return nil, ErrStale
	}
	expiresAt := wish.ExpiresAt
	*wish = *now
	switch {
	case now.Status == Sold:
		return nil, nil
	case now.Status == Held && slices.Equal(demandOf(now.Lines), wanted):
		if !expiresAt.After(now.ExpiresAt) {
			return nil, nil
		}
		wish.ExpiresAt = expiresAt
		return nil, update(tx, wish)
	}
	wish.Status, wish.ExpiresAt = Held, expiresAt
	return exchange(tx, now, wish, wanted, held)
}

// exchange gives back what the hold kept before, and takes the demand into it.
func exchange(tx Tx, before, hold *Hold, wanted []Demand, change func(HoldLine) Shift) (touched []string, err error) {
	hold.Lines = atMain(wanted)
	if err := update(tx, hold); err != nil { // first: it tells who may change the stock
		return nil, err
	}
	if before.Status == Held {
		if err := shiftLines(tx, before.Lines, released); err != nil {
			return nil, err
		}
		touched = variantsOf(before.Demand())
	}
	if err := takeInto(tx, hold, wanted, change); err != nil {
		return nil, err
	}
	touched = append(touched, variantsOf(wanted)...)
	slices.Sort(touched)
	return slices.Compact(touched), nil
}

// takeInto takes the demand and notes in the hold where it was taken from.
func takeInto(tx Tx, hold *Hold, wanted []Demand, change func(HoldLine) Shift) error {
	lines, err := take(tx, wanted, change)
	if err != nil || slices.Equal(lines, hold.Lines) {
		return err
	}
	hold.Lines = lines
	return update(tx, hold)
}

// update writes the hold under its next version; somebody else's change is
// ErrStale.
func update(tx Tx, h *Hold) error {
	h.Version++
	h.UpdatedAt = tx.Now()
	done, err := tx.UpdateHold(*h)
	if err == nil && !done {
		return ErrStale
	}
	return err
}

// take takes each variant's demand, from the main location where that is
// enough. The change says what taking means: a hold or a sale.
func take(tx Tx, wanted []Demand, change func(HoldLine) Shift) ([]HoldLine, error) {
	var lines []HoldLine
	for _, line := range atMain(wanted) {
		done, err := tx.Shift(change(line))
		if err != nil {
			return nil, err
		}
		if done {
			lines = append(lines, line)
			continue
		}
		spread, err := takeSpread(tx, line, change)
		if err != nil {
			return nil, err
		}
		if spread == nil {
			return nil, shortage(tx, wanted, change(line).Sellable)
		}
		lines = append(lines, spread...)
	}
	return lines, nil
}

// takeSpread takes a quantity from several locations, the first ones first; nil
// when there is not enough in all of them.
func takeSpread(tx Tx, wanted HoldLine, change func(HoldLine) Shift) ([]HoldLine, error) {
	rows, err := tx.StockRows([]string{wanted.VariantID})
	if err != nil || len(rows) < 2 {
		return nil, err
	}
	var lines []HoldLine
	left := wanted.Quantity
	for _, row := range rows {
		if left == 0 || row.available() <= 0 {
			continue
		}
		line := HoldLine{VariantID: row.VariantID, Location: row.Location, Quantity: min(left, row.available())}
		done, err := tx.Shift(change(line))
		if err != nil {
			return nil, err
		}
		if !done { // somebody was faster, or the variant is not for sale
			return nil, nil
		}
		left -= line.Quantity
		lines = append(lines, line)
	}
	if left > 0 {
		return nil, nil
	}
	slices.SortFunc(lines, func(a, b HoldLine) int { return cmp.Compare(a.Location, b.Location) })
	return lines, nil
}

// The three things that happen to a line's stock under a hold, and the sale of
// stock that no hold keeps.
func held(l HoldLine) Shift {
	return Shift{VariantID: l.VariantID, Location: l.Location, Reserved: l.Quantity, Sellable: true}
}

func released(l HoldLine) Shift {
	return Shift{VariantID: l.VariantID, Location: l.Location, Reserved: -l.Quantity}
}

func sold(l HoldLine) Shift {
	return Shift{VariantID: l.VariantID, Location: l.Location, OnHand: -l.Quantity, Reserved: -l.Quantity}
}

func soldUnheld(l HoldLine) Shift {
	return Shift{VariantID: l.VariantID, Location: l.Location, OnHand: -l.Quantity}
}

// shiftLines changes stock that a hold keeps; that cannot fail unless the books
// are wrong.
func shiftLines(tx Tx, lines []HoldLine, change func(HoldLine) Shift) error {
	for _, line := range lines {
		done, err := tx.Shift(change(line))
		if err != nil {
			return err
		}
		if !done {
			return fmt.Errorf("product: %d of %s at %s are held by a reservation but not reserved in stock", line.Quantity, line.VariantID, line.Location)
		}
	}
	return nil
}

// shortage says what is missing, and where each variant stands.
func shortage(tx Tx, wanted []Demand, needsSellable bool) error {
	rows, err := tx.StockRows(variantsOf(wanted))
	if err != nil {
		return err
	}
	available, sellable := map[string]int64{}, map[string]bool{}
	for _, row := range rows {
		available[row.VariantID] += row.available()
		sellable[row.VariantID] = row.Sellable
	}
	unsellable := fault.New(fault.Conflict, productapi.CodeVariantNotSellable, "Some variants are not for sale; remove them from the order.")
	short := fault.New(fault.Conflict, productapi.CodeInsufficientStock, "There is not enough stock; order at most what is available.")
	missing := []map[string]any{}
	for i, line := range wanted {
		at := fmt.Sprintf("#/lines/%d", i)
		if needsSellable && !sellable[line.VariantID] {
			unsellable.At(at+"/variant_id", productapi.CodeVariantNotSellable, line.VariantID+" is not for sale")
		}
		if have := available[line.VariantID]; have < line.Quantity {
			short.At(at+"/quantity", productapi.CodeInsufficientStock, fmt.Sprintf("%d wanted, %d available", line.Quantity, have))
			missing = append(missing, map[string]any{"variant_id": line.VariantID, "requested": line.Quantity, "available": have})
		}
	}
	switch {
	case len(unsellable.Fields) > 0:
		return unsellable
	case len(missing) == 0: // it came back between the write and this look
		return ErrStale
	}
	return short.With("shortages", missing)
}

func atMain(wanted []Demand) []HoldLine {
	lines := make([]HoldLine, len(wanted))
	for i, d := range wanted {
		lines[i] = HoldLine{VariantID: d.VariantID, Location: MainLocation, Quantity: d.Quantity}
	}
	return lines
}

func demandOf(lines []HoldLine) []Demand {
	var wanted []Demand
	for _, line := range lines {
		if n := len(wanted); n > 0 && wanted[n-1].VariantID == line.VariantID {
			wanted[n-1].Quantity += line.Quantity
			continue
		}
		wanted = append(wanted, Demand{VariantID: line.VariantID, Quantity: line.Quantity})
	}
	return wanted
}

func variantsOf(wanted []Demand) []string {
	ids := make([]string, len(wanted))
	for i, d := range wanted {
		ids[i] = d.VariantID
	}
	return ids
}

// changeStock runs do in a transaction, states the new levels of the variants
// it touched as events of the same transaction, and puts them on the shelf.
func (s *Service) changeStock(ctx context.Context, do func(Tx) (touched []string, err error)) error {
	var levels []Level
	err := retry(ctx, func() error {
		return s.store.InTx(ctx, func(tx Tx) error {
			levels = nil
			touched, err := do(tx)
			if err != nil || len(touched) == 0 {
				return err
			}
			if levels, err = tx.Levels(touched); err != nil {
				return err
			}
			return emitLevels(tx, levels)
		})
	})
	if err == nil {
		s.shelf.restock(levels)
	}
	return err
}

func emitLevels(tx Tx, levels []Level) error {
	evs, err := levelEvents(levels, tx.Now())
	if err != nil {
		return err
	}
	return tx.Emit(evs...)
}
