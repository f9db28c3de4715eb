package sqldb

import "sync/atomic"

// Stats counts what a DB has done since it was opened.
type Stats struct {
	Statements   uint64 // SQL statements, without BEGIN, COMMIT and SAVEPOINT
	Upkeep       uint64 // of Statements, those of the outbox relay
	Control      uint64 // BEGIN, COMMIT, ROLLBACK and SAVEPOINT orders
	Transactions uint64 // closures run by InTx that were committed
	Rollbacks    uint64 // closures run by InTx that were rolled back
	Commits      uint64 // commits, each one fsync
	Batches      uint64 // SQLite: group commits of two closures or more
	Retries      uint64 // closures run again after a deadlock or a failed commit
}

type counters struct {
	statements, upkeep, control, transactions, rollbacks, commits, batches, retries atomic.Uint64
}

func (c *counters) stats() Stats {
	return Stats{
		Statements:   c.statements.Load(),
		Upkeep:       c.upkeep.Load(),
		Control:      c.control.Load(),
		Transactions: c.transactions.Load(),
		Rollbacks:    c.rollbacks.Load(),
		Commits:      c.commits.Load(),
		Batches:      c.batches.Load(),
		Retries:      c.retries.Load(),
	}
}
