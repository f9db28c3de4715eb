package telemetry

import (
	"context"
	"slices"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// The bounds of a TraceStore beside its number of traces. All spans together
// stay below about 25 MB.
const (
	maxSpansPerTrace = 500
	maxSpansStored   = 20_000
)

// TraceStore keeps the last traces of this process in memory, for the pages at
// /dev/traces. It is a span processor: what ends is kept, the oldest traces are
// forgotten first, and of those the reads and what no request asked for: a page
// that asks again and again must not push aside the purchase it waits for.
type TraceStore struct {
	max int

	mu     sync.Mutex
	traces map[trace.TraceID]*storedTrace
	oldest []trace.TraceID // by the end of their first span
	spans  int
}

type storedTrace struct {
	spans   []storedSpan
	dropped int
	minor   bool // it began with a GET, or without a request
}

// storedSpan is what a page shows of a span. Its slices are the SDK's own,
// which do not change once the span has ended.
type storedSpan struct {
	id, parent trace.SpanID
	name       string
	service    string
	kind       trace.SpanKind
	start, end int64 // unix nanoseconds
	status     sdktrace.Status
	attributes []attribute.KeyValue
	events     []sdktrace.Event
	links      []sdktrace.Link
}

// NewTraceStore returns a store of at most limit traces.
func NewTraceStore(limit int) *TraceStore {
	return &TraceStore{max: limit, traces: make(map[trace.TraceID]*storedTrace, limit)}
}

// OnStart implements sdktrace.SpanProcessor.
func (s *TraceStore) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

// OnEnd implements sdktrace.SpanProcessor.
func (s *TraceStore) OnEnd(span sdktrace.ReadOnlySpan) {
	if !span.SpanContext().IsSampled() {
		return
	}
	id := span.SpanContext().TraceID()
	stored := storedSpan{
		id: span.SpanContext().SpanID(), parent: span.Parent().SpanID(),
		name: span.Name(), service: serviceOf(span), kind: span.SpanKind(),
		start: span.StartTime().UnixNano(), end: span.EndTime().UnixNano(),
		status: span.Status(), attributes: span.Attributes(), events: span.Events(), links: span.Links(),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.traces[id]
	if t == nil {
		t = &storedTrace{}
		s.traces[id] = t
		s.oldest = append(s.oldest, id)
	}
	if len(t.spans) >= maxSpansPerTrace {
		t.dropped++
		return
	}
	t.minor = t.minor || !span.Parent().IsValid() && (stored.kind != trace.SpanKindServer || isRead(stored.name))
	t.spans = append(t.spans, stored)
	s.spans++
	s.forget()
}

// forget drops traces until the bounds hold.
func (s *TraceStore) forget() {
	for len(s.oldest) > s.max || s.spans > maxSpansStored {
		i := s.leastWanted()
		id := s.oldest[i]
		s.oldest = slices.Delete(s.oldest, i, i+1)
		s.spans -= len(s.traces[id].spans)
		delete(s.traces, id)
	}
}

// leastWanted is the oldest minor one of the older half, or else the oldest of all.
func (s *TraceStore) leastWanted() int {
	for i, id := range s.oldest[:(len(s.oldest)+1)/2] {
		if s.traces[id].minor {
			return i
		}
	}
	return 0
}

// Shutdown implements sdktrace.SpanProcessor.
func (s *TraceStore) Shutdown(context.Context) error { return nil }

// ForceFlush implements sdktrace.SpanProcessor.
func (s *TraceStore) ForceFlush(context.Context) error { return nil }

func serviceOf(span sdktrace.ReadOnlySpan) string {
	name, _ := span.Resource().Set().Value("service.name")
	return name.AsString()
}

func (s storedSpan) failed() bool { return s.status.Code == codes.Error }
