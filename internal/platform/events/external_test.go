package events_test

import (
	"fmt"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pasar/internal/platform/events"
	"pasar/internal/platform/events/eventstest"
)

// natsServer is a server of its own, with a listener, as in production.
type natsServer struct {
	*server.Server
	options server.Options
}

func startServer(t *testing.T, dir string, port int) *natsServer {
	t.Helper()
	n := &natsServer{options: server.Options{
		ServerName: "outside", Host: "127.0.0.1", Port: port, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: dir, JetStreamMaxStore: 8 << 30, DisableJetStreamBanner: true,
	}}
	n.start(t)
	return n
}

func (n *natsServer) start(t *testing.T) {
	t.Helper()
	options := n.options
	s, err := server.NewServer(&options)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("the server did not start")
	}
	n.Server = s
	n.options.Port = s.Addr().(*net.TCPAddr).Port // the same after a restart
	t.Cleanup(func() { stopServer(s) })
}

func stopServer(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

func (n *natsServer) url() string { return "nats://127.0.0.1:" + strconv.Itoa(n.options.Port) }

// TestManyProcesses runs what five services in two replicas each do: several
// buses on one server, two relays on one outbox, consumers that share the work,
// and one that is told everywhere.
func TestManyProcesses(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir(), -1)
	outbox := newOutbox()
	const processes, count = 3, 600
	shared, gotShared := collector()
	var everywhere [processes]<-chan events.Event
	for i := range processes {
		bus := eventstest.Open(t, events.Config{URL: s.url()})
		bus.AddOutbox("test", outbox)
		told, gotTold := collector()
		everywhere[i] = gotTold
		bus.Subscribe(
			events.Consumer{Name: "test.shared", Types: []string{testType}, Handle: shared, Workers: 2},
			events.Consumer{Name: "test.told", Types: []string{testType}, Handle: told, Broadcast: true},
		)
		start(t, bus)
	}
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for n := range count / 4 {
				outbox.emit(happened(w*count/4 + n))
			}
		})
	}
	writers.Wait()
	for name, got := range map[string]<-chan events.Event{"shared": gotShared, "told 0": everywhere[0], "told 1": everywhere[1], "told 2": everywhere[2]} {
		seen := map[string]bool{}
		for range count {
			e := receive(t, got, "event for "+name)
			if seen[e.ID] {
				t.Errorf("%s got %s twice", name, e.ID)
			}
			seen[e.ID] = true
		}
		nothing(t, got, 50*time.Millisecond, "more for "+name)
	}
}

func TestServerRestart(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir(), -1)
	bus, outbox := eventstest.Open(t, events.Config{URL: s.url()}), newOutbox()
	handle, got := collector()
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.reconnect", Types: []string{testType}, Handle: handle})
	start(t, bus)
	outbox.emit(happened(1))
	receive(t, got, "event")

	stopServer(s.Server)
	waitUntil(t, "not ready without a server", func() bool { return bus.Ready(t.Context()) != nil })
	outbox.emit(happened(2))
	s.start(t)
	if e := receive(t, got, "event stated while the server was away"); e.Version != 2 {
		t.Errorf("got %d", e.Version)
	}
	waitUntil(t, "ready again", func() bool { return bus.Ready(t.Context()) == nil })
}

// TestServerLosesEverything starts an empty server in place of the old one.
func TestServerLosesEverything(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir(), -1)
	bus, outbox := eventstest.Open(t, events.Config{URL: s.url(), AckWait: time.Second}), newOutbox()
	handle, got := collector()
	bus.AddOutbox("test", outbox)
	bus.Subscribe(events.Consumer{Name: "test.rebuilt", Types: []string{testType}, Handle: handle})
	start(t, bus)
	outbox.emit(happened(1))
	receive(t, got, "event")

	stopServer(s.Server)
	s.options.StoreDir = t.TempDir()
	s.start(t)
	outbox.emit(happened(2))
	for e := receive(t, got, "event"); e.Version != 2; {
		e = receive(t, got, "event stated after the loss")
	}
}

func TestAddressWithPassword(t *testing.T) {
	t.Parallel()
	options := server.Options{
		ServerName: "guarded", Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true, JetStream: true, StoreDir: t.TempDir(),
		Username: "pasar", Password: "hunter2",
	}
	s, err := server.NewServer(&options)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { stopServer(s) })
	if !s.ReadyForConnections(patience) {
		t.Fatal("the server did not start")
	}
	address := s.Addr().String()
	eventstest.Open(t, events.Config{URL: "nats://pasar:hunter2@" + address, MaxBytes: 8 << 20})
	_, err = events.Open(t.Context(), events.Config{URL: "nats://pasar:wrong-hunter2@" + address}, systemClock, eventstest.Log(t))
	if err == nil || containsSecret(fmt.Sprint(err)) {
		t.Errorf("with a wrong password: %v", err)
	}
}
