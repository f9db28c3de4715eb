// Package sqldb is the relational store of a service: SQLite in one file, or
// MySQL and MariaDB, behind one set of calls and one set of errors.
//
// InTx is the only way to write. On SQLite it group-commits: the transactions
// that are waiting share one fsync. On MySQL it repeats the closure after a
// deadlock. Either way the closure may run more than once, so it must not do
// anything that a rollback does not undo: no remote call, no channel send.
//
// A transaction carries three things together: the change of state, the events
// that tell of it (Emit, into the outbox table) and the answer kept for its
// Idempotency-Key (Remember, or Claim and Complete).
//
// Errors are GORM's on both dialects: gorm.ErrDuplicatedKey,
// gorm.ErrForeignKeyViolated, gorm.ErrCheckConstraintViolated,
// gorm.ErrRecordNotFound. Rows affected are rows matched on both dialects, so a
// conditional UPDATE that matched nothing reports 0 and one that changed
// nothing reports 1. The exception is ON CONFLICT, which the dialects count
// differently: insert plainly and test for gorm.ErrDuplicatedKey instead.
//
// Times are kept as Micros, a BIGINT of microseconds since 1970, which both
// dialects give back exactly.
package sqldb
