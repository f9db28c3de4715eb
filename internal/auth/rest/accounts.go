package rest

import (
	"context"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/auth"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
)

// RegisterAccount makes an account.
func (s *Server) RegisterAccount(ctx context.Context, in *authapi.RegisterAccountInput) (*authapi.Registration, error) {
	email, err := s.heart.Register(ctx, origin(ctx), auth.Registration{
		Email: in.Body.Email, Password: in.Body.Password, Name: in.Body.Name, Language: languageOf(in.Body.Language),
	})
	return registration(email, err)
}

func languageOf(language string) string {
	if language == "" {
		return "id"
	}
	return language
}

func registration(email string, err error) (*authapi.Registration, error) {
	if err != nil {
		return nil, err
	}
	return &authapi.Registration{Status: "registered", Email: email}, nil
}

// ClaimFirstAdmin makes the first administrator.
func (s *Server) ClaimFirstAdmin(ctx context.Context, in *authapi.ClaimFirstAdminInput) (*authapi.Registration, error) {
	email, err := s.heart.ClaimFirstAdmin(ctx, origin(ctx), in.Body.Token, auth.Registration{
		Email: in.Body.Email, Password: in.Body.Password, Name: in.Body.Name, Language: languageOf(""),
	})
	return registration(email, err)
}

// GetMe returns the caller's account.
func (s *Server) GetMe(ctx context.Context, _ *authapi.GetMeInput) (*authapi.Account, error) {
	user, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	return answer(s.heart.Account(ctx, user.ID))
}

// caller returns the user who asks; an API key has no account of its own.
func caller(ctx context.Context) (api.Actor, error) {
	actor := rest.ActorFrom(ctx)
	if actor.Kind != api.ActorUser {
		return actor, fault.New(fault.Forbidden, api.CodeForbidden, "This is for people who are signed in; an API key has no account of its own.")
	}
	return actor, nil
}

func answer(a *auth.Account, err error) (*authapi.Account, error) {
	if err != nil {
		return nil, err
	}
	return &authapi.Account{
		ID: a.ID, Email: a.Email, Name: a.Name, Language: a.Language, EmailVerified: a.EmailVerified,
		Status: string(a.Status), Roles: filled(a.Roles), Permissions: filled(a.Permissions), CreatedAt: a.CreatedAt, Version: a.Version,
	}, nil
}

// filled keeps a list without members from becoming null.
func filled(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// VerifyEmail proves an address.
func (s *Server) VerifyEmail(ctx context.Context, in *authapi.VerifyEmailInput) (*rest.NoContent, error) {
	return nothing(s.heart.VerifyEmail(ctx, origin(ctx), in.Body.Token))
}

// RequestVerification asks for a verification mail.
func (s *Server) RequestVerification(ctx context.Context, in *authapi.AddressInput) (*authapi.Accepted, error) {
	return s.requestMail(ctx, in, auth.PurposeVerifyEmail)
}

// ForgotPassword asks for a reset mail.
func (s *Server) ForgotPassword(ctx context.Context, in *authapi.AddressInput) (*authapi.Accepted, error) {
	return s.requestMail(ctx, in, auth.PurposeResetPassword)
}

func (s *Server) requestMail(ctx context.Context, in *authapi.AddressInput, purpose string) (*authapi.Accepted, error) {
	if err := s.heart.RequestMail(ctx, origin(ctx), in.Body.Email, purpose); err != nil {
		return nil, err
	}
	return accepted, nil
}

// ResetPassword sets a new password with the secret of a mail.
func (s *Server) ResetPassword(ctx context.Context, in *authapi.ResetPasswordInput) (*rest.NoContent, error) {
	return nothing(s.heart.ResetPassword(ctx, origin(ctx), in.Body.Token, in.Body.Password))
}

// ChangePassword replaces the caller's password.
func (s *Server) ChangePassword(ctx context.Context, in *authapi.ChangePasswordInput) (*rest.NoContent, error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	return nothing(s.heart.ChangePassword(ctx, origin(ctx), in.Body.Current, in.Body.New))
}

// GetUserAccount returns somebody's account.
func (s *Server) GetUserAccount(ctx context.Context, in *authapi.GetUserAccountInput) (*authapi.Account, error) {
	return answer(s.heart.Account(ctx, in.ID))
}

// SetUserRoles replaces somebody's roles.
func (s *Server) SetUserRoles(ctx context.Context, in *authapi.SetUserRolesInput) (*authapi.Account, error) {
	return answer(s.heart.SetRoles(ctx, origin(ctx), in.ID, in.Version(), in.Body.Roles))
}

// DisableAccount shuts an account.
func (s *Server) DisableAccount(ctx context.Context, in *authapi.DisableAccountInput) (*authapi.Account, error) {
	return answer(s.heart.Disable(ctx, origin(ctx), in.ID, in.Body.Reason))
}

// EnableAccount opens an account again.
func (s *Server) EnableAccount(ctx context.Context, in *authapi.EnableAccountInput) (*authapi.Account, error) {
	return answer(s.heart.Enable(ctx, origin(ctx), in.ID))
}

// ListRoles lists every role.
func (s *Server) ListRoles(ctx context.Context, _ *authapi.ListRolesInput) (*authapi.RoleList, error) {
	roles, err := s.heart.Roles(ctx)
	if err != nil {
		return nil, err
	}
	list := &authapi.RoleList{Data: make([]authapi.Role, len(roles))}
	for i, role := range roles {
		list.Data[i] = authapi.Role(role)
	}
	return list, nil
}
