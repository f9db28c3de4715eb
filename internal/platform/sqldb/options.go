package sqldb

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"strings"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"pasar/internal/platform/clock"
)

// Options say which database to open and for whom.
type Options struct {
	// URL is "sqlite:///abs/path/order.db", "sqlite://relative/order.db" or
	// "mysql://user:password@host:3306/schema". MySQL takes the parameters
	// tls (true, skip-verify or preferred) and socket (path of a Unix socket).
	URL string
	// Replicas are mysql:// URLs that Reader may read from. They lag behind;
	// Current keeps a read off them. SQLite has none.
	Replicas []string
	// Name is the service: "order". Events come from /pasar/<Name>.
	Name string
	// Migrations holds sqlite/NNNN_name.sql and mysql/NNNN_name.sql in goose's
	// format. Nil means the platform's own tables only.
	Migrations fs.FS
	// Clock gives the transaction's time. Default clock.System.
	Clock clock.Clock
	// Log takes warnings. Default slog.Default.
	Log *slog.Logger
	// MaxOpen bounds the connections for writing to MySQL, and again those for
	// reading. Default 16.
	MaxOpen int
	// Unsafe opens a MySQL server that may lose acknowledged commits in a power
	// cut, with a warning instead of an error.
	Unsafe bool
	// TracerProvider makes a span of each transaction, and of each statement
	// inside a recorded trace. Nil means none.
	TracerProvider trace.TracerProvider
	// MeterProvider records db.client.operation.duration. Nil means none.
	MeterProvider metric.MeterProvider
}

const (
	dialectSQLite = "sqlite"
	dialectMySQL  = "mysql"
)

const defaultMaxOpen = 16

func (o Options) withDefaults() (Options, error) {
	if o.Name == "" {
		return o, errors.New("sqldb: Options.Name is empty: give the service's name")
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.MaxOpen <= 0 {
		o.MaxOpen = defaultMaxOpen
	}
	return o, nil
}

// scheme returns the dialect and what follows "://".
func (o Options) scheme() (dialect, rest string, err error) {
	scheme, rest, found := strings.Cut(o.URL, "://")
	switch {
	case found && scheme == "sqlite" && len(o.Replicas) > 0:
		return "", "", errors.New("sqldb: a SQLite database has no replicas: leave database.replicas empty or use mysql://")
	case found && scheme == "sqlite":
		return dialectSQLite, rest, nil
	case found && (scheme == "mysql" || scheme == "mariadb"):
		return dialectMySQL, rest, nil
	case !found:
		return "", "", errors.New("sqldb: the database URL has no scheme: write sqlite:///path/file.db or mysql://user:password@host:3306/schema")
	}
	return "", "", fmt.Errorf("sqldb: no engine for the database URL's scheme %q: write sqlite:// or mysql://", scheme)
}

// parseURL parses without repeating the URL, and so its password, in the error.
func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	var parse *url.Error
	if errors.As(err, &parse) {
		return nil, fmt.Errorf("sqldb: the database URL is malformed: %w", parse.Err)
	}
	return u, err
}
