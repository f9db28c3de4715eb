package authapi

import (
	"context"

	"pasar/internal/platform/rest"
)

// Service is the auth service, in process or over HTTP.
type Service interface {
	Accounts
	Sessions
	Passwords
	Staff
	Keys
	Audit
	Internal
}

// Accounts is what everybody may do with their own account.
type Accounts interface {
	RegisterAccount(context.Context, *RegisterAccountInput) (*Registration, error)
	GetMe(context.Context, *GetMeInput) (*Account, error)
	VerifyEmail(context.Context, *VerifyEmailInput) (*rest.NoContent, error)
	RequestVerification(context.Context, *AddressInput) (*Accepted, error)
	ClaimFirstAdmin(context.Context, *ClaimFirstAdminInput) (*Registration, error)
}

// Sessions is signing in and out.
type Sessions interface {
	Login(context.Context, *LoginInput) (*Tokens, error)
	Refresh(context.Context, *RefreshInput) (*Tokens, error)
	RevokeRefresh(context.Context, *RefreshInput) (*rest.NoContent, error)
	Logout(context.Context, *LogoutInput) (*rest.NoContent, error)
	ListSessions(context.Context, *ListSessionsInput) (*SessionList, error)
	EndSessions(context.Context, *EndSessionsInput) (*rest.NoContent, error)
	EndSession(context.Context, *EndSessionInput) (*rest.NoContent, error)
	GetJWKS(context.Context, *GetJWKSInput) (*JWKS, error)
}

// Passwords is forgetting and changing them.
type Passwords interface {
	ForgotPassword(context.Context, *AddressInput) (*Accepted, error)
	ResetPassword(context.Context, *ResetPasswordInput) (*rest.NoContent, error)
	ChangePassword(context.Context, *ChangePasswordInput) (*rest.NoContent, error)
}

// Staff is what staff may do with other people's accounts and sessions.
type Staff interface {
	GetUserAccount(context.Context, *GetUserAccountInput) (*Account, error)
	SetUserRoles(context.Context, *SetUserRolesInput) (*Account, error)
	DisableAccount(context.Context, *DisableAccountInput) (*Account, error)
	EnableAccount(context.Context, *EnableAccountInput) (*Account, error)
	ListRoles(context.Context, *ListRolesInput) (*RoleList, error)
	ListUserSessions(context.Context, *ListUserSessionsInput) (*SessionList, error)
	EndUserSessions(context.Context, *EndUserSessionsInput) (*rest.NoContent, error)
	EndUserSession(context.Context, *EndUserSessionInput) (*rest.NoContent, error)
}

// Keys is the making and revoking of API keys.
type Keys interface {
	CreateKey(context.Context, *CreateKeyInput) (*NewKey, error)
	ListKeys(context.Context, *ListKeysInput) (*KeyList, error)
	RevokeKey(context.Context, *RevokeKeyInput) (*rest.NoContent, error)
}

// Audit is the reading of the audit log.
type Audit interface {
	ListAudit(context.Context, *ListAuditInput) (*AuditList, error)
	CheckAudit(context.Context, *CheckAuditInput) (*AuditCheck, error)
}

// Internal is what siblings may ask.
type Internal interface {
	VerifyServiceKey(context.Context, *VerifyServiceKeyInput) (*ServiceKeyInfo, error)
	VerifyAPIKey(context.Context, *VerifyAPIKeyInput) (*APIKeyInfo, error)
	IssueMailToken(context.Context, *IssueMailTokenInput) (*MailToken, error)
	ListRevocations(context.Context, *ListRevocationsInput) (*RevocationList, error)
	GetAccount(context.Context, *GetAccountInput) (*AccountData, error)
}

// Register registers every operation of the service.
func Register(a *rest.API, s Service) {
	rest.Handle(a, RegisterAccount, s.RegisterAccount)
	rest.Handle(a, GetMe, s.GetMe)
	rest.Handle(a, VerifyEmail, s.VerifyEmail)
	rest.Handle(a, RequestVerification, s.RequestVerification)
	rest.Handle(a, ClaimFirstAdmin, s.ClaimFirstAdmin)

	rest.Handle(a, Login, s.Login)
	rest.Handle(a, Refresh, s.Refresh)
	rest.Handle(a, RevokeRefresh, s.RevokeRefresh)
	rest.Handle(a, Logout, s.Logout)
	rest.Handle(a, ListSessions, s.ListSessions)
	rest.Handle(a, EndSessions, s.EndSessions)
	rest.Handle(a, EndSession, s.EndSession)
	rest.Handle(a, GetJWKS, s.GetJWKS)

	rest.Handle(a, ForgotPassword, s.ForgotPassword)
	rest.Handle(a, ResetPassword, s.ResetPassword)
	rest.Handle(a, ChangePassword, s.ChangePassword)

	rest.Handle(a, GetUserAccount, s.GetUserAccount)
	rest.Handle(a, SetUserRoles, s.SetUserRoles)
	rest.Handle(a, DisableAccount, s.DisableAccount)
	rest.Handle(a, EnableAccount, s.EnableAccount)
	rest.Handle(a, ListRoles, s.ListRoles)
	rest.Handle(a, ListUserSessions, s.ListUserSessions)
	rest.Handle(a, EndUserSessions, s.EndUserSessions)
	rest.Handle(a, EndUserSession, s.EndUserSession)

	rest.Handle(a, CreateKey, s.CreateKey)
	rest.Handle(a, ListKeys, s.ListKeys)
	rest.Handle(a, RevokeKey, s.RevokeKey)
	rest.Handle(a, ListAudit, s.ListAudit)
	rest.Handle(a, CheckAudit, s.CheckAudit)

	rest.Handle(a, VerifyServiceKey, s.VerifyServiceKey)
	rest.Handle(a, VerifyAPIKey, s.VerifyAPIKey)
	rest.Handle(a, IssueMailToken, s.IssueMailToken)
	rest.Handle(a, ListRevocations, s.ListRevocations)
	rest.Handle(a, GetAccount, s.GetAccount)
}
