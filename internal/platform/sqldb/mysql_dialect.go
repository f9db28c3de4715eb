package sqldb

import (
	"errors"

	driver "github.com/go-sql-driver/mysql"
	"gorm.io/driver/mysql"
	"gorm.io/gorm"
)

// Error numbers of MySQL and MariaDB.
const (
	erDuplicateKey      = 1062
	erLockWaitTimeout   = 1205
	erDeadlock          = 1213
	erRowIsReferenced   = 1451
	erNoReferencedRow   = 1452
	erDuplicateKeyNamed = 1586
	erRecordChanged     = 1020 // MariaDB: changed since the snapshot was taken
	erCheckMySQL        = 3819
	erCheckMariaDB      = 4025
)

// mysqlDialect is GORM's own, with CHECK constraints told apart as well.
type mysqlDialect struct {
	mysql.Dialector
}

func newMySQLDialect(pool gorm.ConnPool, mariaDB bool) mysqlDialect {
	config := mysql.Config{
		Conn: pool,
		// MariaDB could return inserted rows and MySQL could not: use neither.
		DisableWithReturning:      true,
		SkipInitializeWithVersion: true,
		DontSupportForShareClause: mariaDB,
	}
	return mysqlDialect{mysql.Dialector{Config: &config}}
}

// Translate gives constraint errors the names GORM has for them.
func (mysqlDialect) Translate(err error) error {
	switch mysqlError(err) {
	case erDuplicateKey, erDuplicateKeyNamed:
		return named(gorm.ErrDuplicatedKey, err)
	case erRowIsReferenced, erNoReferencedRow:
		return named(gorm.ErrForeignKeyViolated, err)
	case erCheckMySQL, erCheckMariaDB:
		return named(gorm.ErrCheckConstraintViolated, err)
	}
	return err
}

// mysqlError returns the server's number for err, or 0.
func mysqlError(err error) uint16 {
	var failure *driver.MySQLError
	if errors.As(err, &failure) {
		return failure.Number
	}
	return 0
}
