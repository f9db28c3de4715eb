package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"testing/slogtest"

	"go.uber.org/goleak"

	"pasar/internal/platform/secret"
	"pasar/internal/platform/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type requestKey struct{}

func start(t *testing.T, o telemetry.Options) *telemetry.Telemetry {
	t.Helper()
	o.RequestID = func(ctx context.Context) string {
		id, _ := ctx.Value(requestKey{}).(string)
		return id
	}
	tel, err := telemetry.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return tel
}

func service(t *testing.T, tel *telemetry.Telemetry, name string) telemetry.Service {
	t.Helper()
	s, err := tel.Service(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func lines(t *testing.T, out string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(out) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, m)
	}
	return all
}

func TestLogLine(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	order := service(t, start(t, telemetry.Options{LogTo: &out, LogLevel: slog.LevelInfo}), "order")
	ctx := context.WithValue(t.Context(), requestKey{}, "req_1")
	ctx, span := order.TracerProvider.Tracer("test").Start(ctx, "place order")
	order.Log.DebugContext(ctx, "not written")
	order.Log.InfoContext(ctx, "order placed", "order_id", "ord_1")
	order.Log.Log(ctx, telemetry.LevelFatal, "disk is full")
	span.End()
	order.Log.WarnContext(t.Context(), "outside a request")

	got := lines(t, out.String())
	if len(got) != 3 {
		t.Fatalf("%d lines, want 3", len(got))
	}
	want := map[string]any{
		"level": "INFO", "msg": "order placed", "service": "order", "order_id": "ord_1", "request_id": "req_1",
		"trace_id": span.SpanContext().TraceID().String(), "span_id": span.SpanContext().SpanID().String(),
	}
	for key, value := range want {
		if got[0][key] != value {
			t.Errorf("%s = %v, want %v", key, got[0][key], value)
		}
	}
	if when, _ := got[0]["time"].(string); !strings.HasSuffix(when, "Z") {
		t.Errorf("time %q is not UTC", when)
	}
	if got[1]["level"] != "FATAL" || got[2]["level"] != "WARN" || got[2]["trace_id"] != nil || got[2]["request_id"] != nil {
		t.Errorf("got %v", got[1:])
	}
}

func TestLogMasks(t *testing.T) {
	t.Parallel()
	for _, text := range []bool{false, true} {
		var out bytes.Buffer
		log := service(t, start(t, telemetry.Options{LogTo: &out, LogText: text}), "auth").Log
		log.With("customer_email", "budi@example.com").Info("login",
			"password", "hunter2", "email", "siti@example.com", "phone", "+628123456789", "key", secret.New("hunter2"),
			slog.Group("request", "Authorization", "Bearer hunter2", "path", "/v1"), telemetry.Email("to", "adi@example.com"),
			"injected", "line\nlevel=FATAL \x1b[31m")
		got := out.String()
		for _, leak := range []string{"hunter2", "budi@", "siti@", "adi@", "8123456789", "\nlevel", "\x1b"} {
			if strings.Contains(got, leak) {
				t.Errorf("text %v: %q is in %s", text, leak, got)
			}
		}
		for _, shown := range []string{"b***@example.com", "s***@example.com", "a***@example.com", "***89", "/v1"} {
			if !strings.Contains(got, shown) {
				t.Errorf("text %v: %q is missing in %s", text, shown, got)
			}
		}
		if strings.Count(got, "\n") != 1 {
			t.Errorf("text %v: more than one line: %q", text, got)
		}
	}
}

func TestMaskShapes(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"budi@example.com": "b***@example.com", "élan@example.com": "é***@example.com", "a@b@example.com": "a***@example.com",
		"@example.com": "***", "": "***", "budi": "***",
	} {
		if got := telemetry.MaskEmail(in); got != want {
			t.Errorf("MaskEmail(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"+628123456789": "***89", "12345": "***", "": "***"} {
		if got := telemetry.MaskPhone(in); got != want {
			t.Errorf("MaskPhone(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestJSONHandlerKeepsSlogsContract(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	handler := service(t, start(t, telemetry.Options{LogTo: &out}), "order").Log.Handler()
	err := slogtest.TestHandler(handler, func() []map[string]any { return lines(t, out.String()) })
	if err != nil {
		t.Error(err)
	}
}

func TestTextLine(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := service(t, start(t, telemetry.Options{LogTo: &out, LogText: true}), "order").Log
	log.With("a", 1).WithGroup("g").Warn("stock is low", "sku", "KOPI 250", slog.Group("h", "n", 2))
	_, got, _ := strings.Cut(out.String(), " ")
	if want := "WARN  order    stock is low  a=1  g.sku=\"KOPI 250\"  g.h.n=2\n"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
