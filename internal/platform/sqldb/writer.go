package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"time"

	"pasar/internal/platform/clock"
)

const (
	maxBatch = 64
	maxQueue = 256
	slowTurn = time.Second
)

// writer owns SQLite's writing connection. Its goroutine takes the turns that
// are waiting, in the order they came, gives each a savepoint of its own,
// commits them with one fsync and answers them all. It is started by newWriter
// and stopped by close.
type writer struct {
	ctx    context.Context // never cancelled: an interrupted COMMIT rolls back
	db     *sql.DB
	conn   *sql.Conn
	pool   *prepared // for the closures
	orders *prepared // for BEGIN and COMMIT, which are not counted as statements
	counts *counters
	clock  clock.Clock
	log    *slog.Logger

	queue chan *turn
	stop  chan struct{} // closed by close
	gone  chan struct{} // closed when the goroutine has ended
	once  sync.Once
	err   error // of close
}

// newWriter takes db's only connection.
func newWriter(ctx context.Context, db *sql.DB, counts *counters, v *observer, o Options) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	pool := newPrepared(plain{on: conn, statements: &counts.statements, observer: v}, true)
	w := &writer{
		ctx: context.WithoutCancel(ctx), db: db, conn: conn, pool: pool,
		orders: &prepared{plain: plain{on: conn, statements: &counts.control, observer: v}, cache: pool.cache, steady: true},
		counts: counts, clock: o.Clock, log: o.Log,
		queue: make(chan *turn, maxQueue), stop: make(chan struct{}), gone: make(chan struct{}),
	}
	go w.loop()
	return w, nil
}

func (w *writer) inTx(ctx context.Context, body txBody) error {
	if ctx.Err() != nil {
		return gaveUp(ctx)
	}
	t := newTurn(ctx)
	select {
	case <-w.stop:
		return ErrClosed
	default:
	}
	select {
	case w.queue <- t:
	case <-w.stop:
		return ErrClosed
	case <-ctx.Done():
		return gaveUp(ctx)
	}
	return t.wait(w.pool, body, w.gone)
}

func (*writer) checkDurability(context.Context) error { return nil }

func (w *writer) loop() {
	defer close(w.gone)
	batch := make([]*turn, 0, maxBatch)
	for {
		select {
		case t := <-w.queue:
			w.commit(w.gather(append(batch, t)))
		case <-w.stop:
			w.drain(batch)
			return
		}
	}
}

// drain serves those who queued before the stop.
func (w *writer) drain(batch []*turn) {
	for {
		select {
		case t := <-w.queue:
			w.commit(w.gather(append(batch, t)))
		default:
			return
		}
	}
}

// gather adds the turns that are waiting by now. It does not wait for more:
// while one batch is on its way to the disk, the next one forms. It only lets
// the callers that were just answered run first, as they may come right back.
func (w *writer) gather(batch []*turn) []*turn {
	runtime.Gosched()
	for len(batch) < maxBatch {
		select {
		case t := <-w.queue:
			batch = append(batch, t)
		default:
			return batch
		}
	}
	return batch
}

// commit runs the turns together and answers them. Nobody is answered before
// the commit, not even those whose closure failed: it may have failed over what
// another closure of the batch wrote and the commit then lost.
func (w *writer) commit(batch []*turn) {
	if err := w.pool.cache.trim(); err != nil {
		w.log.WarnContext(w.ctx, "sqldb: closing prepared statements", "error", err)
	}
	batch = w.take(batch)
	switch len(batch) {
	case 0:
		return
	case 1:
		w.answer(batch[0], w.alone(batch[0]))
		return
	}
	if err := w.begin(); err != nil {
		for _, t := range batch {
			w.answer(t, err)
		}
		return
	}
	failure := w.together(batch)
	if failure == nil {
		w.counts.batches.Add(1)
		for _, t := range batch {
			w.answer(t, t.last.err)
		}
		return
	}
	w.log.WarnContext(w.ctx, "sqldb: a group commit failed; its transactions are repeated one by one",
		"transactions", len(batch), "error", failure)
	for _, t := range batch {
		if !t.last.left {
			w.counts.retries.Add(1)
			w.answer(t, w.alone(t))
		}
	}
}

// take drops the turns whose callers have gone.
func (w *writer) take(batch []*turn) []*turn {
	kept := batch[:0]
	for _, t := range batch {
		switch {
		case !t.take():
		case t.ctx.Err() != nil:
			t.answer <- gaveUp(t.ctx)
		default:
			kept = append(kept, t)
		}
	}
	return kept
}

func (w *writer) answer(t *turn, err error) {
	if t.last.left || err != nil {
		w.counts.rollbacks.Add(1)
	} else {
		w.counts.transactions.Add(1)
	}
	if !t.last.left {
		t.answer <- err
	}
}

// hand gives the connection to t's caller until its closure ends. Everybody
// waits for that, so a slow one, which may be calling something remote, is told
// of.
func (w *writer) hand(t *turn) outcome {
	start := w.clock.Now()
	end := t.hand()
	if held := w.clock.Now().Sub(start); held >= slowTurn {
		w.log.WarnContext(t.ctx, "sqldb: a transaction kept all other writers waiting", "duration", held)
	}
	return end
}

// together runs every turn in a savepoint and commits them all. An error means
// that nothing of the batch is in the database.
func (w *writer) together(batch []*turn) error {
	for _, t := range batch {
		if err := w.inSavepoint(t); err != nil {
			w.rollback()
			return err
		}
	}
	return w.end()
}

// inSavepoint reports an error only when the whole transaction is lost, which
// shows in the savepoint being gone.
func (w *writer) inSavepoint(t *turn) error {
	if err := w.do("SAVEPOINT turn"); err != nil {
		return err
	}
	end := w.hand(t)
	if end.lost != nil {
		return end.lost
	}
	if end.err != nil || end.left {
		if err := w.do("ROLLBACK TO turn"); err != nil {
			return err
		}
	}
	return w.do("RELEASE turn")
}

// alone runs one turn in a transaction of its own.
func (w *writer) alone(t *turn) error {
	if err := w.begin(); err != nil {
		t.last = outcome{err: err}
		return err
	}
	end := w.hand(t)
	if end.err != nil || end.left || end.lost != nil {
		w.rollback()
		return cmp.Or(end.err, end.lost)
	}
	return w.end()
}

func (w *writer) begin() error {
	err := w.do("BEGIN IMMEDIATE")
	if err != nil && busySQLite(err) {
		return fmt.Errorf("%w: another process has been writing to the file for %d ms", err, sqliteBusyMillis)
	}
	return err
}

func (w *writer) end() error {
	if err := w.do("COMMIT"); err != nil {
		w.rollback()
		return err
	}
	w.counts.commits.Add(1)
	return nil
}

// rollback takes it for granted that SQLite may have rolled back by itself, as
// it does when the disk is full. Anything else shows again at the next BEGIN.
func (w *writer) rollback() {
	err := w.do("ROLLBACK")
	if err != nil && !strings.Contains(err.Error(), "no transaction is active") {
		w.log.ErrorContext(w.ctx, "sqldb: rollback failed", "error", err)
	}
}

func (w *writer) do(order string) error {
	_, err := w.orders.ExecContext(w.ctx, order)
	if err != nil {
		return fmt.Errorf("sqldb: %s: %w", order, sqliteDialect{}.Translate(err))
	}
	return nil
}

// close stops the goroutine after the turns that are queued, then closes.
func (w *writer) close() error {
	w.once.Do(func() {
		close(w.stop)
		<-w.gone
		w.err = errors.Join(w.pool.cache.close(), w.conn.Close(), w.db.Close())
	})
	return w.err
}
