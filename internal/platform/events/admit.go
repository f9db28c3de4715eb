package events

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	// forgetAfter is how long the server remembers a broadcast consumer whose
	// process is gone.
	forgetAfter = 10 * time.Minute

	// overlap is how far back a new broadcast consumer starts, so that what was
	// read at start-up and what arrives leave no gap between them.
	overlap = time.Minute
)

func (in *intake) check() error {
	switch {
	case in.configErr != nil:
		return in.configErr
	case in.name == "" || strings.ContainsAny(in.name, " *>\t\r\n/\\"):
		return fmt.Errorf("events: %q is no name for a consumer; use letters, digits, dots, - and _", in.name)
	case in.handle == nil:
		return fmt.Errorf("events: consumer %s has no handler", in.name)
	}
	return nil
}

// serverName is the consumer's name on the server, where names have no dots. A
// broadcast consumer has one per process.
func (in *intake) serverName() string {
	name := strings.ReplaceAll(in.name, ".", "_")
	if in.broadcast {
		name += "_" + in.bus.instance
	}
	return name
}

// makeConsumer makes the consumer, or brings it up to date.
func (in *intake) makeConsumer(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	cfg := jetstream.ConsumerConfig{
		Name:           in.serverName(),
		FilterSubjects: in.subjects,
		DeliverPolicy:  jetstream.DeliverAllPolicy,
		AckPolicy:      jetstream.AckExplicitPolicy,
		AckWait:        in.bus.cfg.AckWait,
		MaxDeliver:     -1, // we count, so that the last attempt is parked with its reason
		MaxAckPending:  in.maxWaits,
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	var err error
	if in.broadcast {
		err = in.makeBroadcast(ctx, cfg)
	} else {
		cfg.Durable = cfg.Name
		in.consumer, err = in.bus.js.CreateOrUpdateConsumer(ctx, in.stream, cfg)
	}
	if err != nil {
		return fmt.Errorf("events: make consumer %s on %s: %w", in.name, in.stream, err)
	}
	return nil
}

// makeBroadcast makes a consumer that begins shortly before the newest event,
// by the server's own clock.
func (in *intake) makeBroadcast(ctx context.Context, cfg jetstream.ConsumerConfig) error {
	var err error
	in.consumer, err = in.bus.js.Consumer(ctx, in.stream, cfg.Name)
	if !errors.Is(err, jetstream.ErrConsumerNotFound) {
		return err
	}
	stream, err := in.bus.js.Stream(ctx, in.stream)
	if err != nil {
		return err
	}
	cfg.InactiveThreshold = forgetAfter
	if newest := stream.CachedInfo().State.LastTime; !newest.IsZero() {
		start := newest.Add(-overlap)
		cfg.DeliverPolicy, cfg.OptStartTime = jetstream.DeliverByStartTimePolicy, &start
	}
	in.consumer, err = in.bus.js.CreateConsumer(ctx, in.stream, cfg)
	return err
}

// dismiss takes a broadcast consumer off the server.
func (in *intake) dismiss(ctx context.Context) {
	if !in.broadcast || !in.bus.nc.IsConnected() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := in.bus.js.DeleteConsumer(ctx, in.stream, in.serverName()); err != nil {
		in.log.Debug("events: the server forgets this broadcast consumer by itself", "error", err)
	}
}
