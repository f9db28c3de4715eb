package auth_test

import (
	"fmt"
	"testing"
	"time"

	"pasar/api/authapi"
	"pasar/internal/auth"
	"pasar/internal/platform/fault"
)

func TestRegisterThenLogin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		account := s.register(" Sari@Example.COM ")
		if account.Email != "sari@example.com" || account.EmailVerified {
			t.Fatalf("the account is %+v", account)
		}
		types := s.eventTypes()
		if types[authapi.AccountRegistered.Name] != 1 || types[authapi.VerificationRequested.Name] != 1 {
			t.Fatalf("events %v", types)
		}
		tokens := s.login("SARI@example.com")
		actor, ok := s.actor(tokens)
		if !ok || actor.ID != account.ID || len(actor.Permissions) != 0 {
			t.Fatalf("actor %+v, accepted %v", actor, ok)
		}
	})
}

func TestRegisterTwiceTellsNothing(t *testing.T) {
	t.Parallel()
	s := small(t)
	first := s.register("sari@example.com")
	s.events()
	email, err := s.Register(t.Context(), guest, auth.Registration{Email: "SARI@example.com", Password: "another fine phrase", Name: "Budi", Language: "en"})
	if err != nil || email != first.Email {
		t.Fatalf("got %q, %v; want the answer of the first registration", email, err)
	}
	if types := s.eventTypes(); len(types) != 1 || types[authapi.RegistrationRepeated.Name] != 1 {
		t.Fatalf("events %v, want one that lets the owner know", types)
	}
	again, err := s.Account(t.Context(), first.ID)
	if err != nil || again.Name != first.Name || again.PasswordHash != first.PasswordHash {
		t.Fatalf("the account was changed: %+v, %v", again, err)
	}
	for range 10 {
		if _, err := s.Register(t.Context(), guest, auth.Registration{Email: first.Email, Password: "another fine phrase", Name: "Budi", Language: "en"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.eventTypes()[authapi.RegistrationRepeated.Name]; n > 3 {
		t.Fatalf("%d mails to one address in a moment", n)
	}
}

func TestConcurrentRegistrationsMakeOneAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		errs := together(20, func(i int) error {
			_, err := s.Register(t.Context(), guest, auth.Registration{
				Email: "sari@example.com", Password: fmt.Sprintf("phrase number %d of many", i), Name: "Sari", Language: "id",
			})
			return err
		})
		for _, err := range errs {
			if err != nil {
				t.Errorf("a registration failed: %v", err)
			}
		}
		if n := s.count(`SELECT COUNT(*) FROM accounts`); n != 1 {
			t.Fatalf("%d accounts of one address", n)
		}
		if n := s.eventTypes()[authapi.AccountRegistered.Name]; n != 1 {
			t.Fatalf("%d registrations were announced", n)
		}
	})
}

// together calls do n times at once and returns what came back.
func together(n int, do func(int) error) []error {
	errs := make([]error, n)
	start, done := make(chan struct{}), make(chan struct{})
	for i := range n {
		go func() {
			<-start
			errs[i] = do(i)
			done <- struct{}{}
		}()
	}
	close(start)
	for range n {
		<-done
	}
	return errs
}

// The same words, and the same number of costly comparisons and of statements:
// that is what the time is made of, and a clock would only measure the machine.
func TestUnknownAddressAndWrongPasswordAreAlike(t *testing.T) {
	t.Parallel()
	s := small(t)
	s.register("sari@example.com")
	s.eventTypes()
	effort := func(in auth.Login, ip string) (string, uint64, uint64) {
		compared, statements := auth.Compared(s.Service), s.db.Statements()
		_, err := s.Login(t.Context(), from(ip), in)
		return fmt.Sprint(err), auth.Compared(s.Service) - compared, s.db.Statements() - statements
	}
	wrong, wrongCompared, wrongStatements := effort(auth.Login{Email: "sari@example.com", Password: "not the right one"}, "198.51.100.1")
	for name, email := range map[string]string{"unknown": "nobody@example.com", "malformed": "no address", "empty domain": "sari@"} {
		text, compared, statements := effort(auth.Login{Email: email, Password: "not the right one"}, "198.51.100.2")
		if text != wrong {
			t.Errorf("%s: says %q, a wrong password %q", name, text, wrong)
		}
		if compared != 1 || compared != wrongCompared {
			t.Errorf("%s: %d comparisons, a wrong password %d", name, compared, wrongCompared)
		}
		if statements != wrongStatements {
			t.Errorf("%s: %d statements, a wrong password %d", name, statements, wrongStatements)
		}
	}
	_, _, wrongStatements = effort(auth.Login{Email: "sari@example.com", Password: "not the right one", Known: "prt_x"}, "198.51.100.3")
	_, _, statements := effort(auth.Login{Email: "nobody@example.com", Password: "not the right one", Known: "prt_x"}, "198.51.100.4")
	if statements != wrongStatements {
		t.Errorf("with a token: %d statements for an unknown address, %d for a wrong password", statements, wrongStatements)
	}
}

func TestMailRequestsAreAlike(t *testing.T) {
	t.Parallel()
	s := small(t)
	s.register("sari@example.com")
	for _, purpose := range []string{auth.PurposeResetPassword, auth.PurposeVerifyEmail} {
		var statements [2]uint64
		for i, email := range []string{"sari@example.com", "nobody@example.com"} {
			before := s.db.Statements()
			if err := s.RequestMail(t.Context(), guest, email, purpose); err != nil {
				t.Fatal(err)
			}
			statements[i] = s.db.Statements() - before
		}
		if statements[0] != statements[1] {
			t.Errorf("%s: %d statements for a known address, %d for an unknown one", purpose, statements[0], statements[1])
		}
	}
	types := s.eventTypes()
	if types[authapi.PasswordResetRequested.Name] != 1 || types[authapi.UnknownAddressAsked.Name] != 2 {
		t.Fatalf("events %v", types)
	}
}

// A subscriber holds a whole /64 of IPv6, and would be a stranger at each guess.
func TestIPv6IsCountedByNetwork(t *testing.T) {
	t.Parallel()
	s := small(t)
	s.register("sari@example.com")
	guess := func(ip string) error {
		_, err := s.Login(t.Context(), from(ip), auth.Login{Email: "sari@example.com", Password: "a wrong guess"})
		return err
	}
	for i := range 5 {
		if err := guess(fmt.Sprintf("2001:db8:1:1::%x", i+1)); !fault.HasCode(err, authapi.CodeCredentialsInvalid) {
			t.Fatalf("guess %d: %v", i+1, err)
		}
	}
	if err := guess("2001:db8:1:1:ffff::9"); fault.KindOf(err) != fault.RateLimited {
		t.Errorf("another address of the network may go on guessing: %v", err)
	}
	if err := guess("2001:db8:1:2::1"); !fault.HasCode(err, authapi.CodeCredentialsInvalid) {
		t.Errorf("another network: %v", err)
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	s := small(t)
	s.register("sari@example.com")
	guess := func(origin auth.Origin) error {
		_, err := s.Login(t.Context(), origin, auth.Login{Email: "sari@example.com", Password: "a wrong guess"})
		return err
	}
	for i := range 5 {
		if err := guess(guest); !fault.HasCode(err, authapi.CodeCredentialsInvalid) {
			t.Fatalf("guess %d: %v", i+1, err)
		}
	}
	compared := auth.Compared(s.Service)
	err := guess(guest)
	refused := fault.As(err)
	if refused == nil || refused.Kind != fault.RateLimited || refused.RetryAfter <= 0 {
		t.Fatalf("guess 6: %v, want to be told to wait", err)
	}
	if _, err := s.Login(t.Context(), guest, auth.Login{Email: "sari@example.com", Password: testPassword}); fault.KindOf(err) != fault.RateLimited {
		t.Fatalf("the right password while waiting: %v, which would tell a guesser", err)
	}
	if n := auth.Compared(s.Service); n != compared {
		t.Fatal("a try that has to wait was compared")
	}
	s.clock.advance(refused.RetryAfter)
	s.login("sari@example.com")
	if err := guess(guest); !fault.HasCode(err, authapi.CodeCredentialsInvalid) {
		t.Fatalf("after a good sign-in the count must start anew: %v", err)
	}
}

func TestStuffingFromManyAddresses(t *testing.T) {
	t.Parallel()
	s := small(t)
	s.register("sari@example.com")
	device := s.login("sari@example.com")
	before := auth.Compared(s.Service)
	for i := range 1000 {
		_, err := s.Login(t.Context(), from(fmt.Sprintf("198.51.100.%d", i%100)), auth.Login{Email: "sari@example.com", Password: fmt.Sprintf("guess %d of many", i)})
		if err == nil {
			t.Fatal("a guess got in")
		}
	}
	if n := auth.Compared(s.Service) - before; n > 100 {
		t.Errorf("%d of 1000 guesses reached a hash, want at most 100", n)
	}
	if _, err := s.Login(t.Context(), from("192.0.2.1"), auth.Login{Email: "sari@example.com", Password: testPassword, Known: device.Refresh}); err != nil {
		t.Errorf("the owner cannot sign in on a known device meanwhile: %v", err)
	}
	other := s.register("budi@example.com")
	if _, err := s.Login(t.Context(), from("192.0.2.1"), auth.Login{Email: other.Email, Password: testPassword}); err != nil {
		t.Errorf("somebody else cannot sign in meanwhile: %v", err)
	}
	if _, err := s.Login(t.Context(), from("192.0.2.1"), auth.Login{Email: "sari@example.com", Password: testPassword, Known: s.login(other.Email).Refresh}); fault.KindOf(err) != fault.RateLimited {
		t.Errorf("a device of another account counted as known: %v", err)
	}
}

func TestParallelGuessesDoNotSlipThrough(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.register("sari@example.com")
		before := auth.Compared(s.Service)
		for _, err := range together(40, func(i int) error {
			_, err := s.Login(t.Context(), guest, auth.Login{Email: "sari@example.com", Password: fmt.Sprintf("guess %d of many", i)})
			return err
		}) {
			if k := fault.KindOf(err); k != fault.Unauthenticated && k != fault.RateLimited {
				t.Errorf("got %v", err)
			}
		}
		if n := auth.Compared(s.Service) - before; n > 5 {
			t.Errorf("%d guesses at once were compared, 5 are free", n)
		}
	})
}

func TestDisabledAccount(t *testing.T) {
	t.Parallel()
	s := small(t)
	account := s.register("sari@example.com")
	_, admin := s.admin("admin@example.com")
	tokens := s.login("sari@example.com")
	if _, err := s.Disable(t.Context(), admin, account.ID, "fraud"); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.actor(tokens); ok {
		t.Error("an access token outlives its account")
	}
	if _, err := s.Refresh(t.Context(), guest, tokens.Refresh); !fault.HasCode(err, authapi.CodeRefreshInvalid) {
		t.Errorf("refresh: %v", err)
	}
	if _, err := s.Login(t.Context(), guest, auth.Login{Email: account.Email, Password: testPassword}); !fault.HasCode(err, authapi.CodeAccountDisabled) {
		t.Errorf("the right password: %v", err)
	}
	if _, err := s.Login(t.Context(), guest, auth.Login{Email: account.Email, Password: "not the right one"}); !fault.HasCode(err, authapi.CodeCredentialsInvalid) {
		t.Errorf("a wrong password: %v, which tells that the account exists", err)
	}
	if _, err := s.Enable(t.Context(), admin, account.ID); err != nil {
		t.Fatal(err)
	}
	if fresh := s.login(account.Email); fresh != nil {
		if _, ok := s.actor(fresh); !ok {
			t.Error("a token made after the account was enabled is refused")
		}
	}
}

func TestPasswordIsRehashedAtAnotherCost(t *testing.T) {
	t.Parallel()
	s := small(t)
	account := s.register("sari@example.com")
	choices := settings()
	choices.BcryptCost = 5
	costlier := s.service(choices)
	if _, err := costlier.Login(t.Context(), guest, auth.Login{Email: account.Email, Password: testPassword}); err != nil {
		t.Fatal(err)
	}
	after, err := s.Account(t.Context(), account.ID)
	if err != nil || after.PasswordHash == account.PasswordHash {
		t.Fatalf("the hash was not renewed: %v", err)
	}
	if _, err := costlier.Login(t.Context(), guest, auth.Login{Email: account.Email, Password: testPassword}); err != nil {
		t.Fatalf("the renewed hash does not match: %v", err)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*auth.Settings){
		"no issuer":     func(c *auth.Settings) { c.Issuer = "" },
		"no audience":   func(c *auth.Settings) { c.Audience = "" },
		"short secret":  func(c *auth.Settings) { c.Secret = []byte("short") },
		"long tokens":   func(c *auth.Settings) { c.AccessLife = time.Hour },
		"no such cost":  func(c *auth.Settings) { c.BcryptCost = 99 },
		"cost too weak": func(c *auth.Settings) { c.BcryptCost = 3 },
	} {
		choices := settings()
		change(&choices)
		if _, err := auth.New(auth.Deps{}, choices); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
