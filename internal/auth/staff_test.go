package auth_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/api/userapi"
	"pasar/internal/auth"
	"pasar/internal/platform/fault"
)

func TestRoleChangeTakesEffectAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		_, admin := s.admin("admin@example.com")
		account := s.register("sari@example.com")
		before := s.login("sari@example.com")
		changed, err := s.SetRoles(t.Context(), admin, account.ID, account.Version, []string{api.RoleFinance})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(changed.Roles, []string{api.RoleCustomer, api.RoleFinance}) || changed.Version != account.Version+1 {
			t.Fatalf("the account is %+v", changed)
		}
		if _, ok := s.actor(before); ok {
			t.Error("a token with the old permissions lives")
		}
		after, err := s.Refresh(t.Context(), guest, before.Refresh)
		if err != nil {
			t.Fatalf("the session must go on: %v", err)
		}
		actor, ok := s.actor(after)
		if !ok || !actor.Can(api.PermRefundCreate) || actor.Can(api.PermUserWrite) {
			t.Fatalf("after the change: %+v, accepted %v", actor, ok)
		}
		if _, err := s.SetRoles(t.Context(), admin, account.ID, account.Version, nil); fault.KindOf(err) != fault.PreconditionFailed {
			t.Errorf("an old version: %v", err)
		}
	})
}

func TestRolesAreGuarded(t *testing.T) {
	t.Parallel()
	s := small(t)
	adminAccount, admin := s.admin("admin@example.com")
	account := s.register("sari@example.com")
	limited := auth.Origin{Actor: api.Actor{Kind: api.ActorUser, ID: api.NewID(api.PrefixUser), Permissions: []string{api.PermRoleManage, api.PermUserWrite}}}
	if _, err := s.SetRoles(t.Context(), admin, account.ID, account.Version, []string{"emperor"}); !fault.HasCode(err, authapi.CodeRoleUnknown) {
		t.Errorf("an unknown role: %v", err)
	}
	if _, err := s.SetRoles(t.Context(), limited, account.ID, account.Version, []string{api.RoleAdmin}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a role with more than the giver holds: %v", err)
	}
	if _, err := s.SetRoles(t.Context(), limited, adminAccount.ID, adminAccount.Version, nil); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("taking what the taker does not hold: %v", err)
	}
	if _, err := s.Disable(t.Context(), limited, adminAccount.ID, "coup"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("disabling somebody who holds more: %v", err)
	}
	if _, err := s.SetRoles(t.Context(), admin, adminAccount.ID, adminAccount.Version, nil); !fault.HasCode(err, authapi.CodeLastAdmin) {
		t.Errorf("the last administrator's role: %v", err)
	}
	if _, err := s.Disable(t.Context(), admin, adminAccount.ID, "oops"); !fault.HasCode(err, authapi.CodeLastAdmin) {
		t.Errorf("disabling the last administrator: %v", err)
	}
	if _, err := s.SetRoles(t.Context(), admin, api.NewID(api.PrefixUser), 1, nil); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nobody: %v", err)
	}
}

func TestTwoAdminsCannotRemoveEachOther(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		one, originOne := s.admin("one@example.com")
		two, originTwo := s.admin("two@example.com")
		together(2, func(i int) error {
			if i == 0 {
				_, err := s.SetRoles(t.Context(), originOne, two.ID, two.Version, nil)
				return err
			}
			_, err := s.Disable(t.Context(), originTwo, one.ID, "coup")
			return err
		})
		if n, err := s.store.CountAdmins(t.Context()); err != nil || n != 1 {
			t.Fatalf("%d administrators are left, %v", n, err)
		}
	})
}

func TestFirstAdmin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		old, ok, err := s.FirstAdminLink(t.Context())
		if err != nil || !ok {
			t.Fatalf("no link: %v", err)
		}
		token, _, err := s.FirstAdminLink(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		claim := func(token, email string) error {
			_, err := s.ClaimFirstAdmin(t.Context(), guest, token, auth.Registration{Email: email, Password: testPassword, Name: "Ibu Kepala", Language: "id"})
			return err
		}
		if err := claim(old, "a@example.com"); !fault.HasCode(err, authapi.CodeSetupTokenInvalid) {
			t.Errorf("a link that was replaced: %v", err)
		}
		if err := claim("pst_invented", "a@example.com"); !fault.HasCode(err, authapi.CodeSetupTokenInvalid) {
			t.Errorf("an invented link: %v", err)
		}
		errs := together(5, func(i int) error { return claim(token, string(rune('a'+i))+"@example.com") })
		if n := len(slices.DeleteFunc(errs, func(err error) bool { return err != nil })); n != 1 {
			t.Fatalf("%d administrators were made with one link", n)
		}
		if n, err := s.store.CountAdmins(t.Context()); err != nil || n != 1 {
			t.Fatalf("%d administrators, %v", n, err)
		}
		if _, ok, err := s.FirstAdminLink(t.Context()); ok || err != nil {
			t.Errorf("a link was made while there is an administrator: %v", err)
		}
	})
}

func TestFirstAdminLinkExpires(t *testing.T) {
	t.Parallel()
	s := small(t)
	token, _, err := s.FirstAdminLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.clock.advance(31 * time.Minute)
	_, err = s.ClaimFirstAdmin(t.Context(), guest, token, auth.Registration{Email: "a@example.com", Password: testPassword, Name: "A"})
	if !fault.HasCode(err, authapi.CodeSetupTokenInvalid) {
		t.Fatalf("after 31 minutes: %v", err)
	}
}

func TestMailTokensWorkOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		account := s.register("sari@example.com")
		old, err := s.IssueMailToken(t.Context(), account.ID, auth.PurposeVerifyEmail)
		if err != nil || old.Secret == "" {
			t.Fatal(err)
		}
		issued, err := s.IssueMailToken(t.Context(), account.ID, auth.PurposeVerifyEmail)
		if err != nil {
			t.Fatal(err)
		}
		s.events()
		if err := s.VerifyEmail(t.Context(), guest, old.Secret); !fault.HasCode(err, authapi.CodeMailTokenInvalid) {
			t.Errorf("a mail that was replaced: %v", err)
		}
		if err := s.ResetPassword(t.Context(), guest, issued.Secret, "a whole new phrase"); !fault.HasCode(err, authapi.CodeMailTokenInvalid) {
			t.Errorf("a verification mail reset a password: %v", err)
		}
		errs := together(5, func(int) error { return s.VerifyEmail(t.Context(), guest, issued.Secret) })
		if n := len(slices.DeleteFunc(errs, func(err error) bool { return err != nil })); n != 1 {
			t.Fatalf("the link worked %d times", n)
		}
		if n := s.eventTypes()[authapi.EmailVerified.Name]; n != 1 {
			t.Fatalf("%d events", n)
		}
		if again, err := s.IssueMailToken(t.Context(), account.ID, auth.PurposeVerifyEmail); err != nil || again.Secret != "" {
			t.Errorf("a mail for a verified address: %+v, %v", again, err)
		}
		if none, err := s.IssueMailToken(t.Context(), api.NewID(api.PrefixUser), auth.PurposeResetPassword); err != nil || none.Secret != "" {
			t.Errorf("a mail for nobody: %+v, %v", none, err)
		}
	})
}

func TestResetEndsEverything(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		account := s.register("sari@example.com")
		tokens := s.login("sari@example.com")
		issued, err := s.IssueMailToken(t.Context(), account.ID, auth.PurposeResetPassword)
		if err != nil {
			t.Fatal(err)
		}
		const fresh = "a whole new phrase"
		if err := s.ResetPassword(t.Context(), guest, issued.Secret, "password123"); !fault.HasCode(err, authapi.CodePasswordWeak) {
			t.Fatalf("a weak password: %v", err)
		}
		if err := s.ResetPassword(t.Context(), guest, issued.Secret, fresh); err != nil {
			t.Fatalf("a refused password must not use the link up: %v", err)
		}
		if err := s.ResetPassword(t.Context(), guest, issued.Secret, fresh+"!"); !fault.HasCode(err, authapi.CodeMailTokenInvalid) {
			t.Errorf("the second use: %v", err)
		}
		if _, ok := s.actor(tokens); ok {
			t.Error("an access token outlives the reset")
		}
		if _, err := s.Refresh(t.Context(), guest, tokens.Refresh); err == nil {
			t.Error("a session outlives the reset")
		}
		if _, err := s.Login(t.Context(), guest, auth.Login{Email: account.Email, Password: testPassword}); err == nil {
			t.Error("the old password still works")
		}
		if _, err := s.Login(t.Context(), guest, auth.Login{Email: account.Email, Password: fresh}); err != nil {
			t.Errorf("the new password does not work: %v", err)
		}
		if after, err := s.Account(t.Context(), account.ID); err != nil || !after.EmailVerified {
			t.Errorf("the mail was read, so the address is proven: %v", err)
		}
	})
}

func TestResetLinkExpires(t *testing.T) {
	t.Parallel()
	s := small(t)
	account := s.register("sari@example.com")
	issued, err := s.IssueMailToken(t.Context(), account.ID, auth.PurposeResetPassword)
	if err != nil {
		t.Fatal(err)
	}
	s.clock.advance(31 * time.Minute)
	if err := s.ResetPassword(t.Context(), guest, issued.Secret, "a whole new phrase"); !fault.HasCode(err, authapi.CodeMailTokenInvalid) {
		t.Fatalf("after 31 minutes: %v", err)
	}
}

func TestChangePasswordKeepsThisSession(t *testing.T) {
	t.Parallel()
	s := small(t)
	account := s.register("sari@example.com")
	here, there := s.login(account.Email), s.login(account.Email)
	me := s.mustActor(here)
	for range 5 {
		if err := s.ChangePassword(t.Context(), me, "not the current one", "a whole new phrase"); !fault.HasCode(err, authapi.CodeCurrentPassword) {
			t.Fatalf("a wrong current password: %v", err)
		}
	}
	err := s.ChangePassword(t.Context(), me, testPassword, "a whole new phrase")
	refused := fault.As(err)
	if refused == nil || refused.Kind != fault.RateLimited {
		t.Fatalf("guess 6: %v", err)
	}
	s.clock.advance(refused.RetryAfter)
	if err := s.ChangePassword(t.Context(), me, testPassword, "sari@example.com"); !fault.HasCode(err, authapi.CodePasswordWeak) {
		t.Errorf("the address as password: %v", err)
	}
	if err := s.ChangePassword(t.Context(), me, testPassword, "a whole new phrase"); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.actor(here); !ok {
		t.Error("the session that changed the password was ended")
	}
	if _, ok := s.actor(there); ok {
		t.Error("another session outlives the change")
	}
}

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

func TestAuditChain(t *testing.T) {
	t.Parallel()
	tampers := map[string]string{
		"an entry changed":    `UPDATE audit_entries SET action = 'forged' WHERE id = (SELECT entry_id FROM audit_links WHERE seq = 3)`,
		"an entry removed":    `DELETE FROM audit_entries WHERE id = (SELECT entry_id FROM audit_links WHERE seq = 3)`,
		"a link removed":      `DELETE FROM audit_links WHERE seq = 3`,
		"an actor changed":    `UPDATE audit_entries SET actor_id = 'usr_x' WHERE id = (SELECT entry_id FROM audit_links WHERE seq = 2)`,
		"a time changed":      `UPDATE audit_entries SET at = at + 1 WHERE id = (SELECT entry_id FROM audit_links WHERE seq = 1)`,
		"a hash recomputed":   `UPDATE audit_links SET hash = '` + strings.Repeat("0", 64) + `' WHERE seq = 4`,
		"an entry slipped in": `INSERT INTO audit_entries (id, at, action, actor_kind, actor_id, subject, ip, user_agent, details) VALUES ('aud_x', 1, 'login', 'user', '', '', '', '', '')`,
	}
	for name, tamper := range tampers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := small(t)
			s.fillAudit(t)
			if check, err := s.CheckAudit(t.Context()); err != nil || !check.Intact() || check.Walked < 6 || check.Head == "" {
				t.Fatalf("the untouched log: %+v, %v", check, err)
			}
			s.exec(tamper)
			check, err := s.CheckAudit(t.Context())
			if err != nil || check.Intact() {
				t.Fatalf("went unnoticed: %+v, %v", check, err)
			}
		})
	}
}

func (s *shop) fillAudit(t *testing.T) {
	t.Helper()
	s.register("sari@example.com")
	for range 3 {
		s.login("sari@example.com")
	}
	_, err := s.Login(t.Context(), guest, auth.Login{Email: "sari@example.com", Password: "not the right one"})
	if err == nil {
		t.Fatal("signed in with a wrong password")
	}
	s.admin("admin@example.com")
	s.sealAll(t)
}

func (s *shop) sealAll(t *testing.T) {
	t.Helper()
	for {
		n, err := s.SealAudit(t.Context(), 2)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

func TestSealersDoNotFork(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.register("sari@example.com")
		together(12, func(i int) error {
			if i%3 != 0 {
				_, err := s.SealAudit(t.Context(), 3)
				return err
			}
			_, err := s.Login(t.Context(), guest, auth.Login{Email: "sari@example.com", Password: testPassword})
			return err
		})
		s.sealAll(t)
		check, err := s.CheckAudit(t.Context())
		if err != nil || !check.Intact() || check.Counts.Unsealed != 0 || check.Counts.Links != check.Counts.Entries {
			t.Fatalf("%+v, %v", check, err)
		}
	})
}

func TestAuditHoldsNoSecretAndNoAddress(t *testing.T) {
	t.Parallel()
	s := small(t)
	s.fillAudit(t)
	entries, err := s.AuditEntries(t.Context(), auth.AuditFilter{Page: auth.Page{Limit: 100}})
	if err != nil || len(entries) == 0 {
		t.Fatal(err)
	}
	for _, entry := range entries {
		for _, secret := range []string{testPassword, "sari@example.com", "prt_", "not the right one"} {
			if strings.Contains(entry.Details+entry.Subject+entry.ActorID, secret) {
				t.Errorf("entry %s (%s) holds %q", entry.ID, entry.Action, secret)
			}
		}
	}
}

func TestUnknownAccountIsNotFound(t *testing.T) {
	t.Parallel()
	s := small(t)
	if _, err := s.Account(t.Context(), api.NewID(api.PrefixUser)); fault.KindOf(err) != fault.NotFound {
		t.Errorf("got %v", err)
	}
	if _, err := s.store.AccountByEmail(t.Context(), "nobody@example.com"); !errors.Is(err, auth.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestErasedUser(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		account := s.register("sari@example.com")
		tokens := s.login("sari@example.com")
		event, err := userapi.Erased.New(account.ID, 2, s.clock.Now(), userapi.ErasedData{UserID: account.ID})
		if err != nil {
			t.Fatal(err)
		}
		event.ID = api.NewID(api.PrefixEvent)
		for range 2 {
			if err := s.UserErased(t.Context(), event); err != nil {
				t.Fatal(err)
			}
		}
		if _, ok := s.actor(tokens); ok {
			t.Error("an access token outlives its user")
		}
		if _, err := s.Login(t.Context(), guest, auth.Login{Email: "sari@example.com", Password: testPassword}); !fault.HasCode(err, authapi.CodeCredentialsInvalid) {
			t.Errorf("sign-in: %v", err)
		}
		erased, err := s.Account(t.Context(), account.ID)
		if err != nil || erased.Status != auth.Disabled || erased.Name != "" || strings.Contains(erased.Email, "sari") {
			t.Errorf("the account is %+v, %v", erased, err)
		}
		if n := s.count(`SELECT COUNT(*) FROM audit_entries WHERE action = 'account_erased'`); n != 1 {
			t.Errorf("%d audit entries after two deliveries", n)
		}
		if again := s.register("sari@example.com"); again.ID == account.ID {
			t.Error("the address cannot be used again")
		}
	})
}
