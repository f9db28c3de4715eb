// Package rest implements the contract of the auth service: it maps the words
// of authapi to the heart and back, and decides nothing.
package rest

import (
	"context"
	"strings"
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

// pageOf reads the paging of a list that is ordered by time and id.
func pageOf(p api.Paging) (auth.Page, error) {
	at, id, err := rest.DecodeTimeCursor(p.Cursor)
	return auth.Page{Limit: rest.Limit(p) + 1, BeforeAt: at, BeforeID: id}, err
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
