// Package rest implements the contract of the auth service: it maps the words
// of authapi to the heart and back, and decides nothing.
package rest

import (
	"context"
	"strings"
	"time"
	"unicode"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/auth"
	"pasar/internal/platform/rest"
)

// Server is the auth service as authapi knows it.
type Server struct{ heart *auth.Service }

var _ authapi.Service = (*Server)(nil)

// New returns the contract's implementation.
func New(heart *auth.Service) *Server { return &Server{heart: heart} }

const maxUserAgent = 200

// origin is who asks. The user agent is shown to people again, so it keeps
// printable characters only.
func origin(ctx context.Context) auth.Origin {
	agent := strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, rest.UserAgent(ctx))
	if runes := []rune(agent); len(runes) > maxUserAgent {
		agent = string(runes[:maxUserAgent])
	}
	return auth.Origin{Actor: rest.ActorFrom(ctx), IP: rest.ClientIP(ctx), UserAgent: agent}
}

// pageOf decodes the cursor of a list that is ordered by time and id.
func pageOf(p api.Paging) (auth.Page, error) {
	page := auth.Page{Limit: limitOf(p) + 1}
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

// listOf cuts the row that was read ahead, to know whether there is more.
func listOf[Row, Item any](rows []Row, p api.Paging, item func(Row) Item, cursor func(Row) string) *api.List[Item] {
	list := &api.List[Item]{Data: make([]Item, 0, len(rows))}
	if limit := limitOf(p); len(rows) > limit {
		rows = rows[:limit]
		list.Page = api.Page{HasMore: true, NextCursor: cursor(rows[limit-1])}
	}
	for _, row := range rows {
		list.Data = append(list.Data, item(row))
	}
	return list
}

var none = &rest.NoContent{}

// nothing is the answer of operations that have none.
func nothing(err error) (*rest.NoContent, error) {
	if err != nil {
		return nil, err
	}
	return none, nil
}

var accepted = &authapi.Accepted{Status: "accepted"}
