package events

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// maxWaits bounds the messages of one consumer that are under way or in
// back-off. Reaching it, the consumer waits: its dependency is down.
const maxWaits = 1000

func newEventIntake(b *Bus, c Consumer) *intake {
	in := &intake{
		bus: b, name: c.Name, stream: eventStream, workers: max(c.Workers, 1), maxWaits: maxWaits,
		subjects:  append([]string{replayPrefix + c.Name}, c.Types...),
		broadcast: c.Broadcast, service: serviceOf(c.Name), log: b.log.With("consumer", c.Name),
	}
	in.tracer = tracer(b.cfg.Tracing, in.service)
	if c.Handle != nil {
		in.handle = func(ctx context.Context, d delivery) error {
			var e Event
			if err := json.Unmarshal(d.Data(), &e); err != nil {
				return Poison(fmt.Errorf("not an event: %w", err))
			}
			return c.Handle(ctx, e)
		}
	}
	in.configErr = checkTypes(c)
	return in
}

func checkTypes(c Consumer) error {
	if len(c.Types) == 0 {
		return fmt.Errorf("events: consumer %s names no event types", c.Name)
	}
	for _, t := range c.Types {
		if !strings.HasPrefix(t, "pasar.") || strings.ContainsAny(t, " *>") {
			return fmt.Errorf("events: consumer %s wants %q, which is no event type such as pasar.order.confirmed.v1", c.Name, t)
		}
	}
	return nil
}
