package authapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
)

// APIKeyPrefix is how the API keys of integrations begin.
const APIKeyPrefix = "pak_"

// Operations on API keys.
var (
	CreateKey = rest.Operation[CreateKeyInput, NewKey]{
		ID: "create-api-key", Method: "POST", Path: "/v1/api-keys", Status: 201,
		Summary:     "Make an API key; it is shown this once",
		Description: "Two keys of one name may live at a time, so that a key can be replaced without a gap.",
		Needs:       rest.Permission(api.PermKeyManage),
		Codes:       []string{CodeKeyLimit, CodeScopeUnknown},
	}
	ListKeys = rest.Operation[ListKeysInput, KeyList]{
		ID: "list-api-keys", Method: "GET", Path: "/v1/api-keys",
		Summary: "API keys, newest first, without their secrets",
		Needs:   rest.Permission(api.PermKeyManage),
	}
	RevokeKey = rest.Operation[RevokeKeyInput, rest.NoContent]{
		ID: "revoke-api-key", Method: "DELETE", Path: "/v1/api-keys/{id}",
		Summary: "Revoke an API key",
		Needs:   rest.Permission(api.PermKeyManage),
	}
)

// CreateKeyInput describes the key.
type CreateKeyInput struct {
	Body struct {
		Name      string     `json:"name" minLength:"1" maxLength:"60" pattern:"^[a-z0-9][a-z0-9._-]*$" example:"warehouse-sync" doc:"A service key is named after its service"`
		Kind      string     `json:"kind,omitempty" enum:"integration,service" default:"integration"`
		Scopes    []string   `json:"scopes" minItems:"1" maxItems:"40" uniqueItems:"true" nullable:"false" doc:"Permissions for an integration, such as stock:write; internal:* scopes for a service"`
		ExpiresAt *time.Time `json:"expires_at,omitempty" doc:"At most two years ahead; one year when absent"`
	}
}

// Key is an API key without its secret.
type Key struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Kind       string     `json:"kind" enum:"integration,service"`
	Hint       string     `json:"hint" doc:"How the secret begins" example:"pak_Xb3k"`
	Scopes     []string   `json:"scopes" nullable:"false"`
	CreatedBy  string     `json:"created_by"`
	CreatedAt  time.Time  `json:"created_at"`
	ExpiresAt  time.Time  `json:"expires_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty" doc:"To the minute"`
	RevokedAt  *time.Time `json:"revoked_at,omitempty"`
}

// NewKey is a key with its secret.
type NewKey struct {
	Key
	Secret string `json:"secret" doc:"Send as Authorization: Bearer, or Service-Key for a service"`
}

// ResourcePath names the key.
func (k NewKey) ResourcePath() string { return "/v1/api-keys/" + k.ID }

// ListKeysInput pages through keys.
type ListKeysInput struct{ api.Paging }

// KeyList is a page of keys.
type KeyList = api.List[Key]

// RevokeKeyInput names the key.
type RevokeKeyInput struct {
	ID string `path:"id" prefix:"key"`
}
