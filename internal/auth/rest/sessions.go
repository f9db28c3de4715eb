package rest

import (
	"context"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/auth"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/token"
)

// Login signs in.
func (s *Server) Login(ctx context.Context, in *authapi.LoginInput) (*authapi.Tokens, error) {
	return tokens(s.heart.Login(ctx, origin(ctx), auth.Login{
		Email: in.Body.Email, Password: in.Body.Password, Known: in.Body.Known,
	}))
}

// Refresh exchanges a refresh token.
func (s *Server) Refresh(ctx context.Context, in *authapi.RefreshInput) (*authapi.Tokens, error) {
	return tokens(s.heart.Refresh(ctx, origin(ctx), in.Body.RefreshToken))
}

func tokens(t *auth.Tokens, err error) (*authapi.Tokens, error) {
	if err != nil {
		return nil, err
	}
	return &authapi.Tokens{
		AccessToken: t.Access, RefreshToken: t.Refresh, TokenType: "Bearer", ExpiresIn: int64(t.ExpiresIn.Seconds()),
	}, nil
}

// RevokeRefresh ends the session of a refresh token.
func (s *Server) RevokeRefresh(ctx context.Context, in *authapi.RefreshInput) (*rest.NoContent, error) {
	return nothing(s.heart.RevokeRefresh(ctx, origin(ctx), in.Body.RefreshToken))
}

// Logout ends the caller's session.
func (s *Server) Logout(ctx context.Context, _ *authapi.LogoutInput) (*rest.NoContent, error) {
	user, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	return nothing(s.heart.EndSession(ctx, origin(ctx), user.ID, user.SessionID))
}

// ListSessions lists the caller's sessions.
func (s *Server) ListSessions(ctx context.Context, in *authapi.ListSessionsInput) (*authapi.SessionList, error) {
	user, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	return s.listSessions(ctx, user.ID, user.SessionID, in.Paging)
}

// ListUserSessions lists somebody's sessions.
func (s *Server) ListUserSessions(ctx context.Context, in *authapi.ListUserSessionsInput) (*authapi.SessionList, error) {
	if _, err := s.heart.Account(ctx, in.ID); err != nil { // nobody's sessions are no empty list
		return nil, err
	}
	return s.listSessions(ctx, in.ID, rest.ActorFrom(ctx).SessionID, in.Paging)
}

func (s *Server) listSessions(ctx context.Context, userID, current string, paging api.Paging) (*authapi.SessionList, error) {
	page, err := pageOf(paging)
	if err != nil {
		return nil, err
	}
	sessions, err := s.heart.Sessions(ctx, userID, page)
	if err != nil {
		return nil, err
	}
	item := func(s auth.Session) authapi.Session {
		return authapi.Session{
			ID: s.ID, Current: s.ID == current, IP: s.IP, UserAgent: s.UserAgent,
			CreatedAt: s.CreatedAt, LastUsedAt: s.LastUsedAt, ExpiresAt: s.IdleUntil,
		}
	}
	cursor := func(s auth.Session) string { return rest.TimeCursor(s.CreatedAt, s.ID) }
	return rest.List(sessions, paging, item, cursor), nil
}

// EndSessions ends all of the caller's sessions.
func (s *Server) EndSessions(ctx context.Context, _ *authapi.EndSessionsInput) (*rest.NoContent, error) {
	user, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	return nothing(s.heart.EndSessions(ctx, origin(ctx), user.ID))
}

// EndSession ends one of the caller's sessions.
func (s *Server) EndSession(ctx context.Context, in *authapi.EndSessionInput) (*rest.NoContent, error) {
	user, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	return nothing(s.heart.EndSession(ctx, origin(ctx), user.ID, in.ID))
}

// EndUserSessions ends all of somebody's sessions.
func (s *Server) EndUserSessions(ctx context.Context, in *authapi.EndUserSessionsInput) (*rest.NoContent, error) {
	return nothing(s.heart.EndSessions(ctx, origin(ctx), in.ID))
}

// EndUserSession ends one of somebody's sessions.
func (s *Server) EndUserSession(ctx context.Context, in *authapi.EndUserSessionInput) (*rest.NoContent, error) {
	return nothing(s.heart.EndSession(ctx, origin(ctx), in.ID, in.SessionID))
}

// GetJWKS returns the public keys of access tokens.
func (s *Server) GetJWKS(ctx context.Context, _ *authapi.GetJWKSInput) (*authapi.JWKS, error) {
	keys, err := s.heart.SigningKeys(ctx)
	if err != nil {
		return nil, err
	}
	set := &authapi.JWKS{Keys: make([]token.JWK, len(keys))}
	for i, key := range keys {
		set.Keys[i] = token.NewJWK(key.KID, key.Public)
	}
	return set, nil
}
