package sqldb

import (
	"context"
	"errors"

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
