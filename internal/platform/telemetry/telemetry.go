package telemetry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/time/rate"

	"pasar/internal/platform/clock"
)

// Options of Start.
type Options struct {
	Version  string // service.version
	Instance string // service.instance.id, unique per process
	Clock    clock.Clock

	Endpoint    string  // OTLP collector over HTTP, such as http://otel:4318; "" sends nothing
	SampleRatio float64 // share of new traces sent to the collector, 0 to 1
	TraceMemory int     // traces kept for /dev/traces; 0 for none

	LogTo     io.Writer
	LogLevel  slog.Level
	LogText   bool                             // lines for people instead of JSON
	RequestID func(ctx context.Context) string // shown as request_id; nil shows none
}

// tracesPerSecond is how many new traces a second the demo keeps. A person
// clicking is far below; a load test pays for no more than these.
const tracesPerSecond = 20

// Telemetry is the signals of one process.
type Telemetry struct {
	opts     Options
	registry *prometheus.Registry
	traces   *TraceStore
	out      *exporters // nil without an endpoint
	sampler  sdktrace.Sampler
	limits   sdktrace.SpanLimits

	mu       sync.Mutex
	services map[string]Service
	readers  []*sdkmetric.MeterProvider // shut down by Stop
}

// Service is what one service reports through.
type Service struct {
	Name           string
	TracerProvider trace.TracerProvider
	MeterProvider  metric.MeterProvider
	Log            *slog.Logger
}

// Start prepares the signals. It connects to nothing: a collector that is down
// delays nobody.
func Start(ctx context.Context, o Options) (*Telemetry, error) {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.LogTo == nil {
		o.LogTo = io.Discard
	}
	t := &Telemetry{opts: o, registry: prometheus.NewRegistry(), services: map[string]Service{}, limits: spanLimits()}
	t.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if o.TraceMemory > 0 {
		t.traces = NewTraceStore(o.TraceMemory)
	}
	t.sampler = chooseSampler(o, t.traces != nil)
	if o.Endpoint != "" {
		endpoint, err := url.Parse(o.Endpoint)
		if err != nil || endpoint.Host == "" {
			return nil, errors.New("telemetry: the endpoint must be a URL such as http://otel:4318")
		}
		if t.out, err = newExporters(ctx, endpoint); err != nil {
			return nil, err
		}
		t.reportLosses()
	}
	return t, nil
}

func chooseSampler(o Options, memory bool) sdktrace.Sampler {
	switch {
	case o.Endpoint != "":
		return sdktrace.ParentBased(sdktrace.TraceIDRatioBased(o.SampleRatio))
	case memory:
		return sdktrace.ParentBased(newRateSampler(o.Clock, tracesPerSecond))
	default:
		return sdktrace.ParentBased(sdktrace.NeverSample()) // ids for the log, and nothing else
	}
}

// spanLimits keeps one span small, whatever is put into it.
func spanLimits() sdktrace.SpanLimits {
	limits := sdktrace.NewSpanLimits()
	limits.AttributeValueLengthLimit = 1024
	limits.AttributeCountLimit = 48
	limits.EventCountLimit = 16
	limits.LinkCountLimit = 16
	limits.AttributePerEventCountLimit = 16
	limits.AttributePerLinkCountLimit = 8
	return limits
}

// Service returns the providers of one service; asking again returns the same.
func (t *Telemetry) Service(ctx context.Context, name string) (Service, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s, ok := t.services[name]; ok {
		return s, nil
	}
	res := resource.NewSchemaless(
		attribute.String("service.namespace", "pasar"),
		attribute.String("service.name", name),
		attribute.String("service.version", t.opts.Version),
		attribute.String("service.instance.id", t.opts.Instance),
	)
	meters, err := t.meterProvider(ctx, name, res)
	if err != nil {
		return Service{}, err
	}
	t.readers = append(t.readers, meters)
	s := Service{Name: name, TracerProvider: t.tracerProvider(res), MeterProvider: meters, Log: t.logger(name, res)}
	t.services[name] = s
	return s, nil
}

func (t *Telemetry) tracerProvider(res *resource.Resource) trace.TracerProvider {
	opts := []sdktrace.TracerProviderOption{
		sdktrace.WithResource(res), sdktrace.WithSampler(t.sampler), sdktrace.WithRawSpanLimits(t.limits),
	}
	if t.traces != nil {
		opts = append(opts, sdktrace.WithSpanProcessor(t.traces))
	}
	if t.out != nil {
		opts = append(opts, sdktrace.WithSpanProcessor(t.out.spans))
	}
	return sdktrace.NewTracerProvider(opts...)
}

func (t *Telemetry) logger(name string, res *resource.Resource) *slog.Logger {
	var provider *sdklog.LoggerProvider
	if t.out != nil {
		provider = sdklog.NewLoggerProvider(sdklog.WithResource(res), sdklog.WithProcessor(t.out.logs))
	}
	return slog.New(newHandler(t.opts, provider)).With("service", name)
}

// Traces returns the store behind /dev/traces, or nil when none is kept.
func (t *Telemetry) Traces() *TraceStore { return t.traces }

// Registry is where Prometheus metrics that are not OpenTelemetry's register.
func (t *Telemetry) Registry() *prometheus.Registry { return t.registry }

// reportLosses writes what the exporters could not send to the log, at most
// once a minute: a collector that is down must not fill the disk either.
func (t *Telemetry) reportLosses() {
	log := slog.New(newHandler(t.opts, nil)).With("service", "telemetry")
	limiter := rate.NewLimiter(rate.Every(time.Minute), 1)
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		if limiter.AllowN(t.opts.Clock.Now(), 1) {
			log.Warn("telemetry is being lost", "error", err)
		}
	}))
}

// Stop sends what is queued, for as long as ctx allows.
func (t *Telemetry) Stop(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var errs []error
	for _, provider := range t.readers {
		errs = append(errs, provider.Shutdown(ctx))
	}
	t.readers = nil
	if t.out != nil {
		errs = append(errs, t.out.spans.Shutdown(ctx), t.out.logs.Shutdown(ctx))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("telemetry: the last signals could not be sent: %w", err)
	}
	return nil
}
