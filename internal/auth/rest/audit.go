package rest

import (
	"context"
	"encoding/json"
	"fmt"

	"pasar/api/authapi"
	"pasar/internal/auth"
	"pasar/internal/platform/rest"
)

// ListAudit lists the audit log.
func (s *Server) ListAudit(ctx context.Context, in *authapi.ListAuditInput) (*authapi.AuditList, error) {
	filter := auth.AuditFilter{
		Page: auth.Page{Limit: rest.Limit(in.Paging) + 1}, Subject: in.Subject, ActorID: in.Actor, Action: in.Action,
	}
	if in.Cursor != "" {
		if err := rest.DecodeCursor(in.Cursor, &filter.BeforeID); err != nil {
			return nil, err
		}
	}
	entries, err := s.heart.AuditEntries(ctx, filter)
	if err != nil {
		return nil, err
	}
	items := make([]authapi.AuditEntry, len(entries))
	for i, entry := range entries {
		if items[i], err = entryOf(entry); err != nil {
			return nil, err
		}
	}
	same := func(e authapi.AuditEntry) authapi.AuditEntry { return e }
	cursor := func(e authapi.AuditEntry) string { return rest.EncodeCursor(e.ID) }
	return rest.List(items, in.Paging, same, cursor), nil
}

func entryOf(e auth.AuditEntry) (authapi.AuditEntry, error) {
	entry := authapi.AuditEntry{
		ID: e.ID, At: e.At, Action: e.Action, ActorKind: e.ActorKind, ActorID: e.ActorID,
		Subject: e.Subject, IP: e.IP, UserAgent: e.UserAgent,
	}
	if e.Details == "" {
		return entry, nil
	}
	if err := json.Unmarshal([]byte(e.Details), &entry.Details); err != nil {
		return entry, fmt.Errorf("auth: details of audit entry %s: %w", e.ID, err)
	}
	return entry, nil
}

// CheckAudit walks the chain of the audit log.
func (s *Server) CheckAudit(ctx context.Context, _ *authapi.CheckAuditInput) (*authapi.AuditCheck, error) {
	check, err := s.heart.CheckAudit(ctx)
	if err != nil {
		return nil, err
	}
	return &authapi.AuditCheck{
		Intact: check.Intact(), Entries: check.Walked, Unsealed: check.Counts.Unsealed,
		BrokenAt: check.BrokenAt, Reason: check.Reason, Head: check.Head,
	}, nil
}
