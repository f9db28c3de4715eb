package secret_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"pasar/internal/platform/secret"
)

const value = "correct-horse-battery"

func TestSecretNeverPrints(t *testing.T) {
	t.Parallel()
	s := secret.New(value)
	holder := struct {
		Key     secret.Secret `json:"key" yaml:"key"`
		Pointer *secret.Secret
		Map     map[string]secret.Secret
	}{Key: s, Pointer: &s, Map: map[string]secret.Secret{"a": s}}

	prints := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s"} {
		prints["fmt "+verb] = fmt.Sprintf(verb, s) + fmt.Sprintf(verb, holder)
	}
	asJSON, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	prints["json"] = string(asJSON)
	asYAML, err := yaml.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	prints["yaml"] = string(asYAML)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "direct", s, "pointer", &s, "nested", holder)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "direct", s, "nested", holder)
	prints["slog"] = log.String()
	prints["error"] = fmt.Errorf("open %v: %w", s, fmt.Errorf("key %s", s)).Error()

	digits := fmt.Sprintf("%x", value)
	for how, got := range prints {
		if strings.Contains(got, value) || strings.Contains(strings.ToLower(got), digits) {
			t.Errorf("%s leaks the value: %s", how, got)
		}
		if !strings.Contains(got, secret.Mask) {
			t.Errorf("%s does not show the mask: %s", how, got)
		}
	}
	if s.Reveal() != value {
		t.Errorf("Reveal() = %q", s.Reveal())
	}
}

func TestSecretReadsText(t *testing.T) {
	t.Parallel()
	var got struct {
		Key secret.Secret `json:"key" yaml:"key"`
	}
	if err := json.Unmarshal([]byte(`{"key":"from json"}`), &got); err != nil || got.Key.Reveal() != "from json" {
		t.Errorf("json: %q, %v", got.Key.Reveal(), err)
	}
	if err := yaml.Unmarshal([]byte("key: from yaml"), &got); err != nil || got.Key.Reveal() != "from yaml" {
		t.Errorf("yaml: %q, %v", got.Key.Reveal(), err)
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	if !secret.New("a").Equal(secret.New("a")) || secret.New("a").Equal(secret.New("b")) || secret.New("a").Equal(secret.Secret{}) {
		t.Error("Equal does not compare the values")
	}
}

func TestWeak(t *testing.T) {
	t.Parallel()
	weak := map[string]string{
		"":                                         "not set",
		"short":                                    "5 characters",
		strings.Repeat("a", 40):                    "repeats",
		strings.Repeat("tokopedia-", 4):            "repeats",
		"0123456789abcdefghijklmnopqrstuvwxyz":     "sequence",
		"my-Secret-key-9f8a7b6c5d4e3f2a1b0c":       `"secret"`,
		"changeme-9f8a7b6c5d4e3f2a1b0c9d8e":        `"changeme"`,
		"aeeaeaeaaeeaeaaeaeeaeaeaeaaeaeeaeeae":     "random",
		"your-key-goes-here-9f8a7b6c5d4e3f2a1b0c9": `"your-key"`,
	}
	for v, want := range weak {
		got := secret.Weak(secret.New(v))
		if !strings.Contains(got, want) {
			t.Errorf("Weak(%q) = %q, want %q in it", v, got, want)
		}
	}
}

func TestGeneratedIsNeverWeak(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 2000 {
		s := secret.Generate(32)
		if reason := secret.Weak(s); reason != "" {
			t.Fatalf("Generate(32) made a key that %s", reason)
		}
		if seen[s.Reveal()] {
			t.Fatal("Generate repeated itself")
		}
		seen[s.Reveal()] = true
		digest := sha256.Sum256([]byte(s.Reveal()))
		if reason := secret.Weak(secret.New(hex.EncodeToString(digest[:16]))); reason != "" {
			t.Fatalf("32 random hexadecimal digits: %s", reason)
		}
	}
}
