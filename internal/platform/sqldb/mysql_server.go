package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	driver "github.com/go-sql-driver/mysql"
)

// mysqlServer is what has to be known of a server before talking to it.
type mysqlServer struct {
	version   string
	mariaDB   bool
	variables map[string]string // the durability settings, as the server has them
}

// The settings without which an acknowledged commit may be lost or overwritten.
const (
	varFlushLog  = "innodb_flush_log_at_trx_commit"
	varLogBin    = "log_bin"
	varSyncLog   = "sync_binlog"
	varSnapshots = "innodb_snapshot_isolation"
	varReadOnly  = "transaction_read_only"
)

// probeMySQL asks the server what it is, on a connection of its own.
func probeMySQL(ctx context.Context, config *driver.Config) (*mysqlServer, error) {
	connector, err := driver.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("sqldb: open MySQL: %w", err)
	}
	pool := sql.OpenDB(connector)
	server, err := askServer(ctx, pool)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: connect to MySQL at %s: %w", config.Addr, err), pool.Close())
	}
	return server, pool.Close()
}

func askServer(ctx context.Context, pool *sql.DB) (*mysqlServer, error) {
	server := &mysqlServer{variables: map[string]string{}}
	if err := pool.QueryRowContext(ctx, "SELECT VERSION()").Scan(&server.version); err != nil {
		return nil, err
	}
	server.mariaDB = strings.Contains(server.version, "MariaDB")
	rows, err := pool.QueryContext(ctx, "SHOW GLOBAL VARIABLES WHERE Variable_name IN (?, ?, ?, ?, ?)",
		varFlushLog, varLogBin, varSyncLog, varSnapshots, varReadOnly)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		server.variables[strings.ToLower(name)] = value
	}
	return server, rows.Err()
}

// session adds what every session sets for itself. READ COMMITTED lets a
// conditional UPDATE see the newest row, holds no gap locks and so has fewer
// deadlocks; nothing here relies on a snapshot that outlives a statement.
// MariaDB's snapshot isolation can be set by the session, so it is.
func (s *mysqlServer) session(config *driver.Config) {
	config.Params[s.isolationVariable()] = "'READ-COMMITTED'"
	if _, known := s.variables[varSnapshots]; known {
		config.Params[varSnapshots] = "1"
	}
}

// Before 11.1 MariaDB knew these two by their older names only.

func (s *mysqlServer) readOnlyVariable() string {
	if _, known := s.variables[varReadOnly]; known {
		return varReadOnly
	}
	return "tx_read_only"
}

func (s *mysqlServer) isolationVariable() string {
	if s.readOnlyVariable() == varReadOnly {
		return "transaction_isolation"
	}
	return "tx_isolation"
}

// unsafe says what makes the server lose acknowledged commits, and the remedy;
// it is empty for a safe one.
func (s *mysqlServer) unsafe() []string {
	var found []string
	if v := s.variables[varFlushLog]; v != "1" {
		found = append(found, fmt.Sprintf("%s is %s: a power cut loses acknowledged commits; set %s=1 on the server", varFlushLog, v, varFlushLog))
	}
	if v := s.variables[varSyncLog]; s.variables[varLogBin] == "ON" && v != "1" {
		found = append(found, fmt.Sprintf("%s is %s while %s is ON: after a power cut replicas and point-in-time recovery lack commits; set %s=1 on the server", varSyncLog, v, varLogBin, varSyncLog))
	}
	if _, known := s.variables[varSnapshots]; s.mariaDB && !known {
		found = append(found, fmt.Sprintf("this MariaDB (%s) has no %s, without which it may overwrite a row that changed since it was read; upgrade to 10.11.9 or later", s.version, varSnapshots))
	}
	return found
}
