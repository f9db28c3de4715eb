package rest_test

import (
	"context"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/token"
)

// trust judges bearers and service keys by asking an auth service, as every
// process of the shop does.
type trust struct {
	*token.Verifier
	deny   *token.DenyList
	source authapi.Service
}

func newTrust(source authapi.Service, deny *token.DenyList, c clock.Clock) *trust {
	t := &trust{deny: deny, source: source}
	t.Verifier = token.New(token.Config{
		Issuer: issuer, Audience: "pasar", Deny: deny, Clock: c, APIKeyPrefix: authapi.APIKeyPrefix,
		Keys: func(ctx context.Context) ([]token.JWK, error) {
			set, err := source.GetJWKS(ctx, &authapi.GetJWKSInput{})
			if err != nil {
				return nil, err
			}
			return set.Keys, nil
		},
		APIKeys: func(ctx context.Context, key string) (token.Key, error) {
			in := &authapi.VerifyAPIKeyInput{}
			in.Body.Key = key
			info, err := source.VerifyAPIKey(ctx, in)
			if err != nil {
				return token.Key{}, err
			}
			return token.Key{Actor: api.Actor{Kind: api.ActorKey, ID: info.ID, Permissions: info.Permissions}, ExpiresAt: info.ExpiresAt}, nil
		},
	})
	return t
}

func (t *trust) VerifyServiceKey(ctx context.Context, key string) (string, []string, error) {
	in := &authapi.VerifyServiceKeyInput{}
	in.Body.Key = key
	info, err := t.source.VerifyServiceKey(ctx, in)
	if err != nil {
		return "", nil, err
	}
	return info.Service, info.Scopes, nil
}

func (t *trust) seed(ctx context.Context) error {
	return t.deny.Seed(ctx, func(ctx context.Context, since time.Time) ([]token.Revocation, error) {
		list, err := t.source.ListRevocations(ctx, &authapi.ListRevocationsInput{Since: since})
		if err != nil {
			return nil, err
		}
		return revocations(list.Data...), nil
	})
}

func revocations(revoked ...authapi.RevokedData) []token.Revocation {
	list := make([]token.Revocation, len(revoked))
	for i, r := range revoked {
		list[i] = token.Revocation{Subject: r.UserID, SessionID: r.SessionID, NotAfter: r.NotAfter}
	}
	return list
}
