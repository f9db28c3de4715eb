package rest

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/queryparam"
	"go.opentelemetry.io/otel/trace"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// exchange is one request and its answer. It is the huma.Context that huma
// binds the input from; what huma would write is captured instead, so that all
// answers leave by one door.
type exchange struct {
	api    *API
	route  *route // nil when no operation matched
	w      http.ResponseWriter
	r      *http.Request
	ctx    requestContext
	began  time.Time
	id     string
	actor  api.Actor
	bearer string
	span   trace.Span

	body  []byte // the whole request body
	media string // its media type, of a file inside a form that of the file
	check checker

	answered  bool
	status    int
	answer    *bytes.Buffer // JSON, from the pool
	ready     []byte        // JSON that the output brought along
	blob      *Blob
	version   string // ETag, quoted
	location  string
	replayed  bool
	failure   *fault.Error
	challenge string // WWW-Authenticate
	cause     error  // for the log
}

func newExchange(a *API, rt *route, w http.ResponseWriter, r *http.Request) *exchange {
	x := &exchange{api: a, route: rt, w: w, r: r, began: a.config.Clock.Now()}
	x.ctx = requestContext{Context: r.Context(), x: x}
	x.id = r.Header.Get("Request-Id")
	if !ValidRequestID(x.id) {
		x.id = api.NewID(api.PrefixRequest)
	}
	x.actor.Kind = api.ActorGuest
	a.signals.begin(x)
	return x
}

// ValidRequestID reports whether an id that a caller chose is fit for headers
// and logs: 1 to 64 letters, digits, dots, underscores and hyphens.
func ValidRequestID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for i := range len(id) {
		c := id[i]
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-'
		if !ok {
			return false
		}
	}
	return true
}

// end writes the answer, whatever happened.
func (x *exchange) end() {
	defer x.release()
	defer x.observe()
	switch p := recover(); p {
	case nil:
	case http.ErrAbortHandler:
		x.status = statusClientGone
		panic(p)
	default:
		x.failPanic(p)
	}
	x.write()
}

func (x *exchange) release() {
	if x.answer != nil {
		putBuffer(x.answer)
		x.answer = nil
	}
}

func (x *exchange) failPanic(p any) {
	x.api.config.Log.ErrorContext(&x.ctx, "handler panicked",
		"request_id", x.id, "operation", x.operationID(), "panic", p, "stack", string(debug.Stack()))
	x.answered = false
	x.fail(fault.New(fault.Internal, api.CodeInternal, internalDetail))
}

func (x *exchange) operationID() string {
	if x.route == nil {
		return ""
	}
	return x.route.info.ID
}

func connectionIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// What follows is huma.Context. The parts that write are empty on purpose.

var _ huma.Context = (*exchange)(nil)

func (x *exchange) Operation() *huma.Operation { return x.route.operation }
func (x *exchange) Context() context.Context   { return &x.ctx }
func (x *exchange) TLS() *tls.ConnectionState  { return x.r.TLS }
func (x *exchange) Method() string             { return x.r.Method }
func (x *exchange) Host() string               { return x.r.Host }
func (x *exchange) RemoteAddr() string         { return x.r.RemoteAddr }
func (x *exchange) URL() url.URL               { return *x.r.URL }
func (x *exchange) Param(name string) string   { return x.r.PathValue(name) }
func (x *exchange) BodyReader() io.Reader      { return bytes.NewReader(x.body) }

func (x *exchange) Version() huma.ProtoVersion {
	return huma.ProtoVersion{Proto: x.r.Proto, ProtoMajor: x.r.ProtoMajor, ProtoMinor: x.r.ProtoMinor}
}

func (x *exchange) Query(name string) string {
	return queryparam.Get(x.r.URL.RawQuery, name)
}

func (x *exchange) Header(name string) string {
	if name == "Content-Type" && x.route.plan.takesBody() {
		return x.media
	}
	return x.r.Header.Get(name)
}

func (x *exchange) EachHeader(cb func(name, value string)) {
	for name, values := range x.r.Header {
		for _, value := range values {
			cb(name, value)
		}
	}
}

func (x *exchange) GetMultipartForm() (*multipart.Form, error) {
	return nil, http.ErrNotMultipart // uploads are unpacked into RawBody
}

func (x *exchange) SetReadDeadline(time.Time) error { return nil } // the body has been read
func (x *exchange) SetStatus(int)                   {}
func (x *exchange) Status() int                     { return x.status }
func (x *exchange) SetHeader(string, string)        {}
func (x *exchange) AppendHeader(string, string)     {}
func (x *exchange) BodyWriter() io.Writer           { return io.Discard }

// adapter hands huma's bound handlers to the router.
type adapter struct {
	api     *API
	pending *route // the operation that is being registered
}

func (a *adapter) Handle(op *huma.Operation, bound func(huma.Context)) {
	rt := a.pending
	rt.operation = op
	rt.bound = bound
	tidy(op, a.api.huma.OpenAPI().Components.Schemas)
	rt.hasUniqueLists = hasUniqueLists(a.api.huma.OpenAPI().Components.Schemas, bodySchema(op))
	a.api.mux.Handle(op.Method+" "+op.Path, rt)
}

func (a *adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.api.serve(w, r) }
