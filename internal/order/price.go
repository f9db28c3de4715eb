package order

import (
	"fmt"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/platform/fault"
)

// Priced is a cart at the prices of one moment.
type Priced struct {
	Cart        *Cart
	Lines       []PricedLine
	Subtotal    int64
	Shipping    int64
	ShippingTax int64
	TaxIncluded int64
	Total       int64
	TaxRule     string
	WeightGrams int64
	Problems    []fault.Field // what keeps it from being ordered
}

// PricedLine is a cart line with its quote. A line that cannot be sold costs nothing.
type PricedLine struct {
	CartLine
	Quote       productapi.Quote
	Total       int64
	TaxIncluded int64
}

// price reckons a cart. Subtotal and tax are exact: the parts of the lines add
// up to them.
func price(cart *Cart, quotes map[string]productapi.Quote, methods []ShippingMethod, now time.Time) (*Priced, error) {
	p := &Priced{Cart: cart, Lines: make([]PricedLine, len(cart.Contents.Lines))}
	if err := p.addLines(quotes); err != nil {
		return nil, err
	}
	p.checkContents()
	p.addShipping(methods)
	total, err := p.money(p.Subtotal).Add(p.money(p.Shipping))
	if err != nil {
		return nil, fmt.Errorf("order: price cart %s: %w", cart.ID, err)
	}
	p.Total = total.Amount
	p.addTax(taxRuleAt(now))
	return p, nil
}

func (p *Priced) money(amount int64) api.Money {
	return api.Money{Amount: amount, Currency: p.Cart.Currency}
}

func (p *Priced) addLines(quotes map[string]productapi.Quote) error {
	subtotal := p.money(0)
	for i, line := range p.Cart.Contents.Lines {
		quote, known := quotes[line.VariantID]
		p.Lines[i] = PricedLine{CartLine: line, Quote: quote}
		if !known || !quote.Sellable || quote.Price.Currency != p.Cart.Currency || quote.Price.Amount < 0 {
			p.Lines[i].Quote.Sellable = false
			p.Lines[i].Quote.Price = p.money(0)
			p.problem(fmt.Sprintf("#/items/%d", i), productapi.CodeVariantNotSellable, "cannot be bought any more; take it out")
			continue
		}
		total, err := quote.Price.Times(line.Quantity)
		if err == nil {
			subtotal, err = subtotal.Add(total)
		}
		if err != nil {
			return fmt.Errorf("order: price line %s of cart %s: %w", line.ID, p.Cart.ID, err)
		}
		p.Lines[i].Total = total.Amount
		p.WeightGrams += max(0, quote.WeightGrams) * line.Quantity
	}
	p.Subtotal = subtotal.Amount
	return nil
}

func (p *Priced) problem(pointer, code, detail string) {
	p.Problems = append(p.Problems, fault.Field{Pointer: pointer, Code: code, Detail: detail})
}

func (p *Priced) checkContents() {
	if len(p.Lines) == 0 {
		p.problem("#/items", orderapi.CodeCartEmpty, "put something into the cart")
	}
	if p.Cart.Contents.Email == "" {
		p.problem("#/email", "required", "where the confirmation goes")
	}
	if p.Cart.Contents.ShippingMethod == "" {
		p.problem("#/shipping_method", "required", "how the goods get there")
	}
}

func (p *Priced) addShipping(methods []ShippingMethod) {
	contents := p.Cart.Contents
	method, known := findShipping(methods, contents.ShippingMethod)
	if contents.ShippingAddress == nil && !(known && method.Pickup) {
		p.problem("#/shipping_address", "required", "where the goods go")
		return
	}
	if contents.ShippingMethod == "" {
		return
	}
	quote, offered := method.offer(p.Cart.Currency, contents.ShippingAddress, p.WeightGrams)
	if !known || !offered {
		p.problem("#/shipping_method", orderapi.CodeShippingUnavailable, "not offered for this address and weight; see the cart's shipping methods")
		return
	}
	p.Shipping = quote.Price.Amount
}

// addTax splits the tax within the price over lines and shipping.
func (p *Priced) addTax(rule TaxRule) {
	amounts := make([]int64, len(p.Lines)+1)
	for i, line := range p.Lines {
		amounts[i] = line.Total
	}
	amounts[len(p.Lines)] = p.Shipping
	total, parts := rule.included(amounts)
	for i := range p.Lines {
		p.Lines[i].TaxIncluded = parts[i]
	}
	p.TaxIncluded, p.ShippingTax, p.TaxRule = total, parts[len(p.Lines)], rule.Code
}

// offers lists the shipping methods open to the cart.
func (p *Priced) offers(methods []ShippingMethod) []ShippingQuote {
	var open []ShippingQuote
	for _, m := range methods {
		if quote, ok := m.offer(p.Cart.Currency, p.Cart.Contents.ShippingAddress, p.WeightGrams); ok {
			open = append(open, quote)
		}
	}
	return open
}

// orderable returns why the cart cannot be ordered, nil if it can.
func (p *Priced) orderable() error {
	if len(p.Problems) == 0 {
		return nil
	}
	kind, code, detail := fault.Invalid, orderapi.CodeCartIncomplete, "The cart lacks something; see errors."
	for _, problem := range p.Problems {
		switch problem.Code {
		case orderapi.CodeCartEmpty:
			code, detail = problem.Code, "The cart is empty."
		case productapi.CodeVariantNotSellable:
			kind, code, detail = fault.Conflict, problem.Code, "Something in the cart cannot be bought any more."
		case orderapi.CodeShippingUnavailable:
			if len(p.Problems) == 1 {
				code, detail = problem.Code, "The shipping method is not offered for this cart."
			}
		}
	}
	e := fault.New(kind, code, "%s", detail)
	e.Fields = p.Problems
	return e
}
