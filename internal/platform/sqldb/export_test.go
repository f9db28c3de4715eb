package sqldb

// Waiting is how many transactions are queued for SQLite's writer.
func (db *DB) Waiting() int { return len(db.engine.(*writer).queue) }
