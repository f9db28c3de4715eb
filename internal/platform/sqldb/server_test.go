package sqldb

import (
	"context"
	"log/slog"
	"strings"
	"testing"
)

func TestUnsafeServersAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		mariaDB   bool
		variables map[string]string
		want      []string // a part of each finding
	}{
		{"safe MySQL", false, map[string]string{varFlushLog: "1", varLogBin: "ON", varSyncLog: "1"}, nil},
		{"safe MariaDB", true, map[string]string{varFlushLog: "1", varLogBin: "OFF", varSyncLog: "0", varSnapshots: "OFF"}, nil},
		{"lazy log", false, map[string]string{varFlushLog: "2", varLogBin: "OFF"}, []string{"set innodb_flush_log_at_trx_commit=1"}},
		{"lazy binary log", false, map[string]string{varFlushLog: "1", varLogBin: "ON", varSyncLog: "1000"}, []string{"set sync_binlog=1"}},
		{"old MariaDB", true, map[string]string{varFlushLog: "1", varLogBin: "OFF"}, []string{"upgrade"}},
		{"everything", true, map[string]string{varFlushLog: "0", varLogBin: "ON", varSyncLog: "0"}, []string{"flush_log", "sync_binlog", "snapshot"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := &mysqlServer{mariaDB: c.mariaDB, variables: c.variables}
			found := server.unsafe()
			if len(found) != len(c.want) {
				t.Fatalf("found %q, want %d", found, len(c.want))
			}
			for i, want := range c.want {
				if !strings.Contains(found[i], want) {
					t.Errorf("finding %q does not say %q", found[i], want)
				}
			}
		})
	}
}

func TestUnsafeServerIsRefusedUnlessAllowed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	server := &mysqlServer{variables: map[string]string{varFlushLog: "2"}}
	refusing := &mysqlEngine{server: server, options: &Options{}}
	if err := refusing.checkDurability(ctx); err == nil || !strings.Contains(err.Error(), varFlushLog) {
		t.Errorf("error %v does not name the setting", err)
	}
	var log strings.Builder
	allowing := &mysqlEngine{server: server, options: &Options{Unsafe: true, Log: slog.New(slog.NewTextHandler(&log, nil))}}
	if err := allowing.checkDurability(ctx); err != nil {
		t.Errorf("allowed, but: %v", err)
	}
	if !strings.Contains(log.String(), varFlushLog) {
		t.Errorf("the log %q does not warn", log.String())
	}
}
