package authapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
)

// Operations for sibling services only; the gateway never routes them.
var (
	VerifyServiceKey = rest.Operation[VerifyServiceKeyInput, ServiceKeyInfo]{
		ID: "verify-service-key", Method: "POST", Path: "/internal/v1/service-keys/verify",
		Summary: "Whose service key this is and what it opens; the key itself is the credential",
		Needs:   rest.Public,
	}
	VerifyAPIKey = rest.Operation[VerifyAPIKeyInput, APIKeyInfo]{
		ID: "verify-api-key", Method: "POST", Path: "/internal/v1/api-keys/verify",
		Summary: "Which integration an API key belongs to and what it may do",
		Needs:   rest.Internal(api.ScopeAuthInternal),
	}
	IssueMailToken = rest.Operation[IssueMailTokenInput, MailToken]{
		ID: "issue-mail-token", Method: "POST", Path: "/internal/v1/mail-tokens",
		Summary: "Make the secret of a verification or reset mail; ends earlier ones of its purpose",
		Needs:   rest.Internal(api.ScopeAuthInternal),
	}
	ListRevocations = rest.Operation[ListRevocationsInput, RevocationList]{
		ID: "list-revocations", Method: "GET", Path: "/internal/v1/revocations",
		Summary: "Revocations that live access tokens may still be subject to, oldest first",
		Needs:   rest.Internal(api.ScopeAuthInternal),
	}
	GetAccount = rest.Operation[GetAccountInput, AccountData]{
		ID: "get-account", Method: "GET", Path: "/internal/v1/accounts/{id}",
		Summary: "The account behind a user id, for a profile that is not there yet",
		Needs:   rest.Internal(api.ScopeAuthInternal),
	}
)

// VerifyServiceKeyInput carries the presented key.
type VerifyServiceKeyInput struct {
	Body struct {
		Key string `json:"key" minLength:"1" maxLength:"200"`
	}
}

// ServiceKeyInfo is a good service key: its id, its service and its scopes.
type ServiceKeyInfo struct {
	ID      string   `json:"id"`
	Service string   `json:"service"`
	Scopes  []string `json:"scopes" nullable:"false"`
}

// VerifyAPIKeyInput carries the presented key.
type VerifyAPIKeyInput struct {
	Body struct {
		Key string `json:"key" minLength:"1" maxLength:"200"`
	}
}

// APIKeyInfo is a good integration key: its id and its permissions.
type APIKeyInfo struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Permissions []string  `json:"permissions" nullable:"false"`
	ExpiresAt   time.Time `json:"expires_at"`
}

// IssueMailTokenInput says for whom and for what.
type IssueMailTokenInput struct {
	Body struct {
		UserID  string `json:"user_id"`
		Purpose string `json:"purpose" enum:"verify_email,reset_password"`
	}
}

// MailToken is a secret for one mail. An empty token means that none is needed
// any more, and that no mail should be sent.
type MailToken struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
}

// ListRevocationsInput asks for revocations since a moment, 1000 at most. Who
// gets as many asks on from the last one.
type ListRevocationsInput struct {
	Since time.Time `query:"since"`
}

// RevocationList is what a service seeds its deny list with at start.
type RevocationList struct {
	Data []RevokedData `json:"data" nullable:"false"`
}

// GetAccountInput names the account.
type GetAccountInput struct {
	ID string `path:"id" prefix:"usr"`
}
