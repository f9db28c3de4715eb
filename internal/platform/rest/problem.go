package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"pasar/api"
	"pasar/internal/platform/fault"
)

const (
	mediaProblem   = "application/problem+json"
	problemTypes   = "/docs/problems/"
	internalDetail = "The request failed on our side. Try again; if it goes on, tell us the request_id."

	statusClientGone = 499 // seen in logs only
)

var statusOfKind = map[fault.Kind]int{
	fault.Internal:             http.StatusInternalServerError,
	fault.Malformed:            http.StatusBadRequest,
	fault.Invalid:              http.StatusUnprocessableEntity,
	fault.Unauthenticated:      http.StatusUnauthorized,
	fault.Forbidden:            http.StatusForbidden,
	fault.NotFound:             http.StatusNotFound,
	fault.Conflict:             http.StatusConflict,
	fault.PreconditionFailed:   http.StatusPreconditionFailed,
	fault.PreconditionRequired: http.StatusPreconditionRequired,
	fault.TooLarge:             http.StatusRequestEntityTooLarge,
	fault.Unsupported:          http.StatusUnsupportedMediaType,
	fault.RateLimited:          http.StatusTooManyRequests,
	fault.Unavailable:          http.StatusServiceUnavailable,
	fault.Timeout:              http.StatusGatewayTimeout,
	fault.MethodNotAllowed:     http.StatusMethodNotAllowed,
	fault.Gone:                 http.StatusGone,
}

// StatusOf returns the HTTP status that a kind of fault is answered with.
func StatusOf(kind fault.Kind) int {
	if status, ok := statusOfKind[kind]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// fail makes err the answer. The first answer stands.
func (x *exchange) fail(err error) {
	if x.answered {
		return
	}
	x.answered = true
	x.cause = err
	if errors.Is(err, context.Canceled) && errors.Is(x.r.Context().Err(), context.Canceled) {
		x.status = statusClientGone
		x.failure = fault.New(fault.Unavailable, api.CodeUnavailable, "The request was given up.")
		return
	}
	x.failure = publicFault(x.r.Context(), err)
	x.status = StatusOf(x.failure.Kind)
}

// publicFault decides what the caller may know of err.
func publicFault(request context.Context, err error) *fault.Error {
	f := fault.As(err)
	switch {
	case f != nil && f.Kind == fault.Internal:
		return fault.New(fault.Internal, api.CodeInternal, internalDetail)
	case f != nil:
		return f
	case errors.Is(err, context.DeadlineExceeded) && request.Err() != nil:
		return fault.New(fault.Unavailable, api.CodeUnavailable, "The request took too long here; try again.").After(time.Second)
	case errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Timeout, api.CodeTimeout, "A remote system did not answer in time; whether it acted is not known.")
	}
	return fault.New(fault.Internal, api.CodeInternal, internalDetail)
}

func (x *exchange) writeProblem(h http.Header) {
	if x.status == statusClientGone {
		x.w.WriteHeader(x.status)
		return
	}
	h["Content-Type"] = headerProblem
	h["Cache-Control"] = headerNoStore
	delete(h, "Etag")
	setHeader(h, "Www-Authenticate", x.challengeFor(x.status))
	if x.failure.RetryAfter > 0 {
		h["Retry-After"] = []string{retrySeconds(x.failure.RetryAfter)}
	}
	body, err := x.api.problemBody(x.failure, x.status, x.id)
	if err != nil {
		x.cause = errors.Join(x.cause, err)
		body, _ = x.api.problemBody(fault.New(x.failure.Kind, x.failure.Code, x.failure.Detail), x.status, x.id)
	}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	x.w.WriteHeader(x.status)
	x.written(x.w.Write(body))
}

func retrySeconds(d time.Duration) string {
	return strconv.FormatInt(int64(max(1, math.Ceil(d.Seconds()))), 10)
}

func (a *API) problemBody(f *fault.Error, status int, requestID string) ([]byte, error) {
	title := a.codes[f.Code].Title
	if title == "" {
		title = http.StatusText(status)
	}
	return ProblemBody(f, title, requestID)
}

// ProblemBody returns f as a problem document, with its extension members
// beside the standard ones. Answers that no operation makes, such as a refusal
// of the gateway, are written with it too.
func ProblemBody(f *fault.Error, title, requestID string) ([]byte, error) {
	problem := api.Problem{
		Type: problemTypes + f.Code, Title: title, Status: StatusOf(f.Kind),
		Detail: f.Detail, Code: f.Code, RequestID: requestID,
	}
	for _, field := range f.Fields {
		problem.Errors = append(problem.Errors, api.ProblemField(field))
	}
	var buffer bytes.Buffer
	if err := encodeTo(&buffer, problem); err != nil {
		return nil, err
	}
	if len(f.Extra) == 0 {
		return buffer.Bytes(), nil
	}
	return appendExtra(&buffer, f.Extra)
}

var standardMembers = []string{"type", "title", "status", "detail", "code", "request_id", "errors", "instance"}

func appendExtra(buffer *bytes.Buffer, extra map[string]any) ([]byte, error) {
	buffer.Truncate(buffer.Len() - 1) // the closing brace
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if slices.Contains(standardMembers, name) {
			continue
		}
		quoted, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		buffer.WriteByte(',')
		buffer.Write(quoted)
		buffer.WriteByte(':')
		if err := encodeTo(buffer, extra[name]); err != nil {
			return nil, err
		}
	}
	buffer.WriteByte('}')
	return buffer.Bytes(), nil
}
