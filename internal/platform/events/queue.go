package events

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"pasar/internal/platform/telemetry"
)

// EnqueueOptions of one job.
type EnqueueOptions struct {
	ID    string        // a second job with this id within five minutes is the same job; "" makes one up
	Delay time.Duration // how long nobody may start on it
}

const (
	notBeforeHeader = "Pasar-Not-Before" // RFC 3339; the server's own schedules need a stream that drops its oldest jobs when full
	maxJobWaits     = 20000              // delayed jobs count as under way
)

// Enqueue puts a job on a queue: a lower-case word such as "image-variants". It
// returns when the job is on disk. A job's work must be safe to repeat.
func (b *Bus) Enqueue(ctx context.Context, queue string, job []byte, o EnqueueOptions) error {
	if err := checkQueue(queue); err != nil {
		return err
	}
	if o.ID == "" {
		o.ID = "job_" + rand.Text()
	}
	m := nats.NewMsg(jobPrefix + queue)
	m.Data = job
	m.Header.Set(jetstream.MsgIDHeader, o.ID)
	if parent := telemetry.TraceParent(ctx); parent != "" {
		m.Header.Set(traceparentHeader, parent)
	}
	if o.Delay > 0 {
		m.Header.Set(notBeforeHeader, b.clock.Now().Add(o.Delay).Format(time.RFC3339Nano))
	}
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	if _, err := b.js.PublishMsg(ctx, m); err != nil {
		return fmt.Errorf("events: put job %s on queue %s: %w", o.ID, queue, err)
	}
	return nil
}

// Work adds workers for a queue. Call it before Start. Errors, panics and
// poison are treated as those of a Consumer.
func (b *Bus) Work(queue string, workers int, do func(ctx context.Context, job []byte) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mustBeOpen("Work")
	in := &intake{
		bus: b, name: jobPrefix + queue, stream: jobStream, subjects: []string{jobPrefix + queue},
		workers: max(workers, 1), maxWaits: maxJobWaits,
		service: queueService(queue), log: b.log.With("queue", queue), configErr: checkQueue(queue),
	}
	in.tracer = tracer(b.cfg.Tracing, in.service)
	if do != nil {
		in.handle = func(ctx context.Context, d delivery) error { return do(ctx, d.Data()) }
	}
	b.intakes = append(b.intakes, in)
}

// queueService is the service a queue belongs to: "product" of "product-images".
func queueService(queue string) string {
	service, _, _ := strings.Cut(queue, "-")
	return service
}

func checkQueue(queue string) error {
	if queue == "" || strings.ContainsAny(queue, ". *>\t\r\n/\\") {
		return errors.New("events: " + fmt.Sprintf("%q is no name for a queue; use letters, digits, - and _", queue))
	}
	return nil
}

func (d delivery) postponed() bool { return d.Headers().Get(notBeforeHeader) != "" }

// notBefore returns how long nobody may start on d.
func (in *intake) notBefore(d delivery) time.Duration {
	if !d.postponed() {
		return 0
	}
	at, err := time.Parse(time.RFC3339Nano, d.Headers().Get(notBeforeHeader))
	if err != nil {
		return 0
	}
	return at.Sub(in.bus.clock.Now())
}
