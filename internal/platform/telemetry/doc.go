// Package telemetry makes logs, traces and metrics, and shows them on the
// operations port.
//
// Every service has its own providers, taken with Telemetry.Service, also when
// all services share one process. So the resource attribute service.name of a
// span, the label "service" of a metric and the field "service" of a log line
// are right in both shapes, and no caller has to remember to set them.
//
// Logs go to standard error always. Over OTLP (HTTP) everything goes out only
// when an endpoint is set; queues are bounded and a collector that is down
// costs a request nothing. Prometheus text is always there.
package telemetry
