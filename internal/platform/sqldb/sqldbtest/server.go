package sqldbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"pasar/api"
)

// The environment of the tests: a server that is already there, and whether
// the absence of an engine is a failure.
const (
	envURL     = "PASAR_TEST_MYSQL_URL"
	envEngines = "PASAR_TEST_ENGINES"
)

// errNoMariaDB is the reason for skipping.
var errNoMariaDB = errors.New("no mariadbd is installed here and " + envURL + " is not set")

// server is where the tests' schemas are made.
type server struct {
	url   *url.URL // mysql://user@host/?..., without a schema
	admin *sql.DB
	stop  func() error
}

// shared starts the server when the first test asks for it.
type shared struct {
	once   sync.Once
	server *server
	err    error
}

var theServer shared

func (s *shared) get(ctx context.Context) (*server, error) {
	s.once.Do(func() { s.server, s.err = startServer(context.WithoutCancel(ctx)) })
	return s.server, s.err
}

func startServer(ctx context.Context) (*server, error) {
	raw := os.Getenv(envURL)
	stop := func() error { return nil }
	if raw == "" {
		var err error
		if raw, stop, err = startMariaDB(ctx); err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s is malformed", envURL), stop())
	}
	admin, err := openAdmin(ctx, u)
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	return &server{url: u, admin: admin, stop: func() error { return errors.Join(admin.Close(), stop()) }}, nil
}

// openAdmin connects without choosing a schema.
func openAdmin(ctx context.Context, u *url.URL) (*sql.DB, error) {
	config := driver.NewConfig()
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	config.Net, config.Addr = "tcp", u.Host
	if socket := u.Query().Get("socket"); socket != "" {
		config.Net, config.Addr = "unix", socket
	}
	config.TLSConfig = u.Query().Get("tls")
	connector, err := driver.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("connect to the MySQL of the tests: %w", err)
	}
	admin := sql.OpenDB(connector)
	if err := admin.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to the MySQL of the tests: %w", err), admin.Close())
	}
	return admin, nil
}

// newSchema makes a schema with a collation that nobody should rely on: tables
// say what they want.
func (s *server) newSchema(ctx context.Context) (schemaURL string, drop func(context.Context) error, err error) {
	name := strings.ToLower(api.NewID("pasar_test"))
	if _, err := s.admin.ExecContext(ctx, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"); err != nil {
		return "", nil, err
	}
	u := *s.url
	u.Path = "/" + name
	return u.String(), func(ctx context.Context) error {
		_, err := s.admin.ExecContext(ctx, "DROP DATABASE "+name)
		return err
	}, nil
}

// skipOrFail skips only where nothing is installed: a server that should be
// there and does not work is a failure.
func skipOrFail(t testing.TB, reason error) {
	t.Helper()
	if errors.Is(reason, errNoMariaDB) && os.Getenv(envEngines) != "required" {
		t.Skipf("SKIPPED, not tested on MySQL: %v", reason)
	}
	t.Fatalf("MySQL for the tests: %v", reason)
}

// Main runs the tests and stops the server after them. It exits the process.
func Main(m *testing.M) {
	code := m.Run()
	if s := theServer.server; s != nil {
		if err := s.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop the MySQL of the tests:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}
