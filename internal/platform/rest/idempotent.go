package rest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"reflect"
	"strings"
	"sync"
	"time"

	"pasar/api"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/idempotency"
)

// IdempotencyKey is embedded in the input of an Idempotent operation, so that
// a client can choose the key. The server reads the header by itself.
type IdempotencyKey struct {
	IdempotencyKey string `header:"Idempotency-Key" doc:"Names this attempt: a repeat with the same key and body gets the first answer again" example:"7f3c9a52-1d0e-4f6b-9a39-0c5d2e8b4f11"`
}

const flightRetry = time.Second

// flights are the idempotent requests that this process is serving now.
type flights struct {
	mu      sync.Mutex
	running map[flight]string // to fingerprint
}

type flight struct{ scope, key string }

// enter admits one request a key; it returns the fingerprint of the one that
// holds the key, "" when the caller now does.
func (f *flights) enter(at flight, fingerprint string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if holder, ok := f.running[at]; ok {
		return holder
	}
	if f.running == nil {
		f.running = map[flight]string{}
	}
	f.running[at] = fingerprint
	return ""
}

func (f *flights) leave(at flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.running, at)
}

// serveOnce runs an idempotent operation: a repeat gets the stored answer.
// Storing is the business of the transaction that has the effect.
func serveOnce[I, O any](x *exchange, in *I, serve func(context.Context, *I) (*O, error)) {
	request, err := x.idempotencyRequest(reflect.ValueOf(in).Elem())
	if err != nil {
		x.fail(err)
		return
	}
	at := flight{scope: request.Scope, key: request.Key}
	if holder := x.api.flights.enter(at, request.Fingerprint); holder != "" {
		x.fail(collision(holder, request.Fingerprint, flightRetry))
		return
	}
	defer x.api.flights.leave(at)

	record, err := x.lookup(request)
	if err != nil {
		x.fail(err)
		return
	}
	if record != nil && record.Done {
		x.replay(record.Status, record.Body, new(O))
		return
	}
	if record != nil {
		request.Resume = record.Resource
	}
	out, err := serve(idempotency.NewContext(&x.ctx, request), in)
	if err != nil && replayWinner(x, request, err, new(O)) {
		return
	}
	conclude(x, out, err)
}

// lookup returns what is stored under the key: nil, a finished record, or an
// unfinished one that may be resumed. Anything else is a fault.
func (x *exchange) lookup(request idempotency.Request) (*idempotency.Record, error) {
	if x.api.config.Idempotency == nil {
		return nil, fmt.Errorf("rest: operation %q is idempotent but service %q has no idempotency store", x.route.info.ID, x.api.config.Service)
	}
	record, err := x.api.config.Idempotency.LookupKey(&x.ctx, request.Scope, request.Key)
	if err != nil {
		return nil, fmt.Errorf("look up idempotency key: %w", err)
	}
	if record == nil {
		return nil, nil
	}
	left := record.LeaseUntil.Sub(x.api.config.Clock.Now())
	if record.Fingerprint != request.Fingerprint || !record.Done && left > 0 {
		return nil, collision(record.Fingerprint, request.Fingerprint, left)
	}
	return record, nil
}

// replayWinner answers with the record of another process that was faster, if
// that is why this one failed.
func replayWinner(x *exchange, request idempotency.Request, cause error, out any) bool {
	record, err := x.lookup(request)
	switch {
	case err == nil && record != nil && record.Done:
		x.replay(record.Status, record.Body, out)
		return true
	case errors.Is(cause, idempotency.ErrTaken) && fault.As(err) != nil:
		x.fail(err)
		return true
	case errors.Is(cause, idempotency.ErrTaken):
		x.fail(collision(request.Fingerprint, request.Fingerprint, flightRetry))
		return true
	}
	return false
}

func collision(holder, fingerprint string, left time.Duration) error {
	if holder != fingerprint {
		return fault.New(fault.Invalid, api.CodeIdempotencyReused,
			"This Idempotency-Key was sent before with another request. Use a new key for a new request.").
			At("header.Idempotency-Key", api.CodeIdempotencyReused, "already used for another request")
	}
	return fault.New(fault.Conflict, api.CodeIdempotencyInFlight,
		"The first request with this Idempotency-Key is still running. Repeat it after Retry-After seconds.").After(left)
}

func (x *exchange) idempotencyRequest(in reflect.Value) (idempotency.Request, error) {
	key, err := parseKey(x.r.Header.Get("Idempotency-Key"))
	if err != nil {
		return idempotency.Request{}, err
	}
	fingerprint, err := x.fingerprint(in)
	if err != nil {
		return idempotency.Request{}, err
	}
	return idempotency.Request{Scope: x.scope(), Key: key, Fingerprint: fingerprint}, nil
}

// parseKey accepts the bare form and the quoted one of the IETF draft.
func parseKey(header string) (string, error) {
	if header == "" {
		return "", fault.New(fault.Malformed, api.CodeIdempotencyMissing,
			"Send an Idempotency-Key, such as a UUID made for this attempt, so that a repeat cannot act twice.").
			At("header.Idempotency-Key", "required", "Idempotency-Key is required")
	}
	key := header
	if len(key) >= 2 && key[0] == '"' && key[len(key)-1] == '"' {
		key = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(key[1 : len(key)-1])
	}
	if len(key) < 1 || len(key) > 255 || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fault.New(fault.Invalid, api.CodeInvalid, "Idempotency-Key must be 1 to 255 visible ASCII characters.").
			At("header.Idempotency-Key", "wrong_format", "expected 1 to 255 visible ASCII characters")
	}
	return key, nil
}

// scope keeps callers from each other's keys. A guest is told apart by the
// cart it holds, or else by its address.
func (x *exchange) scope() string {
	if x.actor.Kind != api.ActorGuest {
		return string(x.actor.Kind) + ":" + x.actor.ID + "/" + x.route.info.ID
	}
	secret := x.r.Header.Get("Cart-Token")
	if secret == "" {
		secret = "ip:" + x.api.config.ClientIP(x.r)
	}
	sum := sha256.Sum256([]byte(secret))
	return "guest:" + hex.EncodeToString(sum[:]) + "/" + x.route.info.ID
}

// fingerprint is the same for requests that mean the same: white space, the
// order of fields and defaults make no difference.
func (x *exchange) fingerprint(in reflect.Value) (string, error) {
	sum := sha256.New()
	plan := x.route.plan
	for _, p := range plan.params {
		if p.in != "path" && p.in != "query" {
			continue
		}
		if err := hashJSON(sum, p.in+"."+p.name, in.FieldByIndex(p.index)); err != nil {
			return "", err
		}
	}
	if plan.body != nil {
		if err := hashJSON(sum, "body", in.FieldByIndex(plan.body)); err != nil {
			return "", err
		}
	}
	if plan.raw != nil {
		sum.Write(x.body)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func hashJSON(sum hash.Hash, name string, v reflect.Value) error {
	encoded, err := json.Marshal(v.Interface())
	if err != nil {
		return fmt.Errorf("rest: fingerprint %s: %w", name, err)
	}
	fmt.Fprintf(sum, "%s=%s\n", name, encoded)
	return nil
}
