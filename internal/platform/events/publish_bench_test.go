package events

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"pasar/internal/platform/clock"
)

// BenchmarkPublish compares the two ways of a relay's pass: one atomic batch, or
// each event for itself without waiting in between. One operation is one event.
func BenchmarkPublish(b *testing.B) {
	for _, relaxed := range []bool{false, true} {
		for _, size := range []int{4, 32, 256} {
			for name, send := range map[string]func(*publisher, context.Context, []message) error{
				"batch": (*publisher).sendBatch,
				"each": func(p *publisher, ctx context.Context, m []message) error {
					_, err := p.sendEach(ctx, m)
					return err
				},
			} {
				b.Run(fmt.Sprintf("sync=%t/%s/of=%d", !relaxed, name, size), func(b *testing.B) {
					benchPublish(b, relaxed, size, send)
				})
			}
		}
	}
}

func benchPublish(b *testing.B, relaxed bool, size int, send func(*publisher, context.Context, []message) error) {
	bus, err := Open(b.Context(), Config{StoreDir: b.TempDir(), RelaxedSync: relaxed}, clock.System{}, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = bus.Stop(context.WithoutCancel(b.Context())) })
	raw, err := json.Marshal(Event{ID: "evt_", Data: json.RawMessage(`"` + string(make([]byte, 0, 600)) + `"`)})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for n := 0; n < b.N; n += size {
		messages := make([]message, size)
		for i := range messages {
			id := fmt.Sprint("evt_", n+i)
			messages[i] = message{id: id, Msg: eventMessage("pasar.bench.happened.v1", id, "", raw)}
		}
		if err := send(bus.publish, b.Context(), messages); err != nil {
			b.Fatal(err)
		}
	}
}
