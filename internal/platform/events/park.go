package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrNotParked says that nothing is parked under that consumer and id.
var ErrNotParked = errors.New("not parked")

// ParkedEvent is an event or a job that a consumer gave up, kept until Replay.
type ParkedEvent struct {
	Consumer string    `json:"consumer"` // or "jobs.<queue>"
	EventID  string    `json:"event_id"` // or the job's id
	Subject  string    `json:"subject"`  // the event's type, or "jobs.<queue>"
	Error    string    `json:"error"`
	Attempts int       `json:"attempts"`
	ParkedAt time.Time `json:"parked_at"`
	Payload  []byte    `json:"payload"` // the event as JSON, or the job

	TraceParent string `json:"traceparent,omitempty"`
}

const (
	retryPark   = 30 * time.Second
	maxReason   = 2000 // bytes of the error that are kept
	maxListed   = 1000
	parkTimeout = 5 * time.Second
)

// park keeps the message apart with its reason, then takes it off the stream. A
// message that cannot be parked is not lost: it comes again.
func (in *intake) park(ctx context.Context, d delivery, reason error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), parkTimeout)
	defer cancel()
	p := ParkedEvent{
		Consumer: in.name, EventID: d.id, Subject: d.Subject(), Error: shorten(reason.Error(), maxReason),
		Attempts: d.attempt, ParkedAt: in.bus.clock.Now(), Payload: d.Data(),
		TraceParent: d.Headers().Get(traceparentHeader),
	}
	raw, err := json.Marshal(p)
	if err == nil {
		_, err = in.bus.parked.Put(ctx, parkedKey(p.Consumer, p.EventID), raw)
	}
	if err != nil {
		in.log.Error("events: cannot park a message; it comes again", "id", d.id, "reason", reason, "error", err)
		in.settled("postpone", d, d.NakWithDelay(retryPark))
		return
	}
	in.log.Error("events: parked; replay it when the cause is gone", "id", d.id, "subject", d.Subject(),
		"attempts", d.attempt, "reason", reason)
	in.settled("terminate", d, d.TermWithReason("parked"))
}

func shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// parkedKey is a key in the bucket; consumers' names and ids hold no slash.
func parkedKey(consumer, id string) string { return consumer + "/" + keySafe(id) }

// keySafe keeps an id made elsewhere from being an illegal key.
func keySafe(id string) string {
	safe := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '=' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '='
	}, id)
	if safe == "" {
		return "="
	}
	return safe
}

// Parked lists what consumers gave up, at most limit (1 to 1000) of it.
func (b *Bus) Parked(ctx context.Context, limit int) ([]ParkedEvent, error) {
	limit = min(max(limit, 1), maxListed)
	keys, err := b.parked.ListKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("events: list what is parked: %w", err)
	}
	defer func() { _ = keys.Stop() }() // its error says only that the listing had ended
	var all []ParkedEvent
	for key := range keys.Keys() {
		p, err := b.parkedAt(ctx, key)
		if errors.Is(err, ErrNotParked) {
			continue // replayed since
		}
		if err != nil {
			return nil, err
		}
		if all = append(all, p); len(all) == limit {
			break
		}
	}
	return all, nil
}

func (b *Bus) parkedAt(ctx context.Context, key string) (ParkedEvent, error) {
	entry, err := b.parked.Get(ctx, key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return ParkedEvent{}, fmt.Errorf("events: %s: %w", key, ErrNotParked)
	}
	if err != nil {
		return ParkedEvent{}, fmt.Errorf("events: read parked %s: %w", key, err)
	}
	var p ParkedEvent
	if err := json.Unmarshal(entry.Value(), &p); err != nil {
		return ParkedEvent{}, fmt.Errorf("events: decode parked %s: %w", key, err)
	}
	return p, nil
}

// Replay gives a parked event once more to the consumer that gave it up, and to
// no other; a parked job goes back on its queue. It answers ErrNotParked when
// there is none.
func (b *Bus) Replay(ctx context.Context, consumer, eventID string) error {
	key := parkedKey(consumer, eventID)
	p, err := b.parkedAt(ctx, key)
	if err != nil {
		return err
	}
	subject := replayPrefix + consumer
	if strings.HasPrefix(p.Subject, jobPrefix) {
		subject = p.Subject
	}
	m := nats.NewMsg(subject)
	m.Data = p.Payload
	// No Nats-Msg-Id: the broker would drop a second replay as a duplicate.
	m.Header.Set(messageIDHeader, p.EventID)
	if p.TraceParent != "" {
		m.Header.Set(traceparentHeader, p.TraceParent)
	}
	if _, err := b.js.PublishMsg(ctx, m); err != nil {
		return fmt.Errorf("events: replay %s to %s: %w", eventID, consumer, err)
	}
	if err := b.parked.Delete(ctx, key); err != nil { // it may now run twice, which consumers bear
		return fmt.Errorf("events: %s is replayed to %s, but still listed as parked: %w", eventID, consumer, err)
	}
	return nil
}
