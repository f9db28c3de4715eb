package telemetry

import (
	"fmt"
	"strings"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/time/rate"

	"pasar/internal/platform/clock"
)

// rateSampler samples a number of new traces a second and leaves out the rest.
// Reads have a budget of their own, and so has what no request asked for: a page
// that asks again and again, or an import that states a thousand events, must
// not crowd out the purchase.
type rateSampler struct {
	reads, unasked, others *rate.Limiter
	clock                  clock.Clock
}

func newRateSampler(c clock.Clock, perSecond int) *rateSampler {
	budget := func() *rate.Limiter { return rate.NewLimiter(rate.Limit(perSecond), 2*perSecond) }
	return &rateSampler{reads: budget(), unasked: budget(), others: budget(), clock: c}
}

// ShouldSample implements sdktrace.Sampler.
func (s *rateSampler) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	limiter, decision := s.others, sdktrace.Drop
	switch {
	case p.Kind != trace.SpanKindServer:
		limiter = s.unasked
	case isRead(p.Name):
		limiter = s.reads
	}
	if limiter.AllowN(s.clock.Now(), 1) {
		decision = sdktrace.RecordAndSample
	}
	return sdktrace.SamplingResult{Decision: decision, Tracestate: trace.SpanContextFromContext(p.ParentContext).TraceState()}
}

func isRead(spanName string) bool { return strings.HasPrefix(spanName, "GET ") }

// Description implements sdktrace.Sampler.
func (s *rateSampler) Description() string {
	return fmt.Sprintf("RateSampler{%g/s}", float64(s.others.Limit()))
}
