package sqldb_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

const envCrashURL = "SQLDB_TEST_CRASH_URL"

// TestCrashingWriter is not a test but the process that the next one kills: it
// writes until then and prints each id once InTx has returned.
func TestCrashingWriter(t *testing.T) {
	url := os.Getenv(envCrashURL)
	if url == "" {
		t.Skip("run by TestKilledProcessLosesNothing")
	}
	db := reopen(t, url, shop())
	for w := range 16 {
		go func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d", w, i)
				err := db.InTx(context.Background(), func(tx *sqldb.Tx) error {
					if err := tx.Create(&stockRow{SKU: id}).Error; err != nil {
						return err
					}
					return tx.Create(&orderRow{ID: id, SKU: id}).Error
				})
				if err != nil {
					fmt.Println("error", err)
					return
				}
				fmt.Println("ack", id)
			}
		}()
	}
	select {}
}

func TestKilledProcessLosesNothing(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(testing.TB) string{
		"sqlite": sqldbtest.SQLiteURL, "mysql": sqldbtest.MySQLURL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := address(t)
			migrate(t, reopen(t, url, shop()))
			acknowledged := killWhileCommitting(t, url, 500)

			db := reopen(t, url, shop())
			var orders []string
			if err := db.Reader(t.Context()).Raw("SELECT id FROM orders").Scan(&orders).Error; err != nil {
				t.Fatal(err)
			}
			there := map[string]bool{}
			for _, id := range orders {
				there[id] = true
			}
			for _, id := range acknowledged {
				if !there[id] {
					t.Errorf("%s was acknowledged and is not there", id)
				}
			}
			if n := count(t, db, "SELECT COUNT(*) FROM stock"); n != int64(len(orders)) {
				t.Errorf("%d of one table and %d of the other, written together", n, len(orders))
			}
			addStock(t, db, "after", 1)
		})
	}
}

// killWhileCommitting runs the writer until it has acknowledged n transactions,
// kills it in the middle of more, and returns all it acknowledged.
func killWhileCommitting(t *testing.T, url string, n int) (acknowledged []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrashingWriter$")
	cmd.Env = append(os.Environ(), envCrashURL+"="+url)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	kill := func() { once.Do(func() { _ = cmd.Process.Kill() }) }
	t.Cleanup(func() { kill(); _ = cmd.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		word, id, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "ack":
			acknowledged = append(acknowledged, id)
		case "error":
			t.Errorf("the writer: %s", id)
		}
		if len(acknowledged) == n {
			kill()
		}
	}
	if len(acknowledged) < n {
		t.Fatalf("the writer acknowledged %d transactions, want %d", len(acknowledged), n)
	}
	return acknowledged
}
