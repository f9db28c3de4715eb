package auth_test

import (
	"strings"
	"testing"

	"pasar/internal/auth"
)

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
