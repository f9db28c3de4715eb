package api

import "slices"

// ActorKind says what sort of caller an Actor is.
type ActorKind string

// Kinds of callers.
const (
	ActorGuest   ActorKind = "guest"   // no credentials
	ActorUser    ActorKind = "user"    // an access token
	ActorKey     ActorKind = "key"     // an API key
	ActorService ActorKind = "service" // a sibling service
	ActorSystem  ActorKind = "system"  // the shop itself: sweepers, consumers
)

// Actor is who is calling, as proven by credentials.
type Actor struct {
	Kind        ActorKind
	ID          string // usr_..., key_..., or the service's name
	SessionID   string // ses_..., for users
	Permissions []string
}

// Can reports whether the actor holds a permission, "resource:action".
func (a Actor) Can(permission string) bool {
	return slices.Contains(a.Permissions, permission)
}

// IsUser reports whether the actor is the user with this id.
func (a Actor) IsUser(id string) bool {
	return a.Kind == ActorUser && id != "" && a.ID == id
}
