package app_test

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"pasar/internal/app"
	"pasar/internal/platform/config"
)

func load(t *testing.T, args ...string) *app.Config {
	t.Helper()
	var c app.Config
	if _, err := config.Load(&c, config.Sources{Args: args}); err != nil {
		t.Fatal(err)
	}
	return &c
}

func refused(err error) []string {
	var problems *config.Error
	if !errors.As(err, &problems) {
		return nil
	}
	keys := make([]string, len(problems.Problems))
	for i, p := range problems.Problems {
		keys[i] = p.Key
	}
	return keys
}

func TestDefaultsPass(t *testing.T) {
	t.Parallel()
	c := load(t)
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	if len(c.Services) != 6 || c.Production || c.Database.URL != "" {
		t.Errorf("got %+v", c)
	}
}

func TestProductionNamesEverySecret(t *testing.T) {
	t.Parallel()
	got := refused(load(t, "--production", "--auth.pepper=changeme").Check())
	if want := []string{"auth.pepper", "auth.signing_key", "siblings.key", "mail.url"}; !slices.Equal(got, want) {
		t.Errorf("refused %v, want %v", got, want)
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	for want, arg := range map[string]string{
		"auth.access_ttl": "--auth.access_ttl=1h", "auth.refresh_ttl": "--auth.refresh_ttl=1m", "services": "--services=",
		"tls": "--tls.cert=a.pem", "telemetry.sample_ratio": "--telemetry.sample_ratio=2",
		"payment.simulator.loss": "--payment.simulator.loss=-1",
	} {
		if got := refused(load(t, arg).Check()); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: refused %v, want %s", arg, got, want)
		}
	}
}

// Links in mails carry secrets: they must lead somewhere, and in secret.
func TestProductionLinksAreSafe(t *testing.T) {
	t.Parallel()
	for address, bad := range map[string]bool{
		"https://toko.example": false, "https://toko.example/api": false, "http://127.0.0.1:8080": false, "http://[::1]:8080": false,
		"http://toko.example": true, "": true, "toko.example": true, "javascript:alert(1)": true, "https://toko.example/?a=b": true,
	} {
		got := refused(load(t, "--production", "--listen=0.0.0.0:80", "--public_url="+address).Check())
		if slices.Contains(got, "public_url") != bad {
			t.Errorf("%q: refused %v", address, got)
		}
	}
	if got := refused(load(t, "--public_url=toko.example").Check()); !slices.Equal(got, []string{"public_url"}) {
		t.Errorf("refused %v, want public_url", got)
	}
}

// The proxy in front would send customers on to whoever has the port.
func TestProductionTakesNoOtherPort(t *testing.T) {
	t.Parallel()
	holder, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = holder.Close() })
	c := load(t, "--production", "--data="+t.TempDir(), "--listen="+holder.Addr().String(), "--ops_listen=127.0.0.1:0", "--log.level=error")
	started, stop := context.WithCancel(t.Context())
	defer stop()
	shop := app.New(*c, io.Discard)
	ended := make(chan error, 1)
	go func() { ended <- shop.Run(started) }()
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "--listen") {
			t.Errorf("ended with %v", err)
		}
	case <-shop.Started():
		t.Errorf("the shop took %s instead", shop.URL())
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func TestPlainHTTPOnlyOnLoopback(t *testing.T) {
	t.Parallel()
	for _, listen := range []string{"0.0.0.0:80", ":80", "192.0.2.1:80"} {
		if !slices.Contains(refused(load(t, "--production", "--listen="+listen).Check()), "listen") {
			t.Errorf("%s is served without TLS", listen)
		}
	}
	for _, listen := range []string{"127.0.0.1:80", "[::1]:80", "localhost:80"} {
		if slices.Contains(refused(load(t, "--production", "--listen="+listen).Check()), "listen") {
			t.Errorf("%s is refused", listen)
		}
	}
}
