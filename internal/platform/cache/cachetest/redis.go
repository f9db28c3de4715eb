package cachetest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Server is a redis-server that a test started, on a port and in a directory of
// its own.
type Server struct {
	URL  string
	port int
	t    testing.TB
	cmd  *exec.Cmd
	out  chan struct{} // closed when the process has ended
}

// Redis starts a redis-server and stops it when the test ends. Where none is
// installed the test is skipped, or fails when PASAR_TEST_ENGINES=required.
func Redis(t testing.TB) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("PASAR_TEST_ENGINES") == "required" {
			t.Fatal("redis-server is not installed, and PASAR_TEST_ENGINES=required")
		}
		t.Skip("redis-server is not installed: the Redis engine is not tested here")
	}
	s := &Server{t: t, port: freePort(t)}
	s.URL = "redis://127.0.0.1:" + strconv.Itoa(s.port)
	s.Start()
	t.Cleanup(s.Stop)
	return s
}

// Start starts the server again after Stop, on the same port.
func (s *Server) Start() {
	s.t.Helper()
	s.cmd = exec.CommandContext(context.WithoutCancel(s.t.Context()), "redis-server",
		"--bind", "127.0.0.1", "--port", strconv.Itoa(s.port), "--save", "", "--appendonly", "no", "--dir", s.t.TempDir())
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ready, out := make(chan struct{}), make(chan struct{})
	s.out = out
	var said strings.Builder
	go func() {
		defer close(out)
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if strings.Contains(lines.Text(), "Ready to accept connections") {
				close(ready)
				continue
			}
			fmt.Fprintln(&said, lines.Text())
		}
	}()
	select {
	case <-ready:
	case <-out:
		s.t.Fatalf("redis-server ended at once:\n%s", said.String())
	case <-time.After(10 * time.Second):
		s.t.Fatal("redis-server was not ready after 10 s")
	}
}

// Stop kills the server.
func (s *Server) Stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill() // fails only when it has ended already
	<-s.out
	_ = s.cmd.Wait() // reports the kill
	s.cmd = nil
}

// freePort finds a port that is free now. Redis cannot be told to take any.
func freePort(t testing.TB) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}
