package rest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"pasar/api"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/idempotency"
)

// newCall writes an input struct as the request that the binding would read it
// from. Zero values do not travel: to the binding, absent is zero.
func newCall(ctx context.Context, c *Caller, method, path string, plan *inputPlan, in reflect.Value) (*http.Request, error) {
	query := url.Values{}
	header := http.Header{"Accept": {mediaJSON + ", " + mediaProblem}}
	if plan.headers != nil {
		copyHeaders(header, in.FieldByIndex(plan.headers).Interface().(Headers).Header)
	}
	for _, p := range plan.params {
		v := in.FieldByIndex(p.index)
		if p.in == "path" {
			path = fillPath(path, p.name, formatParam(v, p.in))
			continue
		}
		if v.IsZero() {
			continue
		}
		switch {
		case p.in == "header":
			header.Set(p.name, formatParam(v, p.in))
		case p.in == "query" && p.explode:
			for i := range v.Len() {
				query.Add(p.name, formatParam(v.Index(i), p.in))
			}
		case p.in == "query":
			query.Set(p.name, formatParam(v, p.in))
		}
	}
	body, err := encodeBody(plan, in)
	if err != nil {
		return nil, err
	}
	target := strings.TrimSuffix(c.BaseURL, "/") + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", c.Service, err)
	}
	request.Header = header
	if len(body) > 0 && header.Get("Content-Type") == "" {
		header.Set("Content-Type", plan.media[0])
	}
	return request, nil
}

// fillPath puts a value into a path; {name...} takes the rest of the path.
func fillPath(path, name, value string) string {
	segments := strings.Split(value, "/")
	for i := range segments {
		segments[i] = url.PathEscape(segments[i])
	}
	path = strings.Replace(path, "{"+name+"...}", strings.Join(segments, "/"), 1)
	return strings.Replace(path, "{"+name+"}", url.PathEscape(value), 1)
}

func encodeBody(plan *inputPlan, in reflect.Value) ([]byte, error) {
	switch {
	case plan.raw != nil:
		return in.FieldByIndex(plan.raw).Bytes(), nil
	case plan.body != nil:
		body, err := Encode(in.FieldByIndex(plan.body).Interface())
		if err != nil || bytes.Equal(body, []byte("null")) {
			return nil, err
		}
		return body, nil
	}
	return nil, nil
}

func formatParam(v reflect.Value, in string) string {
	switch t := v.Interface().(type) {
	case time.Time:
		if in == "header" {
			return t.UTC().Format(http.TimeFormat)
		}
		return t.UTC().Format(time.RFC3339Nano)
	case encoding.TextMarshaler:
		text, err := t.MarshalText()
		if err != nil {
			return ""
		}
		return string(text)
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = formatParam(v.Index(i), in)
		}
		return strings.Join(parts, ",")
	case reflect.String:
		return v.String()
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	}
	return fmt.Sprint(v.Interface())
}

// hopHeaders are about one connection, or set by the call itself.
var hopHeaders = []string{
	"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
	"Host", "Content-Length", "Accept-Encoding", "Service-Key", "Request-Id", "Traceparent",
}

func copyHeaders(to, from http.Header) {
	for name, values := range from {
		to[name] = values
	}
	for _, name := range hopHeaders {
		delete(to, name)
	}
}

func derivedKey(outer idempotency.Request, operation string) string {
	sum := sha256.Sum256([]byte(outer.Scope + "\x00" + outer.Key + "\x00" + operation))
	return hex.EncodeToString(sum[:])
}

func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// kindOfStatus is StatusOf backwards; statuses that no kind has fall to the
// nearest meaning.
func kindOfStatus(status int) fault.Kind {
	for kind, s := range statusOfKind {
		if s == status {
			return kind
		}
	}
	switch {
	case status == http.StatusBadGateway:
		return fault.Unavailable
	case status >= 400 && status < 500:
		return fault.Malformed
	}
	return fault.Internal
}

var codeOfFaultKind = map[fault.Kind]string{
	fault.Malformed: api.CodeMalformed, fault.Invalid: api.CodeInvalid, fault.Unauthenticated: api.CodeUnauthenticated,
	fault.Forbidden: api.CodeForbidden, fault.NotFound: api.CodeNotFound, fault.Conflict: api.CodeConflict,
	fault.PreconditionFailed: api.CodePreconditionFailed, fault.PreconditionRequired: api.CodePreconditionRequired,
	fault.TooLarge: api.CodeTooLarge, fault.Unsupported: api.CodeUnsupportedMedia, fault.RateLimited: api.CodeRateLimited,
	fault.Unavailable: api.CodeUnavailable, fault.Timeout: api.CodeTimeout, fault.MethodNotAllowed: api.CodeMethodNotAllowed,
	fault.Gone: api.CodeNotFound,
}

func codeOfKind(kind fault.Kind) string {
	if code, ok := codeOfFaultKind[kind]; ok {
		return code
	}
	return api.CodeInternal
}
