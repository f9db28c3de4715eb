package events_test

import (
	"strings"

	"pasar/internal/platform/clock"
)

var systemClock = clock.System{}

func containsSecret(text string) bool { return strings.Contains(text, "hunter2") }
