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
	observer   *observer
}

func (p *plain) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return p.on.PrepareContext(ctx, query)
}

func (p *plain) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	p.statements.Add(1)
	o := p.observer.begin(ctx, query)
	result, err := p.on.ExecContext(o.ctx, query, args...)
	o.end(err)
	return result, err
}

func (p *plain) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	p.statements.Add(1)
	o := p.observer.begin(ctx, query)
	rows, err := p.on.QueryContext(o.ctx, query, args...)
	o.end(err)
	return rows, err
}

func (p *plain) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	p.statements.Add(1)
	o := p.observer.begin(ctx, query)
	row := p.on.QueryRowContext(o.ctx, query, args...)
	o.end(row.Err())
	return row
}

// prepared runs every statement through a cache of prepared ones.
type prepared struct {
	plain
	cache *statements
	// steady says that nothing may be closed between two statements, because
	// the pool is one connection with rows open on it.
	steady bool
}

func newPrepared(p plain, steady bool) *prepared {
	return &prepared{plain: p, cache: newStatements(p.on), steady: steady}
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
	o := p.observer.begin(ctx, query)
	result, err := stmt.ExecContext(o.ctx, args...)
	o.end(err)
	return result, err
}

func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	o := p.observer.begin(ctx, query)
	rows, err := stmt.QueryContext(o.ctx, args...)
	o.end(err)
	return rows, err
}

func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := p.statement(ctx, query)
	if err != nil {
		// A Row cannot be made with an error in it: have one made by failing again.
		return p.on.QueryRowContext(ctx, query, args...)
	}
	o := p.observer.begin(ctx, query)
	row := stmt.QueryRowContext(o.ctx, args...)
	o.end(row.Err())
	return row
}
