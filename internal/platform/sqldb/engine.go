package sqldb

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// engine runs closures in transactions, each dialect in its way.
type engine interface {
	// inTx runs body in a transaction and returns after it is durable. It may
	// run body more than once.
	inTx(ctx context.Context, body txBody) error
	// checkDurability refuses a server that may lose acknowledged commits.
	checkDurability(ctx context.Context) error
	close() error
}

type txBody func(ctx context.Context, pool gorm.ConnPool) error

// ErrClosed is returned by InTx after Close.
var ErrClosed = errors.New("sqldb: the database is closed")

// gaveUp is the error of a transaction whose caller left before it began, or
// between two attempts. It is ctx.Err, with the cause where there is another.
func gaveUp(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return fmt.Errorf("sqldb: transaction given up, nothing was written: %w", cause)
	}
	return fmt.Errorf("sqldb: transaction given up, nothing was written: %w: %w", err, cause)
}
