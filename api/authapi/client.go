package authapi

import (
	"context"

	"pasar/internal/platform/rest"
)

// Client is the auth service over HTTP.
type Client struct{ caller *rest.Caller }

var _ Service = (*Client)(nil)

// NewClient returns a client that calls through caller.
func NewClient(caller *rest.Caller) *Client { return &Client{caller: caller} }

// RegisterAccount calls the operation of this name.
func (c *Client) RegisterAccount(ctx context.Context, in *RegisterAccountInput) (*Registration, error) {
	return rest.Call(ctx, c.caller, RegisterAccount, in)
}

// GetMe calls the operation of this name.
func (c *Client) GetMe(ctx context.Context, in *GetMeInput) (*Account, error) {
	return rest.Call(ctx, c.caller, GetMe, in)
}

// VerifyEmail calls the operation of this name.
func (c *Client) VerifyEmail(ctx context.Context, in *VerifyEmailInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, VerifyEmail, in)
}

// RequestVerification calls the operation of this name.
func (c *Client) RequestVerification(ctx context.Context, in *AddressInput) (*Accepted, error) {
	return rest.Call(ctx, c.caller, RequestVerification, in)
}

// ClaimFirstAdmin calls the operation of this name.
func (c *Client) ClaimFirstAdmin(ctx context.Context, in *ClaimFirstAdminInput) (*Registration, error) {
	return rest.Call(ctx, c.caller, ClaimFirstAdmin, in)
}

// Login calls the operation of this name.
func (c *Client) Login(ctx context.Context, in *LoginInput) (*Tokens, error) {
	return rest.Call(ctx, c.caller, Login, in)
}

// Refresh calls the operation of this name.
func (c *Client) Refresh(ctx context.Context, in *RefreshInput) (*Tokens, error) {
	return rest.Call(ctx, c.caller, Refresh, in)
}

// RevokeRefresh calls the operation of this name.
func (c *Client) RevokeRefresh(ctx context.Context, in *RefreshInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, RevokeRefresh, in)
}

// Logout calls the operation of this name.
func (c *Client) Logout(ctx context.Context, in *LogoutInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, Logout, in)
}

// ListSessions calls the operation of this name.
func (c *Client) ListSessions(ctx context.Context, in *ListSessionsInput) (*SessionList, error) {
	return rest.Call(ctx, c.caller, ListSessions, in)
}

// EndSessions calls the operation of this name.
func (c *Client) EndSessions(ctx context.Context, in *EndSessionsInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, EndSessions, in)
}

// EndSession calls the operation of this name.
func (c *Client) EndSession(ctx context.Context, in *EndSessionInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, EndSession, in)
}

// GetJWKS calls the operation of this name.
func (c *Client) GetJWKS(ctx context.Context, in *GetJWKSInput) (*JWKS, error) {
	return rest.Call(ctx, c.caller, GetJWKS, in)
}

// ForgotPassword calls the operation of this name.
func (c *Client) ForgotPassword(ctx context.Context, in *AddressInput) (*Accepted, error) {
	return rest.Call(ctx, c.caller, ForgotPassword, in)
}

// ResetPassword calls the operation of this name.
func (c *Client) ResetPassword(ctx context.Context, in *ResetPasswordInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, ResetPassword, in)
}

// ChangePassword calls the operation of this name.
func (c *Client) ChangePassword(ctx context.Context, in *ChangePasswordInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, ChangePassword, in)
}

// GetUserAccount calls the operation of this name.
func (c *Client) GetUserAccount(ctx context.Context, in *GetUserAccountInput) (*Account, error) {
	return rest.Call(ctx, c.caller, GetUserAccount, in)
}

// SetUserRoles calls the operation of this name.
func (c *Client) SetUserRoles(ctx context.Context, in *SetUserRolesInput) (*Account, error) {
	return rest.Call(ctx, c.caller, SetUserRoles, in)
}

// DisableAccount calls the operation of this name.
func (c *Client) DisableAccount(ctx context.Context, in *DisableAccountInput) (*Account, error) {
	return rest.Call(ctx, c.caller, DisableAccount, in)
}

// EnableAccount calls the operation of this name.
func (c *Client) EnableAccount(ctx context.Context, in *EnableAccountInput) (*Account, error) {
	return rest.Call(ctx, c.caller, EnableAccount, in)
}

// ListRoles calls the operation of this name.
func (c *Client) ListRoles(ctx context.Context, in *ListRolesInput) (*RoleList, error) {
	return rest.Call(ctx, c.caller, ListRoles, in)
}

// ListUserSessions calls the operation of this name.
func (c *Client) ListUserSessions(ctx context.Context, in *ListUserSessionsInput) (*SessionList, error) {
	return rest.Call(ctx, c.caller, ListUserSessions, in)
}

// EndUserSessions calls the operation of this name.
func (c *Client) EndUserSessions(ctx context.Context, in *EndUserSessionsInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, EndUserSessions, in)
}

// EndUserSession calls the operation of this name.
func (c *Client) EndUserSession(ctx context.Context, in *EndUserSessionInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, EndUserSession, in)
}

// CreateKey calls the operation of this name.
func (c *Client) CreateKey(ctx context.Context, in *CreateKeyInput) (*NewKey, error) {
	return rest.Call(ctx, c.caller, CreateKey, in)
}

// ListKeys calls the operation of this name.
func (c *Client) ListKeys(ctx context.Context, in *ListKeysInput) (*KeyList, error) {
	return rest.Call(ctx, c.caller, ListKeys, in)
}

// RevokeKey calls the operation of this name.
func (c *Client) RevokeKey(ctx context.Context, in *RevokeKeyInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, RevokeKey, in)
}

// ListAudit calls the operation of this name.
func (c *Client) ListAudit(ctx context.Context, in *ListAuditInput) (*AuditList, error) {
	return rest.Call(ctx, c.caller, ListAudit, in)
}

// CheckAudit calls the operation of this name.
func (c *Client) CheckAudit(ctx context.Context, in *CheckAuditInput) (*AuditCheck, error) {
	return rest.Call(ctx, c.caller, CheckAudit, in)
}

// VerifyServiceKey calls the operation of this name.
func (c *Client) VerifyServiceKey(ctx context.Context, in *VerifyServiceKeyInput) (*ServiceKeyInfo, error) {
	return rest.Call(ctx, c.caller, VerifyServiceKey, in)
}

// VerifyAPIKey calls the operation of this name.
func (c *Client) VerifyAPIKey(ctx context.Context, in *VerifyAPIKeyInput) (*APIKeyInfo, error) {
	return rest.Call(ctx, c.caller, VerifyAPIKey, in)
}

// IssueMailToken calls the operation of this name.
func (c *Client) IssueMailToken(ctx context.Context, in *IssueMailTokenInput) (*MailToken, error) {
	return rest.Call(ctx, c.caller, IssueMailToken, in)
}

// ListRevocations calls the operation of this name.
func (c *Client) ListRevocations(ctx context.Context, in *ListRevocationsInput) (*RevocationList, error) {
	return rest.Call(ctx, c.caller, ListRevocations, in)
}

// GetAccount calls the operation of this name.
func (c *Client) GetAccount(ctx context.Context, in *GetAccountInput) (*AccountData, error) {
	return rest.Call(ctx, c.caller, GetAccount, in)
}
