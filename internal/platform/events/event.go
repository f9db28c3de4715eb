// Package events carries facts between services: CloudEvents 1.0 in JSON on
// NATS JetStream. The outbox table of the service that states a fact is the
// truth; the broker only delivers it.
package events

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Event is one fact, in the CloudEvents 1.0 JSON format. Version is the
// aggregate's version after the change: consumers order by it, never by arrival.
type Event struct {
	SpecVersion string          `json:"specversion"` // "1.0"
	ID          string          `json:"id"`          // evt_...
	Source      string          `json:"source"`      // "/pasar/order"
	Type        string          `json:"type"`        // "pasar.order.confirmed.v1", also the NATS subject
	Subject     string          `json:"subject"`     // the aggregate's id
	Time        time.Time       `json:"time"`
	ContentType string          `json:"datacontenttype"` // "application/json"
	Version     int64           `json:"aggregateversion"`
	TraceParent string          `json:"traceparent,omitempty"` // CloudEvents distributed tracing extension
	Data        json.RawMessage `json:"data"`
}

// Type declares an event type and the shape of its data. Declared once, in
// api/<svc>api/events.go; the AsyncAPI document is generated from it.
type Type[D any] struct {
	Name    string // "pasar.<service>.<event>.v1"
	Summary string
}

// New states the fact. The id and the trace context are filled in by the
// outbox when the event is written.
func (t Type[D]) New(subject string, version int64, at time.Time, data D) (Event, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return Event{}, fmt.Errorf("events: encode %s: %w", t.Name, err)
	}
	return Event{
		SpecVersion: "1.0", Type: t.Name, Subject: subject, Time: at,
		ContentType: "application/json", Version: version, Data: raw,
	}, nil
}

// Decode reads the data of an event of this type.
func (t Type[D]) Decode(e Event) (D, error) {
	var d D
	if e.Type != t.Name {
		return d, fmt.Errorf("events: %s is a %s, not a %s", e.ID, e.Type, t.Name)
	}
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return d, fmt.Errorf("events: decode %s %s: %w", e.Type, e.ID, err)
	}
	return d, nil
}

// Handler does one consumer's work for one event. It must be safe to repeat:
// the inbox row and the work commit in one transaction. Returning an error
// hands the event back for a later try; ErrPoison (wrapped) parks it at once.
type Handler func(ctx context.Context, e Event) error

// Consumer is one durable subscription. Name is unique in the shop and never
// changes, for example "order.payment-captured".
type Consumer struct {
	Name    string
	Types   []string // exact event type names
	Handle  Handler
	Workers int // how many events at once, default 1

	// Broadcast hands every event to every process that runs this consumer, for
	// what each keeps in its own memory: caches, deny lists. Such a consumer is
	// not durable: it begins a minute before the newest event at its start. By
	// default the processes share the events.
	Broadcast bool
}
