package telemetry_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"pasar/internal/platform/telemetry"
)

func tracerFor(store *telemetry.TraceStore, name string) trace.Tracer {
	return sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(store),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", name)))).Tracer("test")
}

// purchase makes a trace over three services, one span of which failed.
func purchase(t *testing.T, store *telemetry.TraceStore) (id string) {
	t.Helper()
	gateway, order, payment := tracerFor(store, "gateway"), tracerFor(store, "order"), tracerFor(store, "payment")
	ctx, root := gateway.Start(t.Context(), "POST /v1/orders", trace.WithSpanKind(trace.SpanKindServer))
	ctx, place := order.Start(ctx, "place <order>", trace.WithAttributes(attribute.String("order.id", `ord_1"><script>alert(1)</script>`), attribute.Int("items", 2)))
	_, pay := payment.Start(ctx, "create payment", trace.WithLinks(trace.Link{SpanContext: place.SpanContext()}))
	pay.RecordError(errors.New("card declined"))
	pay.SetStatus(codes.Error, "card declined")
	pay.End()
	place.End()
	root.End()
	return root.SpanContext().TraceID().String()
}

func TestTraceIsATree(t *testing.T) {
	t.Parallel()
	store := telemetry.NewTraceStore(10)
	id := purchase(t, store)
	list := store.List()
	if len(list) != 1 || list[0].ID != id || list[0].Name != "POST /v1/orders" || list[0].Spans != 3 || !list[0].Failed ||
		strings.Join(list[0].Services, " ") != "gateway order payment" || list[0].DurationMS <= 0 {
		t.Fatalf("got %+v", list)
	}
	got, ok := store.Get(id)
	if !ok || len(got.Roots) != 1 || len(got.Roots[0].Children) != 1 {
		t.Fatalf("got %+v", got)
	}
	place := got.Roots[0].Children[0]
	if place.Service != "order" || len(place.Children) != 1 || place.Attributes[0].Key != "items" || place.Attributes[0].Value != "2" {
		t.Errorf("got %+v", place)
	}
	pay := place.Children[0]
	if pay.Status != "Error" || pay.Error != "card declined" || len(pay.Links) != 1 || pay.Links[0] != id || pay.Events[0].Name != "exception" {
		t.Errorf("got %+v", pay)
	}
	for _, bad := range []string{"", "x", id[1:], id + "00", strings.Repeat("0", 32)} {
		if _, ok := store.Get(bad); ok {
			t.Errorf("Get(%q) found something", bad)
		}
	}
}

// TestOrphansAreRoots: a parent that is still running, or was not kept, must
// not hide its children.
func TestOrphansAreRoots(t *testing.T) {
	t.Parallel()
	store := telemetry.NewTraceStore(10)
	tracer := tracerFor(store, "order")
	ctx, running := tracer.Start(t.Context(), "running")
	_, child := tracer.Start(ctx, "child")
	child.End()
	got, ok := store.Get(running.SpanContext().TraceID().String())
	if !ok || len(got.Roots) != 1 || got.Roots[0].Name != "child" {
		t.Errorf("got %+v", got)
	}
	running.End()
}

func TestReadsDoNotPushAPurchaseAside(t *testing.T) {
	t.Parallel()
	store := telemetry.NewTraceStore(10)
	id := purchase(t, store)
	reads := tracerFor(store, "gateway")
	for range 100 {
		_, span := reads.Start(t.Context(), "GET /v1/orders/{id}", trace.WithSpanKind(trace.SpanKindServer))
		span.End()
		_, span = reads.Start(t.Context(), "publish pasar.product.changed.v1", trace.WithSpanKind(trace.SpanKindProducer))
		span.End()
	}
	if _, ok := store.Get(id); !ok || len(store.List()) != 10 {
		t.Errorf("of %d traces the purchase is kept: %v", len(store.List()), ok)
	}
	for range 100 {
		purchase(t, store)
	}
	if _, ok := store.Get(id); ok {
		t.Error("the oldest purchase is kept for ever")
	}
}

func TestTraceStoreIsBounded(t *testing.T) {
	t.Parallel()
	store := telemetry.NewTraceStore(300)
	tracer := tracerFor(store, "order")
	var first, last string
	for range 400 {
		ctx, root := tracer.Start(t.Context(), "root")
		for range 100 {
			_, span := tracer.Start(ctx, "span")
			span.End()
		}
		root.End()
		last = root.SpanContext().TraceID().String()
		if first == "" {
			first = last
		}
	}
	spans := 0
	for _, s := range store.List() {
		spans += s.Spans
	}
	if spans > 20_000 || spans < 15_000 {
		t.Errorf("%d spans are kept", spans)
	}
	if _, ok := store.Get(first); ok {
		t.Error("the oldest trace is still kept")
	}
	if store.List()[0].ID != last {
		t.Error("the newest trace is not first")
	}

	small := telemetry.NewTraceStore(3)
	tracer = tracerFor(small, "order")
	for i := range 10 {
		_, span := tracer.Start(t.Context(), fmt.Sprint(i))
		span.End()
	}
	if list := small.List(); len(list) != 3 || list[0].Name != "9" {
		t.Errorf("got %+v", list)
	}
	ctx, root := tracer.Start(t.Context(), "big")
	for range 600 {
		_, span := tracer.Start(ctx, "span")
		span.End()
	}
	root.End()
	if big := small.List()[0]; big.Spans != 500 || big.Dropped != 101 {
		t.Errorf("got %+v", big)
	}
}

func get(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

var (
	inline    = regexp.MustCompile(`(?i)<script|<style|\sstyle=|\son[a-z]+=|javascript:`)
	elsewhere = regexp.MustCompile(`(?i)(src|href|action)="(https?:)?//`)
)

func TestPages(t *testing.T) {
	t.Parallel()
	store := telemetry.NewTraceStore(10)
	h := store.Handler()
	if w := get(h, "/dev/traces"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Nothing yet") {
		t.Errorf("empty list: %d %s", w.Code, w.Body)
	}
	id := purchase(t, store)
	for path, wants := range map[string][]string{
		"/dev/traces":              {"POST /v1/orders", "gateway, order, payment", id, "error"},
		"/dev/traces?q=PAYMENT":    {id},
		"/dev/traces?q=%3Cb%3Ezzz": {"No trace matches", "&lt;b&gt;zzz"},
		"/dev/traces/" + id:        {"place &lt;order&gt;", "card declined", "ord_1&#34;&gt;&lt;script&gt;", "<rect", "create payment"},
	} {
		w := get(h, path)
		page := w.Body.String()
		if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d", path, w.Code)
		}
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s: %q is missing in\n%s", path, want, page)
			}
		}
		if found := inline.FindString(page); found != "" {
			t.Errorf("%s: %q needs a weaker policy", path, found)
		}
		if found := elsewhere.FindString(page); found != "" {
			t.Errorf("%s: %q loads from elsewhere", path, found)
		}
		if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
	for path, want := range map[string]int{
		"/dev/traces/" + strings.Repeat("0", 32): 404, "/dev/traces/x.json": 404, "/dev/traces/traces.css": 200, "/dev/other": 404,
	} {
		if w := get(h, path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	if w := get(h, "/dev/traces/traces.css"); !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") {
		t.Errorf("style sheet has type %s", w.Header().Get("Content-Type"))
	}
}

func TestTracesAsJSON(t *testing.T) {
	t.Parallel()
	store := telemetry.NewTraceStore(10)
	id := purchase(t, store)
	var list struct {
		Data []telemetry.TraceSummary `json:"data"`
	}
	if err := json.Unmarshal(get(store.Handler(), "/dev/traces.json?q=order").Body.Bytes(), &list); err != nil || len(list.Data) != 1 {
		t.Errorf("got %+v, %v", list, err)
	}
	var one telemetry.Trace
	if err := json.Unmarshal(get(store.Handler(), "/dev/traces/"+id+".json").Body.Bytes(), &one); err != nil || one.Spans != 3 || len(one.Roots) != 1 {
		t.Errorf("got %+v, %v", one, err)
	}
}
