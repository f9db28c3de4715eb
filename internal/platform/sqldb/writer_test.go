package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

// inOneBatch has fns wait in the queue, in this order, behind a transaction
// that ends when all of them are there. It returns what each InTx returned.
func inOneBatch(t *testing.T, db *sqldb.DB, fns ...func(tx *sqldb.Tx) error) []error {
	t.Helper()
	errs := make([]error, len(fns))
	holding, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := db.InTx(t.Context(), func(*sqldb.Tx) error {
			close(holding)
			<-release
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-holding
	for i, fn := range fns {
		wg.Go(func() { errs[i] = db.InTx(t.Context(), fn) })
		awaitQueue(t, db, i+1)
	}
	close(release)
	wg.Wait()
	return errs
}

func awaitQueue(t *testing.T, db *sqldb.DB, n int) {
	t.Helper()
	for db.Waiting() != n {
		if t.Context().Err() != nil {
			t.Fatal("the test ended before the queue was full")
		}
		runtime.Gosched()
	}
}

func insertStock(sku string) func(tx *sqldb.Tx) error {
	return func(tx *sqldb.Tx) error { return tx.Create(&stockRow{SKU: sku}).Error }
}

func TestWaitingTransactionsShareACommit(t *testing.T) {
	t.Parallel()
	db := sqldbtest.SQLite(t, shop())
	before := db.Stats()
	var fns []func(*sqldb.Tx) error
	for i := range 20 {
		fns = append(fns, insertStock(fmt.Sprint(i)))
	}
	for i, err := range inOneBatch(t, db, fns...) {
		if err != nil {
			t.Errorf("transaction %d: %v", i, err)
		}
	}
	after := db.Stats()
	if commits := after.Commits - before.Commits; commits != 2 {
		t.Errorf("%d commits for the one that held the queue and the 20 in it, want 2", commits)
	}
	if n := after.Transactions - before.Transactions; n != 21 {
		t.Errorf("%d transactions, want 21", n)
	}
	if n := after.Statements - before.Statements; n != 20 {
		t.Errorf("%d statements, want 20", n)
	}
}

func TestTransactionsRunInTheOrderTheyCame(t *testing.T) {
	t.Parallel()
	db := sqldbtest.SQLite(t, shop())
	var order []int
	var fns []func(*sqldb.Tx) error
	for i := range 100 { // more than one batch
		fns = append(fns, func(*sqldb.Tx) error {
			order = append(order, i)
			return nil
		})
	}
	inOneBatch(t, db, fns...)
	if len(order) != 100 || !slices.IsSorted(order) {
		t.Errorf("order = %v", order)
	}
}

// A deferred constraint shows only at the commit, which it makes fail for the
// whole batch.
func TestFailedCommitIsRepeatedAlone(t *testing.T) {
	t.Parallel()
	const tables = `CREATE TABLE parent (id TEXT PRIMARY KEY);
CREATE TABLE child (id TEXT PRIMARY KEY, parent TEXT NOT NULL REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);`
	db := sqldbtest.SQLite(t, sqldbtest.Schema(tables, ""))
	runs := make([]int, 4)
	exec := func(i int, query string) func(tx *sqldb.Tx) error {
		return func(tx *sqldb.Tx) error {
			runs[i]++
			return tx.Exec(query).Error
		}
	}
	errs := inOneBatch(t, db,
		exec(0, "INSERT INTO parent VALUES ('a')"),
		exec(1, "INSERT INTO child VALUES ('1', 'orphan')"),
		exec(2, "INSERT INTO child VALUES ('2', 'a')"),
		exec(3, "INSERT INTO child VALUES ('1', 'a')"), // fails over the orphan, which then never was
	)
	for i, want := range []error{nil, gorm.ErrForeignKeyViolated, nil, nil} {
		if !errors.Is(errs[i], want) {
			t.Errorf("transaction %d: %v, want %v", i, errs[i], want)
		}
		if runs[i] != 2 {
			t.Errorf("transaction %d ran %d times, want 2", i, runs[i])
		}
	}
	if n := count(t, db, "SELECT COUNT(*) FROM child"); n != 2 {
		t.Errorf("%d children, want 2", n)
	}
}

// fillable is a database whose disk is full after a few pages.
func fillable(t *testing.T) *sqldb.DB {
	t.Helper()
	db := sqldbtest.SQLite(t, sqldbtest.Schema("CREATE TABLE files (id TEXT PRIMARY KEY, body BLOB NOT NULL);", ""))
	put(t, db, func(tx *sqldb.Tx) error {
		var pages int
		if err := tx.Raw("PRAGMA page_count").Scan(&pages).Error; err != nil {
			return err
		}
		var limit int
		return tx.Raw(fmt.Sprintf("PRAGMA max_page_count = %d", pages+20)).Scan(&limit).Error
	})
	return db
}

func insertFile(id string, size int) func(tx *sqldb.Tx) error {
	return func(tx *sqldb.Tx) error {
		return tx.Exec("INSERT INTO files VALUES (?, zeroblob(?))", id, size).Error
	}
}

func TestFullDiskFailsOnlyWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	db := fillable(t)
	errs := inOneBatch(t, db, insertFile("a", 100), insertFile("big", 1<<20), insertFile("b", 100))
	if errs[0] != nil || errs[2] != nil {
		t.Errorf("small files: %v, %v", errs[0], errs[2])
	}
	if errs[1] == nil || !strings.Contains(errs[1].Error(), "full") {
		t.Errorf("big file: %v, want the disk to be full", errs[1])
	}
	if n := count(t, db, "SELECT COUNT(*) FROM files WHERE id IN ('a', 'b')"); n != 2 {
		t.Errorf("%d small files, want 2", n)
	}
}

// SQLite may have ended the transaction by then; what a closure that overlooks
// the error writes next must not be committed by itself.
func TestOverlookedFullDiskIsAnError(t *testing.T) {
	t.Parallel()
	db := fillable(t)
	err := db.InTx(t.Context(), func(tx *sqldb.Tx) error {
		if err := insertFile("big", 1<<20)(tx); err == nil {
			t.Error("the big file fitted")
		}
		if err := insertFile("small", 10)(tx); err == nil {
			t.Error("a statement ran after the transaction had ended")
		}
		return nil
	})
	if err == nil {
		t.Error("InTx reported success")
	}
	if n := count(t, db, "SELECT COUNT(*) FROM files"); n != 0 {
		t.Errorf("%d files, want none", n)
	}
}

func TestCallerLeavesTheQueue(t *testing.T) {
	t.Parallel()
	db := sqldbtest.SQLite(t, shop())
	holding, release := make(chan struct{}), make(chan struct{})
	held := make(chan error, 1)
	go func() {
		held <- db.InTx(t.Context(), func(*sqldb.Tx) error {
			close(holding)
			<-release
			return nil
		})
	}()
	<-holding
	reason := errors.New("the client hung up")
	ctx, cancel := context.WithCancelCause(t.Context())
	left := make(chan error, 1)
	go func() { left <- db.InTx(ctx, insertStock("never")) }()
	awaitQueue(t, db, 1)
	cancel(reason)
	if err := <-left; !errors.Is(err, reason) || !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want the cancellation and its reason", err)
	}
	close(release)
	if err := <-held; err != nil {
		t.Error(err)
	}
	addStock(t, db, "after", 1)
	if n := count(t, db, "SELECT COUNT(*) FROM stock"); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

func TestCancelledWhileItRuns(t *testing.T) {
	t.Parallel()
	db := sqldbtest.SQLite(t, shop())
	ctx, cancel := context.WithCancel(t.Context())
	err := db.InTx(ctx, func(tx *sqldb.Tx) error {
		cancel()
		return tx.Create(&stockRow{SKU: "a"}).Error
	})
	if err != nil {
		t.Errorf("a transaction that had begun: %v", err)
	}
	if n := count(t, db, "SELECT COUNT(*) FROM stock"); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

func TestCloseServesTheQueue(t *testing.T) {
	t.Parallel()
	url := sqldbtest.SQLiteURL(t)
	db := sqldbtest.Open(t, sqldb.Options{URL: url, Migrations: shop()})
	closed := make(chan error, 1)
	for _, err := range inOneBatch(t, db,
		func(*sqldb.Tx) error { go func() { closed <- db.Close() }(); return nil },
		insertStock("a"), insertStock("b"),
	) {
		if err != nil {
			t.Error(err)
		}
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := db.InTx(t.Context(), insertStock("c")); !errors.Is(err, sqldb.ErrClosed) {
		t.Errorf("after Close: %v, want ErrClosed", err)
	}
	if n := count(t, reopen(t, url, shop()), "SELECT COUNT(*) FROM stock"); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
}

// A backup or a migration of another process may hold the file for a while.
func TestWaitsForAnotherProcess(t *testing.T) {
	t.Parallel()
	url := sqldbtest.SQLiteURL(t)
	here := sqldbtest.Open(t, sqldb.Options{URL: url, Migrations: shop()})
	there := reopen(t, url, shop())
	done := make(chan error, 1)
	put(t, there, func(tx *sqldb.Tx) error {
		go func() { done <- here.InTx(context.WithoutCancel(t.Context()), insertStock("a")) }()
		return insertStock("b")(tx)
	})
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := count(t, here, "SELECT COUNT(*) FROM stock"); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
}

func TestManyDifferentStatements(t *testing.T) {
	t.Parallel()
	db := sqldbtest.SQLite(t, shop())
	for i := range 1200 { // more than are kept prepared
		query := fmt.Sprintf("SELECT %d", i)
		if n := count(t, db, query); n != int64(i) {
			t.Fatalf("%s = %d", query, n)
		}
		put(t, db, func(tx *sqldb.Tx) error { return tx.Exec(query).Error })
	}
}
