package sqldb

import (
	"context"
	"database/sql"
	"sync"
)

// maxStatements bounds the prepared statements kept for a connection or pool.
// Lists of varying length make new texts, so the number has no natural end.
const maxStatements = 512

// statements keeps prepared statements by their text. GORM has a cache of its
// own, but prepares anew in every transaction and runs a goroutine nobody stops.
type statements struct {
	on preparer

	mu     sync.RWMutex
	byText map[string]*sql.Stmt
}

type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

func newStatements(on preparer) *statements {
	return &statements{on: on, byText: make(map[string]*sql.Stmt)}
}

func (s *statements) get(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.RLock()
	stmt := s.byText[query]
	s.mu.RUnlock()
	if stmt != nil {
		return stmt, nil
	}
	// Prepared outside the lock: a slow one must not hold up the others.
	fresh, err := s.on.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	stmt = s.byText[query]
	if stmt == nil {
		s.byText[query] = fresh
	}
	s.mu.Unlock()
	if stmt != nil {
		return stmt, fresh.Close()
	}
	return fresh, nil
}

// trim closes every statement once there are too many. No statement may be
// running on a *sql.Conn while it is trimmed; on a *sql.DB, database/sql closes
// a statement when its last user is done.
func (s *statements) trim() error {
	s.mu.RLock()
	full := len(s.byText) > maxStatements
	s.mu.RUnlock()
	if !full {
		return nil
	}
	return s.close()
}

func (s *statements) close() error {
	s.mu.Lock()
	old := s.byText
	s.byText = make(map[string]*sql.Stmt)
	s.mu.Unlock()
	var first error
	for _, stmt := range old {
		if err := stmt.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
