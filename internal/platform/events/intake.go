package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"pasar/internal/platform/telemetry"
)

// intake is one durable pull consumer and the workers that empty it: of events
// for a Consumer, of jobs for a queue. A worker asks for one message when it is
// free, so nothing waits unseen in a buffer.
type intake struct {
	bus       *Bus
	name      string // of the consumer, or "jobs.<queue>"
	stream    string
	subjects  []string
	workers   int
	maxWaits  int  // messages under way or in back-off at once
	broadcast bool // every process gets every message
	handle    func(ctx context.Context, d delivery) error
	configErr error

	service string // whose signals it gives
	log     *slog.Logger
	tracer  trace.Tracer
	observe func(ctx context.Context, outcome string, took time.Duration)

	mu       sync.Mutex
	consumer jetstream.Consumer
}

// delivery is one message with what its headers say.
type delivery struct {
	jetstream.Msg
	id      string
	attempt int // from 1
}

// messageIDHeader carries the id of a replayed message.
const messageIDHeader = "Pasar-Message-Id"

func messageID(msg jetstream.Msg) string {
	if id := msg.Headers().Get(messageIDHeader); id != "" {
		return id
	}
	return msg.Headers().Get(jetstream.MsgIDHeader)
}

// work is one worker. It ends when the bus stops.
func (in *intake) work(ctx context.Context) {
	pause := retryPause{}
	for !in.bus.isStopping() {
		err := in.takeAll(ctx, &pause)
		if in.bus.isStopping() || in.bus.nc.IsClosed() {
			return
		}
		in.log.Warn("events: cannot take messages, trying again", "error", err)
		if !pause.wait(in.bus.stopping) {
			return
		}
		if err := in.remake(ctx); err != nil {
			in.log.Warn("events: cannot make the consumer again", "error", err)
		}
	}
}

// remake repairs what a lost or emptied server took away.
func (in *intake) remake(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	if _, _, err := in.bus.makeStreams(ctx); err != nil {
		return err
	}
	return in.makeConsumer(ctx)
}

// takeAll handles message by message until the bus stops or the consumer is gone.
func (in *intake) takeAll(ctx context.Context, pause *retryPause) error {
	in.mu.Lock()
	consumer := in.consumer
	in.mu.Unlock()
	messages, err := consumer.Messages(jetstream.PullMaxMessages(1), jetstream.PullHeartbeat(in.heartbeat()))
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	defer close(ended)
	in.bus.running.Go(func() { in.endWith(messages, ended) })
	for {
		msg, err := messages.Next()
		switch {
		case errors.Is(err, jetstream.ErrNoHeartbeat):
			if gone := in.gone(ctx, consumer); gone != nil {
				return gone
			}
			continue
		case err != nil:
			return fmt.Errorf("next message: %w", err)
		case in.bus.isStopping():
			in.handBack(msg)
			continue
		}
		pause.reset()
		in.process(ctx, msg)
	}
}

// heartbeat is how often the server says, while it has no message, that it still
// knows of the request. Half a second is the least it takes.
func (in *intake) heartbeat() time.Duration { return max(in.bus.cfg.AckWait/6, time.Second/2) }

// endWith ends the iterator when the bus stops or the worker is through with it.
func (in *intake) endWith(messages jetstream.MessagesContext, ended <-chan struct{}) {
	select {
	case <-in.bus.stopping:
		if in.bus.nc.IsConnected() {
			messages.Drain() // what the server has sent already still comes out of Next
			return
		}
	case <-ended:
	}
	messages.Stop()
}

// gone returns an error when a silent server has lost the consumer, and nil when
// it only is away.
func (in *intake) gone(ctx context.Context, consumer jetstream.Consumer) error {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	_, err := consumer.Info(ctx)
	if errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, jetstream.ErrStreamNotFound) {
		return err
	}
	return nil
}

// handBackDelay is short. The server keeps a delay on disk with the message,
// while a plain "not me" is forgotten when the server stops right after, and the
// message would wait its whole AckWait after the restart.
const handBackDelay = time.Millisecond

func (in *intake) handBack(msg jetstream.Msg) {
	if err := msg.NakWithDelay(handBackDelay); err != nil {
		in.log.Debug("events: a message is not handed back; it comes again after its wait", "error", err)
	}
}

// process gives one message to the handler and settles it.
func (in *intake) process(ctx context.Context, msg jetstream.Msg) {
	meta, err := msg.Metadata()
	if err != nil {
		in.log.Error("events: a message without metadata is dropped", "subject", msg.Subject(), "error", err)
		return
	}
	d := delivery{Msg: msg, id: messageID(msg), attempt: int(min(meta.NumDelivered, math.MaxInt32))}
	if wait := in.notBefore(d); wait > 0 {
		in.settled("postpone", d, msg.NakWithDelay(wait))
		return
	}
	if d.postponed() {
		d.attempt-- // the first delivery came too early and was no attempt
	}
	if d.attempt > in.maxAttempts() { // every attempt so far took its process down, or ran out of its wait
		in.park(ctx, d, errors.New("never finished"))
		return
	}
	alive := keepAlive(msg, in.bus.cfg.AckWait/3)
	began := in.bus.clock.Now()
	err = in.run(ctx, d)
	alive.Stop()
	in.settle(ctx, d, err, in.bus.clock.Now().Sub(began))
}

// keepAlive tells the server again and again that the message is worked on.
func keepAlive(msg jetstream.Msg, every time.Duration) *time.Timer {
	var timer *time.Timer
	started := make(chan struct{})
	timer = time.AfterFunc(every, func() {
		<-started
		if msg.InProgress() == nil { // fails once the message is settled
			timer.Reset(every)
		}
	})
	close(started)
	return timer
}

// run calls the handler inside a span of the event's trace.
func (in *intake) run(ctx context.Context, d delivery) (err error) {
	ctx = telemetry.WithTraceParent(ctx, d.Headers().Get(traceparentHeader))
	ctx, span := in.tracer.Start(ctx, "process "+in.name, trace.WithSpanKind(trace.SpanKindConsumer),
		messagingAttributes(d.Subject(), d.id),
		trace.WithAttributes(attribute.String("messaging.consumer.group.name", in.name), attribute.Int("pasar.attempt", d.attempt)))
	defer func() { endSpan(span, err) }()
	ctx, cancel := context.WithTimeout(ctx, in.bus.cfg.MaxWork)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			in.log.ErrorContext(ctx, "events: a handler panicked", "id", d.id, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return in.handle(ctx, d)
}

func (in *intake) maxAttempts() int { return len(in.bus.cfg.Backoff) + 1 }

// settle answers the server: done, again later, handed back, or given up.
func (in *intake) settle(ctx context.Context, d delivery, err error, took time.Duration) {
	outcome := outcomeDone
	switch {
	case err == nil:
		in.settled("ack", d, d.Ack())
	case ctx.Err() != nil: // the bus stops: not the handler's fault
		outcome = outcomeHandedBack
		in.handBack(d.Msg)
	case errors.Is(err, ErrPoison), d.attempt >= in.maxAttempts():
		outcome = outcomeParked
		in.park(ctx, d, err)
	default:
		outcome = outcomeRetry
		delay := in.bus.cfg.Backoff[d.attempt-1]
		in.log.Warn("events: an attempt failed", "id", d.id, "subject", d.Subject(), "attempt", d.attempt,
			"again_in", delay.String(), "error", err)
		in.settled("postpone", d, d.NakWithDelay(delay))
	}
	in.observe(ctx, outcome, took)
}

func (in *intake) settled(what string, d delivery, err error) {
	if err != nil { // the message comes again; consumers are safe to repeat
		in.log.Warn("events: cannot "+what+" a message; it comes again", "id", d.id, "error", err)
	}
}
