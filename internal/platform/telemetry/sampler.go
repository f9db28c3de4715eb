package telemetry

import (
	"fmt"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/time/rate"

	"pasar/internal/platform/clock"
)

// rateSampler samples a number of new traces a second and leaves out the rest.
type rateSampler struct {
	limiter *rate.Limiter
	clock   clock.Clock
}

func newRateSampler(c clock.Clock, perSecond int) *rateSampler {
	return &rateSampler{limiter: rate.NewLimiter(rate.Limit(perSecond), 2*perSecond), clock: c}
}

// ShouldSample implements sdktrace.Sampler.
func (s *rateSampler) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	decision := sdktrace.Drop
	if s.limiter.AllowN(s.clock.Now(), 1) {
		decision = sdktrace.RecordAndSample
	}
	return sdktrace.SamplingResult{Decision: decision, Tracestate: trace.SpanContextFromContext(p.ParentContext).TraceState()}
}

// Description implements sdktrace.Sampler.
func (s *rateSampler) Description() string {
	return fmt.Sprintf("RateSampler{%g/s}", float64(s.limiter.Limit()))
}
