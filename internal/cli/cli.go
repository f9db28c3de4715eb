// Package cli is the command line: one file per subcommand.
//
// Results go to standard output, talk goes to standard error. Exit codes are
// stable: 0 done, 1 failed, 2 wrong usage or configuration, 3 not ready,
// 4 conflict.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"pasar/internal/platform/config"
)

// The exit codes.
const (
	ExitOK       = 0
	ExitFailed   = 1
	ExitUsage    = 2
	ExitNotReady = 3
	ExitConflict = 4
)

// commands is the grammar. A command tagged settings takes every setting of
// app.Config as a flag; see settings.go.
type commands struct {
	Serve   serveCommand   `cmd:"" settings:"" help:"Run the shop: every service in one process, or those that --services names."`
	Admin   adminCommand   `cmd:"" help:"Make administrators."`
	Migrate migrateCommand `cmd:"" help:"Bring the schemas of the databases up to date."`
	Config  configCommand  `cmd:"" help:"Show the configuration, or its schema."`
	Version versionCommand `cmd:"" help:"Show the version."`
}

// environment is what a command may use of the world.
type environment struct {
	ctx      context.Context
	environ  []string
	settings []string // flags that are settings, as --key=value
	stdout   io.Writer
	stderr   io.Writer
}

// Main runs the program with the arguments after its name and returns its exit
// code. The first interrupt asks the command to stop; the second ends the
// process at once.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return Run(ctx, args, config.Environ(), os.Stdout, os.Stderr)
}

// Run is Main without the process: tests call it.
func Run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	err := run(&environment{ctx: ctx, environ: environ, stdout: stdout, stderr: stderr}, args)
	if err == nil {
		return ExitOK
	}
	_, _ = fmt.Fprintln(stderr, message(err)) // nowhere left to report a failure to
	return exitCode(err)
}

func run(env *environment, args []string) error {
	var grammar commands
	helped := false
	parser, err := kong.New(&grammar,
		kong.Name("pasar"),
		kong.Description("A headless shop in one program: five services behind one gateway."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(env.stdout, env.stderr),
		kong.Exit(func(int) { helped = true }),
		kong.PostBuild(env.addSettings),
	)
	if err != nil {
		return fmt.Errorf("build the command line: %w", err)
	}
	command, err := parser.Parse(args)
	if helped {
		return nil
	}
	if err != nil {
		return &usageError{err}
	}
	return command.Run(env)
}

// usageError is a command line that cannot be understood.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() + "\nrun: pasar --help" }
func (e *usageError) Unwrap() error { return e.err }

// ExitCoder is an error that knows its exit code, such as ExitConflict.
type ExitCoder interface {
	error
	ExitCode() int
}

func exitCode(err error) int {
	var coder ExitCoder
	var usage *usageError
	var problems *config.Error
	switch {
	case errors.As(err, &usage), errors.As(err, &problems):
		return ExitUsage
	case errors.As(err, &coder):
		return coder.ExitCode()
	default:
		return ExitFailed
	}
}

// message is the error as people read it.
func message(err error) string {
	var problems *config.Error
	if !errors.As(err, &problems) {
		return "pasar: " + err.Error()
	}
	lines := []string{"pasar: the configuration cannot be used:"}
	for _, p := range problems.Problems {
		lines = append(lines, "  "+p.Source+": "+p.Detail)
	}
	return strings.Join(append(lines, "run: pasar config show"), "\n")
}
