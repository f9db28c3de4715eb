package events

import (
	"slices"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Config of a Bus. Zero values mean the defaults given.
type Config struct {
	URL      string // "" runs a NATS server inside this process; otherwise nats://host:4222 or tls://..., comma-separated
	StoreDir string // where the server inside this process keeps its streams, required when URL is ""
	Replicas int    // copies of each stream when URL is set, default 1; 3 for a cluster of three or more

	MaxAge   time.Duration // how long the stream keeps an event, default 8 days, at least Keep
	MaxBytes int64         // upper bound of the event stream, default 2 GiB; the job stream gets a quarter
	Keep     time.Duration // how long an outbox keeps published events, default and least 7 days

	Poll    time.Duration   // how often a relay looks without being woken, default 1 s
	Backoff []time.Duration // pauses between attempts; one more failure parks. Default: 11 pauses from 100 ms to 10 min
	AckWait time.Duration   // how long a silent worker holds an event before another gets it, default 30 s; 5 s when the server runs in this process and dies with its workers
	MaxWork time.Duration   // deadline of one handler call, default 10 min

	// RelaxedSync leaves syncing to the operating system when the server runs in
	// this process. A power cut may then lose jobs of the last minutes; events
	// come back from the outboxes. A killed process loses neither.
	RelaxedSync bool

	// Tracing and Metering give the providers of a service, named by the part of
	// a consumer's or outbox's name before the first dot. Nil means none.
	Tracing  func(service string) trace.TracerProvider
	Metering func(service string) metric.MeterProvider
}

const (
	day             = 24 * time.Hour
	defaultMaxBytes = 2 << 30
	claimLimit      = 256 // events in one pass of a relay, and in one atomic batch
	publishTimeout  = 5 * time.Second
	apiTimeout      = 5 * time.Second
)

var defaultBackoff = []time.Duration{
	100 * time.Millisecond, 500 * time.Millisecond, 2 * time.Second, 10 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 10 * time.Minute, 10 * time.Minute,
}

func (c Config) withDefaults() Config {
	c.Replicas = max(c.Replicas, 1)
	c.Keep = max(c.Keep, 7*day)
	c.MaxAge = max(c.MaxAge, c.Keep+day)
	c.MaxBytes = orDefault(c.MaxBytes, defaultMaxBytes)
	c.Poll = orDefault(c.Poll, time.Second)
	if c.URL == "" {
		c.AckWait = orDefault(c.AckWait, 5*time.Second)
	}
	c.AckWait = orDefault(c.AckWait, 30*time.Second)
	c.MaxWork = orDefault(c.MaxWork, 10*time.Minute)
	if len(c.Backoff) == 0 {
		c.Backoff = slices.Clone(defaultBackoff)
	}
	return c
}

func orDefault[N ~int64](n, fallback N) N {
	if n > 0 {
		return n
	}
	return fallback
}
