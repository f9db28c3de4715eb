package e2e_test

import (
	"net"
	"net/url"
	"testing"
	"time"
)

// TestSilentConnectionsDoNotHoldUpAStop opens connections as browsers do in
// advance, and asks for nothing on them.
func TestSilentConnectionsDoNotHoldUpAStop(t *testing.T) {
	t.Parallel()
	s, stop := runShop(t, t.TempDir(), "--seed=false")
	for _, door := range []string{s.url, s.ops} {
		address, err := url.Parse(door)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address.Host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
	newClient(t, s.url).must(200, "GET", "/v1/products?limit=1", nil) // accepted after those above
	newClient(t, s.ops).do("GET", "/livez", nil)
	began := now()
	stop() // which fails the test when anything was cut off
	if took := now().Sub(began); took > 2*time.Second {
		t.Errorf("the stop took %s", took)
	}
}
