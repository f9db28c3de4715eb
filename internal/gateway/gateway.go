// Package gateway is the shop's one public door: it routes, limits, and sets
// the headers that protect browsers. It decides nothing about the business.
package gateway

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/otel/trace"

	"pasar/api"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
)

// Config says how the door is kept.
type Config struct {
	AllowedOrigins []string // exact origins of browsers' cross-origin calls
	TrustedProxies int      // how many proxies stand in front and append to X-Forwarded-For
	HSTS           bool     // the shop is only reachable by HTTPS
	TrustTraces    bool     // continue the traces that callers bring along
	MaxBody        int64    // bytes, over any operation's own limit; 0 means 12 MiB
	Limits         Limits
}

// Deps is what the gateway needs.
type Deps struct {
	Limiter        Limiter            // nil limits nothing
	Authenticate   rest.Authenticator // tells whose rate a request counts against; nil counts by address
	Clock          clock.Clock
	Log            *slog.Logger
	TracerProvider trace.TracerProvider
}

// Backend is one service behind the gateway, in this process or elsewhere.
type Backend struct {
	Operations []rest.Info // its internal operations are never routed
	Handler    http.Handler
}

// Page is something the gateway serves besides operations, such as the
// reference: an http.ServeMux pattern and its handler.
type Page struct {
	Pattern string
	Handler http.Handler
}

const defaultMaxBody = 12 << 20

// Gateway is the public handler.
type Gateway struct {
	config Config
	deps   Deps
	routes *http.ServeMux
	tracer trace.Tracer
}

// New returns the handler of the whole shop.
func New(config Config, deps Deps, backends []Backend, pages []Page) *Gateway {
	if config.MaxBody == 0 {
		config.MaxBody = defaultMaxBody
	}
	return &Gateway{
		config: config, deps: deps,
		routes: routeTable(backends, pages),
		tracer: deps.TracerProvider.Tracer("pasar/gateway"),
	}
}

// ServeHTTP takes one request from the public.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer g.recover(w, r)
	cleanRequest(r)
	client := g.clientIP(r)
	r.Header.Set("X-Forwarded-For", client)
	protect(w.Header(), g.config.HSTS)
	if done := g.crossOrigin(w, r); done {
		return
	}
	handler, pattern, err := g.find(r)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	if err := g.limit(w.Header(), r, client, pattern); err != nil {
		writeProblem(w, r, err)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, g.config.MaxBody)

	if strings.HasPrefix(pattern, "/dev/") { // looking at traces makes none
		handler.ServeHTTP(w, r)
		return
	}
	ctx, span := g.startTrace(r, pattern)
	defer span.End()
	handler.ServeHTTP(w, r.WithContext(ctx))
}

// cleanRequest removes what only the inside may say, and names the request.
func cleanRequest(r *http.Request) {
	r.Header.Del("Service-Key")
	if id := r.Header.Get("Request-Id"); !rest.ValidRequestID(id) {
		r.Header.Set("Request-Id", api.NewID(api.PrefixRequest))
	}
}

func (g *Gateway) recover(w http.ResponseWriter, r *http.Request) {
	cause := recover()
	if cause == nil {
		return
	}
	if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares it the same way
		panic(cause)
	}
	g.deps.Log.ErrorContext(r.Context(), "gateway: a handler panicked", "cause", cause, "path", r.URL.Path)
	writeProblem(w, r, fault.New(fault.Internal, api.CodeInternal,
		"The request failed on our side. Try again; if it goes on, tell us the request_id."))
}

var titles = func() map[string]string {
	byCode := map[string]string{}
	for _, code := range api.Codes {
		byCode[code.Name] = code.Title
	}
	return byCode
}()

// Server returns the HTTP server with the limits that keep slow and huge
// clients from wearing it out.
func Server(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
