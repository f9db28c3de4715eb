package store

import (
	"errors"

	"pasar/api"
	"pasar/internal/order"
	"pasar/internal/platform/sqldb"
)

type orderRow struct {
	ID              string `gorm:"primaryKey"`
	Number          string
	Version         int64
	Status          string
	UserID          *string
	TokenHash       string
	Email           string
	Language        string
	Currency        string
	Quantity        int64
	Subtotal        int64
	Shipping        int64
	ShippingTax     int64
	TaxIncluded     int64
	Total           int64
	TaxRule         string
	ShippingMethod  string
	ShippingAddress *string
	BillingAddress  *string
	Note            string
	CancelReason    string
	Traceparent     string
	PlacedAt        sqldb.Micros
	UpdatedAt       sqldb.Micros
	ExpiresAt       sqldb.Micros
}

func (orderRow) TableName() string { return "orders" }

func orderRowOf(o *order.Order) (orderRow, error) {
	shipping, err := encodeAddress(o.ShippingAddress)
	billing, err2 := encodeAddress(o.BillingAddress)
	if err := errors.Join(err, err2); err != nil {
		return orderRow{}, err
	}
	row := orderRow{
		ID: o.ID, Number: o.Number, Version: o.Version, Status: string(o.Status),
		UserID: nullable(o.UserID), TokenHash: o.TokenHash, Email: o.Email, Language: o.Language, Currency: o.Currency,
		Subtotal: o.Subtotal, Shipping: o.Shipping, ShippingTax: o.ShippingTax, TaxIncluded: o.TaxIncluded, Total: o.Total, TaxRule: o.TaxRule,
		ShippingMethod: o.ShippingMethod, ShippingAddress: shipping, BillingAddress: billing,
		Note: o.Note, CancelReason: o.CancelReason, Traceparent: o.TraceParent,
		PlacedAt: sqldb.At(o.PlacedAt), UpdatedAt: sqldb.At(o.UpdatedAt), ExpiresAt: sqldb.At(o.ExpiresAt),
	}
	for _, item := range o.Items {
		row.Quantity += item.Quantity
	}
	return row, nil
}

func (r orderRow) order() (*order.Order, error) {
	shipping, err := decodeAddress(r.ShippingAddress)
	billing, err2 := decodeAddress(r.BillingAddress)
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	return &order.Order{
		ID: r.ID, Number: r.Number, Version: r.Version, Status: order.Status(r.Status),
		UserID: text(r.UserID), TokenHash: r.TokenHash, Email: r.Email, Language: r.Language, Currency: r.Currency,
		Subtotal: r.Subtotal, Shipping: r.Shipping, ShippingTax: r.ShippingTax, TaxIncluded: r.TaxIncluded, Total: r.Total, TaxRule: r.TaxRule,
		ShippingMethod: r.ShippingMethod, ShippingAddress: shipping, BillingAddress: billing,
		Note: r.Note, CancelReason: r.CancelReason, TraceParent: r.Traceparent,
		PlacedAt: r.PlacedAt.Time(), UpdatedAt: r.UpdatedAt.Time(), ExpiresAt: r.ExpiresAt.Time(),
	}, nil
}

type itemRow struct {
	OrderID     string `gorm:"primaryKey"`
	Position    int    `gorm:"primaryKey;autoIncrement:false"`
	ID          string
	VariantID   string
	ProductID   string
	SKU         string `gorm:"column:sku"`
	Slug        string
	Name        string
	Options     string
	ImageURL    string `gorm:"column:image_url"`
	Quantity    int64
	Fulfilled   int64
	UnitPrice   int64
	Total       int64
	TaxIncluded int64
	WeightGrams int64
}

func (itemRow) TableName() string { return "order_items" }

func itemRowsOf(o *order.Order) []itemRow {
	rows := make([]itemRow, len(o.Items))
	for i, item := range o.Items {
		rows[i] = itemRow{
			OrderID: o.ID, Position: i, ID: item.ID, VariantID: item.VariantID, ProductID: item.ProductID,
			SKU: item.SKU, Slug: item.Slug, Name: item.Name, Options: item.Options, ImageURL: item.ImageURL,
			Quantity: item.Quantity, Fulfilled: item.Fulfilled, UnitPrice: item.UnitPrice, Total: item.Total,
			TaxIncluded: item.TaxIncluded, WeightGrams: item.WeightGrams,
		}
	}
	return rows
}

func (r itemRow) item() order.Item {
	return order.Item{
		ID: r.ID, VariantID: r.VariantID, ProductID: r.ProductID, SKU: r.SKU, Slug: r.Slug, Name: r.Name,
		Options: r.Options, ImageURL: r.ImageURL, Quantity: r.Quantity, Fulfilled: r.Fulfilled,
		UnitPrice: r.UnitPrice, Total: r.Total, TaxIncluded: r.TaxIncluded, WeightGrams: r.WeightGrams,
	}
}

type paymentRow struct {
	OrderID    string `gorm:"primaryKey"`
	Type       string `gorm:"primaryKey"`
	Source     string `gorm:"primaryKey"`
	PaymentID  string
	Amount     int64
	Currency   string
	HappenedAt sqldb.Micros
	RecordedAt sqldb.Micros
}

func (paymentRow) TableName() string { return "order_payments" }

func (r paymentRow) entry() order.LedgerEntry {
	return order.LedgerEntry{
		Type: order.EntryType(r.Type), Source: r.Source, PaymentID: r.PaymentID,
		Amount: api.Money{Amount: r.Amount, Currency: r.Currency}, At: r.HappenedAt.Time(),
	}
}

type fulfilmentRow struct {
	ID        string `gorm:"primaryKey"`
	OrderID   string
	Carrier   string
	Tracking  string
	ActorID   string
	CreatedAt sqldb.Micros
}

func (fulfilmentRow) TableName() string { return "order_fulfilments" }

type fulfilmentLineRow struct {
	FulfilmentID string `gorm:"primaryKey"`
	ItemID       string `gorm:"primaryKey"`
	Quantity     int64
}

func (fulfilmentLineRow) TableName() string { return "order_fulfilment_lines" }

type timelineRow struct {
	OrderID   string `gorm:"primaryKey"`
	Version   int64  `gorm:"primaryKey;autoIncrement:false"`
	Position  int    `gorm:"primaryKey;autoIncrement:false"`
	At        sqldb.Micros
	Kind      string
	Actor     string
	ActorID   string
	Reference string
	Amount    *int64
	Currency  *string
	Note      string
}

func (timelineRow) TableName() string { return "order_timeline" }

func timelineRowsOf(o *order.Order) []timelineRow {
	rows := make([]timelineRow, len(o.Changes.Timeline))
	for i, e := range o.Changes.Timeline {
		rows[i] = timelineRow{
			OrderID: o.ID, Version: o.Version, Position: i, At: sqldb.At(e.At), Kind: string(e.Kind),
			Actor: string(e.By), ActorID: e.ActorID, Reference: e.Reference, Note: e.Note,
		}
		if e.Amount != nil {
			rows[i].Amount, rows[i].Currency = &e.Amount.Amount, &e.Amount.Currency
		}
	}
	return rows
}

func (r timelineRow) entry() order.Entry {
	e := order.Entry{
		At: r.At.Time(), Kind: order.EntryKind(r.Kind), By: order.By(r.Actor), ActorID: r.ActorID, Reference: r.Reference, Note: r.Note,
	}
	if r.Amount != nil && r.Currency != nil {
		e.Amount = &api.Money{Amount: *r.Amount, Currency: *r.Currency}
	}
	return e
}
