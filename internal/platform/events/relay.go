package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.opentelemetry.io/otel/trace"

	"pasar/internal/platform/telemetry"
)

// relay moves the events of one outbox into the stream.
type relay struct {
	bus     *Bus
	name    string
	outbox  Outbox
	notes   *notes
	log     *slog.Logger
	tracer  trace.Tracer
	observe func(ctx context.Context, events int)
}

func newRelay(b *Bus, name string, o Outbox) *relay {
	return &relay{
		bus: b, name: name, outbox: o, notes: newNotes(o),
		log: b.log.With("outbox", name), tracer: tracer(b.cfg.Tracing, name),
	}
}

// run publishes until the bus stops. A pass that has begun ends, and what was
// published is noted: rows claimed and then left would wait for their lease.
func (r *relay) run(ctx context.Context) {
	pause := retryPause{}
	if !r.catchUp(ctx, &pause) {
		return
	}
	poll := time.NewTicker(r.bus.cfg.Poll)
	defer poll.Stop()
	defer r.note(ctx)
	for {
		moved, err := r.pass(ctx)
		switch {
		case err != nil:
			r.log.Warn("events: the outbox is not published, trying again", "error", err)
			r.mend(ctx, err)
			if !pause.wait(r.bus.stopping) {
				return
			}
			continue
		case moved == claimLimit:
			pause.reset()
			if r.bus.isStopping() {
				return
			}
			continue
		}
		pause.reset()
		if !r.await(ctx, poll.C) {
			return
		}
	}
}

// await returns when there may be events; false means that the bus stops.
func (r *relay) await(ctx context.Context, poll <-chan time.Time) bool {
	for {
		select {
		case <-r.bus.stopping:
			return false
		case <-ctx.Done():
			return false
		case <-r.notes.due():
			r.note(ctx)
		case <-r.outbox.OutboxReady():
			return true
		case <-poll:
			return true
		}
	}
}

func (r *relay) note(ctx context.Context) {
	if err := r.notes.write(ctx); err != nil {
		r.log.Warn("events: the outbox does not know what was published; it is published again", "error", err)
	}
}

// pass claims and publishes up to claimLimit events.
func (r *relay) pass(ctx context.Context) (int, error) {
	claimed, err := r.outbox.ClaimOutbox(ctx, claimLimit)
	if err != nil {
		return 0, fmt.Errorf("claim events of %s: %w", r.name, err)
	}
	if len(claimed) == 0 {
		return 0, nil
	}
	messages, spans, err := r.wrap(ctx, claimed)
	if err != nil {
		return 0, err
	}
	held, err := r.bus.publish.send(ctx, messages)
	for _, span := range spans {
		endSpan(span, err)
	}
	if err != nil {
		err = fmt.Errorf("publish %d events of %s: %w", len(claimed)-len(held), r.name, err)
	}
	if len(held) == 0 {
		return 0, err
	}
	r.observe(ctx, len(held))
	return len(claimed), errors.Join(err, r.notes.add(ctx, held))
}

func (r *relay) wrap(ctx context.Context, claimed []Event) ([]message, []trace.Span, error) {
	messages := make([]message, len(claimed))
	spans := make([]trace.Span, len(claimed))
	for i, e := range claimed {
		spans[i] = publishSpan(ctx, r.tracer, e)
		raw, err := json.Marshal(e)
		if err != nil {
			return nil, nil, fmt.Errorf("encode event %s of %s: %w", e.ID, r.name, err)
		}
		parent := telemetry.TraceParent(trace.ContextWithSpan(ctx, spans[i]))
		messages[i] = message{id: e.ID, Msg: eventMessage(e.Type, e.ID, parent, raw)}
	}
	return messages, spans, nil
}

func eventMessage(subject, id, traceparent string, raw []byte) *nats.Msg {
	m := nats.NewMsg(subject)
	m.Data = raw
	m.Header.Set(jetstream.MsgIDHeader, id)
	if traceparent != "" {
		m.Header.Set(traceparentHeader, traceparent)
	}
	return m
}

// mend makes streams that the server lost, and fills them again.
func (r *relay) mend(ctx context.Context, cause error) {
	if !errors.Is(cause, jetstream.ErrNoStreamResponse) && !errors.Is(cause, nats.ErrNoResponders) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	_, _, err := r.bus.makeStreams(ctx)
	if err == nil {
		err = r.replayUnknown(ctx)
	}
	if err != nil {
		r.log.Warn("events: cannot make the streams again", "error", err)
	}
}

// catchUp replays what the streams may have lost: everything kept when they
// never saw this outbox (a new or a lost store), the last minutes when the
// server in this process was killed. It reports whether the relay may go on.
func (r *relay) catchUp(ctx context.Context, pause *retryPause) bool {
	for {
		err := r.replay(ctx)
		if err == nil {
			pause.reset()
			r.bus.marker.caughtUp()
			return true
		}
		r.log.Warn("events: cannot tell whether to replay the outbox, trying again", "error", err)
		if !pause.wait(r.bus.stopping) {
			return false
		}
	}
}

func (r *relay) replay(ctx context.Context) error {
	if since, crashed := r.bus.marker.replayFrom(); crashed {
		if err := r.replaySince(ctx, since, "the last run was not stopped"); err != nil {
			return err
		}
	}
	return r.replayUnknown(ctx)
}

// replayUnknown replays everything kept when the streams do not know the outbox.
func (r *relay) replayUnknown(ctx context.Context) error {
	_, err := r.bus.relayed.Get(ctx, r.name)
	if err == nil {
		return nil
	}
	if !errors.Is(err, jetstream.ErrKeyNotFound) {
		return fmt.Errorf("look up outbox %s: %w", r.name, err)
	}
	// Half a day is left out, so that no inbox row is pruned before its event is refused.
	since := r.bus.clock.Now().Add(-r.bus.cfg.Keep + day/2)
	if err := r.replaySince(ctx, since, "the streams do not know this outbox"); err != nil {
		return err
	}
	if _, err := r.bus.relayed.Put(ctx, r.name, []byte(r.bus.clock.Now().Format(time.RFC3339))); err != nil {
		return fmt.Errorf("note outbox %s: %w", r.name, err)
	}
	return nil
}

func (r *relay) replaySince(ctx context.Context, since time.Time, why string) error {
	count, err := r.outbox.ReplaySince(ctx, since)
	if err != nil {
		return fmt.Errorf("replay outbox %s: %w", r.name, err)
	}
	if count > 0 {
		r.log.Info("events: publishing again, because "+why, "events", count, "since", since)
	}
	return nil
}
