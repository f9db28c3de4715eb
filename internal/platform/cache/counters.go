package cache

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
)

// counters tell how well the cache serves. Their attributes are made once: Get
// is the hottest path there is.
type counters struct {
	requests          metric.Int64Counter
	hit, miss, failed metric.MeasurementOption
}

func newCounters(provider metric.MeterProvider, engine string) *counters {
	if provider == nil {
		provider = noop.NewMeterProvider()
	}
	requests, err := provider.Meter("pasar/internal/platform/cache").Int64Counter("pasar.cache.requests",
		metric.WithDescription("Operations of the cache by outcome: hit, miss, or error when the engine did not answer"))
	if err != nil { // only for an illegal name
		requests = noop.Int64Counter{}
	}
	outcome := func(name string) metric.MeasurementOption {
		return metric.WithAttributeSet(attribute.NewSet(attribute.String("engine", engine), attribute.String("outcome", name)))
	}
	return &counters{requests: requests, hit: outcome("hit"), miss: outcome("miss"), failed: outcome("error")}
}

func (c *counters) got(ctx context.Context, hit bool) {
	if hit {
		c.requests.Add(ctx, 1, c.hit)
		return
	}
	c.requests.Add(ctx, 1, c.miss)
}

func (c *counters) fail(ctx context.Context) { c.requests.Add(ctx, 1, c.failed) }
