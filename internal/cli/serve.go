package cli

import "pasar/internal/app"

// serveCommand is `pasar serve`.
type serveCommand struct{}

// Run serves until it is interrupted.
func (serveCommand) Run(env *environment) error {
	c, _, err := env.load()
	if err != nil {
		return err
	}
	if err := c.Check(); err != nil {
		return err
	}
	return app.Run(env.ctx, *c, env.stdout)
}
