package sqldb

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Tx is a transaction that is under way: GORM bound to it, and what has to be
// written together with the change. It ends with the closure that was given it.
type Tx struct {
	*gorm.DB
	db      *DB
	ctx     context.Context
	now     time.Time
	emitted bool
}

// Now is the time of the transaction: the same at every call.
func (tx *Tx) Now() time.Time { return tx.now }

// Context carries the caller's values, the trace among them. On SQLite it is
// not cancelled with the caller's context.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Exec runs one statement. It is GORM's, but for statements without lists among
// their values, which are most, it goes straight to the connection: GORM's way
// takes longer than SQLite does.
func (tx *Tx) Exec(query string, values ...any) *gorm.DB {
	if !scalars(values) || strings.Contains(query, "@") {
		return tx.DB.Exec(query, values...)
	}
	done := &gorm.DB{Config: tx.DB.Config, Statement: tx.Statement}
	result, err := tx.Statement.ConnPool.ExecContext(tx.ctx, query, values...)
	if err == nil {
		done.RowsAffected, err = result.RowsAffected()
	}
	done.Error = translated(tx.DB, err)
	return done
}

// scalars reports whether each value stands for one placeholder.
func scalars(values []any) bool {
	for _, v := range values {
		switch v.(type) {
		case nil, string, []byte, Micros, *Micros, *string, *int64:
			continue
		}
		switch reflect.TypeOf(v).Kind() {
		case reflect.String, reflect.Bool, reflect.Float64,
			reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		default:
			return false
		}
	}
	return true
}

// ErrNested is returned by InTx when its context comes from inside another
// transaction. On SQLite it would wait for itself, and on MySQL commit apart.
var ErrNested = errors.New("sqldb: InTx inside InTx: pass the Tx on, or do the second after the first has returned")

type insideTx struct{}

// InTx runs fn in a transaction and returns nil once it is durable. An error of
// fn rolls back and is returned as it is; so does a panic, which goes on.
//
// fn may run more than once, so it must leave nothing behind that a rollback
// does not undo, and must begin by resetting what it writes outside. It must
// not call anything remote, and must not call InTx: with the Tx's own context
// that is ErrNested, with another it waits until that context ends.
//
// A ctx that ends before fn has begun gives up. After that InTx stays to the
// end on SQLite, where an interrupted statement would roll back the whole batch.
func (db *DB) InTx(ctx context.Context, fn func(tx *Tx) error) error {
	if ctx.Value(insideTx{}) != nil {
		return ErrNested
	}
	ctx, span := db.startSpan(ctx)
	emitted := false
	err := db.engine.inTx(ctx, func(ctx context.Context, pool gorm.ConnPool) error {
		tx := db.newTx(context.WithValue(ctx, insideTx{}, true), pool)
		err := fn(tx)
		emitted = tx.emitted
		return err
	})
	endSpan(span, err)
	if err == nil && emitted {
		db.pulse()
	}
	return err
}

func (db *DB) newTx(ctx context.Context, pool gorm.ConnPool) *Tx {
	bound := db.write.Session(&gorm.Session{NewDB: true, Context: ctx})
	bound.Statement.ConnPool = pool
	return &Tx{DB: bound, db: db, ctx: ctx, now: db.options.Clock.Now()}
}

// pulse wakes the relay; a pulse that nobody has taken yet is enough.
func (db *DB) pulse() {
	select {
	case db.ready <- struct{}{}:
	default:
	}
}
