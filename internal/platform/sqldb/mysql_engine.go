package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"
)

const (
	mysqlAttempts = 4 // the first, and three more
	mysqlBackoff  = 5 * time.Millisecond
)

// mysqlEngine runs each closure in a transaction of its own; InnoDB has a group
// commit already.
type mysqlEngine struct {
	db       *sql.DB
	server   *mysqlServer
	counts   *counters
	observer *observer
	options  *Options
	closed   atomic.Bool
}

// inTx repeats the whole closure when the server chose it as the victim of a
// conflict: it has then rolled back, and the closure starts from the new state.
func (e *mysqlEngine) inTx(ctx context.Context, body txBody) error {
	for attempt := 1; ; attempt++ {
		err := e.once(ctx, body)
		if err == nil {
			e.counts.transactions.Add(1)
			return nil
		}
		e.counts.rollbacks.Add(1)
		if !conflict(err) || attempt == mysqlAttempts {
			return err
		}
		e.counts.retries.Add(1)
		if err := pause(ctx, attempt); err != nil {
			return err
		}
	}
}

func conflict(err error) bool {
	switch mysqlError(err) {
	case erDeadlock, erLockWaitTimeout, erRecordChanged:
		return true
	}
	return false
}

// pause waits a random while, longer with each attempt, so that the parties of
// a deadlock do not meet again.
func pause(ctx context.Context, attempt int) error {
	timer := time.NewTimer(rand.N(mysqlBackoff << attempt)) //nolint:gosec // jitter needs no secrecy
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return gaveUp(ctx)
	}
}

func (e *mysqlEngine) once(ctx context.Context, body txBody) error {
	e.counts.control.Add(2)
	tx, err := e.db.BeginTx(ctx, nil)
	if e.closed.Load() && err != nil {
		return ErrClosed
	}
	if err != nil {
		return fmt.Errorf("sqldb: begin: %w", err)
	}
	if err := e.run(ctx, tx, body); err != nil {
		return err
	}
	o := e.observer.begin(ctx, "COMMIT")
	err = tx.Commit()
	o.end(err)
	if err != nil {
		return fmt.Errorf("sqldb: commit (if the connection broke, it may have happened): %w", mysqlDialect{}.Translate(err))
	}
	e.counts.commits.Add(1)
	return nil
}

// run rolls back unless body returned nil, also when it panics. A conflict
// counts although body overlooked it: the server has rolled back by then.
func (e *mysqlEngine) run(ctx context.Context, tx *sql.Tx, body txBody) error {
	pool := &txPool{on: &plain{on: tx, statements: &e.counts.statements, observer: e.observer}, ends: conflict}
	keep := false
	defer func() {
		pool.end(sql.ErrTxDone)
		if keep {
			return
		}
		if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
			e.options.Log.WarnContext(ctx, "sqldb: rollback failed; the server rolls back when the connection ends", "error", err)
		}
	}()
	err := body(ctx, pool)
	if lost := pool.failure(); lost != nil {
		return lost
	}
	keep = err == nil
	return err
}

func (e *mysqlEngine) checkDurability(ctx context.Context) error {
	found := e.server.unsafe()
	if len(found) == 0 {
		return nil
	}
	if e.options.Unsafe {
		e.options.Log.WarnContext(ctx, "sqldb: the MySQL server is not safe, and was allowed",
			"service", e.options.Name, "found", found)
		return nil
	}
	return fmt.Errorf("sqldb: refusing an unsafe MySQL server (database.unsafe allows it): %s", strings.Join(found, "; "))
}

func (e *mysqlEngine) close() error {
	e.closed.Store(true)
	return e.db.Close()
}
