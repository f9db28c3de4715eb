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
