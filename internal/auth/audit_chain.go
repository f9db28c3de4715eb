package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// AuditLink binds an entry to all entries before it. Links are made apart from
// entries, by one sealer at a time: chaining inside the transaction of each
// login would make all logins wait for one row.
type AuditLink struct {
	Seq     int64 // 1, 2, 3, ... without a hole
	EntryID string
	Hash    string // hex HMAC-SHA-256 over the hash before and the entry

	Entry *AuditEntry // when read for checking; nil when the entry is missing
}

// AuditCounts are the sizes of the log's parts.
type AuditCounts struct{ Entries, Links, Unsealed int64 }

// link computes the link that follows a hash. The key is derived from the
// service's secret: who can only write to the database cannot repair the chain
// after changing an entry.
func (s *Service) link(before AuditLink, e *AuditEntry) AuditLink {
	mac := hmac.New(sha256.New, s.secrets.audit)
	fmt.Fprintf(mac, "%d\n%s\n", before.Seq+1, before.Hash)
	for _, field := range []string{e.ID, fmt.Sprint(e.At.UnixMicro()), e.Action, e.ActorKind, e.ActorID, e.Subject, e.IP, e.UserAgent, e.Details} {
		fmt.Fprintf(mac, "%d:%s\n", len(field), field)
	}
	return AuditLink{Seq: before.Seq + 1, EntryID: e.ID, Hash: hex.EncodeToString(mac.Sum(nil))}
}

// SealAudit links entries that have no link yet and returns how many. Run it
// every second or so, on any number of instances.
func (s *Service) SealAudit(ctx context.Context, limit int) (int, error) {
	sealed := 0
	err := s.store.InTx(ctx, func(tx Tx) error {
		entries, err := tx.UnsealedAudit(limit)
		if err != nil || len(entries) == 0 {
			sealed = 0
			return err
		}
		last, err := tx.LastAuditLink()
		if err != nil {
			return err
		}
		links := make([]AuditLink, len(entries))
		for i := range entries {
			last = s.link(last, &entries[i])
			links[i] = last
		}
		sealed = len(links)
		return tx.InsertAuditLinks(links)
	})
	if errors.Is(err, ErrTaken) {
		return 0, nil // another instance did it
	}
	return sealed, err
}

// AuditCheck is the outcome of walking the chain.
type AuditCheck struct {
	Counts   AuditCounts
	Walked   int64
	BrokenAt int64 // number of the first link that does not hold; 0 when all do
	Reason   string
	Head     string
}

// Intact reports whether nothing was changed, removed or slipped in.
func (c *AuditCheck) Intact() bool { return c.Reason == "" }

// CheckAudit walks the whole chain and says where it breaks first.
func (s *Service) CheckAudit(ctx context.Context) (*AuditCheck, error) {
	const batch = 500
	counts, err := s.store.AuditCounts(ctx)
	if err != nil {
		return nil, err
	}
	check := &AuditCheck{Counts: counts}
	var last AuditLink
	for {
		links, err := s.store.AuditLinks(ctx, last.Seq, batch)
		if err != nil {
			return nil, err
		}
		for _, link := range links {
			if reason := s.fault(last, link); reason != "" {
				check.BrokenAt, check.Reason = last.Seq+1, reason
				return check, nil
			}
			last = link
			check.Walked++
		}
		if len(links) < batch {
			break
		}
	}
	check.Head = last.Hash
	if counts.Entries > counts.Links+counts.Unsealed {
		check.Reason = "there are entries that were never sealed nor wait for it"
	}
	return check, nil
}

// fault says what is wrong with a link that follows another, "" for nothing.
func (s *Service) fault(before, link AuditLink) string {
	switch {
	case link.Seq != before.Seq+1:
		return "a link is missing"
	case link.Entry == nil:
		return "an entry was removed"
	case s.link(before, link.Entry).Hash != link.Hash:
		return "an entry or its link was changed"
	}
	return ""
}
