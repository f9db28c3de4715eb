package sqldb

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.opentelemetry.io/otel/propagation"
	"gorm.io/gorm"

	"pasar/api"
	"pasar/internal/platform/events"
)

const outboxColumns = "INSERT INTO outbox (id, type, subject, event, created_at) VALUES (?, ?, ?, ?, ?)"

// Emit writes events into the outbox with one INSERT. It fills in what they
// lack: id, source, time, and the trace of the transaction's context. The row
// holds the whole CloudEvent, so that what is published is what was committed.
func (tx *Tx) Emit(evs ...events.Event) error {
	if len(evs) == 0 {
		return nil
	}
	// Not by GORM's Create: its reflection would cost more than the INSERT.
	query := outboxColumns + strings.Repeat(", (?, ?, ?, ?, ?)", len(evs)-1)
	values := make([]any, 0, 5*len(evs))
	traceParent := tx.traceParent()
	for _, e := range evs {
		tx.complete(&e, traceParent)
		raw, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("sqldb: encode event %s: %w", e.Type, err)
		}
		values = append(values, e.ID, e.Type, e.Subject, string(raw), At(tx.now))
	}
	if err := tx.Exec(query, values...).Error; err != nil {
		return fmt.Errorf("sqldb: write %d events to the outbox: %w", len(evs), err)
	}
	tx.emitted = true
	return nil
}

func (tx *Tx) complete(e *events.Event, traceParent string) {
	if e.SpecVersion == "" {
		e.SpecVersion = "1.0"
	}
	if e.ContentType == "" {
		e.ContentType = "application/json"
	}
	if e.ID == "" {
		e.ID = api.NewID(api.PrefixEvent)
	}
	if e.Source == "" {
		e.Source = "/pasar/" + tx.db.options.Name
	}
	if e.Time.IsZero() {
		e.Time = tx.now
	}
	if e.TraceParent == "" {
		e.TraceParent = traceParent
	}
}

func (tx *Tx) traceParent() string {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(tx.ctx, carrier)
	return carrier["traceparent"]
}

// Receive notes that consumer does the event in this transaction. It returns
// false when that has been done before: the caller then does nothing.
func (tx *Tx) Receive(consumer, eventID string) (fresh bool, err error) {
	err = tx.Exec("INSERT INTO inbox (consumer, event_id, received_at) VALUES (?, ?, ?)",
		consumer, eventID, At(tx.now)).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("sqldb: note that %s received %s: %w", consumer, eventID, err)
	}
	return true, nil
}
