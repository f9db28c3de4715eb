package auth_test

import (
	"slices"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/auth"
	"pasar/internal/platform/fault"
)

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
