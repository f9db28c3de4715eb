package order

import (
	"context"
	"errors"
	"time"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
)

// ErrExists is returned for a row whose unique key is taken.
var ErrExists = errors.New("order: exists already")

// errStale says that a row changed between reading and writing it.
var errStale = errors.New("order: changed meanwhile")

// Parts says how much of an order to read: the row by itself, or more.
type Parts uint8

// Parts of an order.
const (
	WithItems Parts = 1 << iota
	WithLedger
	WithHistory // fulfilments and timeline

	Whole = WithItems | WithLedger | WithHistory
)

// Store keeps carts and orders.
type Store interface {
	InTx(ctx context.Context, work func(Tx) error) error
	// Cart and Order return nil when there is none.
	Cart(ctx context.Context, id string) (*Cart, error)
	Order(ctx context.Context, id string, parts Parts) (*Order, error)
	Orders(ctx context.Context, f Filter) ([]Summary, error)
	// Overdue names open orders whose time was over at now, longest first.
	Overdue(ctx context.Context, now time.Time, limit int) ([]string, error)
	// PurgeCarts removes carts that expired before a time and tells how many.
	PurgeCarts(ctx context.Context, before time.Time, limit int) (int, error)
}

// Tx is one transaction. What is read in it may be older than the row; the
// conditional writes tell.
type Tx interface {
	// Receive records that a consumer did an event; fresh is false when it had before.
	Receive(consumer, eventID string) (fresh bool, err error)
	Emit(facts ...events.Event) error
	// Remember stores the answer under the request's idempotency key, if it has one.
	Remember(status int, body []byte) error

	InsertCart(c *Cart) error
	// UpdateCart writes c if the row is still of the version before c's.
	UpdateCart(c *Cart) (done bool, err error)

	Order(id string, parts Parts) (*Order, error)
	// InsertOrder returns ErrExists when the id or the number is taken.
	InsertOrder(o *Order) error
	// UpdateOrder writes o's changes if the row is still of the version before o's.
	UpdateOrder(o *Order) (done bool, err error)
}

// Catalogue is what checkout asks of the product service; productapi.Service
// satisfies it, in this process or over HTTP.
type Catalogue interface {
	QuoteVariants(ctx context.Context, in *productapi.QuoteVariantsInput) (*productapi.QuoteList, error)
	ReserveStock(ctx context.Context, in *productapi.ReserveStockInput) (*productapi.Reservation, error)
	ReleaseStock(ctx context.Context, in *productapi.ReleaseStockInput) (*productapi.Released, error)
}

// maxTries bounds how often a change is tried anew after losing a race.
const maxTries = 6

// retryStale repeats work for as long as others are faster.
func retryStale(work func() error) error {
	for range maxTries {
		if err := work(); !errors.Is(err, errStale) {
			return err
		}
	}
	return fault.Wrap(errStale, fault.Unavailable, api.CodeUnavailable, "Too many changes at the same moment; try again.").After(time.Second)
}

// change applies one change to an order, as often as it takes to be the first
// to write. Change must be safe to repeat: each try has the order as it is now.
func (s *Service) change(ctx context.Context, id string, change func(Tx, *Order) error) (*Order, error) {
	var changed *Order
	err := retryStale(func() error {
		return s.deps.Store.InTx(ctx, func(tx Tx) error {
			o, err := tx.Order(id, Whole)
			if err != nil {
				return err
			}
			if o == nil {
				return noOrder()
			}
			changed = o
			return change(tx, o)
		})
	})
	if err != nil {
		return nil, err
	}
	return changed, nil
}

// save writes the changes of an order and tells them, in the caller's transaction.
func (s *Service) save(tx Tx, o *Order) error {
	o.Version++
	done, err := tx.UpdateOrder(o)
	if err != nil {
		return err
	}
	if !done {
		return errStale
	}
	return s.publish(tx, o)
}

func (s *Service) publish(tx Tx, o *Order) error {
	facts, err := o.events(o.UpdatedAt)
	if err != nil {
		return err
	}
	if len(facts) == 0 {
		return nil
	}
	return tx.Emit(facts...)
}
