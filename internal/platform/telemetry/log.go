package telemetry

import (
	"context"
	"log/slog"
	"slices"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/trace"
)

// LevelFatal is for the last line before the program ends.
const LevelFatal = slog.Level(12)

// newHandler writes to o.LogTo, and over OTLP when there is a provider.
func newHandler(o Options, provider *sdklog.LoggerProvider) slog.Handler {
	var local slog.Handler
	if o.LogText {
		local = newTextHandler(o.LogTo, o.LogLevel)
	} else {
		local = slog.NewJSONHandler(o.LogTo, &slog.HandlerOptions{Level: o.LogLevel, ReplaceAttr: jsonAttr})
	}
	local = &contextHandler{next: local, requestID: o.RequestID, ids: true}
	if provider == nil {
		return local
	}
	// The bridge takes trace ids from the context by itself.
	remote := &contextHandler{next: otelslog.NewHandler("pasar", otelslog.WithLoggerProvider(provider)), requestID: o.RequestID, level: o.LogLevel}
	return slog.NewMultiHandler(local, remote)
}

func jsonAttr(groups []string, a slog.Attr) slog.Attr {
	if len(groups) > 0 {
		return a
	}
	switch a.Key {
	case slog.LevelKey:
		if level, ok := a.Value.Any().(slog.Level); ok {
			a.Value = slog.StringValue(levelName(level))
		}
	case slog.TimeKey:
		a.Value = slog.TimeValue(a.Value.Time().UTC())
	}
	return a
}

func levelName(l slog.Level) string {
	switch {
	case l >= LevelFatal:
		return "FATAL"
	case l >= slog.LevelError:
		return "ERROR"
	case l >= slog.LevelWarn:
		return "WARN"
	case l >= slog.LevelInfo:
		return "INFO"
	default:
		return "DEBUG"
	}
}

// contextHandler adds what the context knows, and masks personal data and
// credentials by the names of their attributes.
type contextHandler struct {
	next      slog.Handler
	requestID func(context.Context) string
	level     slog.Level
	ids       bool // add trace_id and span_id
}

// Enabled implements slog.Handler.
func (h *contextHandler) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= h.level && h.next.Enabled(ctx, l)
}

// Handle implements slog.Handler.
func (h *contextHandler) Handle(ctx context.Context, r slog.Record) error {
	out := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	if span := trace.SpanContextFromContext(ctx); h.ids && span.IsValid() {
		out.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	if h.requestID != nil {
		if id := h.requestID(ctx); id != "" {
			out.AddAttrs(slog.String("request_id", id))
		}
	}
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(maskAttr(a))
		return true
	})
	return h.next.Handle(ctx, out)
}

// WithAttrs implements slog.Handler.
func (h *contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	masked := slices.Clone(attrs)
	for i, a := range masked {
		masked[i] = maskAttr(a)
	}
	c := *h
	c.next = h.next.WithAttrs(masked)
	return &c
}

// WithGroup implements slog.Handler.
func (h *contextHandler) WithGroup(name string) slog.Handler {
	c := *h
	c.next = h.next.WithGroup(name)
	return &c
}
