package simulator

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"gorm.io/gorm"

	"pasar/internal/platform/sqldb"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the schema, by dialect.
func Migrations() fs.FS { return sqldb.Embedded(migrations) }

const maxStale = 10

var (
	errNotFound  = errors.New("simulator: not found")
	errStale     = errors.New("simulator: the charge changed meanwhile")
	errUnchanged = errors.New("simulator: nothing to write")
)

type chargeRow struct {
	ID       string
	Document string
	Version  int64
}

func (r chargeRow) charge() (*charge, error) {
	c := &charge{}
	if err := json.Unmarshal([]byte(r.Document), c); err != nil {
		return nil, fmt.Errorf("simulator: decode charge %s: %w", r.ID, err)
	}
	c.Version = r.Version
	return c, nil
}

// find reads a charge by "id", "reference" or "page_token".
func (s *Simulator) find(ctx context.Context, column, value string) (*charge, error) {
	return findIn(s.config.DB.Reader(ctx), column, value)
}

func findIn(db *gorm.DB, column, value string) (*charge, error) {
	rows, err := sqldb.Rows[chargeRow](db, "FROM simulator_charges WHERE "+column+" = ?", value)
	if err != nil {
		return nil, fmt.Errorf("simulator: read charge: %w", err)
	}
	if len(rows) == 0 {
		return nil, errNotFound
	}
	return rows[0].charge()
}

// insert stores a new charge and its first webhooks. gorm.ErrDuplicatedKey
// means that the reference is taken.
func (s *Simulator) insert(ctx context.Context, c *charge, kinds ...string) error {
	err := s.config.DB.InTx(ctx, func(tx *sqldb.Tx) error {
		c.Notices = 0
		notices, err := s.notices(c, kinds)
		if err != nil {
			return err
		}
		document, err := json.Marshal(c)
		if err != nil {
			return err
		}
		err = tx.Exec("INSERT INTO simulator_charges (id, reference, page_token, document, version, created_at) VALUES (?, ?, ?, ?, 1, ?)",
			c.ID, c.Reference, c.PageToken, string(document), sqldb.At(c.CreatedAt)).Error
		if err != nil {
			return err
		}
		return insertNotices(tx, notices)
	})
	if err == nil {
		s.pulse()
	}
	return err
}

// change applies do to a charge and stores it together with the webhooks that
// tell of it. do returns their kinds, or errUnchanged when there is nothing to
// write; it may run more than once, each time on a fresh charge.
func (s *Simulator) change(ctx context.Context, column, value string, do func(c *charge) (kinds []string, err error)) (*charge, error) {
	var changed *charge
	var err error
	for range maxStale {
		err = s.config.DB.InTx(ctx, func(tx *sqldb.Tx) error {
			if changed, err = findIn(tx.DB, column, value); err != nil {
				return err
			}
			kinds, err := do(changed)
			if err != nil {
				return err
			}
			return s.update(tx, changed, kinds)
		})
		if !errors.Is(err, errStale) {
			break
		}
	}
	if err == nil {
		s.pulse()
	}
	if errors.Is(err, errUnchanged) {
		err = nil
	}
	return changed, err
}

func (s *Simulator) update(tx *sqldb.Tx, c *charge, kinds []string) error {
	notices, err := s.notices(c, kinds)
	if err != nil {
		return err
	}
	document, err := json.Marshal(c)
	if err != nil {
		return err
	}
	result := tx.Exec("UPDATE simulator_charges SET document = ?, version = version + 1 WHERE id = ? AND version = ?",
		string(document), c.ID, c.Version)
	if result.Error != nil {
		return fmt.Errorf("simulator: update charge %s: %w", c.ID, result.Error)
	}
	if result.RowsAffected == 0 {
		return errStale
	}
	return insertNotices(tx, notices)
}

// current reads a charge, expired if its time is over.
func (s *Simulator) current(ctx context.Context, column, value string) (*charge, error) {
	c, err := s.find(ctx, column, value)
	if err != nil || !c.expire(s.config.Clock.Now()) {
		return c, err
	}
	return s.change(ctx, column, value, func(c *charge) ([]string, error) {
		if c.expire(s.config.Clock.Now()) {
			return []string{"charge.expired"}, nil
		}
		return nil, errUnchanged
	})
}

// notice is one webhook to deliver.
type notice struct {
	ID        string
	EventID   string
	URL       string `gorm:"column:url"`
	Body      string
	Trace     string
	Attempts  int
	DueAt     sqldb.Micros
	CreatedAt sqldb.Micros
}

func (notice) TableName() string { return "simulator_notices" }

func insertNotices(tx *sqldb.Tx, notices []notice) error {
	if len(notices) == 0 {
		return nil
	}
	if err := tx.Create(&notices).Error; err != nil {
		return fmt.Errorf("simulator: insert notices: %w", err)
	}
	return nil
}

func (s *Simulator) dueNotices(ctx context.Context, now time.Time, limit int) ([]notice, error) {
	var due []notice
	err := s.config.DB.Reader(ctx).Where("due_at <= ?", sqldb.At(now)).Order("due_at").Limit(limit).Find(&due).Error
	if err != nil {
		return nil, fmt.Errorf("simulator: read due notices: %w", err)
	}
	return due, nil
}

// nextDue returns when the next notice is due after now; ok is false when none is.
func (s *Simulator) nextDue(ctx context.Context, now time.Time) (next time.Time, ok bool, err error) {
	var due []sqldb.Micros
	err = s.config.DB.Reader(ctx).Raw("SELECT due_at FROM simulator_notices WHERE due_at > ? ORDER BY due_at LIMIT 1", sqldb.At(now)).Scan(&due).Error
	if err != nil || len(due) == 0 {
		return time.Time{}, false, err
	}
	return due[0].Time(), true, nil
}

func (s *Simulator) removeNotice(ctx context.Context, id string) error {
	return s.config.DB.InTx(ctx, func(tx *sqldb.Tx) error {
		return tx.Exec("DELETE FROM simulator_notices WHERE id = ?", id).Error
	})
}

func (s *Simulator) postponeNotice(ctx context.Context, id string, attempts int, due time.Time) error {
	return s.config.DB.InTx(ctx, func(tx *sqldb.Tx) error {
		return tx.Exec("UPDATE simulator_notices SET attempts = ?, due_at = ? WHERE id = ?", attempts, sqldb.At(due), id).Error
	})
}
