package rest

import (
	"net/http"
	"slices"
	"strings"

	"pasar/api"
	"pasar/internal/platform/fault"
)

const (
	challengeBearer     = `Bearer realm="pasar"`
	challengeBadBearer  = `Bearer realm="pasar", error="invalid_token"`
	challengeServiceKey = `Service-Key realm="pasar"`
)

func (k accessKind) String() string {
	switch k {
	case accessPublic:
		return "public"
	case accessSignedIn:
		return "signed_in"
	case accessPermission:
		return "permission"
	case accessOwner:
		return "owner_or"
	case accessInternal:
		return "internal"
	default:
		return "unset"
	}
}

// identify reads the caller's credentials. A token that is sent must be valid
// even where none is needed, or a client would quietly act as a guest.
func (x *exchange) identify() error {
	header := x.r.Header["Authorization"]
	if len(header) == 0 {
		return nil
	}
	scheme, token, _ := strings.Cut(header[0], " ")
	token = strings.TrimSpace(token)
	if len(header) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		x.challenge = challengeBadBearer
		return fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "Send one Authorization header of the form: Bearer, a space, and the token.")
	}
	if x.api.config.Authenticate == nil {
		x.challenge = challengeBadBearer
		return fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "This service takes no tokens.")
	}
	actor, err := x.api.config.Authenticate.Authenticate(&x.ctx, token)
	if err != nil {
		x.challenge = challengeBadBearer
		return err
	}
	x.actor, x.bearer = actor, token
	return nil
}

func (x *exchange) authorize() error {
	needs := x.route.needs
	switch needs.kind {
	case accessPublic, accessOwner:
		return nil
	case accessSignedIn:
		return x.requireCaller()
	case accessPermission:
		if err := x.requireCaller(); err != nil {
			return err
		}
		if !x.actor.Can(needs.permission) {
			return fault.New(fault.Forbidden, api.CodeForbidden, "This needs the permission %s, which your credentials do not carry.", needs.permission)
		}
		return nil
	case accessInternal:
		return x.requireService()
	default:
		return fault.New(fault.Internal, api.CodeInternal, internalDetail)
	}
}

func (x *exchange) requireCaller() error {
	if x.actor.Kind == api.ActorUser || x.actor.Kind == api.ActorKey {
		return nil
	}
	x.challenge = challengeBearer
	return fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "Sign in and send the access token as Authorization: Bearer.")
}

// requireService checks the sibling's key. The actor stays the user whose
// token was forwarded; without one it is the sibling itself.
func (x *exchange) requireService() error {
	key := x.r.Header.Get("Service-Key")
	if key == "" || x.api.config.ServiceKeys == nil {
		x.challenge = challengeServiceKey
		return fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "This operation is for sibling services: send Service-Key.")
	}
	service, scopes, err := x.api.config.ServiceKeys.VerifyServiceKey(&x.ctx, key)
	if err != nil {
		x.challenge = challengeServiceKey
		return err
	}
	if !slices.Contains(scopes, x.route.needs.permission) {
		x.challenge = challengeServiceKey
		return fault.New(fault.Forbidden, api.CodeForbidden, "The service key lacks the scope %s.", x.route.needs.permission)
	}
	if x.bearer == "" {
		x.actor = api.Actor{Kind: api.ActorService, ID: service}
	}
	return nil
}

// challengeFor returns the WWW-Authenticate of a refusal, "" for none. A
// sibling tells by Service-Key that its own key was refused, not its user.
func (x *exchange) challengeFor(status int) string {
	switch {
	case status == http.StatusUnauthorized && x.challenge == "":
		return challengeBearer
	case status == http.StatusUnauthorized, status == http.StatusForbidden && x.challenge == challengeServiceKey:
		return x.challenge
	}
	return ""
}
