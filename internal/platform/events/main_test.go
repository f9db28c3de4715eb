package events_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails when something still runs after all tests. What nats-server
// itself leaves behind ends a moment later or never, and is not ours to end.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/nats-io/nats-server/v2/server.(*Server).startGoRoutine.func1"),
		goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server.init.0.func1"),
	)
}
