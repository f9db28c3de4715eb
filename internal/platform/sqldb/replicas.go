package sqldb

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"gorm.io/gorm"

	"pasar/internal/platform/clock"
)

// replicaRest is how long a replica that did not answer is left alone.
const replicaRest = 5 * time.Second

type currentKey struct{}

// Current returns ctx whose reads see everything that is committed: they go to
// the primary, not to a replica that may lag behind it. It changes nothing
// where there are no replicas.
func Current(ctx context.Context) context.Context {
	return context.WithValue(ctx, currentKey{}, true)
}

// spread shares reads among replicas. A replica that does not answer costs one
// failed try: the primary takes the read, and the replica rests for a while.
type spread struct {
	gorm.ConnPool // the primary
	replicas      []*replica
	turn          atomic.Uint32
	clock         clock.Clock
	log           *slog.Logger
}

type replica struct {
	gorm.ConnPool
	address   string
	downUntil atomic.Int64 // microseconds
}

func (s *spread) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if r := s.pick(ctx); r != nil {
		rows, err := r.QueryContext(ctx, query, args...)
		if !s.unreachable(ctx, r, err) {
			return rows, err
		}
	}
	return s.ConnPool.QueryContext(ctx, query, args...)
}

func (s *spread) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if r := s.pick(ctx); r != nil {
		row := r.QueryRowContext(ctx, query, args...)
		if !s.unreachable(ctx, r, row.Err()) {
			return row
		}
	}
	return s.ConnPool.QueryRowContext(ctx, query, args...)
}

// pick returns the next replica that is not resting, or nil for the primary.
func (s *spread) pick(ctx context.Context) *replica {
	if ctx.Value(currentKey{}) != nil {
		return nil
	}
	now := s.clock.Now().UnixMicro()
	for range s.replicas {
		r := s.replicas[int(s.turn.Add(1))%len(s.replicas)]
		if r.downUntil.Load() <= now {
			return r
		}
	}
	return nil
}

// unreachable reports whether err means that the replica is not there, and if
// so has it rest.
func (s *spread) unreachable(ctx context.Context, r *replica, err error) bool {
	var network net.Error
	gone := errors.Is(err, sqldriver.ErrBadConn) || errors.Is(err, driver.ErrInvalidConn) ||
		errors.Is(err, io.EOF) || errors.As(err, &network)
	if !gone || ctx.Err() != nil {
		return false
	}
	r.downUntil.Store(s.clock.Now().Add(replicaRest).UnixMicro())
	s.log.WarnContext(ctx, "sqldb: a replica does not answer; the primary takes its reads",
		"replica", r.address, "rest", replicaRest, "error", err)
	return true
}

// openReplicas opens a reading pool for each URL and puts them before primary.
func (db *DB) openReplicas(primary gorm.ConnPool, server *mysqlServer) (gorm.ConnPool, error) {
	if len(db.options.Replicas) == 0 {
		return primary, nil
	}
	s := &spread{ConnPool: primary, clock: db.options.Clock, log: db.options.Log}
	for _, raw := range db.options.Replicas {
		config, err := mysqlConfig(raw)
		if err != nil {
			return nil, err
		}
		server.session(config)
		pool, err := db.readingPool(config, server)
		if err != nil {
			return nil, err
		}
		s.replicas = append(s.replicas, &replica{
			ConnPool: db.counted(pool), address: config.Addr,
		})
	}
	return s, nil
}
