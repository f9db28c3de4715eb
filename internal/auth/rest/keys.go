package rest

import (
	"context"

	"pasar/api/authapi"
	"pasar/internal/auth"
	"pasar/internal/platform/rest"
)

// CreateKey makes an API key.
func (s *Server) CreateKey(ctx context.Context, in *authapi.CreateKeyInput) (*authapi.NewKey, error) {
	kind := auth.IntegrationKey
	if in.Body.Kind != "" {
		kind = auth.KeyKind(in.Body.Kind)
	}
	key, secret, err := s.heart.CreateKey(ctx, origin(ctx), auth.NewKey{
		Name: in.Body.Name, Kind: kind, Scopes: in.Body.Scopes, ExpiresAt: in.Body.ExpiresAt,
	})
	if err != nil {
		return nil, err
	}
	return &authapi.NewKey{Key: keyOf(*key), Secret: secret}, nil
}

func keyOf(k auth.Key) authapi.Key {
	return authapi.Key{
		ID: k.ID, Name: k.Name, Kind: string(k.Kind), Hint: k.Hint, Scopes: k.Scopes, CreatedBy: k.CreatedBy,
		CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt, LastUsedAt: k.LastUsedAt, RevokedAt: k.RevokedAt,
	}
}

// ListKeys lists API keys.
func (s *Server) ListKeys(ctx context.Context, in *authapi.ListKeysInput) (*authapi.KeyList, error) {
	page, err := pageOf(in.Paging)
	if err != nil {
		return nil, err
	}
	keys, err := s.heart.Keys(ctx, page)
	if err != nil {
		return nil, err
	}
	cursor := func(k auth.Key) string { return rest.TimeCursor(k.CreatedAt, k.ID) }
	return rest.List(keys, in.Paging, keyOf, cursor), nil
}

// RevokeKey ends an API key.
func (s *Server) RevokeKey(ctx context.Context, in *authapi.RevokeKeyInput) (*rest.NoContent, error) {
	return nothing(s.heart.RevokeKey(ctx, origin(ctx), in.ID))
}
