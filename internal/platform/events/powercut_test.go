package events_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"pasar/internal/platform/events"
	"pasar/internal/platform/events/eventstest"
)

// TestPowerCutSkipsNothing leaves on the disk what a power cut may: the newest
// state of a consumer, and a stream without its last events. What is stated
// afterwards gets numbers that the consumer has seen before.
func TestPowerCutSkipsNothing(t *testing.T) {
	t.Parallel()
	cfg := events.Config{StoreDir: t.TempDir(), RelaxedSync: true}
	messages := filepath.Join(cfg.StoreDir, "streams", "jetstream", "$G", "streams", "PASAR_EVENTS", "msgs")

	outbox := newOutbox()
	outbox.emit(happenings(1, 5)...)
	bus, _ := consumeAll(t, cfg, outbox, 5)
	eventstest.Stop(t, bus)
	synced := readTree(t, messages)

	outbox.emit(happenings(6, 15)...)
	bus, _ = consumeAll(t, cfg, outbox, 10)
	marker, err := os.ReadFile(filepath.Join(cfg.StoreDir, "running"))
	if err != nil {
		t.Fatal(err)
	}
	eventstest.Stop(t, bus)

	writeTree(t, messages, synced)
	writeTree(t, cfg.StoreDir, map[string][]byte{"running": marker})
	fresh := newOutbox() // its events come first; those that were lost come from the other one, in any order
	fresh.emit(happenings(16, 18)...)
	consumeAll(t, cfg, fresh, 3)
}

func readTree(t *testing.T, root string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files[path], err = os.ReadFile(filepath.Join(root, path))
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files in %s, %v", len(files), root, err)
	}
	return files
}

// writeTree makes root hold files, besides other files with other names.
func writeTree(t *testing.T, root string, files map[string][]byte) {
	t.Helper()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(root, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
