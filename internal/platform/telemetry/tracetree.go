package telemetry

import (
	"cmp"
	"encoding/hex"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// TraceSummary is one line of the list of traces.
type TraceSummary struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"` // of the first span
	Services   []string  `json:"services"`
	Start      time.Time `json:"start"`
	DurationMS float64   `json:"duration_ms"`
	Spans      int       `json:"spans"`
	Dropped    int       `json:"dropped,omitempty"` // spans beyond the bound of one trace
	Failed     bool      `json:"failed"`            // a span ended with an error
}

// Trace is a trace as a tree. A span whose parent is not kept is a root.
type Trace struct {
	TraceSummary
	Roots []*TraceSpan `json:"roots"`
}

// TraceSpan is one span of a tree.
type TraceSpan struct {
	ID         string       `json:"id"`
	Name       string       `json:"name"`
	Service    string       `json:"service"`
	Kind       string       `json:"kind"`
	OffsetMS   float64      `json:"offset_ms"` // since the start of the trace
	DurationMS float64      `json:"duration_ms"`
	Status     string       `json:"status"` // "", "Ok" or "Error"
	Error      string       `json:"error,omitempty"`
	Attributes []Attribute  `json:"attributes,omitempty"`
	Events     []TraceEvent `json:"events,omitempty"`
	Links      []string     `json:"links,omitempty"` // ids of linked traces
	Children   []*TraceSpan `json:"children,omitempty"`
}

// Attribute is one fact about a span.
type Attribute struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// TraceEvent is something that happened within a span.
type TraceEvent struct {
	Name       string      `json:"name"`
	OffsetMS   float64     `json:"offset_ms"`
	Attributes []Attribute `json:"attributes,omitempty"`
}

// List returns the traces that are kept, newest first.
func (s *TraceStore) List() []TraceSummary {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]TraceSummary, 0, len(s.oldest))
	for _, id := range slices.Backward(s.oldest) {
		list = append(list, summarize(id, s.traces[id]))
	}
	return list
}

// Get returns one trace by its id of 32 hexadecimal digits.
func (s *TraceStore) Get(id string) (*Trace, bool) {
	var traceID trace.TraceID
	raw, err := hex.DecodeString(id)
	if err != nil || copy(traceID[:], raw) != len(traceID) || len(raw) != len(traceID) {
		return nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.traces[traceID]
	if t == nil {
		return nil, false
	}
	return &Trace{TraceSummary: summarize(traceID, t), Roots: tree(t.spans)}, true
}

func summarize(id trace.TraceID, t *storedTrace) TraceSummary {
	first, end := t.spans[0], int64(0)
	services := map[string]bool{}
	sum := TraceSummary{ID: id.String(), Spans: len(t.spans), Dropped: t.dropped}
	for _, span := range t.spans {
		if span.start < first.start {
			first = span
		}
		end = max(end, span.end)
		services[span.service] = true
		sum.Failed = sum.Failed || span.failed()
	}
	for service := range services {
		sum.Services = append(sum.Services, service)
	}
	slices.Sort(sum.Services)
	sum.Name = first.name
	sum.Start = time.Unix(0, first.start).UTC()
	sum.DurationMS = milliseconds(end - first.start)
	return sum
}

func tree(spans []storedSpan) []*TraceSpan {
	sorted := slices.Clone(spans)
	slices.SortStableFunc(sorted, func(a, b storedSpan) int { return cmp.Compare(a.start, b.start) })
	begin := sorted[0].start
	byID := make(map[trace.SpanID]*TraceSpan, len(sorted))
	for _, span := range sorted {
		byID[span.id] = span.view(begin)
	}
	var roots []*TraceSpan
	for _, span := range sorted {
		if parent := byID[span.parent]; parent != nil && span.parent != span.id {
			parent.Children = append(parent.Children, byID[span.id])
		} else {
			roots = append(roots, byID[span.id])
		}
	}
	return roots
}

func (s storedSpan) view(begin int64) *TraceSpan {
	v := &TraceSpan{
		ID: s.id.String(), Name: s.name, Service: s.service, Kind: s.kind.String(),
		OffsetMS: milliseconds(s.start - begin), DurationMS: milliseconds(s.end - s.start),
		Error: s.status.Description, Attributes: attributes(s.attributes),
	}
	if s.status.Code != 0 {
		v.Status = s.status.Code.String()
	}
	for _, event := range s.events {
		v.Events = append(v.Events, TraceEvent{
			Name: event.Name, OffsetMS: milliseconds(event.Time.UnixNano() - begin), Attributes: attributes(event.Attributes),
		})
	}
	for _, link := range s.links {
		v.Links = append(v.Links, link.SpanContext.TraceID().String())
	}
	return v
}

func attributes(list []attribute.KeyValue) []Attribute {
	out := make([]Attribute, len(list))
	for i, a := range list {
		out[i] = Attribute{Key: string(a.Key), Value: a.Value.String()}
	}
	slices.SortFunc(out, func(a, b Attribute) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

func milliseconds(ns int64) float64 { return float64(ns) / 1e6 }
