package cli

import (
	"fmt"

	"pasar/internal/app"
	"pasar/internal/platform/config"
)

// configCommand is `pasar config`.
type configCommand struct {
	Show   configShowCommand   `cmd:"" settings:"" help:"Show the value of every setting and where it comes from; secrets are masked."`
	Schema configSchemaCommand `cmd:"" help:"Write the JSON Schema of pasar.yaml."`
}

type configShowCommand struct {
	JSON bool `name:"json" help:"Write JSON."`
}

// Run shows what is understood even when some of it is wrong, because that is
// when people look.
func (c configShowCommand) Run(env *environment) error {
	loaded, report, problems := env.load()
	if report == nil {
		return problems
	}
	write := report.WriteText
	if c.JSON {
		write = report.WriteJSON
	}
	if err := write(env.stdout); err != nil {
		return err
	}
	if problems != nil {
		return problems
	}
	return loaded.Check()
}

type configSchemaCommand struct{}

// Run writes the schema.
func (configSchemaCommand) Run(env *environment) error {
	schema, err := config.Schema(new(app.Config))
	if err != nil {
		return err
	}
	if _, err := env.stdout.Write(schema); err != nil {
		return fmt.Errorf("write the schema: %w", err)
	}
	return nil
}
