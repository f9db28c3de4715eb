package telemetry

import (
	"context"
	"net/http"
	"net/http/pprof"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"pasar/internal/platform/lifecycle"
)

// OpsHandler serves the operations port:
//
//	/livez         200 as long as the process answers; never touches an engine
//	/readyz        every dependency as JSON; 503 when one is not ready
//	/metrics       Prometheus text
//	/debug/pprof/  profiles
//
// It has no authentication: the port is for the machine and its cluster.
func OpsHandler(registry *prometheus.Registry, readiness func(context.Context) []lifecycle.Status) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "alive"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		serveReadiness(w, readiness(r.Context()))
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: 4, EnableOpenMetrics: true,
	}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

func serveReadiness(w http.ResponseWriter, parts []lifecycle.Status) {
	answer := struct {
		Status string             `json:"status"`
		Parts  []lifecycle.Status `json:"parts"`
	}{"ready", parts}
	status := http.StatusOK
	if !lifecycle.AllReady(parts) {
		answer.Status, status = "not_ready", http.StatusServiceUnavailable
	}
	writeJSON(w, status, answer)
}
