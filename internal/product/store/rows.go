package store

import (
	"encoding/json"
	"fmt"

	"pasar/api"
	"pasar/internal/platform/sqldb"
	"pasar/internal/product"
)

type categoryRow struct {
	ID        string
	Slug      string
	ParentID  *string
	NameID    string
	NameEN    string `gorm:"column:name_en"`
	Position  int
	Version   int64
	CreatedAt sqldb.Micros
	UpdatedAt sqldb.Micros
}

func (categoryRow) TableName() string { return "categories" }

type productRow struct {
	ID            string
	Slug          string
	Status        string
	CategoryID    *string
	NameID        string
	NameEN        string `gorm:"column:name_en"`
	DescriptionID string
	DescriptionEN string `gorm:"column:description_en"`
	Options       string
	Version       int64
	CreatedAt     sqldb.Micros
	UpdatedAt     sqldb.Micros
}

func (productRow) TableName() string { return "products" }

type variantRow struct {
	ID           string
	ProductID    string
	SKU          string `gorm:"column:sku"`
	Position     int
	OptionValues string
	OptionKey    string
	Barcode      string
	WeightGrams  int64
	Discontinued bool
}

func (variantRow) TableName() string { return "variants" }

type priceRow struct {
	VariantID string
	Currency  string
	ProductID string
	Amount    int64
}

func (priceRow) TableName() string { return "prices" }

type imageRow struct {
	ID        string
	ProductID string
	Position  int
	Status    string
	Original  string
	AltID     string
	AltEN     string `gorm:"column:alt_en"`
	Sizes     string
}

func (imageRow) TableName() string { return "images" }

type listingRow struct {
	ProductID  string
	Currency   string
	Status     string
	CategoryID string
	Price      int64
	CreatedAt  sqldb.Micros
	NameID     string
	NameEN     string `gorm:"column:name_en"`
}

func (listingRow) TableName() string { return "listings" }

type documentRow struct {
	ProductID string
	Title     string
	Body      string
}

func (documentRow) TableName() string { return "search_documents" }

type wordRow struct{ Word string }

func (wordRow) TableName() string { return "search_words" }

type stockRow struct {
	VariantID string
	Location  string
	ProductID string
	SKU       string `gorm:"column:sku"`
	Sellable  bool
	OnHand    int64
	Reserved  int64
	Version   int64
	UpdatedAt sqldb.Micros
}

func (stockRow) TableName() string { return "stock" }

type movementRow struct {
	ID        string
	VariantID string
	Location  string
	Quantity  int64
	Reason    string
	Note      string
	OrderID   string
	Actor     string
	CreatedAt sqldb.Micros
}

func (movementRow) TableName() string { return "stock_movements" }

type holdRow struct {
	OrderID      string
	Status       string
	OrderLines   string
	ExpiresAt    sqldb.Micros
	OrderVersion int64
	Version      int64
	CreatedAt    sqldb.Micros
	UpdatedAt    sqldb.Micros
}

func (holdRow) TableName() string { return "reservations" }

func (r categoryRow) category() product.Category {
	return product.Category{
		ID: r.ID, Slug: r.Slug, ParentID: value(r.ParentID), Name: product.Text{ID: r.NameID, EN: r.NameEN},
		Position: r.Position, Version: r.Version, CreatedAt: r.CreatedAt.Time(), UpdatedAt: r.UpdatedAt.Time(),
	}
}

func categoryRowOf(c product.Category) categoryRow {
	return categoryRow{
		ID: c.ID, Slug: c.Slug, ParentID: nullable(c.ParentID), NameID: c.Name.ID, NameEN: c.Name.EN,
		Position: c.Position, Version: c.Version, CreatedAt: sqldb.At(c.CreatedAt), UpdatedAt: sqldb.At(c.UpdatedAt),
	}
}

func (r productRow) product() (*product.Product, error) {
	p := &product.Product{
		ID: r.ID, Slug: r.Slug, Status: product.Status(r.Status), CategoryID: value(r.CategoryID),
		Name:        product.Text{ID: r.NameID, EN: r.NameEN},
		Description: product.Text{ID: r.DescriptionID, EN: r.DescriptionEN},
		Version:     r.Version, CreatedAt: r.CreatedAt.Time(), UpdatedAt: r.UpdatedAt.Time(),
	}
	return p, decode("options of "+r.ID, r.Options, &p.Options)
}

func productRowOf(p *product.Product) productRow {
	return productRow{
		ID: p.ID, Slug: p.Slug, Status: string(p.Status), CategoryID: nullable(p.CategoryID),
		NameID: p.Name.ID, NameEN: p.Name.EN, DescriptionID: p.Description.ID, DescriptionEN: p.Description.EN,
		Options: encode(p.Options), Version: p.Version, CreatedAt: sqldb.At(p.CreatedAt), UpdatedAt: sqldb.At(p.UpdatedAt),
	}
}

func (r variantRow) variant() (product.Variant, error) {
	v := product.Variant{
		ID: r.ID, SKU: r.SKU, Barcode: r.Barcode, WeightGrams: r.WeightGrams, Discontinued: r.Discontinued,
	}
	return v, decode("options of "+r.ID, r.OptionValues, &v.Options)
}

func variantRowOf(p *product.Product, i int) variantRow {
	v := &p.Variants[i]
	return variantRow{
		ID: v.ID, ProductID: p.ID, SKU: v.SKU, Position: i, OptionValues: encode(v.Options), OptionKey: v.OptionKey(),
		Barcode: v.Barcode, WeightGrams: v.WeightGrams, Discontinued: v.Discontinued,
	}
}

func (r priceRow) money() api.Money { return api.Money{Amount: r.Amount, Currency: r.Currency} }

func (r imageRow) image() (product.Image, error) {
	img := product.Image{
		ID: r.ID, Status: product.ImageStatus(r.Status), Original: r.Original, Alt: product.Text{ID: r.AltID, EN: r.AltEN},
	}
	return img, decode("sizes of "+r.ID, r.Sizes, &img.Sizes)
}

func imageRowOf(p *product.Product, i int) imageRow {
	img := p.Images[i]
	return imageRow{
		ID: img.ID, ProductID: p.ID, Position: i, Status: string(img.Status), Original: img.Original,
		AltID: img.Alt.ID, AltEN: img.Alt.EN, Sizes: encode(img.Sizes),
	}
}

func (r stockRow) stock() product.StockRow {
	return product.StockRow{
		VariantID: r.VariantID, Location: r.Location, ProductID: r.ProductID, SKU: r.SKU, Sellable: r.Sellable,
		OnHand: r.OnHand, Reserved: r.Reserved, Version: r.Version, UpdatedAt: r.UpdatedAt.Time(),
	}
}

func (r movementRow) movement() product.Movement {
	return product.Movement{
		ID: r.ID, VariantID: r.VariantID, Location: r.Location, Quantity: r.Quantity, Reason: product.Reason(r.Reason),
		Note: r.Note, OrderID: r.OrderID, Actor: r.Actor, CreatedAt: r.CreatedAt.Time(),
	}
}

func movementRowOf(m product.Movement) movementRow {
	return movementRow{
		ID: m.ID, VariantID: m.VariantID, Location: m.Location, Quantity: m.Quantity, Reason: string(m.Reason),
		Note: m.Note, OrderID: m.OrderID, Actor: m.Actor, CreatedAt: sqldb.At(m.CreatedAt),
	}
}

func (r holdRow) hold() (product.Hold, error) {
	h := product.Hold{
		OrderID: r.OrderID, Status: product.HoldStatus(r.Status), ExpiresAt: r.ExpiresAt.Time(),
		OrderVersion: r.OrderVersion, Version: r.Version, CreatedAt: r.CreatedAt.Time(), UpdatedAt: r.UpdatedAt.Time(),
	}
	return h, decode("lines of "+r.OrderID, r.OrderLines, &h.Lines)
}

func holdRowOf(h product.Hold) holdRow {
	return holdRow{
		OrderID: h.OrderID, Status: string(h.Status), OrderLines: encode(h.Lines), ExpiresAt: sqldb.At(h.ExpiresAt),
		OrderVersion: h.OrderVersion, Version: h.Version, CreatedAt: sqldb.At(h.CreatedAt), UpdatedAt: sqldb.At(h.UpdatedAt),
	}
}

// encode writes a value of our own types, which cannot fail.
func encode(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("store: encode: " + err.Error())
	}
	return string(raw)
}

func decode(what, raw string, into any) error {
	if err := json.Unmarshal([]byte(raw), into); err != nil {
		return fmt.Errorf("product: read %s: %w", what, err)
	}
	return nil
}

func nullable(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
