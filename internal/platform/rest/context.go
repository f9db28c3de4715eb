package rest

import (
	"context"
	"net/http"

	"pasar/api"
	"pasar/internal/platform/idempotency"
)

type (
	actorKey     struct{}
	bearerKey    struct{}
	requestIDKey struct{}
	exchangeKey  struct{}
)

// requestContext answers the values of one request from its exchange, so that
// a request costs no chain of context.WithValue.
type requestContext struct {
	context.Context
	x *exchange
}

func (c *requestContext) Value(key any) any {
	switch key.(type) {
	case actorKey:
		return &c.x.actor
	case bearerKey:
		return &c.x.bearer
	case requestIDKey:
		return &c.x.id
	case exchangeKey:
		return c.x
	}
	return c.Context.Value(key)
}

func exchangeFrom(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// ActorFrom returns who is calling; a guest when nobody said.
func ActorFrom(ctx context.Context) api.Actor {
	if actor, ok := ctx.Value(actorKey{}).(*api.Actor); ok && actor.Kind != "" {
		return *actor
	}
	return api.Actor{Kind: api.ActorGuest}
}

// WithActor returns ctx in which actor is calling. The bearer token of an
// outer request is hidden, because it proves somebody else.
func WithActor(ctx context.Context, actor api.Actor) context.Context {
	none := ""
	return context.WithValue(context.WithValue(ctx, bearerKey{}, &none), actorKey{}, &actor)
}

// BearerFrom returns the caller's token as it was sent, for calls to siblings.
func BearerFrom(ctx context.Context) string {
	if bearer, ok := ctx.Value(bearerKey{}).(*string); ok {
		return *bearer
	}
	return ""
}

// WithBearer returns ctx whose calls to siblings carry token.
func WithBearer(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, bearerKey{}, &token)
}

// RequestID returns the id of the request at hand, "" outside of one.
func RequestID(ctx context.Context) string {
	if id, ok := ctx.Value(requestIDKey{}).(*string); ok {
		return *id
	}
	return ""
}

// WithRequestID returns ctx carrying id, for work that a request or an event
// has started elsewhere.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, &id)
}

// Sibling returns ctx for a direct call of another service in this process.
// The Idempotency-Key belongs to the caller's operation; the sibling must not
// store its own answer under it.
func Sibling(ctx context.Context) context.Context {
	if _, ok := idempotency.FromContext(ctx); !ok {
		return ctx
	}
	return idempotency.Detach(ctx)
}

// headersOf returns the headers of the request at hand, nil outside of one.
func headersOf(ctx context.Context) http.Header {
	if x := exchangeFrom(ctx); x != nil {
		return x.r.Header
	}
	return nil
}
