package e2e_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pasar/internal/app"
)

// TestWalkAcrossProcesses makes the same purchase in the other shape: the
// gateway and each service on a port of its own, with HTTP and a NATS server
// in between and nothing shared but the keys.
func TestWalkAcrossProcesses(t *testing.T) {
	t.Parallel()
	shop := startSplit(t)
	walk(t, shop)

	visitor := newClient(t, shop.url)
	for _, path := range []string{"/internal/v1/quotes", "/internal/v1/reservations"} {
		visitor.must(http.StatusNotFound, "POST", path, map[string]any{})
	}
	if docs := visitor.must(http.StatusOK, "GET", "/openapi.json", nil); docs.at("paths") == nil {
		t.Error("the gateway does not describe the services behind it")
	}
}

// TestASiblingThatIsNowhere names the setting that is missing.
func TestASiblingThatIsNowhere(t *testing.T) {
	t.Parallel()
	c := loadConfig(t, "--services=order", "--data="+t.TempDir(), "--listen=127.0.0.1:0", "--ops_listen=127.0.0.1:0", "--log.level=error",
		"--events.url="+natsServer(t), "--public_url=http://127.0.0.1:8080", "--siblings.auth=http://127.0.0.1:1")
	err := app.New(c, io.Discard).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "siblings.product") {
		t.Errorf("an order service without a product service starts, or does not say what to set: %v", err)
	}
}

// startSplit runs the gateway and the five services as six programs.
func startSplit(t *testing.T) *shop {
	t.Helper()
	data, events, door := t.TempDir(), natsServer(t), freeAddress(t)
	common := []string{
		"--ops_listen=127.0.0.1:0", "--payment.simulator.listen=127.0.0.1:0", "--data=" + data, "--events.url=" + events,
		"--public_url=http://" + door, "--gateway.rate_limits.enabled=false", "--log.level=error", "--auth.bcrypt_cost=4", "--stop_timeout=1m",
	}
	s := &shop{data: data}
	for _, service := range []string{"auth", "user", "product", "order", "payment"} {
		settings := append([]string{"--services=" + service, "--listen=127.0.0.1:0"}, common...)
		s.config = loadConfig(t, settings...)
		url, stop := runProgram(t, app.New(s.config, io.Discard))
		t.Cleanup(stop)
		common = append(common, "--siblings."+service+"="+url)
	}
	s.config = loadConfig(t, append([]string{"--services=gateway", "--listen=" + door}, common...)...)
	url, stop := runProgram(t, app.New(s.config, io.Discard))
	t.Cleanup(stop)
	s.url = url
	visitor := newClient(t, s.url)
	eventually(t, "the demo catalogue", func() bool {
		return visitor.do("GET", "/v1/products?limit=1", nil).str("data.0.id") != ""
	})
	return s
}

// natsServer runs a NATS server with JetStream on a free port of this machine.
func natsServer(t *testing.T) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server did not start")
	}
	return s.ClientURL()
}

// freeAddress names a port that was free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
