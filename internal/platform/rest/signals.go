package rest

import (
	"log/slog"
	"net/http"

	"go.opentelemetry.io/otel/trace"
)

// signals makes the log line, the span and the duration of each request.
type signals struct {
	log *slog.Logger
}

type routeSignals struct{}

func newSignals(config Config) *signals { return &signals{log: config.Log} }

func (s *signals) begin(x *exchange) {}

// observe tells the log what became of the request.
func (x *exchange) observe() {
	level := slog.LevelInfo
	if x.status >= http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	s := x.api.signals
	if !s.log.Enabled(&x.ctx, level) {
		return
	}
	var room [10]slog.Attr
	attrs := append(room[:0],
		slog.String("method", x.r.Method),
		slog.String("route", x.template()),
		slog.Int("status", x.status),
		slog.Float64("duration_ms", float64(x.api.config.Clock.Now().Sub(x.began).Microseconds())/1000),
		slog.String("request_id", x.id),
		slog.String("actor_kind", string(x.actor.Kind)),
	)
	if x.actor.ID != "" {
		attrs = append(attrs, slog.String("actor_id", x.actor.ID))
	}
	if span := trace.SpanContextFromContext(&x.ctx); span.HasTraceID() {
		attrs = append(attrs, slog.String("trace_id", span.TraceID().String()))
	}
	if x.failure != nil {
		attrs = append(attrs, slog.String("code", x.failure.Code))
	}
	if x.cause != nil && (level == slog.LevelWarn || x.failure == nil) {
		attrs = append(attrs, slog.String("error", x.cause.Error()))
	}
	s.log.LogAttrs(&x.ctx, level, "request", attrs...)
}

// template is the route as registered: bounded in number, free of ids.
func (x *exchange) template() string {
	if x.route == nil {
		return "unmatched"
	}
	return x.route.info.Path
}
