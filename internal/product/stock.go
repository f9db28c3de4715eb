package product

import (
	"time"
)

// MainLocation is where stock is unless said otherwise.
const MainLocation = "main"

// Level is what there is of a variant over all locations. Version grows with
// every change, so that of two levels the later one is known.
type Level struct {
	VariantID string
	ProductID string
	SKU       string
	OnHand    int64
	Reserved  int64
	Version   int64
}

// Available is what can be sold.
func (l Level) Available() int64 { return l.OnHand - l.Reserved }

// StockRow is what there is of a variant in one location.
type StockRow struct {
	VariantID string
	Location  string
	ProductID string
	SKU       string
	Sellable  bool
	OnHand    int64
	Reserved  int64
	Version   int64
	UpdatedAt time.Time
}

func (r StockRow) available() int64 { return r.OnHand - r.Reserved }

// Shift is one conditional change of one stock row. It happens only if the row
// then still satisfies 0 ≤ reserved ≤ on hand and, where Sellable is set, the
// variant is for sale: the whole guarantee against overselling.
type Shift struct {
	VariantID string
	Location  string
	OnHand    int64 // added
	Reserved  int64 // added
	Sellable  bool
}

// Reason says why stock moved.
type Reason string

// The reasons in the ledger.
const (
	Receipt    Reason = "receipt"
	Adjustment Reason = "adjustment"
	Sale       Reason = "sale"
	Return     Reason = "return"
	Correction Reason = "correction"
)

// Movement is one entry of the stock ledger: on hand is the sum of them.
type Movement struct {
	ID        string
	VariantID string
	Location  string
	Quantity  int64
	Reason    Reason
	Note      string
	OrderID   string
	Actor     string
	CreatedAt time.Time
}

// HoldStatus is what became of a hold.
type HoldStatus string

// The states of a hold.
const (
	Held     HoldStatus = "held"
	Sold     HoldStatus = "sold"
	Released HoldStatus = "released"
	Expired  HoldStatus = "expired"
)

// Hold is the stock kept for one order.
type Hold struct {
	OrderID      string
	Status       HoldStatus
	Lines        []HoldLine // by variant, then location
	ExpiresAt    time.Time
	OrderVersion int64 // of the latest order event that was worked on
	Version      int64
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// HoldLine is a quantity of one variant in one location.
type HoldLine struct {
	VariantID string `json:"variant_id"`
	Location  string `json:"location"`
	Quantity  int64  `json:"quantity"`
}

// Demand is how much of one variant is wanted.
type Demand struct {
	VariantID string
	Quantity  int64
}

// Demand is the hold's lines over all locations.
func (h Hold) Demand() []Demand { return demandOf(h.Lines) }
