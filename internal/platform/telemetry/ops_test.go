package telemetry_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"pasar/internal/platform/lifecycle"
	"pasar/internal/platform/telemetry"
)

func TestOpsHandler(t *testing.T) {
	t.Parallel()
	db := lifecycle.Ready
	h := telemetry.OpsHandler(prometheus.NewRegistry(), func(context.Context) []lifecycle.Status {
		return []lifecycle.Status{{Name: "http", State: lifecycle.Ready}, {Name: "order.db", State: db, Error: map[bool]string{true: "disk is full"}[db != lifecycle.Ready]}}
	})
	if w := get(h, "/readyz"); w.Code != http.StatusOK {
		t.Errorf("ready: %d %s", w.Code, w.Body)
	}
	db = lifecycle.Failing
	w := get(h, "/readyz")
	var answer struct {
		Status string
		Parts  []lifecycle.Status
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if w.Code != http.StatusServiceUnavailable || answer.Status != "not_ready" || len(answer.Parts) != 2 || answer.Parts[1].Error != "disk is full" {
		t.Errorf("failing: %d %s", w.Code, w.Body)
	}
	for path, want := range map[string]int{"/livez": 200, "/metrics": 200, "/debug/pprof/": 200, "/debug/pprof/heap": 200, "/debug/pprof/cmdline": 200, "/": 404} {
		if w := get(h, path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

// TestLivezTouchesNothing: it must answer while every engine hangs.
func TestLivezTouchesNothing(t *testing.T) {
	t.Parallel()
	h := telemetry.OpsHandler(prometheus.NewRegistry(), func(context.Context) []lifecycle.Status {
		t.Error("/livez asked for readiness")
		return nil
	})
	if w := get(h, "/livez"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "alive") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
