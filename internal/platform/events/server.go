package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// embedded is a NATS server inside this process: no listener, reached through
// memory, its streams in a directory that it holds alone.
type embedded struct {
	*server.Server
	marker *marker
	lock   *dirLock
	store  string
}

func startEmbedded(ctx context.Context, cfg Config, m *marker, log *slog.Logger) (*embedded, error) {
	if err := os.MkdirAll(cfg.StoreDir, 0o700); err != nil {
		return nil, fmt.Errorf("events: make the store directory: %w", err)
	}
	lock, err := lockDir(cfg.StoreDir)
	if err != nil {
		return nil, err
	}
	e := &embedded{marker: m, lock: lock, store: filepath.Join(cfg.StoreDir, "streams")}
	if err := e.start(ctx, cfg, log); err != nil {
		return nil, errors.Join(err, lock.release())
	}
	return e, nil
}

func (e *embedded) start(ctx context.Context, cfg Config, log *slog.Logger) error {
	if err := e.marker.open(); err != nil {
		return err
	}
	s, err := server.NewServer(&server.Options{
		ServerName: "pasar", DontListen: true, NoSigs: true,
		JetStream: true, StoreDir: e.store,
		JetStreamMaxMemory: 64 << 20, JetStreamMaxStore: 2 * cfg.MaxBytes,
		SyncAlways: !cfg.RelaxedSync, DisableJetStreamBanner: true,
	})
	if err != nil {
		return fmt.Errorf("events: set up the NATS server in this process: %w", err)
	}
	s.SetLoggerV2(serverLog{log}, false, false, false)
	s.Start()
	if !s.ReadyForConnections(timeLeft(ctx, 10*time.Second)) {
		s.Shutdown()
		return fmt.Errorf("events: the NATS server in this process did not start; look above for its reason, and check the disk of %s", cfg.StoreDir)
	}
	if !s.JetStreamEnabled() {
		s.Shutdown()
		return fmt.Errorf("events: JetStream did not start in %s; look above for its reason", cfg.StoreDir)
	}
	e.Server = s
	return nil
}

// stop ends the server. Only a server that ended in time takes the marker away,
// so that the next start knows whether to replay.
func (e *embedded) stop(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.Shutdown()
		e.WaitForShutdown()
	}()
	select {
	case <-done:
		// The server leaves the last writes to the operating system.
		err := syncTree(e.store)
		if err == nil {
			err = e.marker.remove()
		}
		return errors.Join(err, e.lock.release())
	case <-ctx.Done():
		return fmt.Errorf("events: the NATS server in this process is still busy: %w", ctx.Err())
	}
}

func timeLeft(ctx context.Context, most time.Duration) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return most
	}
	return min(most, time.Until(deadline))
}

// serverLog gives the server's lines to our log. Its notices are about itself
// and go to debug.
type serverLog struct{ log *slog.Logger }

func (l serverLog) Noticef(f string, v ...any) { l.log.Debug("nats: " + fmt.Sprintf(f, v...)) }
func (l serverLog) Warnf(f string, v ...any)   { l.log.Warn("nats: " + fmt.Sprintf(f, v...)) }
func (l serverLog) Errorf(f string, v ...any)  { l.log.Error("nats: " + fmt.Sprintf(f, v...)) }
func (l serverLog) Fatalf(f string, v ...any)  { l.log.Error("nats: " + fmt.Sprintf(f, v...)) }
func (l serverLog) Debugf(f string, v ...any)  { l.log.Debug("nats: " + fmt.Sprintf(f, v...)) }
func (l serverLog) Tracef(f string, v ...any)  { l.log.Debug("nats: " + fmt.Sprintf(f, v...)) }
