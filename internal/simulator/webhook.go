package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"pasar/internal/platform/secret"
	"pasar/internal/platform/sqldb"
)

const (
	senders     = 16
	maxAttempts = 12
	maxPauseTry = 10 * time.Minute
	batch       = 64
)

// Event is what a webhook says: the charge as it stood after the change.
type Event struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"` // charge.captured and the like, refund.succeeded, refund.failed
	CreatedAt time.Time `json:"created_at"`
	Data      Charge    `json:"data"`
}

// notices makes the webhooks that tell of a change, misbehaving as the charge
// is told to.
func (s *Simulator) notices(c *charge, kinds []string) ([]notice, error) {
	b := s.behaviourOf(c)
	now := s.config.Clock.Now()
	var made []notice
	for _, kind := range kinds {
		step := c.Notices
		c.Notices++
		if c.WebhookURL == "" || b.LoseProbability > 0 && s.config.Chance() < b.LoseProbability {
			continue
		}
		event := Event{ID: newID("evt"), Type: kind, CreatedAt: now, Data: c.Charge}
		body, err := json.Marshal(event)
		if err != nil {
			return nil, fmt.Errorf("simulator: encode event: %w", err)
		}
		for range b.ExtraCopies + 1 {
			made = append(made, notice{
				ID: newID("ntc"), EventID: event.ID, URL: c.WebhookURL, Body: string(body), Trace: c.Trace,
				DueAt: sqldb.At(now.Add(b.delay(step))), CreatedAt: sqldb.At(now),
			})
		}
	}
	return made, nil
}

// pulse wakes the sender; a pulse that nobody has taken yet is enough.
func (s *Simulator) pulse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run sends webhooks until ctx ends, and returns when none is on its way any
// more. What was not delivered is still in the database.
func (s *Simulator) Run(ctx context.Context) error {
	var sent sync.WaitGroup
	defer sent.Wait()
	slots := make(chan struct{}, senders)
	for ctx.Err() == nil {
		if err := s.sendDue(ctx, &sent, slots); err != nil && ctx.Err() == nil {
			s.config.Log.ErrorContext(ctx, "webhooks cannot be read; trying again", "error", err)
		}
		s.waitForDue(ctx)
	}
	return nil
}

// sendDue hands every due notice to a sender of its own, as many at once as
// there are slots.
func (s *Simulator) sendDue(ctx context.Context, sent *sync.WaitGroup, slots chan struct{}) error {
	due, err := s.dueNotices(ctx, s.config.Clock.Now(), batch+senders)
	if err != nil {
		return err
	}
	for _, n := range due {
		if !s.take(n.ID) {
			continue
		}
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			s.letGo(n.ID)
			return ctx.Err()
		}
		sent.Go(func() {
			defer func() { <-slots }()
			s.deliver(ctx, n)
			s.letGo(n.ID)
			if len(due) == batch+senders {
				s.pulse() // there may be more
			}
		})
	}
	return nil
}

func (s *Simulator) take(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sending[id] {
		return false
	}
	s.sending[id] = true
	return true
}

func (s *Simulator) letGo(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sending, id)
}

func (s *Simulator) waitForDue(ctx context.Context) {
	pause := time.Minute
	now := s.config.Clock.Now()
	next, ok, err := s.nextDue(ctx, now)
	switch {
	case err != nil:
		pause = time.Second
	case ok:
		pause = min(pause, next.Sub(now))
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.wake:
	case <-ctx.Done():
	}
}

// deliver sends one notice, and removes or postpones it.
func (s *Simulator) deliver(ctx context.Context, n notice) {
	err := s.post(ctx, n)
	ctx = context.WithoutCancel(ctx) // what became of it must be kept even while stopping
	attempts := n.Attempts + 1
	switch {
	case err == nil:
		err = s.removeNotice(ctx, n.ID)
	case attempts >= maxAttempts:
		s.config.Log.ErrorContext(ctx, "a webhook is given up", "event_id", n.EventID, "attempts", attempts, "error", err)
		err = s.removeNotice(ctx, n.ID)
	default:
		s.config.Log.WarnContext(ctx, "a webhook was not taken; it is sent again", "event_id", n.EventID, "attempts", attempts, "error", err)
		err = s.postponeNotice(ctx, n.ID, attempts, s.config.Clock.Now().Add(s.pause(attempts)))
	}
	if err != nil {
		s.config.Log.ErrorContext(ctx, "what became of a webhook could not be stored; it may be sent twice", "event_id", n.EventID, "error", err)
	}
	s.pulse()
}

func (s *Simulator) pause(attempts int) time.Duration {
	pause := s.config.RetryAfter
	for range attempts - 1 {
		if pause *= 2; pause > maxPauseTry {
			return maxPauseTry
		}
	}
	return pause
}

func (s *Simulator) post(ctx context.Context, n notice) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.URL, bytes.NewReader([]byte(n.Body)))
	if err != nil {
		return err
	}
	timestamp, signature := s.signerNow().sign(n.EventID, s.config.Clock.Now(), n.Body)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Webhook-Id", n.EventID)
	request.Header.Set("Webhook-Timestamp", timestamp)
	request.Header.Set("Webhook-Signature", signature)
	if n.Trace != "" {
		request.Header.Set("Traceparent", n.Trace)
	}
	response, err := s.config.HTTP.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // its content does not matter
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)); err != nil {
		return err
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Errorf("answered with status %d", response.StatusCode)
	}
	return nil
}

// signerNow returns the right key, or a wrong one where that is asked for.
func (s *Simulator) signerNow() signer {
	if s.behaviourOf(nil).BadSignature {
		return signer{key: []byte(secret.Generate(32).Reveal())}
	}
	return s.signer
}
