// Package rest implements the contract of the user service: it maps the words
// of userapi to the heart and back, and decides nothing.
package rest

import (
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

// pageOf reads the paging of a list that is ordered by time and id.
func pageOf(p api.Paging) (user.Page, error) {
	at, id, err := rest.DecodeTimeCursor(p.Cursor)
	return user.Page{Limit: rest.Limit(p) + 1, BeforeAt: at, BeforeID: id}, err
}

func addressIn(a user.Address) userapi.Address { return addressOf(&a) }
func addressCursor(a user.Address) string      { return rest.TimeCursor(a.Key()) }
func profileIn(p user.Profile) userapi.Profile { return profileOf(&p) }
func profileCursor(p user.Profile) string      { return rest.TimeCursor(p.Key()) }

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
