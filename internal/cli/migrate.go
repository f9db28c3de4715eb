package cli

import (
	"fmt"

	"pasar/internal/app"
)

// migrateCommand is `pasar migrate`.
type migrateCommand struct {
	Up     migrateUpCommand     `cmd:"" settings:"" default:"withargs" help:"Apply what is missing. May run beside a running shop."`
	Status migrateStatusCommand `cmd:"" settings:"" help:"Say which schemas are not what this program needs."`
}

type (
	migrateUpCommand     struct{}
	migrateStatusCommand struct{}
)

// Run applies migrations.
func (migrateUpCommand) Run(env *environment) error {
	settings, _, err := env.load()
	if err != nil {
		return err
	}
	return app.Migrate(env.ctx, *settings, env.stdout)
}

// Run compares schemas with the program.
func (migrateStatusCommand) Run(env *environment) error {
	settings, _, err := env.load()
	if err != nil {
		return err
	}
	behind, err := app.CheckSchemas(env.ctx, *settings, env.stdout)
	if err == nil && behind > 0 {
		return &notReadyError{fmt.Sprintf("%d databases are not what this program needs", behind)}
	}
	return err
}

// notReadyError ends the program with ExitNotReady.
type notReadyError struct{ text string }

func (e *notReadyError) Error() string { return e.text }

// ExitCode makes it an ExitCoder.
func (*notReadyError) ExitCode() int { return ExitNotReady }
