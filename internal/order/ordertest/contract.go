package ordertest

import (
	"slices"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/order"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
)

// Shelf is what the contract needs beside the catalogue: goods to sell.
type Shelf interface {
	Stock(price, grams, onHand int64) (variantID string)
	Sell(orderID string)
}

// Contract holds a catalogue to what checkout relies on, in this process or
// over HTTP.
func Contract(t *testing.T, shelf Shelf, c order.Catalogue) {
	t.Helper()
	until := clock.System{}.Now().Add(time.Hour).Truncate(time.Second)
	reserve := func(orderID string, expires time.Time, lines ...productapi.StockLine) (*productapi.Reservation, error) {
		in := &productapi.ReserveStockInput{}
		in.Body.OrderID, in.Body.Lines, in.Body.ExpiresAt = orderID, lines, expires
		return c.ReserveStock(t.Context(), in)
	}
	available := func(variant string) int64 {
		in := &productapi.QuoteVariantsInput{}
		in.Body.VariantIDs, in.Body.Currency, in.Body.Language = []string{variant}, "IDR", "id"
		list, err := c.QuoteVariants(t.Context(), in)
		if err != nil || len(list.Data) != 1 {
			t.Fatalf("quote of %s: %+v, %v", variant, list, err)
		}
		return list.Data[0].Available
	}
	line := func(variant string, quantity int64) productapi.StockLine {
		return productapi.StockLine{VariantID: variant, Quantity: quantity}
	}
	variants := []string{shelf.Stock(10_000_00, 250, 5), shelf.Stock(20_000_00, 500, 5)}
	slices.Sort(variants)
	a, b := variants[0], variants[1]
	first, second := api.NewID(api.PrefixOrder), api.NewID(api.PrefixOrder)

	t.Run("unknown variants are left out of quotes", func(t *testing.T) {
		in := &productapi.QuoteVariantsInput{}
		in.Body.VariantIDs, in.Body.Currency, in.Body.Language = []string{api.NewID(api.PrefixVariant)}, "IDR", "id"
		if list, err := c.QuoteVariants(t.Context(), in); err != nil || len(list.Data) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
	})
	t.Run("a hold is all or nothing and says which line is short", func(t *testing.T) {
		_, err := reserve(first, until, line(a, 2), line(b, 6))
		f := fault.As(err)
		if f == nil || f.Kind != fault.Conflict || f.Code != productapi.CodeInsufficientStock || len(f.Fields) != 1 || f.Fields[0].Pointer != "#/lines/1/quantity" {
			t.Fatalf("%+v", err)
		}
		if available(a) != 5 || available(b) != 5 {
			t.Error("a refused hold kept stock")
		}
	})
	t.Run("repeating a hold holds once, until the later expiry", func(t *testing.T) {
		for range 3 {
			got, err := reserve(first, until, line(a, 2))
			if err != nil || got.Status != "held" || available(a) != 3 {
				t.Fatalf("%+v, %v, %d left", got, err, available(a))
			}
		}
		got, err := reserve(first, until.Add(time.Hour), line(a, 2))
		if err != nil || !got.ExpiresAt.Equal(until.Add(time.Hour)) {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("other lines replace the hold", func(t *testing.T) {
		if _, err := reserve(first, until, line(a, 1), line(b, 4)); err != nil || available(a) != 4 || available(b) != 1 {
			t.Fatalf("%v: %d and %d left", err, available(a), available(b))
		}
	})
	t.Run("a release gives back once, and a released hold can be taken again", func(t *testing.T) {
		for range 2 {
			if _, err := c.ReleaseStock(t.Context(), &productapi.ReleaseStockInput{OrderID: first}); err != nil || available(b) != 5 {
				t.Fatalf("%v: %d left", err, available(b))
			}
		}
		if got, err := reserve(first, until, line(b, 5)); err != nil || got.Status != "held" {
			t.Fatalf("%+v, %v", got, err)
		}
		if _, err := reserve(second, until, line(b, 1)); !fault.HasCode(err, productapi.CodeInsufficientStock) {
			t.Errorf("%v", err)
		}
	})
	t.Run("what is sold stays sold", func(t *testing.T) {
		shelf.Sell(first)
		got, err := reserve(first, until, line(b, 5))
		if err != nil || got.Status != "sold" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
