package telemetry

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// textHandler writes one line per record for people at a terminal:
//
//	15:04:05.123 INFO  order  order confirmed  order_id=ord_… request_id=…
type textHandler struct {
	mu      *sync.Mutex
	out     io.Writer
	level   slog.Level
	service string
	attrs   string // already written out
	group   string // "a.b."
}

func newTextHandler(out io.Writer, level slog.Level) *textHandler {
	return &textHandler{mu: &sync.Mutex{}, out: out, level: level}
}

// Enabled implements slog.Handler.
func (h *textHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }

// Handle implements slog.Handler.
func (h *textHandler) Handle(_ context.Context, r slog.Record) error {
	var line strings.Builder
	if !r.Time.IsZero() {
		line.WriteString(r.Time.Format("15:04:05.000 "))
	}
	line.WriteString(pad(levelName(r.Level), 5) + " ")
	if h.service != "" {
		line.WriteString(pad(h.service, 8) + " ")
	}
	line.WriteString(quoted(r.Message, ""))
	line.WriteString(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		writeAttr(&line, h.group, a)
		return true
	})
	line.WriteByte('\n')
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := io.WriteString(h.out, line.String())
	return err
}

// WithAttrs implements slog.Handler.
func (h *textHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	var line strings.Builder
	line.WriteString(h.attrs)
	for _, a := range attrs {
		if a.Key == "service" && h.group == "" {
			c.service = a.Value.String()
			continue
		}
		writeAttr(&line, h.group, a)
	}
	c.attrs = line.String()
	return &c
}

// WithGroup implements slog.Handler.
func (h *textHandler) WithGroup(name string) slog.Handler {
	c := *h
	if name != "" {
		c.group += name + "."
	}
	return &c
}

func writeAttr(line *strings.Builder, group string, a slog.Attr) {
	value := a.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		if a.Key != "" {
			group += a.Key + "."
		}
		for _, member := range value.Group() {
			writeAttr(line, group, member)
		}
		return
	}
	if a.Equal(slog.Attr{}) {
		return
	}
	line.WriteString("  " + quoted(group+a.Key, " =") + "=" + quoted(value.String(), " "))
}

// quoted quotes text that holds one of the given characters or anything that
// does not print, so that no value can forge a line.
func quoted(text, special string) string {
	if strings.ContainsAny(text, special+`"`) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(text)
	}
	return text
}

func pad(text string, width int) string {
	if n := width - len(text); n > 0 {
		return text + strings.Repeat(" ", n)
	}
	return text
}
