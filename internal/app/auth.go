package app

import (
	"context"
	"fmt"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/auth"
	authrest "pasar/internal/auth/rest"
	"pasar/internal/auth/signer"
	authstore "pasar/internal/auth/store"
	"pasar/internal/platform/events"
	"pasar/internal/platform/lifecycle"
	"pasar/internal/platform/token"
)

// audience of access tokens: every service of this shop.
const audience = "pasar"

// revocationPoll is how often deny lists are compared with the truth, for a
// revocation whose event was late.
const revocationPoll = 30 * time.Second

// buildAuth makes the auth service, and what every service needs of it: the
// verifier of tokens.
func (s *Shop) buildAuth(ctx context.Context) error {
	s.deny = token.NewDenyList(s.clock)
	if s.local("auth") {
		if err := s.buildLocalAuth(ctx); err != nil {
			return err
		}
	} else {
		caller, err := s.caller("auth", s.config.Siblings.url("auth"))
		if err != nil {
			return err
		}
		s.siblings.auth = authapi.NewClient(caller)
		s.buildVerifier()
	}
	s.bus.Subscribe(s.revocations())
	s.group.Add(lifecycle.Part{
		Name: "deny-list", Needs: []string{"databases"},
		Start: func(ctx context.Context) error { return s.deny.Seed(ctx, s.listRevocations) },
		Run: func(ctx context.Context) error {
			s.deny.Follow(ctx, s.listRevocations, revocationPoll, func(err error) {
				s.log.WarnContext(ctx, "the list of revoked sessions could not be refreshed", "error", err)
			})
			return nil
		},
	})
	return nil
}

func (s *Shop) buildLocalAuth(ctx context.Context) error {
	db, err := s.database(ctx, "auth", authstore.Migrations())
	if err != nil {
		return err
	}
	heart, err := s.authHeart(ctx, authstore.New(db))
	if err != nil {
		return err
	}
	server := authrest.New(heart)
	s.siblings.auth = server
	s.buildVerifier()
	a, log, err := s.newAPI(ctx, "auth")
	if err != nil {
		return err
	}
	authapi.Register(a, server)
	s.bus.Subscribe(heart.Consumers()...)
	s.page(authrest.Pages(heart, forwardedIP, log), authrest.PagePatterns()...)
	s.group.Add(
		sweep("auth.audit-chain", time.Second, log, heart.SealAudit, "databases"),
		sweep("auth.prune", 10*time.Minute, log, heart.Prune, "databases"),
		sweep("auth.signing-keys", time.Hour, log, func(ctx context.Context, _ int) (int, error) { return 0, heart.RotateKeys(ctx) }, "databases"),
	)
	link, wanted, err := heart.FirstAdminLink(ctx)
	if err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	if wanted {
		s.admin = s.config.PublicURL + "/setup?token=" + link
	}
	return nil
}

// authHeart makes the auth service's use cases on an open store.
func (s *Shop) authHeart(ctx context.Context, store auth.Store) (*auth.Service, error) {
	signals, err := s.telemetry.Service(ctx, "auth")
	if err != nil {
		return nil, err
	}
	heart, err := auth.New(auth.Deps{
		Store: store, Clock: s.clock, Log: signals.Log, Sign: signer.Sign,
		Revoked: func(revoked ...authapi.RevokedData) { s.deny.Add(denials(revoked)...) },
	}, auth.Settings{
		Issuer: s.config.Auth.Issuer, Audience: audience,
		Secret: []byte(s.config.Auth.SigningKey.Reveal()), Pepper: []byte(s.config.Auth.Pepper.Reveal()),
		AccessLife: s.config.Auth.AccessTTL, SessionLife: s.config.Auth.RefreshTTL, BcryptCost: s.config.Auth.BcryptCost,
	})
	if err != nil {
		return nil, err
	}
	return heart, heart.Prepare(ctx)
}

// buildVerifier makes what turns bearers into actors, for every service of
// this process.
func (s *Shop) buildVerifier() {
	s.verifier = token.New(token.Config{
		Issuer: s.config.Auth.Issuer, Audience: audience, Deny: s.deny, Clock: s.clock,
		Keys: s.signingKeys, APIKeys: s.checkAPIKey, APIKeyPrefix: auth.IntegrationKeyPrefix,
	})
}

func (s *Shop) signingKeys(ctx context.Context) ([]token.JWK, error) {
	set, err := s.siblings.auth.GetJWKS(ctx, &authapi.GetJWKSInput{})
	if err != nil {
		return nil, err
	}
	return set.Keys, nil
}

func (s *Shop) checkAPIKey(ctx context.Context, key string) (token.Key, error) {
	in := &authapi.VerifyAPIKeyInput{}
	in.Body.Key = key
	info, err := s.siblings.auth.VerifyAPIKey(ctx, in)
	if err != nil {
		return token.Key{}, err
	}
	return token.Key{
		Actor:     api.Actor{Kind: api.ActorKey, ID: info.ID, Permissions: info.Permissions},
		ExpiresAt: info.ExpiresAt,
	}, nil
}

func (s *Shop) listRevocations(ctx context.Context, since time.Time) ([]token.Revocation, error) {
	list, err := s.siblings.auth.ListRevocations(ctx, &authapi.ListRevocationsInput{Since: since})
	if err != nil {
		return nil, err
	}
	return denials(list.Data), nil
}

// revocations feeds the deny list of every process. Adding twice changes
// nothing, so this consumer keeps no inbox.
func (s *Shop) revocations() events.Consumer {
	return events.Consumer{
		Name: "gateway.revocations", Broadcast: true, Types: []string{authapi.AccessRevoked.Name},
		Handle: func(_ context.Context, e events.Event) error {
			revoked, err := authapi.AccessRevoked.Decode(e)
			if err != nil {
				return events.Poison(err)
			}
			s.deny.Add(denials([]authapi.RevokedData{revoked})...)
			return nil
		},
	}
}

func denials(revoked []authapi.RevokedData) []token.Revocation {
	list := make([]token.Revocation, len(revoked))
	for i, r := range revoked {
		list[i] = token.Revocation{Subject: r.UserID, SessionID: r.SessionID, NotAfter: r.NotAfter}
	}
	return list
}
