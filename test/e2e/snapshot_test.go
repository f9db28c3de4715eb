package e2e_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// openReadOnly opens the database file of one service beside the running shop.
func openReadOnly(t *testing.T, data, service string) *sql.DB {
	t.Helper()
	dsn := url.URL{Scheme: "file", Path: filepath.Join(data, service+".db"), RawQuery: "mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)"}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// moving are the tables in which a refused request, or the mere passing of
// time, may leave something: counters of failures and the audit log. Of the
// outbox only the number of rows counts, because each is published in its own
// time.
var moving = []string{"attempts", "audit_entries", "audit_unsealed", "audit_links"}

// state is everything that a shop keeps, row by row: "order.carts" to rows.
type state map[string][]string

// keeps reads the whole state of the shop once it has come to rest.
func (s *shop) keeps(t *testing.T) state {
	t.Helper()
	var before state
	calm := 0
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	eventually(t, "the shop coming to rest", func() bool {
		<-tick.C
		after := s.read(t)
		if before != nil && len(before.differences(after)) == 0 {
			calm++
		} else {
			calm = 0
		}
		before = after
		return calm == 5
	})
	return before
}

func (s *shop) read(t *testing.T) state {
	t.Helper()
	all := state{}
	files, err := filepath.Glob(filepath.Join(s.data, "*.db"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no databases in %s: %v", s.data, err)
	}
	for _, file := range files {
		service := strings.TrimSuffix(filepath.Base(file), ".db")
		db := openReadOnly(t, s.data, service)
		for _, table := range column(t, db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND sql NOT LIKE '%VIRTUAL%'") {
			if slices.Contains(moving, table[0]) {
				continue
			}
			rows := column(t, db, fmt.Sprintf("SELECT * FROM %q", table[0]))
			for _, row := range rows {
				line := strings.Join(row, " | ")
				if table[0] == "outbox" {
					line = row[0]
				}
				all[service+"."+table[0]] = append(all[service+"."+table[0]], line)
			}
			slices.Sort(all[service+"."+table[0]])
		}
		_ = db.Close()
	}
	return all
}

// column reads rows of whatever shape as text.
func column(t *testing.T, db *sql.DB, query string) [][]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for rows.Next() {
		values, targets := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(values))
		for i, value := range values {
			if raw, ok := value.([]byte); ok {
				value = string(raw)
			}
			row[i] = fmt.Sprint(value)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// differences lists the rows that came and went.
func (s state) differences(after state) []string {
	var all []string
	for table, rows := range after {
		for _, row := range lack(s[table], rows) {
			all = append(all, "+ "+table+": "+row)
		}
	}
	for table, rows := range s {
		for _, row := range lack(after[table], rows) {
			all = append(all, "- "+table+": "+row)
		}
	}
	slices.Sort(all)
	return all
}

// lack lists the rows of wanted that sorted have does not hold.
func lack(have, wanted []string) []string {
	var missing []string
	for _, row := range wanted {
		if _, found := slices.BinarySearch(have, row); !found {
			missing = append(missing, row)
		}
	}
	return missing
}

// requireUnchanged fails when the shop keeps anything else than before.
func (s *shop) requireUnchanged(t *testing.T, before state, after string) {
	t.Helper()
	differing := before.differences(s.keeps(t))
	for i, line := range differing {
		if i == 12 {
			t.Errorf("… and %d rows more", len(differing)-i)
			break
		}
		t.Errorf("%s changed what the shop keeps: %.600s", after, line)
	}
}
