package product

import (
	"maps"
	"slices"
	"strings"
	"time"

	"pasar/api"
)

// Status is where a product stands in its life.
type Status string

// The states of a product. Only an active one is for sale.
const (
	Draft    Status = "draft"
	Active   Status = "active"
	Archived Status = "archived"
)

// Product is one aggregate: its variants, prices and images change under its
// version. A Product that was read is shared; change a Clone.
type Product struct {
	ID          string
	Slug        string
	Status      Status
	CategoryID  string
	Name        Text
	Description Text
	Options     []Option
	Variants    []Variant
	Images      []Image
	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Option is one way in which the variants differ.
type Option struct {
	Code   string        `json:"code"`
	Name   Text          `json:"name"`
	Values []OptionValue `json:"values"`
}

// OptionValue is one choice of an option.
type OptionValue struct {
	Code string `json:"code"`
	Name Text   `json:"name"`
}

// Variant is what is sold: one value of every option, with prices that include
// tax, at most one a currency.
type Variant struct {
	ID           string
	SKU          string
	Barcode      string
	Options      map[string]string
	WeightGrams  int64
	Discontinued bool
	Prices       []api.Money
}

// ImageStatus is how far the background work on an image is.
type ImageStatus string

// The states of an image.
const (
	Processing ImageStatus = "processing"
	Ready      ImageStatus = "ready"
	Failed     ImageStatus = "failed"
)

// Image is a picture. Original is the media key of what was uploaded, which
// readers never get: it may carry the place it was taken at.
type Image struct {
	ID       string
	Status   ImageStatus
	Original string
	Alt      Text
	Sizes    map[string]ImageSize
}

// ImageSize is one rendering of an image.
type ImageSize struct {
	Key    string `json:"key"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// Clone returns a copy that may be changed.
func (p *Product) Clone() *Product {
	c := *p
	c.Options = slices.Clone(p.Options)
	c.Variants = slices.Clone(p.Variants)
	for i := range c.Variants {
		c.Variants[i].Options = maps.Clone(c.Variants[i].Options)
		c.Variants[i].Prices = slices.Clone(c.Variants[i].Prices)
	}
	c.Images = slices.Clone(p.Images)
	for i := range c.Images {
		c.Images[i].Sizes = maps.Clone(c.Images[i].Sizes)
	}
	return &c
}

// Variant returns the variant with this id, or nil.
func (p *Product) Variant(id string) *Variant {
	for i := range p.Variants {
		if p.Variants[i].ID == id {
			return &p.Variants[i]
		}
	}
	return nil
}

func (p *Product) image(id string) *Image {
	for i := range p.Images {
		if p.Images[i].ID == id {
			return &p.Images[i]
		}
	}
	return nil
}

// Sellable reports whether the variant may be bought at all.
func (p *Product) Sellable(v *Variant) bool { return p.Status == Active && !v.Discontinued }

// Price returns the variant's price in a currency.
func (v *Variant) Price(currency string) (api.Money, bool) {
	for _, price := range v.Prices {
		if price.Currency == currency {
			return price, true
		}
	}
	return api.Money{}, false
}

// OptionKey names the combination of option values, the same for every order
// they are written in.
func (v *Variant) OptionKey() string {
	var b strings.Builder
	for i, code := range slices.Sorted(maps.Keys(v.Options)) {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(code + "=" + v.Options[code])
	}
	return b.String()
}

// Label returns the variant's option values for people: "250 g, biji".
func (p *Product) Label(v *Variant, l Language) string {
	var names []string
	for _, option := range p.Options {
		for _, value := range option.Values {
			if value.Code == v.Options[option.Code] {
				names = append(names, value.Name.In(l))
			}
		}
	}
	return strings.Join(names, ", ")
}

// LowestPrices returns the cheapest price of each currency over the variants
// that are still made, by currency.
func (p *Product) LowestPrices() map[string]int64 {
	lowest := map[string]int64{}
	for i := range p.Variants {
		if p.Variants[i].Discontinued {
			continue
		}
		for _, price := range p.Variants[i].Prices {
			if now, seen := lowest[price.Currency]; !seen || price.Amount < now {
				lowest[price.Currency] = price.Amount
			}
		}
	}
	return lowest
}
