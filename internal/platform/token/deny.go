package token

import (
	"context"
	"sync"
	"time"

	"pasar/internal/platform/clock"
)

// Revocation ends tokens issued at or before NotAfter: those of one session,
// or all of the subject's when SessionID is empty.
type Revocation struct {
	Subject   string // usr_... or key_...
	SessionID string
	NotAfter  time.Time
}

// DenyList knows what has been revoked while tokens may still be alive. It is
// a copy for speed; the auth service's database is the truth.
type DenyList struct {
	clock clock.Clock

	mu       sync.RWMutex
	subjects map[string]time.Time
	sessions map[string]time.Time
	pruned   time.Time
}

// NewDenyList returns an empty list.
func NewDenyList(c clock.Clock) *DenyList {
	return &DenyList{clock: c, subjects: map[string]time.Time{}, sessions: map[string]time.Time{}, pruned: c.Now()}
}

// Add takes revocations in. Repeats and any order are fine.
func (d *DenyList) Add(revocations ...Revocation) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range revocations {
		if r.SessionID != "" {
			later(d.sessions, r.SessionID, r.NotAfter)
		} else {
			later(d.subjects, r.Subject, r.NotAfter)
		}
	}
	d.prune()
}

func later(m map[string]time.Time, id string, t time.Time) {
	if t.After(m[id]) {
		m[id] = t
	}
}

// Denied reports whether a token of this subject and session, issued at a
// moment, has been revoked.
func (d *DenyList) Denied(subject, session string, issued time.Time) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if t, ok := d.subjects[subject]; ok && !issued.After(t) {
		return true
	}
	t, ok := d.sessions[session]
	return ok && !issued.After(t)
}

// Len tells how many revocations are held.
func (d *DenyList) Len() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return len(d.subjects) + len(d.sessions)
}

// prune forgets revocations that no living token can be subject to.
func (d *DenyList) prune() {
	now := d.clock.Now()
	if now.Sub(d.pruned) < time.Minute {
		return
	}
	d.pruned = now
	dead := now.Add(-MaxLife - clockSkew)
	for _, m := range []map[string]time.Time{d.subjects, d.sessions} {
		for id, t := range m {
			if t.Before(dead) {
				delete(m, id)
			}
		}
	}
}

// RevocationSource lists revocations made since a moment, that moment included,
// oldest first. It may give out some of them at a time: it is asked on from the
// last one.
type RevocationSource func(ctx context.Context, since time.Time) ([]Revocation, error)

// Seed takes in every revocation that a living token may be subject to. Call
// it before the first request.
func (d *DenyList) Seed(ctx context.Context, source RevocationSource) error {
	return d.catchUp(ctx, source, d.clock.Now().Add(-MaxLife-clockSkew))
}

// catchUp takes in everything that the source has since a moment, however many
// questions that takes.
func (d *DenyList) catchUp(ctx context.Context, source RevocationSource, since time.Time) error {
	for {
		revocations, err := source(ctx, since)
		if err != nil {
			return err
		}
		d.Add(revocations...)
		last := since
		for _, r := range revocations {
			if r.NotAfter.After(last) {
				last = r.NotAfter
			}
		}
		if !last.After(since) {
			return nil
		}
		since = last
	}
}

// Follow asks the source again and again until ctx ends. Events reach one
// instance of a service each; polling reaches all of them. Failures are given
// to report and the poll goes on.
func (d *DenyList) Follow(ctx context.Context, source RevocationSource, every time.Duration, report func(error)) {
	const overlap = 10 * time.Second // for clocks that differ and slow commits
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	since := d.clock.Now().Add(-MaxLife)
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		asked := d.clock.Now()
		if err := d.catchUp(ctx, source, since); err != nil {
			if ctx.Err() == nil {
				report(err)
			}
			continue
		}
		since = asked.Add(-overlap)
	}
}
