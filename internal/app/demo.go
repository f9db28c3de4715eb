package app

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"pasar/api"
	"pasar/internal/demo"
	"pasar/internal/platform/lifecycle"
	"pasar/internal/product"
)

// buildDemo fills an empty shop with the demo catalogue. Goods are for sale
// before their pictures are drawn, so that a first start answers at once.
func (s *Shop) buildDemo(context.Context) error {
	if s.config.Production || !s.config.Seed || s.catalogue == nil {
		return nil
	}
	s.group.Add(lifecycle.Part{Name: "demo", Needs: []string{"databases", "events"}, Run: func(ctx context.Context) error {
		added, err := s.catalogue.ImportProducts(ctx, demoCatalogue(ctx))
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("the demo catalogue could not be added: %w", err)
		}
		if added.Products > 0 {
			s.log.InfoContext(ctx, "demo catalogue added", "products", added.Products, "pictures", added.Images)
			if s.awaitPictures(ctx) {
				debug.FreeOSMemory() // drawing took far more memory than serving does
			}
		}
		<-ctx.Done()
		return nil
	}})
	return nil
}

// awaitPictures reports true when every picture has been scaled, and false when
// ctx ended before.
func (s *Shop) awaitPictures(ctx context.Context) bool {
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-look.C:
		}
		if lag, err := s.bus.Lag(ctx); err != nil || lag[product.ConsumerImages] == 0 {
			return ctx.Err() == nil
		}
	}
}

// demoCatalogue writes the demo's goods in the words of the product service.
func demoCatalogue(ctx context.Context) product.Import {
	var out product.Import
	for _, c := range demo.Categories() {
		out.Categories = append(out.Categories, product.ImportCategory{Slug: c.Slug, Name: product.Text(c.Name)})
	}
	for _, p := range demo.Products() {
		out.Products = append(out.Products, demoProduct(ctx, p))
	}
	return out
}

func demoProduct(ctx context.Context, p demo.Product) product.ImportProduct {
	in := product.ImportProduct{
		Slug: p.Slug, Category: p.Category, Name: product.Text(p.Name), Description: product.Text(p.Description),
		Images: []product.ImportImage{{Alt: product.Text(p.Name), Data: func() ([]byte, error) { return demo.Picture(ctx, p.Art) }}},
	}
	if p.Option.ID != "" {
		option := product.Option{Code: optionCode(p.Option.EN), Name: product.Text(p.Option)}
		for _, v := range p.Variants {
			option.Values = append(option.Values, product.OptionValue{Code: optionCode(v.Value.EN), Name: product.Text(v.Value)})
		}
		in.Options = []product.Option{option}
	}
	for _, v := range p.Variants {
		variant := product.ImportVariant{
			SKU: v.SKU, WeightGrams: v.Grams, Stock: v.Stock,
			Prices: []api.Money{{Amount: v.Rupiah * 100, Currency: "IDR"}},
		}
		if p.Option.ID != "" {
			variant.Options = map[string]string{optionCode(p.Option.EN): optionCode(v.Value.EN)}
		}
		in.Variants = append(in.Variants, variant)
	}
	return in
}

// optionCode makes a code of an English name: "Small, 25 cm" is small-25-cm.
func optionCode(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}
