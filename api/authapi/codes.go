package authapi

import "pasar/api"

// Problem codes of the auth service.
const (
	CodeCredentialsInvalid = "credentials_invalid"
	CodeAccountDisabled    = "account_disabled"
	CodeRefreshInvalid     = "refresh_token_invalid"
	CodeRefreshSuperseded  = "refresh_token_superseded"
	CodeRefreshReused      = "refresh_token_reused"
	CodeMailTokenInvalid   = "mail_token_invalid"
	CodeSetupTokenInvalid  = "setup_token_invalid"
	CodePasswordWeak       = "password_weak"
	CodeCurrentPassword    = "current_password_wrong"
	CodeEmailTaken         = "email_taken"
	CodeRoleUnknown        = "role_unknown"
	CodeLastAdmin          = "last_admin"
	CodeKeyLimit           = "key_limit"
	CodeScopeUnknown       = "scope_unknown"
)

// Codes lists them for the registry.
var Codes = []api.Code{
	{Name: CodeCredentialsInvalid, Status: 401, Title: "E-mail or password is wrong"},
	{Name: CodeAccountDisabled, Status: 403, Title: "The account is disabled"},
	{Name: CodeRefreshInvalid, Status: 401, Title: "The refresh token is not valid"},
	{Name: CodeRefreshSuperseded, Status: 409, Title: "The refresh token was exchanged a moment ago"},
	{Name: CodeRefreshReused, Status: 401, Title: "The refresh token was used before; the session is ended"},
	{Name: CodeMailTokenInvalid, Status: 422, Title: "The link of the mail is not valid any more"},
	{Name: CodeSetupTokenInvalid, Status: 403, Title: "The setup link is not valid any more"},
	{Name: CodePasswordWeak, Status: 422, Title: "The password is too easy to guess"},
	{Name: CodeCurrentPassword, Status: 422, Title: "The current password is wrong"},
	{Name: CodeEmailTaken, Status: 409, Title: "The address has an account already"},
	{Name: CodeRoleUnknown, Status: 422, Title: "There is no such role"},
	{Name: CodeLastAdmin, Status: 409, Title: "The shop needs an administrator"},
	{Name: CodeKeyLimit, Status: 409, Title: "Two keys of this name are alive"},
	{Name: CodeScopeUnknown, Status: 422, Title: "There is no such permission or scope"},
}
