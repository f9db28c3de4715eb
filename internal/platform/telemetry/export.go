package telemetry

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

const (
	queueSize      = 2048 // spans, and log records, waiting for the collector; more are dropped
	exportTimeout  = 5 * time.Second
	metricInterval = 30 * time.Second
	maxSeries      = 1000 // of one instrument; further ones are counted together
)

// exporters send to one collector. The processors are shared by all services:
// they group by resource when they send.
type exporters struct {
	endpoint *url.URL
	spans    sdktrace.SpanProcessor
	logs     sdklog.Processor
}

func newExporters(ctx context.Context, endpoint *url.URL) (*exporters, error) {
	spans, err := otlptracehttp.New(ctx,
		otlptracehttp.WithEndpointURL(endpoint.JoinPath("v1/traces").String()), otlptracehttp.WithTimeout(exportTimeout),
		otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
	if err != nil {
		return nil, fmt.Errorf("telemetry: trace exporter: %w", err)
	}
	logs, err := otlploghttp.New(ctx,
		otlploghttp.WithEndpointURL(endpoint.JoinPath("v1/logs").String()), otlploghttp.WithTimeout(exportTimeout),
		otlploghttp.WithCompression(otlploghttp.GzipCompression))
	if err != nil {
		return nil, fmt.Errorf("telemetry: log exporter: %w", err)
	}
	return &exporters{
		endpoint: endpoint,
		spans: sdktrace.NewBatchSpanProcessor(spans,
			sdktrace.WithMaxQueueSize(queueSize), sdktrace.WithExportTimeout(exportTimeout)),
		logs: sdklog.NewBatchProcessor(logs,
			sdklog.WithMaxQueueSize(queueSize), sdklog.WithExportTimeout(exportTimeout)),
	}, nil
}

func (e *exporters) metricReader(ctx context.Context) (sdkmetric.Reader, error) {
	metrics, err := otlpmetrichttp.New(ctx,
		otlpmetrichttp.WithEndpointURL(e.endpoint.JoinPath("v1/metrics").String()), otlpmetrichttp.WithTimeout(exportTimeout),
		otlpmetrichttp.WithCompression(otlpmetrichttp.GzipCompression))
	if err != nil {
		return nil, fmt.Errorf("telemetry: metric exporter: %w", err)
	}
	return sdkmetric.NewPeriodicReader(metrics, sdkmetric.WithInterval(metricInterval), sdkmetric.WithTimeout(exportTimeout)), nil
}

// meterProvider gives one service's metrics to Prometheus under the label
// service, and to the collector under its resource.
func (t *Telemetry) meterProvider(ctx context.Context, name string, res *resource.Resource) (*sdkmetric.MeterProvider, error) {
	scrape, err := otelprometheus.New(
		otelprometheus.WithRegisterer(prometheus.WrapRegistererWith(prometheus.Labels{"service": name}, t.registry)),
		otelprometheus.WithoutTargetInfo(), otelprometheus.WithoutScopeInfo())
	if err != nil {
		return nil, fmt.Errorf("telemetry: metrics of %s: %w", name, err)
	}
	opts := []sdkmetric.Option{
		sdkmetric.WithResource(res), sdkmetric.WithReader(scrape), sdkmetric.WithCardinalityLimit(maxSeries),
	}
	if t.out != nil {
		reader, err := t.out.metricReader(ctx)
		if err != nil {
			return nil, err
		}
		opts = append(opts, sdkmetric.WithReader(reader))
	}
	return sdkmetric.NewMeterProvider(opts...), nil
}
