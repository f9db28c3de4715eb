package sqldb_test

import (
	"errors"
	"reflect"
	"testing"

	"gorm.io/gorm"

	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

type noteRow struct {
	ID        string `gorm:"primaryKey"`
	Text      *string
	Amount    int64
	CreatedAt sqldb.Micros
}

func (noteRow) TableName() string { return "notes" }

type countedRow struct {
	Sequence int64 `gorm:"primaryKey;autoIncrement"`
	Text     string
}

func (countedRow) TableName() string { return "counted" }

const createTables = `CREATE TABLE notes (id VARCHAR(40) NOT NULL PRIMARY KEY, text VARCHAR(40), amount BIGINT NOT NULL, created_at BIGINT NOT NULL);`

func createSchema() (sqlite, mysql string) {
	return createTables + "\nCREATE TABLE counted (sequence INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL);",
		createTables + "\nCREATE TABLE counted (sequence BIGINT PRIMARY KEY AUTO_INCREMENT, text TEXT NOT NULL);"
}

// Create has to store what GORM's own stores.
func TestCreateStoresWhatGORMStores(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, sqldbtest.Schema(createSchema()), func(t *testing.T, db *sqldb.DB) {
		text := "ünï"
		make3 := func(prefix string) []noteRow {
			return []noteRow{
				{ID: prefix + "1", Text: &text, Amount: -5, CreatedAt: 7},
				{ID: prefix + "2", CreatedAt: 9007199254740993},
				{ID: prefix + "3", Text: new(string), CreatedAt: 1},
			}
		}
		ours, theirs := make3("o"), make3("t")
		put(t, db, func(tx *sqldb.Tx) error {
			return errors.Join(tx.Create(&ours).Error, tx.DB.Create(&theirs).Error, tx.Create(&noteRow{ID: "single", CreatedAt: 1}).Error)
		})
		read := func(prefix string) (rows []noteRow) {
			if err := db.Reader(t.Context()).Where("id LIKE ?", prefix+"%").Order("id").Find(&rows).Error; err != nil {
				t.Fatal(err)
			}
			for i := range rows {
				rows[i].ID = rows[i].ID[1:]
			}
			return rows
		}
		if a, b := read("o"), read("t"); len(a) != 3 || !reflect.DeepEqual(a, b) {
			t.Errorf("ours %+v, GORM's %+v", a, b)
		}
		if n := count(t, db, "SELECT COUNT(*) FROM notes WHERE id = 'single'"); n != 1 {
			t.Errorf("%d single rows", n)
		}
	})
}

// What is not plain stays GORM's: numbers that the database gives, an empty
// slice, and the names of errors.
func TestCreateLeavesTheRestToGORM(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, sqldbtest.Schema(createSchema()), func(t *testing.T, db *sqldb.DB) {
		numbered := []countedRow{{Text: "a"}, {Text: "b"}}
		put(t, db, func(tx *sqldb.Tx) error {
			return errors.Join(tx.Create(&numbered).Error, tx.Create(&noteRow{ID: "taken"}).Error)
		})
		if numbered[0].Sequence == 0 || numbered[1].Sequence != numbered[0].Sequence+1 {
			t.Errorf("numbers = %+v", numbered)
		}
		err := db.InTx(t.Context(), func(tx *sqldb.Tx) error { return tx.Create(&noteRow{ID: "taken"}).Error })
		if !errors.Is(err, gorm.ErrDuplicatedKey) {
			t.Errorf("a taken key: %v", err)
		}
		if err := db.InTx(t.Context(), func(tx *sqldb.Tx) error { return tx.Create(&[]noteRow{}).Error }); !errors.Is(err, gorm.ErrEmptySlice) {
			t.Errorf("no rows: %v", err)
		}
	})
}

// Rows has to read what GORM's Find reads, in a transaction and outside.
func TestRowsReadsWhatGORMReads(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, sqldbtest.Schema(createSchema()), func(t *testing.T, db *sqldb.DB) {
		text := "ünï"
		put(t, db, func(tx *sqldb.Tx) error {
			if err := tx.Create(&[]noteRow{{ID: "1", Text: &text, Amount: -5}, {ID: "2", CreatedAt: 9007199254740993}}).Error; err != nil {
				return err
			}
			inside, err := sqldb.Rows[noteRow](tx.DB, "FROM notes WHERE id > ?", "1")
			if len(inside) != 1 || inside[0].ID != "2" {
				t.Errorf("inside %+v, %v", inside, err)
			}
			return err
		})
		var want []noteRow
		if err := db.Reader(t.Context()).Order("id DESC").Find(&want).Error; err != nil {
			t.Fatal(err)
		}
		got, err := sqldb.Rows[noteRow](db.Reader(t.Context()), "FROM notes WHERE amount < ? ORDER BY id DESC", 100)
		if err != nil || len(got) != 2 || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
		if none, err := sqldb.Rows[noteRow](db.Reader(t.Context()), "FROM notes WHERE id = ?", "3"); none != nil || err != nil {
			t.Errorf("no row: %+v, %v", none, err)
		}
		if _, err := sqldb.Rows[noteRow](db.Reader(t.Context()), "FROM nowhere"); err == nil {
			t.Error("read a table that is not there")
		}
	})
}
