package app_test

import (
	"errors"
	"slices"
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
	if want := []string{"auth.pepper", "auth.signing_key", "siblings.key"}; !slices.Equal(got, want) {
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
