package rest

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

const scopeName = "pasar/internal/platform/rest"

// Bounds in seconds that the semantic conventions advise.
var durationBounds = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

// signals makes the log line, the span and the duration of each request. What
// has no provider costs nothing.
type signals struct {
	log      *slog.Logger
	tracer   trace.Tracer
	duration metric.Float64Histogram

	unmatched sync.Map // method and status -> []metric.RecordOption, for requests without a route
}

// routeSignals are the parts of a route's signals that never change.
type routeSignals struct {
	spanName string
	start    []trace.SpanStartOption
	recorded sync.Map // status -> []metric.RecordOption
}

func newSignals(config Config) *signals {
	s := &signals{log: config.Log}
	if config.TracerProvider != nil {
		s.tracer = config.TracerProvider.Tracer(scopeName)
	}
	if config.MeterProvider != nil {
		duration, err := config.MeterProvider.Meter(scopeName).Float64Histogram("http.server.request.duration",
			metric.WithUnit("s"), metric.WithDescription("Duration of HTTP server requests"),
			metric.WithExplicitBucketBoundaries(durationBounds...))
		if err != nil {
			config.Log.Error("no request durations will be recorded", "service", config.Service, "error", err)
		} else {
			s.duration = duration
		}
	}
	return s
}

func (s *signals) prepare(rt *route) {
	rt.signals.spanName = rt.info.Method + " " + rt.info.Path
	rt.signals.start = []trace.SpanStartOption{
		trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(
			attribute.String("http.request.method", rt.info.Method),
			attribute.String("http.route", rt.info.Path),
			attribute.String("pasar.operation", rt.info.ID),
		),
	}
}

// begin takes up the caller's trace and starts this request's span in it.
func (s *signals) begin(x *exchange) {
	ctx := x.ctx.Context
	if _, sent := x.r.Header["Traceparent"]; sent && !trace.SpanContextFromContext(ctx).IsValid() {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(x.r.Header))
		x.ctx.Context = ctx
	}
	if s.tracer != nil && x.route != nil {
		x.ctx.Context, x.span = s.tracer.Start(ctx, x.route.signals.spanName, x.route.signals.start...)
	}
}

// observe tells the log, the trace and the metrics what became of the request.
func (x *exchange) observe() {
	s := x.api.signals
	took := x.api.config.Clock.Now().Sub(x.began)
	if s.duration != nil {
		s.duration.Record(x.ctx.Context, took.Seconds(), x.recordOptions()...)
	}
	s.line(x, float64(took.Microseconds())/1000)
	if x.span != nil {
		x.endSpan()
	}
}

func (x *exchange) endSpan() {
	x.span.SetAttributes(attribute.Int("http.response.status_code", x.status))
	if x.status >= http.StatusInternalServerError {
		x.span.SetAttributes(attribute.String("error.type", strconv.Itoa(x.status)))
		x.span.SetStatus(codes.Error, "")
		if x.cause != nil {
			x.span.RecordError(x.cause)
		}
	}
	x.span.End()
}

// recordOptions returns the attributes of this outcome, made once each.
func (x *exchange) recordOptions() []metric.RecordOption {
	known, key := &x.api.signals.unmatched, any(knownMethod(x.r.Method)+strconv.Itoa(x.status))
	if x.route != nil {
		known, key = &x.route.signals.recorded, x.status
	}
	if options, ok := known.Load(key); ok {
		return options.([]metric.RecordOption)
	}
	attributes := []attribute.KeyValue{
		attribute.String("http.request.method", knownMethod(x.r.Method)),
		attribute.Int("http.response.status_code", x.status),
		attribute.String("url.scheme", "http"),
	}
	if x.route != nil {
		attributes = append(attributes, attribute.String("http.route", x.route.info.Path))
	}
	if x.status >= http.StatusInternalServerError {
		attributes = append(attributes, attribute.String("error.type", strconv.Itoa(x.status)))
	}
	options := []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(attributes...))}
	known.Store(key, options)
	return options
}

// knownMethod keeps callers from inventing metric series.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "_OTHER"
}

// line writes the one log line of a request.
func (s *signals) line(x *exchange, ms float64) {
	level := slog.LevelInfo
	if x.status >= http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	var ctx context.Context = &x.ctx
	if !s.log.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 12)
	attrs = append(attrs,
		slog.String("service", x.api.config.Service),
		slog.String("method", x.r.Method),
		slog.String("route", x.template()),
		slog.Int("status", x.status),
		slog.Float64("duration_ms", ms),
		slog.String("request_id", x.id),
		slog.String("actor_kind", string(x.actor.Kind)),
	)
	if x.actor.ID != "" {
		attrs = append(attrs, slog.String("actor_id", x.actor.ID))
	}
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		attrs = append(attrs, slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	if x.failure != nil {
		attrs = append(attrs, slog.String("code", x.failure.Code))
	}
	if x.cause != nil && (level == slog.LevelWarn || x.failure == nil) {
		attrs = append(attrs, slog.String("error", x.cause.Error()))
	}
	s.log.LogAttrs(ctx, level, "request", attrs...)
}

// template is the route as registered: bounded in number, free of ids.
func (x *exchange) template() string {
	if x.route == nil {
		return "unmatched"
	}
	return x.route.info.Path
}
