package rest

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"pasar/api"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/idempotency"
)

// Authenticator turns the token of an Authorization header, an access token or
// an API key, into an actor. A token that is not valid is a fault of kind
// Unauthenticated; any other error means that nobody could tell.
type Authenticator interface {
	Authenticate(ctx context.Context, bearer string) (api.Actor, error)
}

// ServiceKeyVerifier knows the keys with which siblings call each other.
type ServiceKeyVerifier interface {
	VerifyServiceKey(ctx context.Context, key string) (service string, scopes []string, err error)
}

// Config says what one service's API is made of.
type Config struct {
	Service string // "order"; the tag of its operations
	Title   string // of the OpenAPI document
	Version string // of the OpenAPI document
	Summary string // what the service is about, in one line

	Authenticate Authenticator      // nil refuses every token
	ServiceKeys  ServiceKeyVerifier // nil refuses every internal call
	Idempotency  idempotency.Store  // needed by operations that are Idempotent
	Codes        []api.Code         // the service's own problem codes
	Clock        clock.Clock        // nil is the machine's
	Log          *slog.Logger       // nil is silence

	MaxBody int64 // bytes, where an operation sets no limit; 0 is 1 MiB

	// ClientIP tells a guest's address; nil takes the connection's. Set it
	// behind a gateway that hands the address on.
	ClientIP func(*http.Request) string

	TracerProvider trace.TracerProvider // nil makes no spans
	MeterProvider  metric.MeterProvider // nil makes no metrics
}

// API is the operations of one service and the handler that serves them.
// Register every operation before the first request.
type API struct {
	config  Config
	huma    huma.API
	mux     *http.ServeMux
	adapter *adapter
	routes  []*route
	codes   map[string]api.Code
	flights flights
	signals *signals
}

var prepareHuma = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
	huma.NewError = newProblemModel
	huma.NewErrorWithContext = captureError
})

// NewAPI returns an API without operations.
func NewAPI(config Config) *API {
	prepareHuma()
	if config.Clock == nil {
		config.Clock = clock.System{}
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.MaxBody == 0 {
		config.MaxBody = defaultMaxBody
	}
	if config.ClientIP == nil {
		config.ClientIP = connectionIP
	}
	a := &API{
		config:  config,
		mux:     http.NewServeMux(),
		codes:   map[string]api.Code{},
		signals: newSignals(config),
	}
	for _, code := range slices.Concat(api.Codes, config.Codes) {
		a.codes[code.Name] = code
	}
	a.adapter = &adapter{api: a}
	a.huma = huma.NewAPI(huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: config.Title, Version: config.Version},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry(schemaRef, schemaName),
			},
		},
		Formats: map[string]huma.Format{
			"application/json": {Marshal: discardMarshal, Unmarshal: unmarshal},
			"json":             {Marshal: discardMarshal, Unmarshal: unmarshal},
		},
		DefaultFormat: "application/json",
	}, a.adapter)
	a.mux.Handle("/", http.HandlerFunc(a.serveUnknown))
	return a
}

// discardMarshal stands in for huma's writing: answers are written by the
// exchange, which knows the exact bytes.
func discardMarshal(io.Writer, any) error { return nil }

func unmarshal(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return describeDecodeError(data, err)
	}
	return nil
}

// Info describes one registered operation.
type Info struct {
	Service    string
	ID         string
	Method     string
	Path       string
	Summary    string
	Access     string // "public", "signed_in", "permission", "owner_or" or "internal"
	Permission string // or the scope of an internal operation
	Status     int
	Idempotent bool
	Guarded    bool
	Stream     bool
	MaxBody    int64
	Cache      string
	Codes      []string
}

// internalPath is where operations live that the gateway never routes.
const internalPath = "/internal/"

// Internal reports whether the operation is for siblings only, by its access
// or by its path.
func (i Info) Internal() bool {
	return i.Access == accessInternal.String() || strings.HasPrefix(i.Path, internalPath)
}

// Operations lists what is registered, by path and method.
func (a *API) Operations() []Info {
	infos := make([]Info, len(a.routes))
	for i, r := range a.routes {
		infos[i] = r.info
	}
	slices.SortFunc(infos, func(x, y Info) int {
		if c := strings.Compare(x.Path, y.Path); c != 0 {
			return c
		}
		return strings.Compare(x.Method, y.Method)
	})
	return infos
}

// Service returns the name of the service.
func (a *API) Service() string { return a.config.Service }

// Handler returns the handler of every registered operation. Its own refusals,
// such as 404 and 405, are problem documents too.
func (a *API) Handler() http.Handler { return http.HandlerFunc(a.serve) }
