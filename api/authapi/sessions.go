package authapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/token"
)

// Operations on sessions.
var (
	Login = rest.Operation[LoginInput, Tokens]{
		ID: "login", Method: "POST", Path: "/v1/auth/login",
		Summary:     "Sign in with e-mail and password",
		Description: "An unknown address and a wrong password are answered alike. Repeated failures are slowed down: 429 says for how long.",
		Needs:       rest.Public,
		Codes:       []string{CodeCredentialsInvalid, CodeAccountDisabled},
	}
	Refresh = rest.Operation[RefreshInput, Tokens]{
		ID: "refresh", Method: "POST", Path: "/v1/auth/refresh",
		Summary:     "Exchange a refresh token for new tokens",
		Description: "A refresh token works once. Using one again within 10 seconds is 409 and harmless; later it ends the session.",
		Needs:       rest.Public,
		Codes:       []string{CodeRefreshInvalid, CodeRefreshSuperseded, CodeRefreshReused, CodeAccountDisabled},
	}
	RevokeRefresh = rest.Operation[RefreshInput, rest.NoContent]{
		ID: "revoke-refresh-token", Method: "POST", Path: "/v1/auth/revoke",
		Summary: "End the session of a refresh token; an unknown one is no error (RFC 7009)",
		Needs:   rest.Public,
	}
	Logout = rest.Operation[LogoutInput, rest.NoContent]{
		ID: "logout", Method: "POST", Path: "/v1/auth/logout",
		Summary: "End the session of the access token that is sent; the token ends at once",
		Needs:   rest.SignedIn,
	}
	ListSessions = rest.Operation[ListSessionsInput, SessionList]{
		ID: "list-sessions", Method: "GET", Path: "/v1/auth/sessions",
		Summary: "One's own living sessions, newest first",
		Needs:   rest.SignedIn,
	}
	EndSessions = rest.Operation[EndSessionsInput, rest.NoContent]{
		ID: "end-sessions", Method: "DELETE", Path: "/v1/auth/sessions",
		Summary: "End all of one's own sessions, this one included",
		Needs:   rest.SignedIn,
	}
	EndSession = rest.Operation[EndSessionInput, rest.NoContent]{
		ID: "end-session", Method: "DELETE", Path: "/v1/auth/sessions/{id}",
		Summary: "End one of one's own sessions",
		Needs:   rest.SignedIn,
	}
	ListUserSessions = rest.Operation[ListUserSessionsInput, SessionList]{
		ID: "list-user-sessions", Method: "GET", Path: "/v1/users/{id}/sessions",
		Summary: "A user's living sessions, newest first",
		Needs:   rest.Permission(api.PermSessionManage),
	}
	EndUserSessions = rest.Operation[EndUserSessionsInput, rest.NoContent]{
		ID: "end-user-sessions", Method: "DELETE", Path: "/v1/users/{id}/sessions",
		Summary: "End all of a user's sessions",
		Needs:   rest.Permission(api.PermSessionManage),
	}
	EndUserSession = rest.Operation[EndUserSessionInput, rest.NoContent]{
		ID: "end-user-session", Method: "DELETE", Path: "/v1/users/{id}/sessions/{session_id}",
		Summary: "End one of a user's sessions",
		Needs:   rest.Permission(api.PermSessionManage),
	}
	GetJWKS = rest.Operation[GetJWKSInput, JWKS]{
		ID: "get-jwks", Method: "GET", Path: "/.well-known/jwks.json",
		Summary: "Public keys of access tokens (RFC 7517)",
		Needs:   rest.Public,
		Cache:   "public, max-age=300",
	}
)

// LoginInput is an e-mail address and its password.
type LoginInput struct {
	Body struct {
		Email    string `json:"email" minLength:"1" maxLength:"254"`
		Password string `json:"password" minLength:"1" maxLength:"512"`
		Known    string `json:"known_refresh_token,omitempty" maxLength:"200" doc:"Any refresh token this device held for the account: strangers' failures then do not slow it down"`
	}
}

// Tokens is a pair of tokens, in the words of RFC 6749.
type Tokens struct {
	AccessToken  string `json:"access_token" doc:"JWT, EdDSA"`
	RefreshToken string `json:"refresh_token" doc:"Opaque; works once"`
	TokenType    string `json:"token_type" enum:"Bearer"`
	ExpiresIn    int64  `json:"expires_in" doc:"Seconds until the access token expires" example:"900"`
}

// RefreshInput carries a refresh token.
type RefreshInput struct {
	Body struct {
		RefreshToken string `json:"refresh_token" minLength:"1" maxLength:"200"`
	}
}

// LogoutInput is empty.
type LogoutInput struct{}

// ListSessionsInput pages through sessions.
type ListSessionsInput struct{ api.Paging }

// SessionList is a page of sessions.
type SessionList = api.List[Session]

// Session is one sign-in and the chain of refresh tokens that grew from it.
type Session struct {
	ID         string    `json:"id"`
	Current    bool      `json:"current" doc:"The session of the token that asks"`
	IP         string    `json:"ip,omitempty"`
	UserAgent  string    `json:"user_agent,omitempty"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	ExpiresAt  time.Time `json:"expires_at" doc:"When it ends if it is not used, or at the latest"`
}

// EndSessionsInput is empty.
type EndSessionsInput struct{}

// EndSessionInput names one of the caller's sessions.
type EndSessionInput struct {
	ID string `path:"id" prefix:"ses"`
}

// ListUserSessionsInput names the user.
type ListUserSessionsInput struct {
	ID string `path:"id" prefix:"usr"`
	api.Paging
}

// EndUserSessionsInput names the user.
type EndUserSessionsInput struct {
	ID string `path:"id" prefix:"usr"`
}

// EndUserSessionInput names the user and the session.
type EndUserSessionInput struct {
	ID        string `path:"id" prefix:"usr"`
	SessionID string `path:"session_id" prefix:"ses"`
}

// GetJWKSInput is empty.
type GetJWKSInput struct{}

// JWKS is a JSON Web Key Set: the key in use, the next one, and retired ones
// whose tokens may still live.
type JWKS struct {
	Keys []token.JWK `json:"keys" nullable:"false"`
}
