package events

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"pasar/internal/platform/clock"
)

const (
	markerFile   = "running"
	markerBeat   = time.Minute      // how often the marker says that we live
	replayMargin = 10 * time.Minute // replayed before the last beat, well above the beat and any sync delay
)

// marker is a file that exists while the server in this process runs. Found at
// start, it says that the last run ended without stopping, and about when. It
// keeps saying so until every outbox was replayed, through further crashes.
type marker struct {
	path    string
	clock   clock.Clock
	crashed time.Time // last sign of life of a run that did not stop; zero when it did
	owed    atomic.Int64
}

func newMarker(dir string, c clock.Clock) *marker {
	return &marker{path: filepath.Join(dir, markerFile), clock: c}
}

// open reads what the last run left and starts this run's marker.
func (m *marker) open() error {
	raw, err := os.ReadFile(m.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return m.beat()
	case err != nil:
		return fmt.Errorf("events: read the marker of the last run: %w", err)
	}
	m.owed.Store(1) // until Start says how many outboxes there are
	m.crashed, err = time.Parse(time.RFC3339, strings.TrimSpace(string(raw)))
	if err == nil {
		return nil
	}
	info, err := os.Stat(m.path) // torn by the crash it tells of: the file's own time is nearly as good
	if err != nil {
		return fmt.Errorf("events: read the marker of the last run: %w", err)
	}
	m.crashed = info.ModTime()
	return nil
}

// owe says how many outboxes have to catch up.
func (m *marker) owe(outboxes int) {
	if m != nil {
		m.owed.Store(int64(outboxes))
	}
}

// caughtUp says that one outbox has.
func (m *marker) caughtUp() {
	if m != nil {
		m.owed.Add(-1)
	}
}

// beat notes that the server still runs, unless a crash is still to be made up
// for. It goes through a rename, so that a crash leaves the old note or the new,
// and to the disk, so that a power cut does.
func (m *marker) beat() error {
	if m == nil || m.owed.Load() > 0 {
		return nil
	}
	next := m.path + ".next"
	err := os.WriteFile(next, []byte(m.clock.Now().Format(time.RFC3339)+"\n"), 0o600)
	if err == nil {
		err = syncFile(next)
	}
	if err == nil {
		err = os.Rename(next, m.path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(m.path))
	}
	if err != nil {
		return fmt.Errorf("events: note that the server runs: %w", err)
	}
	return nil
}

// remove notes a clean stop, unless a crash is still to be made up for.
func (m *marker) remove() error {
	if m.owed.Load() > 0 && !m.crashed.IsZero() {
		return nil
	}
	if err := os.Remove(m.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("events: note the clean stop: %w", err)
	}
	return nil
}

// replayFrom returns where to replay from, when the last run did not stop.
func (m *marker) replayFrom() (time.Time, bool) {
	if m == nil || m.crashed.IsZero() {
		return time.Time{}, false
	}
	return m.crashed.Add(-replayMargin), true
}
