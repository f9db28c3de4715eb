package rest

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pasar/api"
	"pasar/internal/platform/fault"
)

const defaultMaxBody = 1 << 20

// route is one registered operation, with all that can be known before a
// request arrives.
type route struct {
	api       *API
	info      Info
	needs     Access
	plan      *inputPlan
	operation *huma.Operation
	bound     func(huma.Context)
	cache     []string // Cache-Control, ready for a header map
	signals   routeSignals

	hasUniqueLists bool // in the body
}

// Handle registers an operation. It panics when the contract is not sound: no
// access rule, an id that is taken, or a type that cannot be described.
func Handle[I, O any](a *API, op Operation[I, O], serve func(context.Context, *I) (*O, error)) {
	rt := newRoute(a, op)
	a.signals.prepare(rt)
	a.adapter.pending = rt
	huma.Register(a.huma, describe[I, O](a, op, rt), func(ctx context.Context, in *I) (*struct{}, error) {
		x := exchangeFrom(ctx)
		if err := rt.plan.prepare(x, reflect.ValueOf(in).Elem()); err != nil {
			x.fail(err)
			return nil, nil
		}
		if rt.info.Idempotent {
			serveOnce(x, in, serve)
			return nil, nil
		}
		out, err := serve(ctx, in)
		conclude(x, out, err)
		return nil, nil
	})
	a.routes = append(a.routes, rt)
}

func newRoute[I, O any](a *API, op Operation[I, O]) *route {
	if op.Needs.kind == accessUnset {
		panic(fmt.Sprintf("rest: operation %q does not say who may call it; set Needs", op.ID))
	}
	if op.ID == "" {
		panic(fmt.Sprintf("rest: %s %s has no operation id", op.Method, op.Path))
	}
	for _, other := range a.routes {
		if other.info.ID == op.ID {
			panic(fmt.Sprintf("rest: operation id %q is registered twice", op.ID))
		}
	}
	for _, code := range op.Codes {
		if _, ok := a.codes[code]; !ok {
			panic(fmt.Sprintf("rest: operation %q names the code %q, which is not registered", op.ID, code))
		}
	}
	if op.Cache == "" {
		op.Cache = "no-store"
	}
	return &route{
		api:   a,
		needs: op.Needs,
		plan:  planOf(reflect.TypeFor[I]()),
		cache: []string{op.Cache},
		info: Info{
			Service: a.config.Service, ID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary,
			Access: op.Needs.kind.String(), Permission: op.Needs.permission,
			Status: op.status(), Idempotent: op.Idempotent, Guarded: op.Guarded, Stream: op.Stream,
			MaxBody: op.maxBody(a.config.MaxBody), Cache: op.Cache, Codes: op.Codes,
		},
	}
}

// ServeHTTP takes one request through admission, binding, the service and out.
func (rt *route) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := newExchange(rt.api, rt, w, r)
	defer x.end()
	if err := x.admit(); err != nil {
		x.fail(err)
		return
	}
	rt.bound(x)
}

// admit refuses what can be refused before the body is looked into, cheapest
// and least revealing first.
func (x *exchange) admit() error {
	if err := x.identify(); err != nil {
		return err
	}
	if err := x.authorize(); err != nil {
		return err
	}
	if err := x.checkPathIDs(); err != nil {
		return err
	}
	if err := x.checkQuery(); err != nil {
		return err
	}
	if x.route.info.Guarded {
		if err := x.checkIfMatch(); err != nil {
			return err
		}
	}
	if x.route.plan.takesBody() {
		return x.readBody()
	}
	return nil
}

// conclude turns what the service returned into the answer.
func conclude[O any](x *exchange, out *O, err error) {
	if err != nil {
		x.fail(err)
		return
	}
	if out == nil {
		out = new(O)
	}
	x.succeed(out)
}

func (op Operation[I, O]) status() int {
	if op.Status != 0 {
		return op.Status
	}
	if reflect.TypeFor[O]() == reflect.TypeFor[NoContent]() {
		return http.StatusNoContent
	}
	return http.StatusOK
}

func (op Operation[I, O]) maxBody(otherwise int64) int64 {
	if op.MaxBody > 0 {
		return op.MaxBody
	}
	return otherwise
}

func (x *exchange) checkPathIDs() error {
	for _, id := range x.route.plan.ids {
		value := x.r.PathValue(id.name)
		if !api.ValidID(id.prefix, value) {
			return wrongID(id, value)
		}
	}
	return nil
}

func wrongID(id pathID, value string) error {
	prefix, suffix, _ := strings.Cut(value, "_")
	if prefix != id.prefix && knownPrefix(prefix) && api.ValidID(prefix, prefix+"_"+suffix) {
		return fault.New(fault.NotFound, api.CodeWrongIDType,
			"This path takes an id that starts with %s_; the one sent starts with %s_.", id.prefix, prefix).
			At("path."+id.name, api.CodeWrongIDType, "expected an id that starts with "+id.prefix+"_")
	}
	return fault.New(fault.NotFound, api.CodeNotFound, "There is no such resource; ids here look like %s_ and 26 characters.", id.prefix)
}
