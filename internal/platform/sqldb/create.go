package sqldb

import (
	"reflect"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// Create inserts a row, or a slice of rows with one statement. It does what
// GORM's Create does, and leaves to it what is not plain: hooks, associations,
// columns that the database fills in. GORM's way takes longer than SQLite does.
func (tx *Tx) Create(value any) *gorm.DB {
	query, values, plain := tx.insertion(value)
	if !plain {
		return tx.DB.Create(value)
	}
	return tx.Exec(query, values...)
}

// inserts are the plans by type of row; nil for a type that is not plain.
type inserts struct{ byType sync.Map }

type insertPlan struct {
	head, tuple string
	fields      []*schema.Field
}

func (tx *Tx) insertion(value any) (query string, values []any, plain bool) {
	rows := reflect.Indirect(reflect.ValueOf(value))
	count, rowType := 1, rows.Type()
	if rows.Kind() == reflect.Slice {
		count, rowType = rows.Len(), rowType.Elem()
	}
	if rowType.Kind() != reflect.Struct || count == 0 {
		return "", nil, false
	}
	plan := tx.insertPlan(rowType)
	if plan == nil {
		return "", nil, false
	}
	values = make([]any, 0, count*len(plan.fields))
	for i := range count {
		row := rows
		if rows.Kind() == reflect.Slice {
			row = rows.Index(i)
		}
		for _, field := range plan.fields {
			v, zero := field.ValueOf(tx.ctx, row)
			if zero && (field.AutoCreateTime > 0 || field.AutoUpdateTime > 0) {
				return "", nil, false
			}
			values = append(values, v)
		}
	}
	return plan.head + plan.tuple + strings.Repeat(","+plan.tuple, count-1), values, scalars(values)
}

func (tx *Tx) insertPlan(rowType reflect.Type) *insertPlan {
	if known, ok := tx.db.inserts.byType.Load(rowType); ok {
		return known.(*insertPlan)
	}
	plan := tx.makeInsertPlan(rowType)
	tx.db.inserts.byType.Store(rowType, plan)
	return plan
}

func (tx *Tx) makeInsertPlan(rowType reflect.Type) *insertPlan {
	statement := gorm.Statement{DB: tx.DB}
	if err := statement.Parse(reflect.New(rowType).Interface()); err != nil {
		return nil // GORM says what is wrong
	}
	s := statement.Schema
	if len(s.FieldsWithDefaultDBValue) > 0 || len(s.Relationships.Relations) > 0 || len(s.CreateClauses) > 0 ||
		s.BeforeCreate || s.BeforeSave || s.AfterCreate || s.AfterSave {
		return nil
	}
	plan := &insertPlan{tuple: "(?" + strings.Repeat(",?", len(s.DBNames)-1) + ")"}
	var head strings.Builder
	head.WriteString("INSERT INTO ")
	tx.Dialector.QuoteTo(&head, s.Table)
	for i, name := range s.DBNames {
		field := s.FieldsByDBName[name]
		if !field.Creatable || field.HasDefaultValue || field.Serializer != nil {
			return nil
		}
		plan.fields = append(plan.fields, field)
		if i == 0 {
			head.WriteString(" (")
		} else {
			head.WriteString(",")
		}
		tx.Dialector.QuoteTo(&head, name)
	}
	head.WriteString(") VALUES ")
	plan.head = head.String()
	return plan
}
