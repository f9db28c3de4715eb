package events

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
)

func (b *Bus) meter(service string) metric.Meter {
	if b.cfg.Metering != nil {
		if provider := b.cfg.Metering(service); provider != nil {
			return provider.Meter(scope)
		}
	}
	return noop.NewMeterProvider().Meter(scope)
}

// How a delivery ended.
const (
	outcomeDone       = "done"
	outcomeRetry      = "retry"
	outcomeParked     = "parked"
	outcomeHandedBack = "handed_back"
)

// measure registers what operators watch. The gauges are read when somebody asks
// for metrics, so that nobody pays when nobody does.
func (b *Bus) measure() error {
	var errs []error
	for _, in := range b.intakes {
		errs = append(errs, b.measureIntake(in))
	}
	for _, r := range b.relays {
		errs = append(errs, b.measureRelay(r))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("events: register metrics: %w", err)
	}
	return nil
}

func (b *Bus) measureIntake(in *intake) error {
	meter := b.meter(in.service)
	self := metric.WithAttributes(attribute.String("consumer", in.name))
	handled, err := meter.Float64Histogram("pasar.events.handled", metric.WithUnit("s"),
		metric.WithDescription("Time a handler took for one event or job, by outcome"),
		metric.WithExplicitBucketBoundaries(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 60))
	if err != nil {
		return err
	}
	in.observe = func(ctx context.Context, outcome string, took time.Duration) {
		handled.Record(ctx, took.Seconds(), self, metric.WithAttributes(attribute.String("outcome", outcome)))
	}
	lag, err := meter.Int64ObservableGauge("pasar.events.lag",
		metric.WithDescription("Events or jobs that a consumer has not done yet"))
	if err != nil {
		return err
	}
	return b.watch(meter, func(ctx context.Context, o metric.Observer) error {
		count, err := in.lag(ctx)
		if err != nil {
			return err
		}
		o.ObserveInt64(lag, count, self)
		return nil
	}, lag)
}

func (b *Bus) measureRelay(r *relay) error {
	meter := b.meter(r.name)
	self := metric.WithAttributes(attribute.String("outbox", r.name))
	published, err := meter.Int64Counter("pasar.outbox.published", metric.WithDescription("Events put into the stream"))
	if err != nil {
		return err
	}
	r.observe = func(ctx context.Context, events int) { published.Add(ctx, int64(events), self) }
	waiting, err := meter.Int64ObservableGauge("pasar.outbox.waiting", metric.WithDescription("Events stated and not yet in the stream"))
	if err != nil {
		return err
	}
	age, err := meter.Float64ObservableGauge("pasar.outbox.age", metric.WithUnit("s"),
		metric.WithDescription("How long the oldest of the waiting events has waited"))
	if err != nil {
		return err
	}
	return b.watch(meter, func(ctx context.Context, o metric.Observer) error {
		count, oldest, err := r.outbox.OutboxLag(ctx)
		if err != nil {
			return err
		}
		o.ObserveInt64(waiting, count, self)
		o.ObserveFloat64(age, oldest.Seconds(), self)
		return nil
	}, waiting, age)
}

// watch registers a callback that ends with the bus.
func (b *Bus) watch(meter metric.Meter, ask metric.Callback, of ...metric.Observable) error {
	registered, err := meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error {
		if b.isStopping() {
			return nil
		}
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		return ask(ctx, o)
	}, of...)
	if err == nil {
		b.watches = append(b.watches, registered)
	}
	return err
}

func (b *Bus) unwatch() error {
	var errs []error
	for _, w := range b.watches {
		errs = append(errs, w.Unregister())
	}
	return errors.Join(errs...)
}
