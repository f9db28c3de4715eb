package sqldb

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// Rows reads what "SELECT <the columns of T> " + rest finds, for instance
// "FROM orders WHERE id = ?". It is for the reads that every request makes:
// GORM builds a statement and a scanner for each row anew, and takes longer than
// SQLite does. T is a plain row; db is a Reader or a Tx's DB; values are scalars.
func Rows[T any](db *gorm.DB, rest string, values ...any) (found []T, err error) {
	plan, err := selectPlanOf[T](db)
	if err != nil {
		return nil, err
	}
	rows, err := db.Statement.ConnPool.QueryContext(db.Statement.Context, plan.columns+rest, values...)
	if err != nil {
		return nil, translated(db, err)
	}
	defer func() { err = cmp.Or(err, translated(db, rows.Close())) }()
	into := make([]any, len(plan.fields))
	for rows.Next() {
		var row T
		v := reflect.ValueOf(&row).Elem()
		for i, field := range plan.fields {
			into[i] = v.FieldByIndex(field).Addr().Interface()
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("sqldb: read a row into %T: %w", row, err)
		}
		found = append(found, row)
	}
	return found, translated(db, rows.Err())
}

// translated gives an error of the database GORM's name.
func translated(db *gorm.DB, err error) error {
	if translator, ok := db.Dialector.(gorm.ErrorTranslator); ok && err != nil {
		return translator.Translate(err)
	}
	return err
}

// selectPlan is how the rows of a type are read. It does not depend on the
// dialect: both read back quotes.
type selectPlan struct {
	columns string // "SELECT `id`,`name` "
	fields  [][]int
}

var selectPlans sync.Map // by reflect.Type

func selectPlanOf[T any](db *gorm.DB) (*selectPlan, error) {
	rowType := reflect.TypeFor[T]()
	if known, ok := selectPlans.Load(rowType); ok {
		return known.(*selectPlan), nil
	}
	statement := gorm.Statement{DB: db}
	if err := statement.Parse(reflect.New(rowType).Interface()); err != nil {
		return nil, fmt.Errorf("sqldb: columns of %s: %w", rowType, err)
	}
	plan := makeSelectPlan(statement.Schema)
	selectPlans.Store(rowType, plan)
	return plan, nil
}

func makeSelectPlan(s *schema.Schema) *selectPlan {
	plan := &selectPlan{}
	for _, name := range s.DBNames {
		plan.fields = append(plan.fields, s.FieldsByDBName[name].StructField.Index)
	}
	plan.columns = "SELECT `" + strings.Join(s.DBNames, "`,`") + "` "
	return plan
}
