package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
	"go.opentelemetry.io/otel/metric"

	"pasar/internal/platform/clock"
)

// Bus publishes what outboxes hold, hands events to consumers and jobs to
// workers. Use: Open, AddOutbox, Subscribe, Work, Start, Stop.
type Bus struct {
	cfg   Config
	clock clock.Clock
	log   *slog.Logger

	server  *embedded // nil when the server is elsewhere
	marker  *marker   // nil when the server is elsewhere
	nc      *nats.Conn
	js      jetstream.JetStream
	parked  jetstream.KeyValue
	relayed jetstream.KeyValue
	publish *publisher

	mu      sync.Mutex
	state   busState
	relays  []*relay
	intakes []*intake
	watches []metric.Registration
	claimed map[string]bool // consumers' names on the server

	instance string // tells this process's broadcast consumers from others'

	stopping chan struct{}      // closed when Stop begins: take nothing new
	abort    context.CancelFunc // ends what still runs when Stop's time is up
	running  sync.WaitGroup
}

type busState int

const (
	busOpen busState = iota
	busStarted
	busStopped
)

// Open connects to the server that cfg names, or starts one in this process,
// and makes the streams that are missing.
func Open(ctx context.Context, cfg Config, c clock.Clock, log *slog.Logger) (*Bus, error) {
	b := &Bus{
		cfg: cfg.withDefaults(), clock: c, log: log,
		claimed: make(map[string]bool), instance: nuid.Next(), stopping: make(chan struct{}), abort: func() {},
	}
	if err := b.connect(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	var err error
	if b.parked, b.relayed, err = b.makeStreams(ctx); err != nil {
		return nil, errors.Join(err, b.close(ctx))
	}
	b.publish = &publisher{nc: b.nc, js: b.js, log: log, batchFrom: batchFrom(b.cfg)}
	return b, nil
}

func (b *Bus) connect(ctx context.Context) error {
	options := b.connectOptions()
	if b.cfg.URL == "" {
		if b.cfg.StoreDir == "" {
			return errors.New("events: no server address and no store directory: set events.url, or a data directory")
		}
		b.marker = newMarker(b.cfg.StoreDir, b.clock)
		var err error
		if b.server, err = startEmbedded(ctx, b.cfg, b.marker, b.log); err != nil {
			return err
		}
		options = append(options, nats.InProcessServer(b.server))
	}
	var err error
	if b.nc, err = nats.Connect(b.cfg.URL, options...); err != nil {
		return errors.Join(fmt.Errorf("events: connect to %s: %w; check events.url and that the server runs", b.where(), err), b.close(ctx))
	}
	if b.js, err = jetstream.New(b.nc, jetstream.WithDefaultTimeout(apiTimeout)); err != nil {
		return errors.Join(fmt.Errorf("events: use JetStream of %s: %w", b.where(), err), b.close(ctx))
	}
	return nil
}

func (b *Bus) connectOptions() []nats.Option {
	return []nats.Option{
		nats.Name("pasar"), nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond), nats.Timeout(apiTimeout),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				b.log.Warn("events: lost the server, reconnecting; events wait in their outboxes", "error", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { b.log.Info("events: connected again") }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			b.log.Warn("events: the connection reports", "error", err)
		}),
	}
}

// where names the server without the secrets that its address may carry.
func (b *Bus) where() string {
	if b.cfg.URL == "" {
		return "the server in this process"
	}
	return redacted(b.cfg.URL)
}

// AddOutbox makes the bus publish what the service called name states.
func (b *Bus) AddOutbox(name string, o Outbox) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mustBeOpen("AddOutbox")
	b.relays = append(b.relays, newRelay(b, name, o))
}

// Subscribe adds consumers. A mistake in one is reported by Start.
func (b *Bus) Subscribe(consumers ...Consumer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mustBeOpen("Subscribe")
	for _, c := range consumers {
		b.intakes = append(b.intakes, newEventIntake(b, c))
	}
}

func (b *Bus) mustBeOpen(what string) {
	if b.state != busOpen {
		panic("events: " + what + " after Start")
	}
}

// Start makes the durable consumers and starts relays and workers. They live
// until Stop, not until ctx ends.
func (b *Bus) Start(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state != busOpen {
		return errors.New("events: started twice, or after a stop")
	}
	for _, in := range b.intakes {
		if err := b.admit(ctx, in); err != nil {
			return err
		}
	}
	if err := b.measure(); err != nil {
		return err
	}
	life, abort := context.WithCancel(context.WithoutCancel(ctx))
	b.abort = abort
	b.state = busStarted
	b.marker.owe(len(b.relays))
	for _, in := range b.intakes {
		for range in.workers {
			b.running.Go(func() { in.work(life) })
		}
	}
	for _, r := range b.relays {
		b.running.Go(func() { r.run(life) })
	}
	b.running.Go(func() { b.housekeeping(life) })
	return nil
}

func (b *Bus) admit(ctx context.Context, in *intake) error {
	if err := in.check(); err != nil {
		return err
	}
	if b.claimed[in.serverName()] {
		return fmt.Errorf("events: two consumers are called %s; each needs its own name", in.name)
	}
	b.claimed[in.serverName()] = true
	return in.makeConsumer(ctx)
}

// Stop takes nothing new, lets running handlers finish for as long as ctx
// allows, hands back what is unfinished and closes. It may be called on a bus
// that never started, and twice.
func (b *Bus) Stop(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state == busStopped {
		return nil
	}
	b.state = busStopped
	close(b.stopping)
	done := make(chan struct{})
	go func() { b.running.Wait(); close(done) }()
	err := errors.Join(b.await(ctx, done), b.unwatch())
	for _, in := range b.intakes {
		in.dismiss(ctx)
	}
	return errors.Join(err, b.close(ctx))
}

// await waits for relays and workers. Shortly before the time is up it cancels
// them, so that they can still hand back what they hold.
func (b *Bus) await(ctx context.Context, done <-chan struct{}) error {
	defer b.abort()
	patience, cancel := shortened(ctx)
	defer cancel()
	select {
	case <-done:
		return nil
	case <-patience.Done():
	}
	b.abort()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("events: handlers ignore that they were cancelled: %w; their events come again", ctx.Err())
	}
}

// shortened leaves a quarter of the time, at most a second, for handing back.
func shortened(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	reserve := min(time.Until(deadline)/4, time.Second)
	return context.WithDeadline(ctx, deadline.Add(-reserve))
}

func (b *Bus) close(ctx context.Context) error {
	var err error
	if b.nc != nil {
		if b.nc.IsConnected() { // acks and hand-backs may still be on their way
			flush, cancel := context.WithTimeout(ctx, time.Second)
			err = b.nc.FlushWithContext(flush)
			cancel()
		}
		b.nc.Close()
	}
	if b.server != nil {
		err = errors.Join(err, b.server.stop(ctx))
	}
	return err
}

// Ready says why events do not flow right now.
func (b *Bus) Ready(ctx context.Context) error {
	if status := b.nc.Status(); status != nats.CONNECTED {
		return fmt.Errorf("events: connection to %s is %s", b.where(), status)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := b.nc.FlushWithContext(ctx); err != nil {
		return fmt.Errorf("events: %s does not answer: %w", b.where(), err)
	}
	return nil
}
