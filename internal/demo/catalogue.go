// Package demo is the shop that a first start opens: a small Indonesian
// catalogue written by hand, with pictures drawn by code.
package demo

// Text is a text in the shop's two languages.
type Text struct{ ID, EN string }

// Category is one shelf of the demo shop.
type Category struct {
	Slug string
	Name Text
}

// Product is one demo product. Every variant has its own SKU.
type Product struct {
	Slug        string
	Category    string
	Name        Text
	Description Text
	Option      Text // what the variants differ in; empty for a single variant
	Variants    []Variant
	Art         Art
}

// Variant is what is sold. Rupiah is the price with tax, in whole rupiah.
type Variant struct {
	SKU    string
	Value  Text // the option's value
	Rupiah int64
	Grams  int64
	Stock  int64
}

// Art says what picture is drawn.
type Art struct {
	Shape Shape
	Ink   uint32 // 0xRRGGBB, the main colour
	Mark  uint32 // 0xRRGGBB, the second colour
}

// Categories lists the shelves in the order they are shown.
func Categories() []Category {
	return []Category{
		{"kopi", Text{"Kopi", "Coffee"}},
		{"teh-rempah", Text{"Teh & Rempah", "Tea & Spices"}},
		{"sambal-camilan", Text{"Sambal & Camilan", "Sambal & Snacks"}},
		{"batik-tenun", Text{"Batik & Tenun", "Batik & Weaving"}},
		{"kerajinan", Text{"Kerajinan Rumah", "Home Crafts"}},
		{"perawatan", Text{"Perawatan Tubuh", "Body Care"}},
	}
}

// Products lists the whole demo catalogue, in no order that matters.
func Products() []Product {
	var all []Product
	for _, shelf := range [][]Product{coffee(), tea(), snacks(), textiles(), crafts(), care()} {
		all = append(all, shelf...)
	}
	return all
}

// weights returns the three bag sizes that roasted goods are sold in.
func weights(sku string, small, medium, large int64) []Variant {
	return []Variant{
		{sku + "-100", Text{"100 g", "100 g"}, small, 130, 80},
		{sku + "-250", Text{"250 g", "250 g"}, medium, 290, 120},
		{sku + "-1000", Text{"1 kg", "1 kg"}, large, 1080, 40},
	}
}

// single returns the one variant of a product without options.
func single(sku string, rupiah, grams, stock int64) []Variant {
	return []Variant{{sku, Text{}, rupiah, grams, stock}}
}

// sizes returns the garment sizes.
func sizes(sku string, rupiah int64) []Variant {
	return []Variant{
		{sku + "-S", Text{"S", "S"}, rupiah, 240, 15},
		{sku + "-M", Text{"M", "M"}, rupiah, 260, 25},
		{sku + "-L", Text{"L", "L"}, rupiah, 280, 25},
		{sku + "-XL", Text{"XL", "XL"}, rupiah + 15000, 300, 12},
	}
}
