package sqldb

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// CheckSchema compares the schema with what this binary needs, without changing
// it. The error says what to run.
func (db *DB) CheckSchema(ctx context.Context) error {
	lines, err := db.lineages()
	if err != nil {
		return err
	}
	for _, line := range lines {
		if err := db.checkLine(ctx, line); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) checkLine(ctx context.Context, line lineage) error {
	needed, err := newestVersion(line.files)
	if err != nil {
		return fmt.Errorf("sqldb: migrations of %s: %w", line.name, err)
	}
	current, err := db.schemaVersion(ctx, line.table)
	if err != nil {
		return fmt.Errorf("sqldb: schema version of %s: %w", line.name, err)
	}
	switch {
	case current < needed:
		return fmt.Errorf("sqldb: the %s schema of the %s database is at version %d and this binary needs %d: run \"pasar migrate\"",
			line.name, db.options.Name, current, needed)
	case current > needed:
		return fmt.Errorf("sqldb: the %s schema of the %s database is at version %d, newer than the %d this binary knows: run the newer binary",
			line.name, db.options.Name, current, needed)
	}
	return nil
}

// newestVersion is the highest number of the NNNN_name.sql files.
func newestVersion(files fs.FS) (int64, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return 0, err
	}
	var newest int64
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		newest = max(newest, version)
	}
	return newest, nil
}

// schemaVersion is 0 when nothing has been migrated yet.
func (db *DB) schemaVersion(ctx context.Context, table string) (int64, error) {
	exists := "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
	if db.dialect == dialectMySQL {
		exists = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?"
	}
	var count int
	if err := db.Reader(Current(ctx)).Raw(exists, table).Scan(&count).Error; err != nil || count == 0 {
		return 0, err
	}
	var version int64
	query := "SELECT COALESCE(MAX(version_id), 0) FROM " + table + " WHERE is_applied"
	err := db.Reader(Current(ctx)).Raw(query).Scan(&version).Error
	return version, err
}
