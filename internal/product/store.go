package product

import (
	"context"
	"time"

	"pasar/internal/platform/events"
)

// Store keeps the catalogue and the stock. InTx is the only way to write; its
// closure may run more than once.
type Store interface {
	InTx(ctx context.Context, do func(Tx) error) error
	CatalogueReader
	StockReader
}

// Tx is one transaction: state, events, inbox and the answer to remember.
type Tx interface {
	Now() time.Time
	Emit(evs ...events.Event) error
	Receive(consumer, eventID string) (fresh bool, err error)
	Remember(status int, body []byte) error
	CatalogueWriter
	StockWriter
}

// CatalogueReader reads the catalogue. What is not there is left out.
type CatalogueReader interface {
	Categories(ctx context.Context) ([]Category, error)
	Products(ctx context.Context, ids []string) ([]*Product, error)
	ProductID(ctx context.Context, slug string) (string, error) // "" when there is none
	ProductsOfVariants(ctx context.Context, variantIDs []string) (map[string]string, error)
	List(ctx context.Context, q ListQuery) ([]Listed, error)
	Words(ctx context.Context) ([]string, error)
}

// CatalogueWriter changes the catalogue. Taken slugs and SKUs come back as
// faults that say so; a version that is no longer current as ErrStale.
type CatalogueWriter interface {
	// ClaimTree is ErrStale when somebody else changes the tree at the same time.
	ClaimTree() error
	Categories() ([]Category, error)
	InsertCategory(c Category) error
	UpdateCategory(c Category) error
	DeleteCategory(id string, version int64) error
	CategoryHasProducts(id string) (bool, error)
	Product(id string) (*Product, error) // nil when there is none
	TakenSlugs(slugs []string) (map[string]bool, error)
	// SaveProduct writes after over before, or inserts it when before is nil,
	// with its listings, search text and stock rows.
	SaveProduct(before, after *Product) error
}

// StockReader reads stock.
type StockReader interface {
	Levels(ctx context.Context, productIDs []string) ([]Level, error) // of all their variants
	StockRows(ctx context.Context, variantID string) ([]StockRow, error)
	Movements(ctx context.Context, q MovementQuery) ([]Movement, error)
	DueHolds(ctx context.Context, now time.Time, limit int) ([]Hold, error)
}

// StockWriter changes stock, always by condition.
type StockWriter interface {
	Shift(s Shift) (done bool, err error)
	StockRows(variantIDs []string) ([]StockRow, error) // by variant, then the location's position
	AddStockRow(variantID, location string) (known bool, err error)
	Levels(variantIDs []string) ([]Level, error)
	InsertMovements(m []Movement) error
	InsertHold(h Hold) (fresh bool, err error)
	Hold(orderID string) (*Hold, error) // nil when there is none
	UpdateHold(h Hold) (done bool, err error)
}

// MovementQuery reads a ledger backwards from a movement.
type MovementQuery struct {
	VariantID string
	Reason    Reason // "" for all
	Before    string // movement id, "" for the newest
	Limit     int
}
