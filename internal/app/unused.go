package app

import (
	"net"
	"net/http"
	"sync"
)

// unused are the connections of a server that have not asked for anything yet.
// Browsers and clients open some in advance. http.Server.Shutdown waits 5 s for
// their first request, longer than a stop may take.
type unused struct {
	mu       sync.Mutex
	conns    map[net.Conn]struct{}
	stopping bool
}

// watch keeps track of a server's unused connections, and closes them when the
// server shuts down.
func (u *unused) watch(server *http.Server) {
	u.conns = map[net.Conn]struct{}{}
	server.ConnState = u.note
	server.RegisterOnShutdown(u.close)
}

func (u *unused) note(conn net.Conn, state http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(u.conns, conn)
	case u.stopping:
		_ = conn.Close() // nobody has been promised anything on it
	default:
		u.conns[conn] = struct{}{}
	}
}

func (u *unused) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.stopping = true
	for conn := range u.conns {
		_ = conn.Close() // nobody has been promised anything on it
	}
}
