package sqldb_test

import (
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"pasar/internal/platform/clock"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

// A schema that nothing replicates to shows by its content who was read.
func laggingReplica(t *testing.T) (url string) {
	t.Helper()
	url = sqldbtest.MySQLURL(t)
	addStock(t, sqldbtest.Open(t, sqldb.Options{URL: url, Migrations: shop()}), "a", 1)
	return url
}

func TestReadsGoToReplicas(t *testing.T) {
	t.Parallel()
	replica := laggingReplica(t)
	db := sqldbtest.Open(t, sqldb.Options{URL: sqldbtest.MySQLURL(t), Replicas: []string{replica}, Migrations: shop()})
	addStock(t, db, "a", 2)
	if got := stockOf(t, db, "a").OnHand; got != 1 {
		t.Errorf("read %d on hand, want the replica's 1", got)
	}
	var row stockRow
	if err := db.Reader(sqldb.Current(t.Context())).Take(&row).Error; err != nil || row.OnHand != 2 {
		t.Errorf("read %d on hand, %v; want the primary's 2", row.OnHand, err)
	}
	put(t, db, func(tx *sqldb.Tx) error { return tx.Take(&row).Error })
	if row.OnHand != 2 {
		t.Errorf("the transaction read %d on hand, want the primary's 2", row.OnHand)
	}
	if err := db.Reader(t.Context()).Create(&stockRow{SKU: "x"}).Error; err == nil {
		t.Error("wrote through the reader")
	}
	if err := db.InTx(withKey(t.Context(), "k"), func(tx *sqldb.Tx) error { return tx.Remember(201, nil) }); err != nil {
		t.Fatal(err)
	}
	if lookup(t, db, "k") == nil {
		t.Error("a key that was just kept is not found")
	}
}

// A replica that is gone costs one failed try, then rests, then is tried again.
func TestDeadReplicaIsPassedOver(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead := "mysql://root@" + listener.Addr().String() + "/shop"
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	h, log := &hands{}, &strings.Builder{}
	db := sqldbtest.Open(t, sqldb.Options{
		URL: sqldbtest.MySQLURL(t), Replicas: []string{dead, laggingReplica(t)}, Migrations: shop(),
		Clock: clock.Func(h.now), Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	addStock(t, db, "a", 2)
	complaints := func() int { return strings.Count(log.String(), "does not answer") }
	for range 10 {
		stockOf(t, db, "a")
	}
	if got := complaints(); got != 1 {
		t.Errorf("the dead replica was tried %d times, want once", got)
	}
	if got := stockOf(t, db, "a").OnHand; got != 1 {
		t.Errorf("read %d on hand, want the other replica's 1", got)
	}
	h.move(6 * time.Second)
	for range 10 {
		stockOf(t, db, "a")
	}
	if got := complaints(); got != 2 {
		t.Errorf("the dead replica was tried %d times, want once more after its rest", got)
	}
}
