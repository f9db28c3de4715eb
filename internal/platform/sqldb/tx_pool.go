package sqldb

import (
	"context"
	"database/sql"
	"sync"

	"gorm.io/gorm"
)

// txPool is the pool of one closure. It refuses to work once the closure has
// returned, when the connection belongs to somebody else, and once a statement
// failed in a way that ended the transaction: what a closure that overlooks
// such an error writes next would be committed by itself.
type txPool struct {
	on   gorm.ConnPool
	ends func(error) bool // whether an error ended the transaction

	mu    sync.Mutex
	ended error
}

func (p *txPool) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := p.failure(); err != nil {
		return nil, err
	}
	return p.on.PrepareContext(ctx, query)
}

func (p *txPool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := p.failure(); err != nil {
		return nil, err
	}
	result, err := p.on.ExecContext(ctx, query, args...)
	return result, p.watch(err)
}

func (p *txPool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := p.failure(); err != nil {
		return nil, err
	}
	rows, err := p.on.QueryContext(ctx, query, args...)
	return rows, p.watch(err)
}

func (p *txPool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if err := p.failure(); err != nil {
		over, cancel := context.WithCancelCause(ctx)
		cancel(err)
		return p.on.QueryRowContext(over, query, args...)
	}
	return p.on.QueryRowContext(ctx, query, args...)
}

func (p *txPool) watch(err error) error {
	if err != nil && p.ends(err) {
		p.end(err)
	}
	return err
}

// end makes the pool refuse with reason from now on; the first reason stays.
func (p *txPool) end(reason error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended == nil {
		p.ended = reason
	}
}

// failure is why the pool refuses, or nil.
func (p *txPool) failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended
}
