package config_test

import (
	"testing"

	"pasar/internal/platform/config"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"serve", "config", "migrate", "version", "database.url", "cache.url"}
	for in, want := range map[string]string{
		"srve": "serve", "Serve": "serve", "confgi": "config", "url": "cache.url",
		"database.ulr": "database.url", "x": "", "": "", "completely-else": "",
	} {
		if got := config.Nearest(in, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSizeText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"64MiB": "64MiB", "65536KiB": "64MiB", "1048576": "1MiB", "10MB": "10000000", "0": "0", "1 GiB": "1GiB", "7B": "7",
	} {
		var s config.Size
		if err := s.UnmarshalText([]byte(in)); err != nil || s.String() != want {
			t.Errorf("%s = %s, %v, want %s", in, s, err, want)
		}
	}
}
