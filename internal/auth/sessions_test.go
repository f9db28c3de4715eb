package auth_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/auth"
	"pasar/internal/platform/fault"
)

func TestRefreshRotates(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.register("sari@example.com")
		first := s.login("sari@example.com")
		second, err := s.Refresh(t.Context(), guest, first.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		third, err := s.Refresh(t.Context(), guest, second.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		if first.Refresh == second.Refresh || second.Refresh == third.Refresh {
			t.Fatal("a refresh token came back")
		}
		for _, tokens := range []*auth.Tokens{first, second, third} {
			if _, ok := s.actor(tokens); !ok {
				t.Error("refreshing ended an access token of the same session")
			}
		}
		if n := s.count(`SELECT COUNT(*) FROM refresh_tokens WHERE hash LIKE 'prt%'`); n != 0 {
			t.Error("a refresh token is stored readable")
		}
	})
}

func TestReuseWithinGraceIsHarmless(t *testing.T) {
	t.Parallel()
	s := small(t)
	s.register("sari@example.com")
	first := s.login("sari@example.com")
	second, err := s.Refresh(t.Context(), guest, first.Refresh)
	if err != nil {
		t.Fatal(err)
	}
	s.clock.advance(9 * time.Second)
	if _, err := s.Refresh(t.Context(), guest, first.Refresh); !fault.HasCode(err, authapi.CodeRefreshSuperseded) {
		t.Fatalf("reuse after 9 s: %v", err)
	}
	if _, err := s.Refresh(t.Context(), guest, second.Refresh); err != nil {
		t.Fatalf("the living chain was hurt: %v", err)
	}
}

func TestLateReuseEndsTheFamily(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		account := s.register("sari@example.com")
		stolen := s.login("sari@example.com")
		other := s.login("sari@example.com")
		owner, err := s.Refresh(t.Context(), guest, stolen.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		s.events()
		s.clock.advance(11 * time.Second)
		if _, err := s.Refresh(t.Context(), guest, stolen.Refresh); !fault.HasCode(err, authapi.CodeRefreshReused) {
			t.Fatalf("reuse after 11 s: %v", err)
		}
		if _, err := s.Refresh(t.Context(), guest, owner.Refresh); !fault.HasCode(err, authapi.CodeRefreshInvalid) {
			t.Errorf("the rest of the family lives: %v", err)
		}
		if _, ok := s.actor(owner); ok {
			t.Error("an access token of the family lives")
		}
		if _, ok := s.actor(other); !ok {
			t.Error("another session was ended too")
		}
		found := s.events()
		if len(found) != 1 || found[0].Type != authapi.AccessRevoked.Name {
			t.Fatalf("events %v", found)
		}
		data, err := authapi.AccessRevoked.Decode(found[0])
		if err != nil || data.UserID != account.ID || data.SessionID == "" {
			t.Fatalf("the event says %+v, %v", data, err)
		}
		if n := s.count(`SELECT COUNT(*) FROM audit_entries WHERE action = 'refresh_token_reused'`); n != 1 {
			t.Errorf("%d audit entries", n)
		}
	})
}

func TestFiftyRefreshesLeaveOneChain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.register("sari@example.com")
		first := s.login("sari@example.com")
		won := make([]*auth.Tokens, 50)
		errs := together(50, func(i int) error {
			var err error
			won[i], err = s.Refresh(t.Context(), guest, first.Refresh)
			return err
		})
		winners := slices.DeleteFunc(won, func(tokens *auth.Tokens) bool { return tokens == nil })
		if len(winners) != 1 {
			t.Fatalf("%d chains live", len(winners))
		}
		for _, err := range errs {
			if err != nil && !fault.HasCode(err, authapi.CodeRefreshSuperseded) {
				t.Errorf("a loser got %v", err)
			}
		}
		if _, err := s.Refresh(t.Context(), guest, winners[0].Refresh); err != nil {
			t.Fatalf("the winner's chain is dead: %v", err)
		}
	})
}

func TestSessionsExpire(t *testing.T) {
	t.Parallel()
	s := small(t)
	s.register("sari@example.com")
	idle := s.login("sari@example.com")
	used := s.login("sari@example.com")
	s.clock.advance(14*24*time.Hour - time.Minute)
	used, err := s.Refresh(t.Context(), guest, used.Refresh)
	if err != nil {
		t.Fatal(err)
	}
	s.clock.advance(2 * time.Minute)
	if _, err := s.Refresh(t.Context(), guest, idle.Refresh); !fault.HasCode(err, authapi.CodeRefreshInvalid) {
		t.Errorf("a session that was idle for 14 days: %v", err)
	}
	for range 4 {
		s.clock.advance(4 * 24 * time.Hour)
		next, err := s.Refresh(t.Context(), guest, used.Refresh)
		if err != nil {
			if fault.HasCode(err, authapi.CodeRefreshInvalid) && s.clock.Now().Sub(newClock().Now()) > 30*24*time.Hour {
				return
			}
			t.Fatal(err)
		}
		used = next
	}
	t.Fatal("a session in use lives for more than 30 days")
}

func TestLogoutEndsTheAccessTokenAtOnce(t *testing.T) {
	t.Parallel()
	s := small(t)
	account := s.register("sari@example.com")
	here, there := s.login("sari@example.com"), s.login("sari@example.com")
	me := s.mustActor(here)
	if err := s.EndSession(t.Context(), me, me.Actor.ID, me.Actor.SessionID); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.actor(here); ok {
		t.Error("the access token lives")
	}
	if _, ok := s.actor(there); !ok {
		t.Error("another session was ended too")
	}
	if err := s.EndSession(t.Context(), me, me.Actor.ID, me.Actor.SessionID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("to end it again: %v", err)
	}
	stranger := s.register("budi@example.com")
	other := s.mustActor(there)
	if err := s.EndSession(t.Context(), guest, stranger.ID, other.Actor.SessionID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("somebody else's session: %v", err)
	}
	if err := s.EndSessions(t.Context(), other, account.ID); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.actor(there); ok {
		t.Error("a session outlives the end of all")
	}
	living, err := s.Sessions(t.Context(), account.ID, auth.Page{Limit: 10})
	if err != nil || len(living) != 0 {
		t.Errorf("%d sessions live, %v", len(living), err)
	}
}

func TestRevokeRefreshIsQuiet(t *testing.T) {
	t.Parallel()
	s := small(t)
	s.register("sari@example.com")
	tokens := s.login("sari@example.com")
	for _, presented := range []string{"prt_nobody's", tokens.Refresh, tokens.Refresh} {
		if err := s.RevokeRefresh(t.Context(), guest, presented); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := s.actor(tokens); ok {
		t.Error("the session lives")
	}
}

// A restarted or new instance knows revocations only from the list.
func TestRevocationsReachANewInstance(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.register("sari@example.com")
		me := s.mustActor(s.login("sari@example.com"))
		before := s.clock.Now()
		if err := s.EndSession(t.Context(), me, me.Actor.ID, me.Actor.SessionID); err != nil {
			t.Fatal(err)
		}
		listed, err := s.Revocations(t.Context(), before)
		if err != nil || len(listed) != 1 || listed[0].UserID != me.Actor.ID || listed[0].SessionID != me.Actor.SessionID {
			t.Fatalf("listed %+v, %v", listed, err)
		}
		if later, err := s.Revocations(t.Context(), s.clock.Now()); err != nil || len(later) != 0 {
			t.Fatalf("since now: %+v, %v", later, err)
		}
	})
}

func TestPruneKeepsWhatLives(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.register("sari@example.com")
		old := s.login("sari@example.com")
		if _, err := s.Refresh(t.Context(), guest, old.Refresh); err != nil {
			t.Fatal(err)
		}
		s.clock.advance(61 * 24 * time.Hour)
		living := s.login("sari@example.com")
		gone := 0
		for {
			n, err := s.Prune(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			if gone += n; n == 0 {
				break
			}
		}
		if gone < 3 {
			t.Errorf("%d rows went", gone)
		}
		if n := s.count(`SELECT COUNT(*) FROM sessions`); n != 1 {
			t.Errorf("%d sessions are left", n)
		}
		if _, err := s.Refresh(t.Context(), guest, living.Refresh); err != nil {
			t.Errorf("the living session was hurt: %v", err)
		}
	})
}

// pausing is a store whose transactions stop before they write a revocation
// down, when the moment of the revocation has been read already.
type pausing struct {
	auth.Store
	reached, resume chan struct{}
}

func (p *pausing) InTx(ctx context.Context, do func(auth.Tx) error) error {
	return p.Store.InTx(ctx, func(tx auth.Tx) error { return do(&pausingTx{tx, p}) })
}

type pausingTx struct {
	auth.Tx
	pause *pausing
}

func (t *pausingTx) InsertRevocation(r authapi.RevokedData) error {
	close(t.pause.reached)
	<-t.pause.resume
	return t.Tx.InsertRevocation(r)
}

// A token that is handed out while the roles change either carries the new
// permissions or is ended together with the old ones.
func TestNoTokenOutlivesAChangeItDidNotSee(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		_, admin := s.admin("admin@example.com")
		account := s.register("sari@example.com")
		account, err := s.SetRoles(t.Context(), admin, account.ID, account.Version, []string{api.RoleFinance})
		if err != nil {
			t.Fatal(err)
		}
		tokens := s.login("sari@example.com")
		store := &pausing{Store: s.store, reached: make(chan struct{}), resume: make(chan struct{})}
		slow := s.serviceOn(store, settings())

		changed, refreshed := make(chan error, 1), make(chan error, 1)
		go func() {
			_, err := slow.SetRoles(t.Context(), admin, account.ID, account.Version, nil)
			changed <- err
		}()
		<-store.reached
		go func() {
			var err error
			tokens, err = s.Refresh(t.Context(), guest, tokens.Refresh)
			refreshed <- err
		}()
		select { // without the lock it would be done long before
		case err = <-refreshed:
			refreshed <- err
		case <-time.After(300 * time.Millisecond):
		}
		close(store.resume)
		if err := errors.Join(<-changed, <-refreshed); err != nil {
			t.Fatal(err)
		}
		if actor, ok := s.actor(tokens); ok && actor.Can(api.PermRefundCreate) {
			t.Fatal("a living token holds a permission that was taken away")
		}
	})
}
