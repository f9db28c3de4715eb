package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	driver "github.com/go-sql-driver/mysql"
)

const (
	mysqlDialTimeout = 10 * time.Second
	mysqlMaxLifetime = 30 * time.Minute
	mysqlLockWait    = "10" // seconds; the default of 50 outlives every request
	mysqlStrict      = "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,ONLY_FULL_GROUP_BY'"
)

// openMySQL opens one pool for writing and one for reading, and starts nothing.
func openMySQL(ctx context.Context, db *DB, rest string) error {
	config, err := mysqlConfig("mysql://" + rest)
	if err != nil {
		return err
	}
	server, err := probeMySQL(ctx, config)
	if err != nil {
		return err
	}
	server.session(config)
	// One connection holds the lock, the other migrates.
	db.migrationDB = func() (*sql.DB, error) { return db.mysqlPool(config, 2) }
	write, err := db.mysqlPool(config, db.options.MaxOpen)
	if err != nil {
		return err
	}
	db.engine = &mysqlEngine{db: write, server: server, counts: &db.counts, observer: db.observer, options: &db.options}
	primary, err := db.readingPool(config, server)
	if err != nil {
		return err
	}
	read, err := db.openReplicas(db.counted(primary), server)
	if err != nil {
		return err
	}
	db.write, db.read, err = db.openGORM(
		newMySQLDialect(db.counted(write), server.mariaDB),
		newMySQLDialect(read, server.mariaDB))
	return err
}

// readingPool opens a pool whose sessions refuse to write.
func (db *DB) readingPool(config *driver.Config, server *mysqlServer) (*sql.DB, error) {
	reading := config.Clone()
	reading.Params[server.readOnlyVariable()] = "1"
	pool, err := db.mysqlPool(reading, db.options.MaxOpen)
	if err == nil {
		db.closeReaders = append(db.closeReaders, pool.Close)
	}
	return pool, err
}

// mysqlConfig reads mysql://user:password@host:port/schema?tls=...&socket=...
// The scheme has been looked at before, except that of a replica.
func mysqlConfig(raw string) (*driver.Config, error) {
	u, err := parseURL(raw)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "mysql" && u.Scheme != "mariadb" {
		return nil, fmt.Errorf("sqldb: a replica's URL has the scheme %q: write mysql://", u.Scheme)
	}
	config := driver.NewConfig()
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	config.DBName = strings.TrimPrefix(u.Path, "/")
	if config.DBName == "" || strings.Contains(config.DBName, "/") {
		return nil, errors.New("sqldb: the database URL names no schema: write mysql://user:password@host:3306/schema")
	}
	config.Net, config.Addr = "tcp", u.Host
	if u.Port() == "" {
		config.Addr = net.JoinHostPort(u.Hostname(), "3306")
	}
	if err := mysqlParameters(config, u.Query()); err != nil {
		return nil, err
	}
	config.Timeout = mysqlDialTimeout
	config.InterpolateParams = true
	config.ClientFoundRows = true
	config.Collation = "utf8mb4_bin"
	config.Loc = time.UTC
	config.Params = map[string]string{
		"time_zone":                "'+00:00'",
		"sql_mode":                 mysqlStrict,
		"innodb_lock_wait_timeout": mysqlLockWait,
	}
	return config, nil
}

func mysqlParameters(config *driver.Config, query url.Values) error {
	for name := range query {
		value := query.Get(name)
		switch name {
		case "socket":
			config.Net, config.Addr = "unix", value
		case "tls":
			if value != "true" && value != "false" && value != "skip-verify" && value != "preferred" {
				return fmt.Errorf("sqldb: tls=%q in the database URL: write true, false, skip-verify or preferred", value)
			}
			config.TLSConfig = value
		default:
			return fmt.Errorf("sqldb: unknown parameter %q in the database URL: tls and socket are known", name)
		}
	}
	return nil
}

func (db *DB) mysqlPool(config *driver.Config, connections int) (*sql.DB, error) {
	connector, err := driver.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("sqldb: open MySQL: %w", err)
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	pool.SetConnMaxLifetime(mysqlMaxLifetime)
	return pool, nil
}
