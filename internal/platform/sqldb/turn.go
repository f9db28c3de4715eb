package sqldb

import (
	"context"
	"database/sql"
	"sync/atomic"

	"gorm.io/gorm"
)

// turn is one caller's place in the queue for SQLite's only writer. The closure
// runs on the caller's own goroutine, when the writer says so: a panic, or a
// t.FailNow, then has the stack and the goroutine its author expects.
type turn struct {
	ctx    context.Context
	state  atomic.Int32
	begin  chan struct{} // from the writer: the connection is yours
	ran    chan outcome  // to the writer: the connection is yours again
	answer chan error    // from the writer: what became of the transaction

	last outcome // the writer's own
}

// outcome is how a closure ended. left means that it panicked or ended its
// goroutine: it is rolled back, and nobody waits for an answer. lost is the
// error that ended the whole transaction under it.
type outcome struct {
	err  error
	left bool
	lost error
}

const (
	turnWaiting int32 = iota
	turnTaken
	turnWithdrawn
)

func newTurn(ctx context.Context) *turn {
	return &turn{
		ctx:    ctx,
		begin:  make(chan struct{}, 1),
		ran:    make(chan outcome, 1),
		answer: make(chan error, 1),
	}
}

// take is the writer's, withdraw the caller's; only the first to ask succeeds.
func (t *turn) take() bool     { return t.state.CompareAndSwap(turnWaiting, turnTaken) }
func (t *turn) withdraw() bool { return t.state.CompareAndSwap(turnWaiting, turnWithdrawn) }

// run runs the closure on the caller's goroutine.
func (t *turn) run(conn gorm.ConnPool, body txBody) {
	pool := &txPool{on: conn, ends: endsSQLite}
	result := outcome{left: true}
	defer func() {
		result.lost = pool.failure()
		pool.end(sql.ErrTxDone)
		t.ran <- result
	}()
	// An interrupted statement would roll back everybody's transaction.
	result.err = body(context.WithoutCancel(t.ctx), pool)
	result.left = false
}

// hand gives the caller the connection and waits for it to come back.
func (t *turn) hand() outcome {
	t.begin <- struct{}{}
	t.last = <-t.ran
	return t.last
}

// wait is the caller's side: run when told, until there is an answer.
func (t *turn) wait(conn gorm.ConnPool, body txBody, gone <-chan struct{}) error {
	cancelled := t.ctx.Done()
	for {
		select {
		case <-t.begin:
			t.run(conn, body)
		case err := <-t.answer:
			return err
		case <-cancelled:
			if t.withdraw() {
				return gaveUp(t.ctx)
			}
			cancelled = nil // too late: what has begun gets an honest answer
		case <-gone:
			if t.withdraw() {
				return ErrClosed
			}
			gone = nil // the answer was given before the writer left
		}
	}
}
