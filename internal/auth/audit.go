package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pasar/api"
)

// PrefixAudit is the prefix of ids of audit entries.
const PrefixAudit = "aud"

type details = map[string]string

// AuditEntry is one thing that happened. Entries are only ever added.
type AuditEntry struct {
	ID        string
	At        time.Time
	Action    string
	ActorKind string
	ActorID   string
	Subject   string // id of who or what was acted on
	IP        string
	UserAgent string
	Details   string // a JSON object, or empty
}

// AuditFilter selects entries, newest first.
type AuditFilter struct {
	Page
	Subject, ActorID, Action string
}

// note appends to the audit log in the transaction of what it is about.
func (s *Service) note(tx Tx, from Origin, action, subject string, d details) error {
	entry := AuditEntry{
		ID: api.NewID(PrefixAudit), At: tx.Now(), Action: action, Subject: subject,
		ActorKind: string(from.Actor.Kind), ActorID: from.Actor.ID, IP: from.IP, UserAgent: from.UserAgent,
	}
	if len(d) > 0 {
		encoded, err := json.Marshal(d)
		if err != nil {
			return fmt.Errorf("auth: encode audit details: %w", err)
		}
		entry.Details = string(encoded)
	}
	return tx.InsertAudit(entry)
}

// AuditEntries lists the log, newest first.
func (s *Service) AuditEntries(ctx context.Context, filter AuditFilter) ([]AuditEntry, error) {
	return s.store.AuditEntries(ctx, filter)
}
