package sqldb

import (
	"context"
	"database/sql"
	"sync/atomic"

	"gorm.io/gorm"
)

// plain counts the statements on their way to a pool or transaction that
// prepares nothing.
type plain struct {
	on         gorm.ConnPool
	statements *atomic.Uint64
}

func (p *plain) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return p.on.PrepareContext(ctx, query)
}

func (p *plain) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	p.statements.Add(1)
	return p.on.ExecContext(ctx, query, args...)
}

func (p *plain) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	p.statements.Add(1)
	return p.on.QueryContext(ctx, query, args...)
}

func (p *plain) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	p.statements.Add(1)
	return p.on.QueryRowContext(ctx, query, args...)
}

// prepared runs every statement through a cache of prepared ones.
type prepared struct {
	plain
	cache *statements
	// steady says that nothing may be closed between two statements, because
	// the pool is one connection with rows open on it.
	steady bool
}

func newPrepared(on gorm.ConnPool, statements *atomic.Uint64, steady bool) *prepared {
	return &prepared{plain: plain{on: on, statements: statements}, cache: newStatements(on), steady: steady}
}

func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	p.plain.statements.Add(1)
	if !p.steady {
		if err := p.cache.trim(); err != nil {
			return nil, err
		}
	}
	return p.cache.get(ctx, query)
}

func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := p.statement(ctx, query)
	if err != nil {
		// A Row cannot be made with an error in it: have one made by failing again.
		return p.on.QueryRowContext(ctx, query, args...)
	}
	return stmt.QueryRowContext(ctx, args...)
}
