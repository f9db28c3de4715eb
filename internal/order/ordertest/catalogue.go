// Package ordertest has what tests of the order service need: a catalogue that
// keeps the product service's promises about quotes and holds.
package ordertest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/order"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
)

// Catalogue is a product service in memory.
type Catalogue struct {
	Clock clock.Clock

	mu       sync.Mutex
	variants map[string]*stocked
	holds    map[string]*productapi.Reservation
	fail     map[string]error
	calls    map[string]int
}

type stocked struct {
	quote    productapi.Quote
	reserved int64
	onHand   int64
}

var _ order.Catalogue = (*Catalogue)(nil)

// NewCatalogue returns an empty one.
func NewCatalogue(c clock.Clock) *Catalogue {
	return &Catalogue{
		Clock: c, variants: map[string]*stocked{}, holds: map[string]*productapi.Reservation{},
		fail: map[string]error{}, calls: map[string]int{},
	}
}

// Register serves the catalogue's operations, for tests over HTTP.
func (c *Catalogue) Register(a *rest.API) {
	rest.Handle(a, productapi.QuoteVariants, c.QuoteVariants)
	rest.Handle(a, productapi.ReserveStock, c.ReserveStock)
	rest.Handle(a, productapi.ReleaseStock, c.ReleaseStock)
}

// Stock puts a variant on sale and returns its id.
func (c *Catalogue) Stock(price, grams, onHand int64) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := api.NewID(api.PrefixVariant)
	c.variants[id] = &stocked{onHand: onHand, quote: productapi.Quote{
		VariantID: id, ProductID: api.SiblingID(api.PrefixProduct, id), SKU: "SKU-" + id[len(id)-6:], Slug: "kopi-gayo",
		Name: "Kopi Gayo", Options: "250 g, biji", Price: api.Money{Amount: price, Currency: "IDR"}, WeightGrams: grams, Sellable: true,
	}}
	return id
}

// Reprice changes a price.
func (c *Catalogue) Reprice(variantID string, price int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.variants[variantID].quote.Price.Amount = price
}

// Withdraw takes a variant off sale.
func (c *Catalogue) Withdraw(variantID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.variants[variantID].quote.Sellable = false
}

// SetOnHand changes what there is.
func (c *Catalogue) SetOnHand(variantID string, onHand int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.variants[variantID].onHand = onHand
}

// Reserved is what holds keep of a variant.
func (c *Catalogue) Reserved(variantID string) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.variants[variantID].reserved
}

// Hold is the state of an order's hold, "" for none.
func (c *Catalogue) Hold(orderID string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.holds[orderID]; h != nil {
		return h.Status
	}
	return ""
}

// FailNext makes the next call of an operation, by the name of its method, do
// its work and then answer with err, as a network does that loses the answer.
func (c *Catalogue) FailNext(method string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail[method] = err
}

// Calls counts the calls of a method.
func (c *Catalogue) Calls(method string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[method]
}

func (c *Catalogue) done(method string) error {
	c.calls[method]++
	err := c.fail[method]
	delete(c.fail, method)
	return err
}

// QuoteVariants answers quotes of the variants that exist.
func (c *Catalogue) QuoteVariants(_ context.Context, in *productapi.QuoteVariantsInput) (*productapi.QuoteList, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := &productapi.QuoteList{}
	for _, id := range in.Body.VariantIDs {
		v, known := c.variants[id]
		if !known {
			continue
		}
		q := v.quote
		q.Available = v.onHand - v.reserved
		q.Sellable = q.Sellable && q.Price.Currency == in.Body.Currency
		list.Data = append(list.Data, q)
	}
	return list, c.done("QuoteVariants")
}

// ReserveStock holds stock, all lines or none.
func (c *Catalogue) ReserveStock(_ context.Context, in *productapi.ReserveStockInput) (*productapi.Reservation, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.holds[in.Body.OrderID]
	if old != nil && old.Status == "sold" {
		return old, c.done("ReserveStock")
	}
	if old != nil && old.Status == "held" {
		c.give(old)
	}
	if err := c.take(in.Body.Lines); err != nil {
		if old != nil && old.Status == "held" {
			_ = c.take(old.Lines) // it was there a moment ago
		}
		return nil, err
	}
	until := in.Body.ExpiresAt
	if old != nil && old.Status == "held" && old.ExpiresAt.After(until) {
		until = old.ExpiresAt
	}
	hold := &productapi.Reservation{OrderID: in.Body.OrderID, Status: "held", Lines: slices.Clone(in.Body.Lines), ExpiresAt: until}
	c.holds[in.Body.OrderID] = hold
	if err := c.done("ReserveStock"); err != nil {
		return nil, err
	}
	answer := *hold
	return &answer, nil
}

func (c *Catalogue) take(lines []productapi.StockLine) error {
	short := fault.New(fault.Conflict, productapi.CodeInsufficientStock, "There is not enough stock.")
	gone := fault.New(fault.Conflict, productapi.CodeVariantNotSellable, "Something is not for sale.")
	for i, line := range lines {
		v := c.variants[line.VariantID]
		switch {
		case v == nil || !v.quote.Sellable:
			gone.At(fmt.Sprintf("#/lines/%d/variant_id", i), productapi.CodeVariantNotSellable, "not for sale")
		case v.onHand-v.reserved < line.Quantity:
			short.At(fmt.Sprintf("#/lines/%d/quantity", i), productapi.CodeInsufficientStock, fmt.Sprintf("%d left", v.onHand-v.reserved))
		}
	}
	if len(gone.Fields) > 0 {
		return gone
	}
	if len(short.Fields) > 0 {
		return short
	}
	for _, line := range lines {
		c.variants[line.VariantID].reserved += line.Quantity
	}
	return nil
}

func (c *Catalogue) give(hold *productapi.Reservation) {
	for _, line := range hold.Lines {
		c.variants[line.VariantID].reserved -= line.Quantity
	}
}

// ReleaseStock gives held stock back.
func (c *Catalogue) ReleaseStock(_ context.Context, in *productapi.ReleaseStockInput) (*productapi.Released, error) {
	c.Release(in.OrderID)
	c.mu.Lock()
	defer c.mu.Unlock()
	return &productapi.Released{}, c.done("ReleaseStock")
}

// Release is what the product service does on order.cancelled and order.expired.
func (c *Catalogue) Release(orderID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if hold := c.holds[orderID]; hold != nil && hold.Status == "held" {
		c.give(hold)
		hold.Status = "released"
	}
}

// Sell is what the product service does on order.confirmed.
func (c *Catalogue) Sell(orderID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	hold := c.holds[orderID]
	if hold == nil || hold.Status != "held" {
		return
	}
	c.give(hold)
	for _, line := range hold.Lines {
		c.variants[line.VariantID].onHand -= line.Quantity
	}
	hold.Status = "sold"
}

// Oversold names variants of which more is held than there is.
func (c *Catalogue) Oversold() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var names []string
	for id, v := range c.variants {
		if v.reserved < 0 || v.onHand < v.reserved {
			names = append(names, id)
		}
	}
	return strings.Join(names, ", ")
}
