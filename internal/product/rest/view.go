package rest

import (
	"pasar/api/productapi"
	"pasar/internal/platform/rest"
	"pasar/internal/product"
)

// reader says how a product is shown.
type reader struct {
	language product.Language
	currency string
	staff    bool
}

// memoKey names a representation of a view.
type memoKey struct {
	list     bool
	language product.Language
	currency string
}

// page returns the product as its own page shows it, with its JSON, made once
// for each language and currency.
func (s *Server) page(v *product.View, r reader) (*productapi.Product, error) {
	encode := func() (*productapi.Product, error) {
		p := s.product(v, r)
		raw, err := rest.Encode(p)
		if err != nil {
			return nil, err
		}
		return p.Ready(raw), nil
	}
	if r.staff { // read once, changed soon
		return encode()
	}
	return product.Memo(v, memoKey{false, r.language, r.currency}, encode)
}

// summary is a product in a list, with its JSON.
type summary struct {
	productapi.ProductSummary
	raw []byte
}

func (s *Server) summary(v *product.View, r reader) (*summary, error) {
	encode := func() (*summary, error) {
		short := s.short(v, r)
		raw, err := rest.Encode(short)
		return &summary{ProductSummary: short, raw: raw}, err
	}
	if r.staff {
		return encode()
	}
	return product.Memo(v, memoKey{true, r.language, r.currency}, encode)
}

func (s *Server) product(v *product.View, r reader) productapi.Product {
	out := productapi.Product{
		ID: v.ID, Slug: v.Slug, Status: string(v.Status),
		Name: v.Name.In(r.language), Description: v.Description.In(r.language), Language: string(r.language),
		Category: categoryRef(v, r.language), Options: optionsOf(v, r), Variants: variantsOf(v, r),
		Images: make([]productapi.Image, len(v.Images)), Version: v.Version, CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt,
	}
	for i := range v.Images {
		out.Images[i] = s.image(&v.Images[i], r)
	}
	if r.staff {
		out.Translations = &productapi.Translations{
			ID: productapi.ProductTexts{Name: v.Name.ID, Description: v.Description.ID},
			EN: productapi.ProductTexts{Name: v.Name.EN, Description: v.Description.EN},
		}
	}
	return out
}

func (s *Server) short(v *product.View, r reader) productapi.ProductSummary {
	out := productapi.ProductSummary{
		ID: v.ID, Slug: v.Slug, Status: string(v.Status), Name: v.Name.In(r.language),
		Category: categoryRef(v, r.language), Variants: variantsOf(v, r), CreatedAt: v.CreatedAt,
	}
	if len(v.Images) > 0 {
		first := s.image(&v.Images[0], r)
		out.Image = &first
	}
	return out
}

func categoryRef(v *product.View, l product.Language) *productapi.CategoryRef {
	if v.Category == nil {
		return nil
	}
	return &productapi.CategoryRef{ID: v.Category.ID, Slug: v.Category.Slug, Name: v.Category.Name.In(l)}
}

func optionsOf(v *product.View, r reader) []productapi.Option {
	out := make([]productapi.Option, len(v.Options))
	for i, option := range v.Options {
		out[i] = productapi.Option{
			Code: option.Code, Name: option.Name.In(r.language), Names: staffTexts(option.Name, r),
			Values: make([]productapi.OptionValue, len(option.Values)),
		}
		for j, value := range option.Values {
			out[i].Values[j] = productapi.OptionValue{
				Code: value.Code, Name: value.Name.In(r.language), Names: staffTexts(value.Name, r),
			}
		}
	}
	return out
}

func staffTexts(t product.Text, r reader) *productapi.Texts {
	if !r.staff {
		return nil
	}
	texts := textsOf(t)
	return &texts
}

func variantsOf(view *product.View, r reader) []productapi.Variant {
	out := make([]productapi.Variant, 0, len(view.Variants))
	for i := range view.Variants {
		v := &view.Variants[i]
		if v.Discontinued && !r.staff {
			continue
		}
		shown := productapi.Variant{
			ID: v.ID, SKU: v.SKU, Label: view.Label(v, r.language), Options: v.Options, Barcode: v.Barcode,
			WeightGrams: v.WeightGrams, Available: view.Available(v),
		}
		if price, priced := v.Price(r.currency); priced {
			shown.Price = &price
		}
		if r.staff {
			shown.Prices, shown.Discontinued = v.Prices, v.Discontinued
		}
		out = append(out, shown)
	}
	return out
}

func (s *Server) image(img *product.Image, r reader) productapi.Image {
	out := productapi.Image{ID: img.ID, Alt: img.Alt.In(r.language), Status: string(img.Status)}
	if len(img.Sizes) > 0 {
		out.Sizes = make(map[string]productapi.ImageSize, len(img.Sizes))
		for name, size := range img.Sizes {
			out.Sizes[name] = productapi.ImageSize{URL: s.media + size.Key, Width: size.Width, Height: size.Height}
		}
	}
	if r.staff {
		out.Alts = &productapi.Alt{ID: img.Alt.ID, EN: img.Alt.EN}
	}
	return out
}

// smallImage is the URL of the first picture in the size that carts show.
func (s *Server) smallImage(v *product.View) string {
	for i := range v.Images {
		if size, made := v.Images[i].Sizes["small"]; made {
			return s.media + size.Key
		}
	}
	return ""
}
