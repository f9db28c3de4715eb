// Package rest implements the contract of the user service: it maps the words
// of userapi to the heart and back, and decides nothing.
package rest

import (
	"time"

	"pasar/api"
	"pasar/api/userapi"
	"pasar/internal/platform/rest"
	"pasar/internal/user"
)

// Server is the user service as userapi knows it.
type Server struct{ heart *user.Service }

var _ userapi.Service = (*Server)(nil)

// New returns the contract's implementation.
func New(heart *user.Service) *Server { return &Server{heart: heart} }

// pageOf decodes the cursor of a list that is ordered by time and id, and asks
// for one row more than is shown, to know whether there is more.
func pageOf(p api.Paging) (user.Page, error) {
	page := user.Page{Limit: limitOf(p) + 1}
	if p.Cursor == "" {
		return page, nil
	}
	var micros int64
	if err := rest.DecodeCursor(p.Cursor, &micros, &page.BeforeID); err != nil {
		return page, err
	}
	page.BeforeAt = time.UnixMicro(micros).UTC()
	return page, nil
}

func limitOf(p api.Paging) int {
	if p.Limit == 0 {
		return 20 // a direct call, which no defaults were filled in for
	}
	return p.Limit
}

// listOf cuts the row that was read ahead.
func listOf[Row, Item any](rows []Row, p api.Paging, item func(*Row) Item, key func(*Row) (time.Time, string)) *api.List[Item] {
	list := &api.List[Item]{Data: make([]Item, 0, len(rows))}
	if limit := limitOf(p); len(rows) > limit {
		rows = rows[:limit]
		at, id := key(&rows[limit-1])
		list.Page = api.Page{HasMore: true, NextCursor: rest.EncodeCursor(at.UnixMicro(), id)}
	}
	for i := range rows {
		list.Data = append(list.Data, item(&rows[i]))
	}
	return list
}

// nothing is the answer of operations that have none.
func nothing(err error) (*rest.NoContent, error) {
	if err != nil {
		return nil, err
	}
	return &rest.NoContent{}, nil
}

// patched is what a merge patch says of a field: nil for nothing, and the empty
// string for null.
func patched(p rest.Patch[string]) *string {
	value, sent := p.Get()
	if sent && value == nil {
		return new(string)
	}
	return value
}
