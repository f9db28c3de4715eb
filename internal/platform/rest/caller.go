package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/propagation"

	"pasar/api"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/idempotency"
	"pasar/internal/platform/secret"
)

const (
	defaultCallTimeout = 5 * time.Second
	maxAnswer          = 8 << 20
)

// Caller reaches one service over HTTP. In one process siblings call each
// other's implementation directly and none of this happens: an implementation
// must hold its own rules and not rest on what the binding checks.
type Caller struct {
	Service    string        // the name of the service called, for errors
	BaseURL    string        // "http://127.0.0.1:8083"
	HTTP       *http.Client  // nil is a shared client with sane limits
	ServiceKey secret.Secret // sent to internal operations only
	Timeout    time.Duration // when ctx has no deadline; 0 is 5 s
}

var sharedClient = sync.OnceValue(func() *http.Client {
	transport := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       90 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		ForceAttemptHTTP2:     true,
	}
	return &http.Client{Transport: transport}
})

// Call performs op at the service that caller reaches. A problem document
// comes back as the *fault.Error it was made from: same kind, code, detail,
// fields and extension members.
func Call[I, O any](ctx context.Context, caller *Caller, op Operation[I, O], in *I) (*O, error) {
	ctx, cancel := caller.deadline(ctx)
	defer cancel()
	request, err := newCall(ctx, caller, op.Method, op.Path, planOf(reflect.TypeFor[I]()), reflect.ValueOf(in).Elem())
	if err != nil {
		return nil, err
	}
	caller.decorate(ctx, request, op.Needs.kind == accessInternal)
	if op.Idempotent && request.Header.Get("Idempotency-Key") == "" {
		request.Header.Set("Idempotency-Key", keyFor(ctx, op.ID))
	}
	response, err := caller.client().Do(request)
	if err != nil {
		return nil, caller.unreached(ctx, op.Method, err)
	}
	defer func() { _ = response.Body.Close() }() // all that matters has been read
	body, err := caller.readAnswer(ctx, op.Method, response)
	if err != nil {
		return nil, err
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, caller.faultOf(response, body)
	}
	out := new(O)
	if err := decodeAnswer(out, response, body); err != nil {
		return nil, fmt.Errorf("call %s %s: %w", caller.Service, op.ID, err)
	}
	return out, nil
}

func decodeAnswer(out any, response *http.Response, body []byte) error {
	if blob, ok := out.(*Blob); ok {
		*blob = Blob{
			ContentType: response.Header.Get("Content-Type"), Data: body, ETag: response.Header.Get("ETag"),
			CacheControl: response.Header.Get("Cache-Control"), Disposition: response.Header.Get("Content-Disposition"),
		}
		return nil
	}
	if len(body) == 0 {
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("decode the answer: %w", err)
	}
	return nil
}

func (c *Caller) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	timeout := c.Timeout
	if timeout == 0 {
		timeout = defaultCallTimeout
	}
	return context.WithTimeout(ctx, timeout)
}

// client never follows a redirect: it would carry credentials elsewhere.
func (c *Caller) client() *http.Client {
	base := c.HTTP
	if base == nil {
		base = sharedClient()
	}
	client := *base
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

func (c *Caller) decorate(ctx context.Context, request *http.Request, internal bool) {
	if bearer := BearerFrom(ctx); bearer != "" && request.Header.Get("Authorization") == "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	if id := RequestID(ctx); id != "" {
		request.Header.Set("Request-Id", id)
	}
	if internal {
		request.Header.Set("Service-Key", c.ServiceKey.Reveal())
	}
	propagation.TraceContext{}.Inject(ctx, propagation.HeaderCarrier(request.Header))
}

// keyFor makes the key of a call whose caller chose none. Within an idempotent
// request it follows from that request's key, so that a repeat repeats it.
func keyFor(ctx context.Context, operation string) string {
	if outer, ok := idempotency.FromContext(ctx); ok {
		return derivedKey(outer, operation)
	}
	return api.NewID(api.PrefixRequest)
}

func (c *Caller) readAnswer(ctx context.Context, method string, response *http.Response) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return nil, c.unreached(ctx, method, err)
	}
	if len(body) > maxAnswer {
		return nil, fmt.Errorf("call %s: the answer is larger than %d bytes", c.Service, maxAnswer)
	}
	return body, nil
}

// unreached tells a call that cannot have acted from one whose outcome nobody
// knows; only the former may be repeated without thought.
func (c *Caller) unreached(ctx context.Context, method string, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("call %s: %w", c.Service, context.Canceled)
	}
	var dial *net.OpError
	notSent := errors.As(err, &dial) && dial.Op == "dial"
	if notSent || method == http.MethodGet && !errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(err, fault.Unavailable, api.CodeUnavailable, "The %s service cannot be reached; try again.", c.Service).After(time.Second)
	}
	return fault.Wrap(err, fault.Timeout, api.CodeTimeout, "The %s service did not answer in time; whether it acted is not known.", c.Service)
}

// faultOf turns a problem document back into the fault it came from.
func (c *Caller) faultOf(response *http.Response, body []byte) error {
	if strings.HasPrefix(response.Header.Get("WWW-Authenticate"), "Service-Key") {
		return fault.New(fault.Internal, api.CodeInternal, "the %s service refused this service's key: %s", c.Service, problemDetail(body))
	}
	f := &fault.Error{Kind: kindOfStatus(response.StatusCode), RetryAfter: retryAfter(response.Header)}
	if !strings.HasPrefix(response.Header.Get("Content-Type"), mediaProblem) || decodeProblem(body, f) != nil {
		f = fault.New(f.Kind, codeOfKind(f.Kind), "The %s service answered with status %d.", c.Service, response.StatusCode).After(f.RetryAfter)
	}
	return f
}

func decodeProblem(body []byte, f *fault.Error) error {
	var problem api.Problem
	if err := json.Unmarshal(body, &problem); err != nil {
		return err
	}
	var members map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // amounts keep every digit
	if err := decoder.Decode(&members); err != nil {
		return err
	}
	for _, name := range standardMembers {
		delete(members, name)
	}
	f.Code, f.Detail = problem.Code, problem.Detail
	for _, field := range problem.Errors {
		f.Fields = append(f.Fields, fault.Field(field))
	}
	if len(members) > 0 {
		f.Extra = members
	}
	if f.Code == "" {
		return errors.New("a problem without a code")
	}
	return nil
}

func problemDetail(body []byte) string {
	var problem api.Problem
	if err := json.Unmarshal(body, &problem); err != nil {
		return "no reason given"
	}
	return problem.Detail
}
