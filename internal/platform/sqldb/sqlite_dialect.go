package sqldb

import (
	"errors"
	"strconv"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/migrator"
	"gorm.io/gorm/schema"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteDialect teaches GORM the SQL of SQLite. GORM's own driver imports the
// cgo binding and does not translate the errors of the pure Go one.
type sqliteDialect struct {
	pool gorm.ConnPool
}

func (sqliteDialect) Name() string { return dialectSQLite }

func (d sqliteDialect) Initialize(db *gorm.DB) error {
	db.ConnPool = d.pool
	callbacks.RegisterDefaultCallbacks(db, &callbacks.Config{
		CreateClauses:        []string{"INSERT", "VALUES", "ON CONFLICT", "RETURNING"},
		UpdateClauses:        []string{"UPDATE", "SET", "FROM", "WHERE", "RETURNING"},
		DeleteClauses:        []string{"DELETE", "FROM", "WHERE", "RETURNING"},
		LastInsertIDReversed: true,
	})
	db.ClauseBuilders["LIMIT"] = buildLimit
	db.ClauseBuilders["FOR"] = buildLocking
	return nil
}

// buildLimit writes LIMIT -1 when there is only an offset: SQLite has no OFFSET
// without LIMIT.
func buildLimit(c clause.Clause, b clause.Builder) {
	limit, ok := c.Expression.(clause.Limit)
	if !ok {
		c.Build(b)
		return
	}
	rows := -1
	if limit.Limit != nil && *limit.Limit >= 0 {
		rows = *limit.Limit
	}
	if rows >= 0 || limit.Offset > 0 {
		write(b, "LIMIT "+strconv.Itoa(rows))
	}
	if limit.Offset > 0 {
		write(b, " OFFSET "+strconv.Itoa(limit.Offset))
	}
}

// buildLocking leaves FOR UPDATE out: a SQLite transaction locks everything.
func buildLocking(c clause.Clause, b clause.Builder) {
	if _, ok := c.Expression.(clause.Locking); !ok {
		c.Build(b)
	}
}

// write appends to a statement's buffer, which cannot fail.
func write(w clause.Writer, s string) { _, _ = w.WriteString(s) }

func (sqliteDialect) Migrator(db *gorm.DB) gorm.Migrator {
	return migrator.Migrator{Config: migrator.Config{DB: db, Dialector: db.Dialector}}
}

func (sqliteDialect) DataTypeOf(field *schema.Field) string {
	switch field.DataType {
	case schema.Bool, schema.Int, schema.Uint:
		return "INTEGER"
	case schema.Float:
		return "REAL"
	case schema.String:
		return "TEXT"
	case schema.Bytes:
		return "BLOB"
	}
	return string(field.DataType)
}

func (sqliteDialect) DefaultValueOf(*schema.Field) clause.Expression {
	return clause.Expr{SQL: "NULL"}
}

func (sqliteDialect) BindVarTo(w clause.Writer, _ *gorm.Statement, _ any) { write(w, "?") }

// QuoteTo writes a name, which may be table.column, in back quotes.
func (sqliteDialect) QuoteTo(w clause.Writer, name string) {
	write(w, "`")
	for i := range len(name) {
		switch name[i] {
		case '`':
			// A name that came quoted already stays quoted once.
		case '.':
			write(w, "`.`")
		default:
			_ = w.WriteByte(name[i])
		}
	}
	write(w, "`")
}

func (sqliteDialect) Explain(query string, vars ...any) string {
	return logger.ExplainSQL(query, nil, `"`, vars...)
}

// Translate gives constraint errors the names GORM has for them.
func (sqliteDialect) Translate(err error) error {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return err
	}
	switch failure.Code() {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return named(gorm.ErrDuplicatedKey, err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return named(gorm.ErrForeignKeyViolated, err)
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return named(gorm.ErrCheckConstraintViolated, err)
	}
	return err
}

// endsSQLite reports whether SQLite may have rolled back the whole transaction
// by itself.
func endsSQLite(err error) bool {
	switch primaryCode(err) {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY,
		sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_READONLY:
		return true
	}
	return false
}

// busySQLite reports whether somebody else has the file.
func busySQLite(err error) bool { return primaryCode(err) == sqlite3.SQLITE_BUSY }

// primaryCode is the low byte of SQLite's result code, or 0.
func primaryCode(err error) int {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return 0
	}
	return failure.Code() & 0xff
}
