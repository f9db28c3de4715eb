package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync/atomic"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// publisher puts events into the stream and returns once they are on its disk.
type publisher struct {
	nc        *nats.Conn
	js        jetstream.JetStream
	log       *slog.Logger
	batchFrom int         // events from which a batch pays; 0 means never
	singly    atomic.Bool // the server refuses atomic batches
}

// worthBatching: an atomic batch costs the server 4 to 20 ms for a staging store,
// however small it is, and one sync for all; alone, each event costs a sync of
// about 0.3 ms. Without syncs a batch never pays (BenchmarkPublish).
const worthBatching = 32

// batchFrom tells whether this process' own server syncs every write. Of a server
// elsewhere we do not know it, and a cluster does not need it.
func batchFrom(cfg Config) int {
	if cfg.URL == "" && !cfg.RelaxedSync {
		return worthBatching
	}
	return 0
}

// message is one event on its way.
type message struct {
	id string
	*nats.Msg
}

// send publishes messages and returns the ids of those the stream holds, also
// next to an error.
func (p *publisher) send(ctx context.Context, messages []message) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	if p.batchFrom > 0 && len(messages) >= p.batchFrom && !p.singly.Load() {
		err := p.sendBatch(ctx, messages)
		if err == nil {
			return ids(messages), nil
		}
		p.notBatched(err)
	}
	return p.sendEach(ctx, messages)
}

// notBatched decides what a refused batch means. A batch with one duplicate is
// refused as a whole: normal after a crash between publishing and noting it.
func (p *publisher) notBatched(err error) {
	var refused *batchRefused
	if !errors.As(err, &refused) {
		return // a lost connection, or a message that is too big: sendEach tells which
	}
	if refused.code == batchesDisabled {
		p.singly.Store(true)
		p.log.Warn("events: the stream takes no atomic batches, publishing one by one; set allow_atomic on "+eventStream, "error", err)
	}
}

// sendBatch publishes all messages or none, with one sync to disk.
func (p *publisher) sendBatch(ctx context.Context, messages []message) error {
	batch := nuid.Next()
	for i, m := range messages {
		m.Header.Set(batchID, batch)
		m.Header.Set(batchSequence, strconv.Itoa(i+1))
		if i < len(messages)-1 {
			if err := p.nc.PublishMsg(m.Msg); err != nil {
				return err
			}
		}
	}
	last := messages[len(messages)-1]
	last.Header.Set(batchCommit, "1")
	answer, err := p.nc.RequestMsgWithContext(ctx, last.Msg)
	if err != nil {
		return err
	}
	var ack struct {
		Error *struct {
			Code        int    `json:"err_code"`
			Description string `json:"description"`
		} `json:"error"`
		Count int `json:"count"`
	}
	if err := json.Unmarshal(answer.Data, &ack); err != nil {
		return fmt.Errorf("events: read the answer to a batch: %w", err)
	}
	if ack.Error != nil {
		return &batchRefused{code: ack.Error.Code, reason: ack.Error.Description}
	}
	if ack.Count != len(messages) {
		return fmt.Errorf("events: the stream took %d of %d events", ack.Count, len(messages))
	}
	return nil
}

// sendEach publishes without waiting in between, then waits for every answer.
func (p *publisher) sendEach(ctx context.Context, messages []message) ([]string, error) {
	acks := make([]jetstream.PubAckFuture, len(messages))
	errs := make([]error, len(messages))
	for i, m := range messages {
		for _, header := range []string{batchID, batchSequence, batchCommit} {
			m.Header.Del(header)
		}
		acks[i], errs[i] = p.js.PublishMsgAsync(m.Msg)
	}
	var held []string
	for i, ack := range acks {
		if errs[i] == nil {
			errs[i] = awaitAck(ctx, ack)
		}
		if errs[i] == nil {
			held = append(held, messages[i].id)
			continue
		}
		errs[i] = fmt.Errorf("%s %s: %w", messages[i].Subject, messages[i].id, errs[i])
	}
	return held, errors.Join(errs...)
}

func awaitAck(ctx context.Context, ack jetstream.PubAckFuture) error {
	select {
	case <-ack.Ok():
		return nil
	case err := <-ack.Err():
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func ids(messages []message) []string {
	all := make([]string, len(messages))
	for i, m := range messages {
		all[i] = m.id
	}
	return all
}

// Headers of ADR-50, atomic batch publishing, which nats.go does not name.
const (
	batchID       = "Nats-Batch-Id"
	batchSequence = "Nats-Batch-Sequence"
	batchCommit   = "Nats-Batch-Commit"

	batchesDisabled = 10174 // err_code: atomic publish is disabled
)

type batchRefused struct {
	code   int
	reason string
}

func (e *batchRefused) Error() string { return fmt.Sprintf("batch refused: %s (%d)", e.reason, e.code) }
