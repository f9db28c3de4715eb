package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// DB is a service's database. Its methods are safe for concurrent use.
type DB struct {
	options  Options
	dialect  string
	counts   counters
	observer *observer
	engine   engine
	write    *gorm.DB // a template: each transaction puts its own pool into it
	read     *gorm.DB
	ready    chan struct{} // pulsed after a commit that emitted
	claims   claims
	inserts  inserts

	closeReaders []func() error
	migrationDB  func() (*sql.DB, error) // a pool of its own, for the migrations' DDL
}

// Open opens the database at o.URL. It changes nothing in it: call Migrate, or
// CheckSchema where somebody else migrates. A MySQL server that may lose
// acknowledged commits is refused, unless o.Unsafe.
func Open(ctx context.Context, o Options) (*DB, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	dialect, rest, err := o.scheme()
	if err != nil {
		return nil, err
	}
	db := &DB{options: o, dialect: dialect, ready: make(chan struct{}, 1)}
	db.claims.until = make(map[string]time.Time)
	if db.observer, err = newObserver(o, dialect); err != nil {
		return nil, err
	}
	open := openSQLite
	if dialect == dialectMySQL {
		open = openMySQL
	}
	if err := open(ctx, db, rest); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := db.engine.checkDurability(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// counted puts the counting and the measuring before a pool.
func (db *DB) counted(pool gorm.ConnPool) *plain {
	return &plain{on: pool, statements: &db.counts.statements, observer: db.observer}
}

func (db *DB) gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		Logger:                 logger.Discard,
		NowFunc:                db.options.Clock.Now,
	}
}

// Dialect is "sqlite" or "mysql".
func (db *DB) Dialect() string { return db.dialect }

// Reader returns the pool for reading, bound to ctx. It sees what is committed,
// on a replica perhaps a little later (see Current), and refuses to write.
func (db *DB) Reader(ctx context.Context) *gorm.DB { return db.read.WithContext(ctx) }

// Statements is how many SQL statements have been executed, without BEGIN,
// COMMIT and SAVEPOINT.
func (db *DB) Statements() uint64 { return db.counts.statements.Load() }

// Stats returns the counts since Open.
func (db *DB) Stats() Stats { return db.counts.stats() }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	if err := db.Reader(Current(ctx)).Raw("SELECT 1").Scan(&one).Error; err != nil {
		return fmt.Errorf("sqldb: %s database of %s: %w", db.dialect, db.options.Name, err)
	}
	return nil
}

// Close waits for the transactions that have begun or wait in the queue, and
// closes the connections. It may be called again.
func (db *DB) Close() error {
	var errs []error
	if db.engine != nil {
		errs = append(errs, db.engine.close())
	}
	for _, closeReader := range db.closeReaders {
		errs = append(errs, closeReader())
	}
	return errors.Join(errs...)
}
