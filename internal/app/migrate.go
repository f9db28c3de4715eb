package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	authstore "pasar/internal/auth/store"
	notifystore "pasar/internal/notify/store"
	orderstore "pasar/internal/order/store"
	paymentstore "pasar/internal/payment/store"
	productstore "pasar/internal/product/store"
	"pasar/internal/simulator"
	userstore "pasar/internal/user/store"
)

// schema is one database and what is in it.
type schema struct {
	name       string
	migrations fs.FS
}

// schemas lists the databases that the services of this process use.
func (s *Shop) schemas() []schema {
	var all []schema
	for _, candidate := range []struct {
		schema
		wanted bool
	}{
		{schema{"auth", authstore.Migrations()}, s.local("auth")},
		{schema{"notify", notifystore.Migrations()}, s.local("auth")},
		{schema{"user", userstore.Migrations()}, s.local("user")},
		{schema{"product", productstore.Migrations()}, s.local("product")},
		{schema{"order", orderstore.Migrations()}, s.local("order")},
		{schema{"payment", paymentstore.Migrations()}, s.local("payment")},
		{schema{"simulator", simulator.Migrations()}, s.simulated()},
	} {
		if candidate.wanted {
			all = append(all, candidate.schema)
		}
	}
	return all
}

// Migrate brings the schema of every service up to date. It may run beside a
// shop that is one version older: schema changes expand before they contract.
func Migrate(ctx context.Context, config Config, out io.Writer) error {
	return eachDatabase(ctx, config, func(name string, db migratable) error {
		if err := db.Migrate(ctx); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "%-9s up to date\n", name)
		return err
	})
}

// CheckSchemas writes what it finds and returns how many schemas are not what
// this program needs.
func CheckSchemas(ctx context.Context, config Config, out io.Writer) (behind int, err error) {
	err = eachDatabase(ctx, config, func(name string, db migratable) error {
		state := "up to date"
		if problem := db.CheckSchema(ctx); problem != nil {
			behind++
			state = problem.Error()
		}
		_, err := fmt.Fprintf(out, "%-9s %s\n", name, state)
		return err
	})
	return behind, err
}

type migratable interface {
	Migrate(ctx context.Context) error
	CheckSchema(ctx context.Context) error
}

// eachDatabase opens one database after the other. It goes on after a failure,
// so that one run shows them all.
func eachDatabase(ctx context.Context, config Config, do func(name string, db migratable) error) (err error) {
	s := New(config, io.Discard)
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.prepareData(ctx); err != nil {
		return err
	}
	if err := s.openTelemetry(ctx); err != nil {
		return err
	}
	var failures []error
	for _, schema := range s.schemas() {
		db, err := s.open(ctx, schema.name, schema.migrations)
		if err == nil {
			err = do(schema.name, db)
		}
		if err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}
