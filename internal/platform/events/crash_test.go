package events_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"pasar/internal/platform/events"
	"pasar/internal/platform/events/eventstest"
	"pasar/internal/platform/sqldb"
)

var crashDir = flag.String("crash-dir", "", "the directory of TestCrashingShop, which its parent kills")

// shop is a database whose facts have one effect each, and its bus.
type shop struct {
	db  *sqldb.DB
	bus *events.Bus
}

func openShop(t *testing.T, dir string) *shop {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		URL: "sqlite://" + filepath.Join(dir, "test.db"), Name: "test", Clock: systemClock, Log: eventstest.Log(t),
		Migrations: fstest.MapFS{"sqlite/0001_effects.sql": {Data: []byte(
			"-- +goose Up\nCREATE TABLE effects (event_id TEXT NOT NULL);\n-- +goose Down\nDROP TABLE effects;\n")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := &shop{db: db, bus: eventstest.Open(t, events.Config{StoreDir: filepath.Join(dir, "events"), RelaxedSync: true})}
	s.bus.AddOutbox("test", db)
	s.bus.Subscribe(events.Consumer{Name: "test.effect", Types: []string{testType}, Handle: s.effect, Workers: 3})
	start(t, s.bus)
	return s
}

// effect has no protection of its own against repetition but the inbox.
func (s *shop) effect(ctx context.Context, e events.Event) error {
	return s.db.InTx(ctx, func(tx *sqldb.Tx) error {
		fresh, err := tx.Receive("test.effect", e.ID)
		if err != nil || !fresh {
			return err
		}
		return tx.Exec("INSERT INTO effects (event_id) VALUES (?)", e.Subject).Error
	})
}

func (s *shop) state(t *testing.T, subject string) {
	t.Helper()
	err := s.db.InTx(t.Context(), func(tx *sqldb.Tx) error {
		e, err := events.Type[struct{}]{Name: testType}.New(subject, 1, tx.Now(), struct{}{})
		if err != nil {
			return err
		}
		return tx.Emit(e)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCrashingShop is not a test but the process that the next one kills. It
// says which facts are committed.
func TestCrashingShop(t *testing.T) {
	if *crashDir == "" {
		t.Skip("only TestKillLosesNothing runs this")
	}
	s := openShop(t, *crashDir)
	for n := 0; ; n++ {
		subject := fmt.Sprintf("%d.%d", os.Getpid(), n)
		s.state(t, subject)
		fmt.Println("stated", subject)
	}
}

// TestKillLosesNothing kills the program again and again while facts are stated
// and worked on. In the end each has had its effect, once.
func TestKillLosesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var stated []string
	for round := range 4 {
		stated = append(stated, stateAndKill(t, dir, 20+50*round)...)
	}
	s := openShop(t, dir)
	s.state(t, "after the last kill")
	stated = append(stated, "after the last kill")
	waitUntil(t, "all is published and done", func() bool {
		waiting, _, err := s.db.OutboxLag(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		lag, err := s.bus.Lag(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return waiting == 0 && lag["test.effect"] == 0
	})
	var rows []struct {
		EventID string
		N       int
	}
	if err := s.db.Reader(t.Context()).Raw("SELECT event_id, COUNT(*) AS n FROM effects GROUP BY event_id").Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	effects := map[string]int{}
	for _, r := range rows {
		if effects[r.EventID] = r.N; r.N != 1 {
			t.Errorf("%s had %d effects", r.EventID, r.N)
		}
	}
	for _, subject := range stated {
		if effects[subject] == 0 {
			t.Errorf("%s was answered as committed and had no effect", subject)
		}
	}
	t.Logf("%d facts, %d effects", len(stated), len(effects))
}

// stateAndKill kills the program once it has stated n facts, in the middle of
// more, and returns all it stated.
func stateAndKill(t *testing.T, dir string, n int) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashingShop$", "-crash-dir="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var stated, other []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		subject, ok := strings.CutPrefix(lines.Text(), "stated ")
		if !ok {
			other = append(other, lines.Text())
			continue
		}
		if stated = append(stated, subject); len(stated) == n {
			_ = cmd.Process.Kill() // fails only when it ended by itself, which shows below
		}
	}
	_ = cmd.Wait() // reports the kill
	if len(stated) < n {
		t.Fatalf("the program ended by itself after %d facts:\n%s", len(stated), strings.Join(other, "\n"))
	}
	return stated
}
