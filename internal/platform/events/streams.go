package events

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	eventStream   = "PASAR_EVENTS"
	jobStream     = "PASAR_JOBS"
	parkedBucket  = "pasar-parked"
	relaysBucket  = "pasar-relays"
	eventSubjects = "pasar.>"
	replayPrefix  = "pasar.replay." // + consumer: one parked event again, for that consumer only
	jobPrefix     = "jobs."
	msgIDWindow   = 5 * time.Minute // how long the broker itself drops duplicates; the inbox drops the others
)

// makeStreams makes what is missing. An operator's changes to the limits of an
// existing stream are left alone.
func (b *Bus) makeStreams(ctx context.Context) (parked, relayed jetstream.KeyValue, err error) {
	err = b.makeStream(ctx, jetstream.StreamConfig{
		Name: eventStream, Description: "Facts of the shop, published from the outboxes", Subjects: []string{eventSubjects},
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld, MaxAge: b.cfg.MaxAge, MaxBytes: b.cfg.MaxBytes,
		AllowAtomicPublish: true,
	})
	if err != nil {
		return nil, nil, err
	}
	// A full job stream refuses new jobs: dropping old ones would lose work.
	err = b.makeStream(ctx, jetstream.StreamConfig{
		Name: jobStream, Description: "Background work, each job done once", Subjects: []string{jobPrefix + "*"},
		Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew, MaxBytes: b.cfg.MaxBytes / 4,
	})
	if err != nil {
		return nil, nil, err
	}
	parked, err = b.makeBucket(ctx, parkedBucket, "Events and jobs given up, with the reason", b.cfg.MaxBytes/8)
	if err != nil {
		return nil, nil, err
	}
	relayed, err = b.makeBucket(ctx, relaysBucket, "Outboxes whose events these streams hold", 1<<20)
	return parked, relayed, err
}

func (b *Bus) makeStream(ctx context.Context, cfg jetstream.StreamConfig) error {
	cfg.Storage, cfg.Replicas, cfg.Duplicates = jetstream.FileStorage, b.cfg.Replicas, msgIDWindow
	_, err := b.js.Stream(ctx, cfg.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		_, err = b.js.CreateStream(ctx, cfg)
	}
	if err != nil && !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // in use: another process was faster
		return fmt.Errorf("events: make stream %s: %w", cfg.Name, err)
	}
	return nil
}

func (b *Bus) makeBucket(ctx context.Context, name, about string, maxBytes int64) (jetstream.KeyValue, error) {
	kv, err := b.js.KeyValue(ctx, name)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = b.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: name, Description: about, MaxBytes: maxBytes,
			Storage: jetstream.FileStorage, Replicas: b.cfg.Replicas,
		})
	}
	if errors.Is(err, jetstream.ErrBucketExists) { // another process was faster
		kv, err = b.js.KeyValue(ctx, name)
	}
	if err != nil {
		return nil, fmt.Errorf("events: make bucket %s: %w", name, err)
	}
	return kv, nil
}
