package rest

import (
	"context"

	"pasar/api/authapi"
)

// VerifyServiceKey says whose service key this is.
func (s *Server) VerifyServiceKey(ctx context.Context, in *authapi.VerifyServiceKeyInput) (*authapi.ServiceKeyInfo, error) {
	key, err := s.heart.VerifyServiceKey(ctx, in.Body.Key)
	if err != nil {
		return nil, err
	}
	return &authapi.ServiceKeyInfo{ID: key.ID, Service: key.Name, Scopes: key.Scopes}, nil
}

// VerifyAPIKey says whose integration key this is.
func (s *Server) VerifyAPIKey(ctx context.Context, in *authapi.VerifyAPIKeyInput) (*authapi.APIKeyInfo, error) {
	key, err := s.heart.VerifyIntegrationKey(ctx, in.Body.Key)
	if err != nil {
		return nil, err
	}
	return &authapi.APIKeyInfo{ID: key.ID, Name: key.Name, Permissions: key.Scopes, ExpiresAt: key.ExpiresAt}, nil
}

// IssueMailToken makes the secret of a mail.
func (s *Server) IssueMailToken(ctx context.Context, in *authapi.IssueMailTokenInput) (*authapi.MailToken, error) {
	issued, err := s.heart.IssueMailToken(ctx, in.Body.UserID, in.Body.Purpose)
	if err != nil {
		return nil, err
	}
	return &authapi.MailToken{Token: issued.Secret, ExpiresAt: issued.ExpiresAt}, nil
}

// ListRevocations lists what living tokens may be subject to.
func (s *Server) ListRevocations(ctx context.Context, in *authapi.ListRevocationsInput) (*authapi.RevocationList, error) {
	revocations, err := s.heart.Revocations(ctx, in.Since)
	if err != nil {
		return nil, err
	}
	return &authapi.RevocationList{Data: revocations}, nil
}

// GetAccount returns the account behind a user id.
func (s *Server) GetAccount(ctx context.Context, in *authapi.GetAccountInput) (*authapi.AccountData, error) {
	account, err := s.heart.Account(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &authapi.AccountData{UserID: account.ID, Email: account.Email, Name: account.Name, Language: account.Language}, nil
}
