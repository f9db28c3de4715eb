package sqldb_test

import (
	"sync"
	"testing"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

func TestMain(m *testing.M) { sqldbtest.Main(m) }

func TestSmoke(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, nil, func(t *testing.T, db *sqldb.DB) {
		var wg sync.WaitGroup
		for range 200 {
			wg.Go(func() {
				if err := db.InTx(t.Context(), func(tx *sqldb.Tx) error {
					_, err := tx.Receive("c", "e"+sqldb.At(tx.Now()).Time().String())
					return err
				}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		t.Logf("%+v", db.Stats())
		if err := db.CheckSchema(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
