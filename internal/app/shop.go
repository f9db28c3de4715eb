// Package app puts the shop together: it opens the engines that the settings
// name, builds each service from them, and starts and stops all in order. A
// service never learns which shape it runs in.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"pasar/internal/gateway"
	"pasar/internal/platform/cache"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/events"
	"pasar/internal/platform/lifecycle"
	"pasar/internal/platform/media"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/telemetry"
	"pasar/internal/platform/token"
	"pasar/internal/product"
)

// Shop is one process of the program, as a value.
type Shop struct {
	config Config
	out    io.Writer
	clock  clock.Clock
	log    *slog.Logger
	group  *lifecycle.Group

	telemetry *telemetry.Telemetry
	cache     cache.Cache
	bus       *events.Bus
	media     media.Store
	databases map[string]*sqldb.DB

	deny      *token.DenyList
	verifier  *token.Verifier
	siblings  siblings
	apis      []*rest.API
	pages     []gateway.Page
	doors     doors
	admin     string           // one-time link of the first administrator, "" when there is one
	catalogue *product.Service // nil when product runs elsewhere
	closers   []func() error
}

// gcPercent lets a busy shop collect half as often as Go would by itself, which
// saves a twentieth of the CPU time. What lives is little, some 15 MB, so that
// what is waiting to be collected stays little too.
const gcPercent = 200

// Run builds the shop, serves until ctx ends, and stops it.
func Run(ctx context.Context, config Config, out io.Writer) error {
	const usual = 100
	if set := debug.SetGCPercent(gcPercent); set != usual {
		debug.SetGCPercent(set) // by GOGC
	}
	return New(config, out).Run(ctx)
}

// New returns a shop that is not built yet.
func New(config Config, out io.Writer) *Shop {
	return &Shop{
		config: config, out: out, clock: clock.System{}, databases: map[string]*sqldb.DB{},
		group: lifecycle.New(lifecycle.Options{StopTimeout: config.StopTimeout}),
	}
}

// Started is closed when the shop answers.
func (s *Shop) Started() <-chan struct{} { return s.group.Started() }

// Run builds the shop, serves until ctx ends, and stops it.
func (s *Shop) Run(ctx context.Context) error {
	if err := s.build(ctx); err != nil {
		return errors.Join(err, s.close())
	}
	return errors.Join(s.group.Run(ctx), s.close())
}

// build opens engines and makes services, in the order of their needs.
func (s *Shop) build(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		s.prepareData, s.openTelemetry, s.openPorts, s.openEngines,
		s.buildAuth, s.buildUser, s.buildProduct, s.buildOrder, s.buildSimulator, s.buildPayment, s.buildNotify,
		s.buildDoors, s.buildDemo,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// prepareData makes the data directory and the keys that live in it.
func (s *Shop) prepareData(context.Context) error {
	path, err := filepath.Abs(s.config.Data)
	if err != nil {
		return fmt.Errorf("data: %q is not a path: %w", s.config.Data, err)
	}
	s.config.Data = path
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("data: cannot make the data directory: %w; set another one with --data", err)
	}
	return s.config.fillKeys()
}

func (s *Shop) openTelemetry(ctx context.Context) error {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.config.Log.Level)); err != nil {
		return fmt.Errorf("log.level: %w", err)
	}
	memory := s.config.Telemetry.TraceMemory
	if s.config.Production {
		memory = 0
	}
	t, err := telemetry.Start(ctx, telemetry.Options{
		Version: Version(), Instance: instance(), Clock: s.clock,
		Endpoint: s.config.Telemetry.Endpoint, SampleRatio: s.config.Telemetry.SampleRatio, TraceMemory: memory,
		LogTo: os.Stderr, LogLevel: level, LogText: s.textLog(), RequestID: rest.RequestID,
	})
	if err != nil {
		return err
	}
	s.telemetry = t
	own, err := t.Service(ctx, "pasar")
	if err != nil {
		return err
	}
	s.log = own.Log
	s.group.Add(lifecycle.Part{Name: "telemetry", Stop: t.Stop})
	return nil
}

// textLog reports whether log lines are for people.
func (s *Shop) textLog() bool {
	if s.config.Log.Format != "auto" {
		return s.config.Log.Format == "text"
	}
	info, err := os.Stderr.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// local reports whether a service runs in this process.
func (s *Shop) local(name string) bool {
	return slices.Contains(s.config.Services, name)
}

// close closes what build opened, last first.
func (s *Shop) close() error {
	var failures []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		failures = append(failures, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(failures...)
}
