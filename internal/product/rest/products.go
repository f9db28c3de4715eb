package rest

import (
	"cmp"
	"context"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/fault"
	"pasar/internal/product"
)

// GetProduct answers one product.
func (s *Server) GetProduct(ctx context.Context, in *productapi.GetProductInput) (*productapi.Product, error) {
	r := reader{language: languageOf(in.Locale), currency: cmp.Or(in.Currency, defaultCurrency), staff: isStaff(ctx)}
	if err := checkCurrency(r.currency); err != nil {
		return nil, err
	}
	look := s.shop.Look
	if r.staff {
		look = s.shop.Inspect
	}
	view, err := look(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.page(view, r)
}

func checkCurrency(currency string) error {
	if _, known := api.CurrencyExponent(currency); known {
		return nil
	}
	return fault.New(fault.Invalid, api.CodeInvalid, "The shop does not sell in this currency.").
		At("query.currency", "unknown_currency", "expected the code of a currency that the shop sells in")
}

// forStaff shows what an edit has made.
func (s *Server) forStaff(view *product.View, err error) (*productapi.Product, error) {
	if err != nil {
		return nil, err
	}
	out := s.product(view, reader{language: product.Indonesian, currency: defaultCurrency, staff: true})
	return &out, nil
}

// CreateProduct adds a product.
func (s *Server) CreateProduct(ctx context.Context, in *productapi.CreateProductInput) (*productapi.Product, error) {
	b := &in.Body
	p := &product.Product{
		Slug: b.Slug, Status: product.Status(cmp.Or(b.Status, string(product.Draft))), CategoryID: b.CategoryID,
		Name:        product.Text{ID: b.Translations.ID.Name, EN: b.Translations.EN.Name},
		Description: product.Text{ID: b.Translations.ID.Description, EN: b.Translations.EN.Description},
		Options:     optionsFrom(b.Options),
	}
	for i := range b.Variants {
		p.Variants = append(p.Variants, variantFrom(&b.Variants[i]))
	}
	return s.forStaff(s.shop.Create(ctx, p))
}

func optionsFrom(in []productapi.OptionInput) []product.Option {
	options := make([]product.Option, len(in))
	for i, o := range in {
		options[i] = product.Option{Code: o.Code, Name: textOf(o.Names)}
		for _, v := range o.Values {
			options[i].Values = append(options[i].Values, product.OptionValue{Code: v.Code, Name: textOf(v.Names)})
		}
	}
	return options
}

func variantFrom(in *productapi.VariantInput) product.Variant {
	return product.Variant{
		SKU: in.SKU, Barcode: in.Barcode, Options: in.Options, WeightGrams: in.WeightGrams, Prices: in.Prices,
	}
}

// UpdateProduct changes a product.
func (s *Server) UpdateProduct(ctx context.Context, in *productapi.UpdateProductInput) (*productapi.Product, error) {
	version := productapi.RowVersion(in.Version())
	return s.forStaff(s.shop.Edit(ctx, in.ID, version, func(p *product.Product) error {
		b := &in.Body
		set(&p.Slug, b.Slug)
		patch(&p.CategoryID, b.CategoryID)
		if b.Status != nil {
			p.Status = product.Status(*b.Status)
		}
		if b.Options != nil {
			p.Options = optionsFrom(*b.Options)
		}
		if b.Translations != nil {
			patchTexts(&p.Name.ID, &p.Description.ID, b.Translations.ID)
			patchTexts(&p.Name.EN, &p.Description.EN, b.Translations.EN)
		}
		return nil
	}))
}

func patchTexts(name, description *string, in *productapi.ProductTextsPatch) {
	if in != nil {
		set(name, in.Name)
		set(description, in.Description)
	}
}

// ArchiveProduct takes a product out of the shop.
func (s *Server) ArchiveProduct(ctx context.Context, in *productapi.ArchiveProductInput) (*productapi.Product, error) {
	return s.forStaff(s.shop.Archive(ctx, in.ID, productapi.RowVersion(in.Version())))
}

// AddVariant adds a variant.
func (s *Server) AddVariant(ctx context.Context, in *productapi.AddVariantInput) (*productapi.Product, error) {
	return s.forStaff(s.shop.AddVariant(ctx, in.ID, variantFrom(&in.Body)))
}

// UpdateVariant changes a variant.
func (s *Server) UpdateVariant(ctx context.Context, in *productapi.UpdateVariantInput) (*productapi.Product, error) {
	version := productapi.RowVersion(in.Version())
	return s.forStaff(s.shop.EditVariant(ctx, in.ID, in.VariantID, version, func(v *product.Variant) {
		set(&v.SKU, in.Body.SKU)
		patch(&v.Barcode, in.Body.Barcode)
		set(&v.Options, in.Body.Options)
		set(&v.WeightGrams, in.Body.WeightGrams)
		set(&v.Discontinued, in.Body.Discontinued)
	}))
}

// SetPrices replaces a variant's prices.
func (s *Server) SetPrices(ctx context.Context, in *productapi.SetPricesInput) (*productapi.Product, error) {
	version := productapi.RowVersion(in.Version())
	return s.forStaff(s.shop.EditVariant(ctx, in.ID, in.VariantID, version, func(v *product.Variant) {
		v.Prices = in.Body.Prices
	}))
}
