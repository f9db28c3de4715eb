package authapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
)

// Operations on one's own account.
var (
	RegisterAccount = rest.Operation[RegisterAccountInput, Registration]{
		ID: "register-account", Method: "POST", Path: "/v1/auth/register", Status: 201,
		Summary:     "Make an account",
		Description: "The answer is the same whether or not the address has an account already; its owner learns of a repeated registration by mail.",
		Needs:       rest.Public,
		Codes:       []string{CodePasswordWeak},
	}
	GetMe = rest.Operation[GetMeInput, Account]{
		ID: "get-me", Method: "GET", Path: "/v1/auth/me",
		Summary: "One's own account, with its roles and permissions",
		Needs:   rest.SignedIn,
	}
	VerifyEmail = rest.Operation[VerifyEmailInput, rest.NoContent]{
		ID: "verify-email", Method: "POST", Path: "/v1/auth/verify-email",
		Summary: "Prove an e-mail address with the secret of the mail sent to it",
		Needs:   rest.Public,
		Codes:   []string{CodeMailTokenInvalid},
	}
	RequestVerification = rest.Operation[AddressInput, Accepted]{
		ID: "request-verification", Method: "POST", Path: "/v1/auth/verify-email/request", Status: 202,
		Summary:     "Send the verification mail again",
		Description: "Always accepted: the answer does not tell whether the address has an account.",
		Needs:       rest.Public,
	}
	ClaimFirstAdmin = rest.Operation[ClaimFirstAdminInput, Registration]{
		ID: "claim-first-admin", Method: "POST", Path: "/v1/auth/first-admin", Status: 201,
		Summary: "Make the first administrator with the one-time secret printed at start",
		Needs:   rest.Public,
		Codes:   []string{CodeSetupTokenInvalid, CodePasswordWeak, CodeEmailTaken},
	}
)

// RegisterAccountInput is a new account.
type RegisterAccountInput struct {
	Body struct {
		Email    string `json:"email" minLength:"3" maxLength:"254" example:"sari@example.com" doc:"Compared without regard to case"`
		Password string `json:"password" minLength:"10" maxLength:"128" doc:"10 to 128 characters of any script; common ones are refused"`
		Name     string `json:"name" minLength:"1" maxLength:"100" example:"Sari Dewi"`
		Language string `json:"language,omitempty" enum:"id,en" default:"id" doc:"Of mails to this account"`
	}
}

// Registration says that a registration was taken. It carries no id, because
// the answer for a known address must look the same.
type Registration struct {
	Status string `json:"status" enum:"registered"`
	Email  string `json:"email" doc:"The address as it was understood"`
}

// GetMeInput is empty.
type GetMeInput struct{}

// Account is an account as its owner and staff see it.
type Account struct {
	ID            string    `json:"id"`
	Email         string    `json:"email"`
	Name          string    `json:"name"`
	Language      string    `json:"language" enum:"id,en"`
	EmailVerified bool      `json:"email_verified"`
	Status        string    `json:"status" enum:"active,disabled"`
	Roles         []string  `json:"roles" nullable:"false"`
	Permissions   []string  `json:"permissions" nullable:"false"`
	CreatedAt     time.Time `json:"created_at"`
	Version       int64     `json:"version"`
}

// ResourceVersion makes the ETag.
func (a Account) ResourceVersion() int64 { return a.Version }

// VerifyEmailInput carries the secret of a verification mail.
type VerifyEmailInput struct {
	Body struct {
		Token string `json:"token" minLength:"1" maxLength:"200"`
	}
}

// AddressInput names an e-mail address.
type AddressInput struct {
	Body struct {
		Email string `json:"email" minLength:"3" maxLength:"254"`
	}
}

// Accepted says that a request was taken, and nothing else.
type Accepted struct {
	Status string `json:"status" enum:"accepted"`
}

// ClaimFirstAdminInput is the first administrator.
type ClaimFirstAdminInput struct {
	Body struct {
		Token    string `json:"token" minLength:"1" maxLength:"200"`
		Email    string `json:"email" minLength:"3" maxLength:"254"`
		Password string `json:"password" minLength:"10" maxLength:"128"`
		Name     string `json:"name" minLength:"1" maxLength:"100"`
	}
}

// Operations of staff on accounts.
var (
	GetUserAccount = rest.Operation[GetUserAccountInput, Account]{
		ID: "get-user-account", Method: "GET", Path: "/v1/users/{id}/account",
		Summary: "A user's account, with its roles; its ETag guards role changes",
		Needs:   rest.Permission(api.PermUserRead),
	}
	SetUserRoles = rest.Operation[SetUserRolesInput, Account]{
		ID: "set-user-roles", Method: "PUT", Path: "/v1/users/{id}/roles", Guarded: true,
		Summary:     "Replace a user's roles",
		Description: "Access tokens of the user end at once; the next refresh carries the new permissions. Nobody can give or take a role that holds a permission they lack.",
		Needs:       rest.Permission(api.PermRoleManage),
		Codes:       []string{CodeRoleUnknown, CodeLastAdmin},
	}
	DisableAccount = rest.Operation[DisableAccountInput, Account]{
		ID: "disable-account", Method: "POST", Path: "/v1/users/{id}/disable",
		Summary: "Disable an account and end all its sessions at once",
		Needs:   rest.Permission(api.PermUserWrite),
		Codes:   []string{CodeLastAdmin},
	}
	EnableAccount = rest.Operation[EnableAccountInput, Account]{
		ID: "enable-account", Method: "POST", Path: "/v1/users/{id}/enable",
		Summary: "Enable a disabled account",
		Needs:   rest.Permission(api.PermUserWrite),
	}
	ListRoles = rest.Operation[ListRolesInput, RoleList]{
		ID: "list-roles", Method: "GET", Path: "/v1/roles",
		Summary: "Every role with its permissions",
		Needs:   rest.Permission(api.PermRoleManage),
	}
)

// GetUserAccountInput names the user.
type GetUserAccountInput struct {
	ID string `path:"id" prefix:"usr"`
}

// SetUserRolesInput is the whole new set of roles.
type SetUserRolesInput struct {
	ID string `path:"id" prefix:"usr"`
	rest.IfMatch
	Body struct {
		Roles []string `json:"roles" maxItems:"20" uniqueItems:"true" nullable:"false" doc:"Names from list-roles; customer is always kept"`
	}
}

// DisableAccountInput names the user and says why.
type DisableAccountInput struct {
	ID   string `path:"id" prefix:"usr"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"300" doc:"For the audit log"`
	}
}

// EnableAccountInput names the user.
type EnableAccountInput struct {
	ID string `path:"id" prefix:"usr"`
}

// ListRolesInput is empty: there are few roles.
type ListRolesInput struct{}

// RoleList is every role.
type RoleList = api.List[Role]

// Role is a named set of permissions.
type Role struct {
	Name        string   `json:"name"`
	Summary     string   `json:"summary"`
	Permissions []string `json:"permissions" nullable:"false"`
}
