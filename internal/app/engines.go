package app

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"pasar/internal/platform/cache"
	"pasar/internal/platform/events"
	"pasar/internal/platform/lifecycle"
	"pasar/internal/platform/media"
	"pasar/internal/platform/sqldb"
)

// openEngines opens what every service shares.
func (s *Shop) openEngines(ctx context.Context) error {
	tracing, metering := s.providers(ctx)
	var err error
	s.cache, err = cache.Open(ctx, cache.Config{URL: s.config.Cache.URL, Clock: s.clock, Log: s.log, Meter: metering("pasar")})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, s.cache.Close)
	if s.media, err = media.Open(s.config.Media.URL, filepath.Join(s.config.Data, "media")); err != nil {
		return err
	}
	s.bus, err = events.Open(ctx, events.Config{
		URL: s.config.Events.URL, StoreDir: filepath.Join(s.config.Data, "events"), Tracing: tracing, Metering: metering,
		RelaxedSync: true, // every event is on the disk in its outbox; syncing it again here would cost two thirds of the throughput
	}, s.clock, s.log)
	if err != nil {
		return err
	}
	s.group.Add(lifecycle.Part{Name: "events", Needs: []string{"databases"}, Start: s.bus.Start, Stop: s.bus.Stop, Ready: s.bus.Ready})
	s.group.Add(lifecycle.Part{Name: "databases", Ready: s.databasesReady})
	return nil
}

// providers hands the signals of a service to engines that serve them all.
func (s *Shop) providers(ctx context.Context) (func(string) trace.TracerProvider, func(string) metric.MeterProvider) {
	ctx = context.WithoutCancel(ctx)
	tracing := func(name string) trace.TracerProvider {
		if service, err := s.telemetry.Service(ctx, name); err == nil {
			return service.TracerProvider
		}
		return nil
	}
	metering := func(name string) metric.MeterProvider {
		if service, err := s.telemetry.Service(ctx, name); err == nil {
			return service.MeterProvider
		}
		return nil
	}
	return tracing, metering
}

// database opens one service's database, and publishes what it states.
func (s *Shop) database(ctx context.Context, name string, migrations fs.FS) (*sqldb.DB, error) {
	db, err := s.openDatabase(ctx, name, migrations)
	if err != nil {
		return nil, err
	}
	s.databases[name] = db
	s.bus.AddOutbox(name, db)
	return db, nil
}

// openDatabase opens a database and brings its schema up to date, or says what
// to run where that is not ours to do.
func (s *Shop) openDatabase(ctx context.Context, name string, migrations fs.FS) (*sqldb.DB, error) {
	db, err := s.open(ctx, name, migrations)
	if err != nil {
		return nil, err
	}
	if s.config.Database.URL == "" {
		err = db.Migrate(ctx)
	} else {
		err = db.CheckSchema(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return db, nil
}

// open opens a database as it is.
func (s *Shop) open(ctx context.Context, name string, migrations fs.FS) (*sqldb.DB, error) {
	signals, err := s.telemetry.Service(ctx, name)
	if err != nil {
		return nil, err
	}
	db, err := sqldb.Open(ctx, sqldb.Options{
		URL: s.databaseURL(name), Name: name, Migrations: migrations, Clock: s.clock, Log: signals.Log,
		Unsafe: s.config.Database.AllowUnsafe, TracerProvider: signals.TracerProvider, MeterProvider: signals.MeterProvider,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s.closers = append(s.closers, db.Close)
	return db, nil
}

// databaseURL names the file, or the schema on a server, of one service.
func (s *Shop) databaseURL(name string) string {
	if s.config.Database.URL == "" {
		return "sqlite://" + filepath.Join(s.config.Data, name+".db")
	}
	base, query, _ := strings.Cut(s.config.Database.URL, "?")
	full := strings.TrimSuffix(base, "/") + "/pasar_" + name
	if query != "" {
		full += "?" + query
	}
	return full
}

func (s *Shop) databasesReady(ctx context.Context) error {
	for name, db := range s.databases {
		if err := db.Ping(ctx); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
