package sqldb_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pasar/internal/platform/clock"
	"pasar/internal/platform/idempotency"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

func withKey(ctx context.Context, key string) context.Context {
	return idempotency.NewContext(ctx, idempotency.Request{Scope: "usr_1 create-order", Key: key, Fingerprint: "f1"})
}

func lookup(t *testing.T, db *sqldb.DB, key string) *idempotency.Record {
	t.Helper()
	record, err := db.LookupKey(t.Context(), "usr_1 create-order", key)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// hands is a clock that the test moves.
type hands struct{ moved atomic.Int64 }

func (h *hands) now() time.Time {
	return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).Add(time.Duration(h.moved.Load()))
}

func (h *hands) move(d time.Duration) { h.moved.Add(int64(d)) }

// eachWithClock is sqldbtest.Each at a time of the test's choosing.
func eachWithClock(t *testing.T, test func(t *testing.T, db *sqldb.DB, h *hands)) {
	t.Helper()
	for name, address := range map[string]func(testing.TB) string{
		"sqlite": sqldbtest.SQLiteURL, "mysql": sqldbtest.MySQLURL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &hands{}
			test(t, sqldbtest.Open(t, sqldb.Options{URL: address(t), Name: "order", Migrations: shop(), Clock: clock.Func(h.now)}), h)
		})
	}
}

func TestOneOfManyWinsAKey(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, shop(), func(t *testing.T, db *sqldb.DB) {
		const racers = 50
		addStock(t, db, "a", racers)
		ctx := withKey(t.Context(), "k")
		var won, taken atomic.Int64
		var wg sync.WaitGroup
		for i := range racers {
			wg.Go(func() {
				err := db.InTx(ctx, func(tx *sqldb.Tx) error {
					if err := reserve(tx, "a"); err != nil {
						return err
					}
					return tx.Remember(201, []byte{byte(i)})
				})
				switch {
				case err == nil:
					won.Add(1)
				case errors.Is(err, idempotency.ErrTaken):
					taken.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || taken.Load() != racers-1 {
			t.Errorf("%d won and %d found it taken", won.Load(), taken.Load())
		}
		if row := stockOf(t, db, "a"); row.Reserved != 1 {
			t.Errorf("reserved %d, want once", row.Reserved)
		}
	})
}

func TestRememberedAnswerComesBackByteForByte(t *testing.T) {
	t.Parallel()
	body := make([]byte, 256)
	for i := range body {
		body[i] = byte(i)
	}
	eachWithClock(t, func(t *testing.T, db *sqldb.DB, h *hands) {
		if record := lookup(t, db, "k"); record != nil {
			t.Errorf("a new key has %+v", record)
		}
		for key, answer := range map[string][]byte{"k": body, "K": []byte("upper"), "k ": nil} {
			if err := db.InTx(withKey(t.Context(), key), func(tx *sqldb.Tx) error { return tx.Remember(201, answer) }); err != nil {
				t.Errorf("key %q: %v", key, err)
			}
			record := lookup(t, db, key)
			if record == nil || !record.Done || record.Status != 201 || !bytes.Equal(record.Body, answer) || record.Fingerprint != "f1" {
				t.Errorf("key %q has %+v", key, record)
			}
		}
		h.move(24 * time.Hour)
		if lookup(t, db, "k") == nil {
			t.Error("the key is gone after a day")
		}
		h.move(25 * time.Hour)
		if lookup(t, db, "k") != nil {
			t.Error("the key is there after two days")
		}
		if err := db.InTx(withKey(t.Context(), "k"), func(tx *sqldb.Tx) error { return tx.Remember(200, []byte("new")) }); err != nil {
			t.Errorf("an expired key: %v", err)
		}
		if record := lookup(t, db, "k"); record == nil || string(record.Body) != "new" {
			t.Errorf("an expired key has %+v", record)
		}
	})
}

func TestTwoPhaseKey(t *testing.T) {
	t.Parallel()
	claim := func(tx *sqldb.Tx) error { return tx.Claim("pay_1", time.Minute) }
	complete := func(tx *sqldb.Tx) error { return tx.Complete(201, []byte("done")) }
	eachWithClock(t, func(t *testing.T, db *sqldb.DB, h *hands) {
		ctx := withKey(t.Context(), "k")
		steps := []struct {
			name string
			wait time.Duration
			do   func(tx *sqldb.Tx) error
			want error
		}{
			{"complete what nobody claimed", 0, complete, idempotency.ErrTaken},
			{"claim", 0, claim, nil},
			{"claim while it is worked on", 59 * time.Second, claim, idempotency.ErrTaken},
			{"remember while it is worked on", 0, func(tx *sqldb.Tx) error { return tx.Remember(200, nil) }, idempotency.ErrTaken},
			{"take over when the lease has run out", 2 * time.Second, claim, nil},
			{"complete", 0, complete, nil},
			{"complete again", 0, complete, idempotency.ErrTaken},
			{"claim what is done", time.Hour, claim, idempotency.ErrTaken},
		}
		for _, step := range steps {
			h.move(step.wait)
			if err := db.InTx(ctx, step.do); !errors.Is(err, step.want) {
				t.Errorf("%s: %v, want %v", step.name, err, step.want)
			}
			if step.name == "claim" {
				record := lookup(t, db, "k")
				if record == nil || record.Done || record.Resource != "pay_1" || !record.LeaseUntil.Equal(h.now().Add(time.Minute)) {
					t.Errorf("claimed key has %+v", record)
				}
			}
		}
		if record := lookup(t, db, "k"); record == nil || !record.Done || string(record.Body) != "done" {
			t.Errorf("completed key has %+v", record)
		}
	})
}

func TestLeaseIsNotTakenOverByAnotherRequest(t *testing.T) {
	t.Parallel()
	eachWithClock(t, func(t *testing.T, db *sqldb.DB, h *hands) {
		claim := func(tx *sqldb.Tx) error { return tx.Claim("pay_1", time.Minute) }
		if err := db.InTx(withKey(t.Context(), "k"), claim); err != nil {
			t.Fatal(err)
		}
		h.move(time.Hour)
		other := idempotency.NewContext(t.Context(), idempotency.Request{Scope: "usr_1 create-order", Key: "k", Fingerprint: "f2"})
		if err := db.InTx(other, claim); !errors.Is(err, idempotency.ErrTaken) {
			t.Errorf("another request took the lease over: %v", err)
		}
	})
}

func TestWithoutKeyNothingIsKept(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, nil, func(t *testing.T, db *sqldb.DB) {
		put(t, db, func(tx *sqldb.Tx) error {
			return errors.Join(tx.Remember(201, nil), tx.Claim("pay_1", time.Minute), tx.Complete(201, nil))
		})
		if n := count(t, db, "SELECT COUNT(*) FROM idempotency_keys"); n != 0 {
			t.Errorf("%d keys kept", n)
		}
	})
}
