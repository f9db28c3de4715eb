// Package fault is the one error type that crosses a boundary: a kind that
// decides the HTTP status, a registered code that programs may switch on, a
// public sentence for people, and a private cause for the log.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind classes a failure. Kinds are few and append-only: their numbers never
// change, and each maps to one HTTP status.
type Kind uint8

// The kinds, with the status each is answered with.
const (
	Internal             Kind = iota // 500: a defect or an engine failure; the cause is never shown
	Malformed                        // 400: the request cannot be read, or a required header is missing
	Invalid                          // 422: read, but a value breaks a rule
	Unauthenticated                  // 401
	Forbidden                        // 403
	NotFound                         // 404: absent, or not yours to see
	Conflict                         // 409: right request, wrong state
	PreconditionFailed               // 412: stale If-Match
	PreconditionRequired             // 428: missing If-Match
	TooLarge                         // 413
	Unsupported                      // 415
	RateLimited                      // 429
	Unavailable                      // 503: try again later
	Timeout                          // 504: a remote did not answer in time; the outcome is unknown
	MethodNotAllowed                 // 405
	Gone                             // 410
)

// Field is one offending part of a request.
type Field struct {
	Pointer string `json:"pointer"` // RFC 6901 pointer into the body, or "query.limit", "header.If-Match", "path.id"
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

// Error is a failure as its caller may see it. Err is logged, never shown.
type Error struct {
	Kind       Kind
	Code       string // registered in package api
	Detail     string // what failed, why, and what to do next
	Fields     []Field
	Extra      map[string]any // extension members of the problem document
	RetryAfter time.Duration
	Err        error
}

// New returns an Error with a public sentence.
func New(kind Kind, code, detail string, args ...any) *Error {
	if len(args) > 0 {
		detail = fmt.Sprintf(detail, args...)
	}
	return &Error{Kind: kind, Code: code, Detail: detail}
}

// Wrap returns an Error that keeps err as its private cause.
func Wrap(err error, kind Kind, code, detail string, args ...any) *Error {
	e := New(kind, code, detail, args...)
	e.Err = err
	return e
}

// With returns e with one extension member added, such as the right total.
func (e *Error) With(name string, value any) *Error {
	if e.Extra == nil {
		e.Extra = map[string]any{}
	}
	e.Extra[name] = value
	return e
}

// At returns e with one more offending field.
func (e *Error) At(pointer, code, detail string) *Error {
	e.Fields = append(e.Fields, Field{Pointer: pointer, Code: code, Detail: detail})
	return e
}

// After returns e with a hint when a retry may succeed.
func (e *Error) After(d time.Duration) *Error {
	e.RetryAfter = d
	return e
}

// Error is for logs: it includes the private cause.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Code + ": " + e.Detail + ": " + e.Err.Error()
	}
	return e.Code + ": " + e.Detail
}

// Unwrap returns the private cause.
func (e *Error) Unwrap() error { return e.Err }

// As returns the Error in err's chain, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// KindOf returns the kind of err; anything that is not an Error is Internal.
func KindOf(err error) Kind {
	if e := As(err); e != nil {
		return e.Kind
	}
	return Internal
}

// HasCode reports whether err carries code.
func HasCode(err error, code string) bool {
	e := As(err)
	return e != nil && e.Code == code
}
