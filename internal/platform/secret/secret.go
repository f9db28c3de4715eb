// Package secret holds values that must never be printed: passwords, keys,
// tokens. A Secret prints as *** everywhere; only Reveal gives the value.
package secret

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
)

// Mask is what a Secret prints as.
const Mask = "***"

// Secret is a value that prints as *** in fmt, slog, JSON, YAML and text, so
// that a careless log line or error cannot leak it. The zero value is "not set".
type Secret struct {
	value string
}

// New hides value.
func New(value string) Secret { return Secret{value: value} }

// Generate returns a new secret with n random bytes, written as unpadded
// URL-safe base64.
func Generate(n int) Secret {
	raw := make([]byte, n)
	rand.Read(raw) // never fails: the runtime stops the program instead
	return Secret{value: base64.RawURLEncoding.EncodeToString(raw)}
}

// Reveal returns the value. Call it where the value is used, not where it is carried.
func (s Secret) Reveal() string { return s.value }

// IsZero reports whether the secret is not set.
func (s Secret) IsZero() bool { return s.value == "" }

// Equal compares in constant time.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.value), []byte(other.value)) == 1
}

// String returns ***.
func (Secret) String() string { return Mask }

// GoString returns ***, for %#v.
func (Secret) GoString() string { return Mask }

// Format writes *** for every verb, so that %x and %q leak nothing either.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Mask) }

// LogValue returns *** to slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(Mask) }

// MarshalJSON writes "***".
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + Mask + `"`), nil }

// MarshalText writes ***, which covers YAML, XML and map keys.
func (Secret) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// MarshalYAML writes ***.
func (Secret) MarshalYAML() (any, error) { return Mask, nil }

// UnmarshalText takes the value as it is.
func (s *Secret) UnmarshalText(text []byte) error {
	s.value = string(text)
	return nil
}
