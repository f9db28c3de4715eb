package auth_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/auth"
	"pasar/internal/platform/fault"
)

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		_, admin := s.admin("admin@example.com")
		limited := auth.Origin{Actor: api.Actor{Kind: api.ActorUser, ID: "usr_x", Permissions: []string{api.PermKeyManage}}}
		wanted := auth.NewKey{Name: "warehouse", Kind: auth.IntegrationKey, Scopes: []string{api.PermStockWrite}}
		if _, _, err := s.CreateKey(t.Context(), limited, wanted); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a key that holds more than its maker: %v", err)
		}
		if _, _, err := s.CreateKey(t.Context(), admin, auth.NewKey{Name: "x", Kind: auth.IntegrationKey, Scopes: []string{api.ScopeAuthInternal}}); !fault.HasCode(err, authapi.CodeScopeUnknown) {
			t.Errorf("an integration key for internal operations: %v", err)
		}
		past := s.clock.Now().Add(-time.Hour)
		if _, _, err := s.CreateKey(t.Context(), admin, auth.NewKey{Name: "x", Kind: auth.IntegrationKey, Scopes: wanted.Scopes, ExpiresAt: &past}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a key that has expired: %v", err)
		}
		keys, secrets := make([]*auth.Key, 5), make([]string, 5)
		errs := together(5, func(i int) error {
			var err error
			keys[i], secrets[i], err = s.CreateKey(t.Context(), admin, wanted)
			return err
		})
		living := 0
		var key *auth.Key
		var secret string
		for i, err := range errs {
			switch {
			case err == nil:
				living, key, secret = living+1, keys[i], secrets[i]
			case !fault.HasCode(err, authapi.CodeKeyLimit):
				t.Errorf("got %v", err)
			}
		}
		if living != 2 {
			t.Fatalf("%d keys of one name live, want 2", living)
		}
		s.checkKey(t, admin, key, secret)
		if _, _, err := s.CreateKey(t.Context(), admin, wanted); err != nil {
			t.Errorf("after one was revoked there is room: %v", err)
		}
		s.clock.advance(366 * 24 * time.Hour)
		if _, _, err := s.CreateKey(t.Context(), admin, wanted); err != nil {
			t.Errorf("expired keys take no room: %v", err)
		}
	})
}

func (s *shop) checkKey(t *testing.T, admin auth.Origin, key *auth.Key, secret string) {
	t.Helper()
	if !strings.HasPrefix(secret, auth.IntegrationKeyPrefix) || !strings.HasPrefix(secret, key.Hint) || strings.Contains(key.Hash, secret) {
		t.Errorf("secret of %d characters, hint %q", len(secret), key.Hint)
	}
	good, err := s.VerifyIntegrationKey(t.Context(), secret)
	if err != nil || good.ID != key.ID {
		t.Fatalf("the key is refused: %v", err)
	}
	statements := s.db.Statements()
	for _, bad := range []string{"", "pak_", secret[:len(secret)-1], secret + "x", strings.ToUpper(secret), "pak_" + strings.Repeat("A", 49)} {
		if _, err := s.VerifyIntegrationKey(t.Context(), bad); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if n := s.db.Statements() - statements; n != 0 {
		t.Errorf("keys with a wrong checksum cost %d statements", n)
	}
	if _, err := s.VerifyServiceKey(t.Context(), secret); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("an integration key opened internal operations: %v", err)
	}
	if err := s.RevokeKey(t.Context(), admin, key.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.RevokeKey(t.Context(), admin, key.ID); err != nil {
		t.Errorf("to revoke again: %v", err)
	}
	if err := s.RevokeKey(t.Context(), admin, api.NewID(api.PrefixKey)); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown key: %v", err)
	}
	if _, err := s.VerifyIntegrationKey(t.Context(), secret); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("a revoked key: %v", err)
	}
	if !s.deny.Denied(key.ID, "", s.clock.Now().Add(-time.Minute)) {
		t.Error("a revoked key is not on the deny list, so that caches would go on taking it")
	}
}

func TestImportedServiceKey(t *testing.T) {
	t.Parallel()
	s := small(t)
	const secret = "psk_from-the-configuration-of-the-deployment"
	for range 2 {
		if err := s.ImportServiceKey(t.Context(), "order", secret, []string{api.ScopeProductInternal}); err != nil {
			t.Fatal(err)
		}
	}
	key, err := s.VerifyServiceKey(t.Context(), secret)
	if err != nil || key.Name != "order" || !slices.Equal(key.Scopes, []string{api.ScopeProductInternal}) {
		t.Fatalf("got %+v, %v", key, err)
	}
	if err := s.ImportServiceKey(t.Context(), "order", "short", nil); err == nil {
		t.Error("a short key was taken")
	}
}

func TestSigningKeysRotate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.register("sari@example.com")
		before := s.login("sari@example.com")
		first, err := s.SigningKeys(t.Context())
		if err != nil || len(first) != 2 {
			t.Fatalf("%d keys, %v", len(first), err)
		}
		s.clock.advance(30*24*time.Hour + time.Minute)
		for _, err := range together(4, func(int) error { return s.RotateKeys(t.Context()) }) {
			if err != nil {
				t.Fatal(err)
			}
		}
		second, err := s.SigningKeys(t.Context())
		if err != nil || len(second) != 3 || second[0].KID != first[0].KID {
			t.Fatalf("%d keys, %v: the retired one must be published until its tokens are dead", len(second), err)
		}
		if _, ok := s.actor(s.login("sari@example.com")); !ok {
			t.Error("a token of the next key is refused")
		}
		s.clock.advance(2 * time.Hour)
		if err := s.RotateKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		third, err := s.SigningKeys(t.Context())
		if err != nil || len(third) != 2 || third[0].KID != first[1].KID {
			t.Fatalf("%d keys, %v", len(third), err)
		}
		if _, ok := s.actor(before); ok {
			t.Error("a token of a month ago is accepted")
		}
		wrong := settings()
		wrong.Secret = []byte(strings.Repeat("w", 32))
		if err := s.service(wrong).Prepare(t.Context()); err == nil || !strings.Contains(err.Error(), "secret") {
			t.Errorf("another secret: %v", err)
		}
	})
}
