package secret

import (
	"fmt"
	"math"
	"strings"
)

// minLength is the shortest secret accepted in production: 32 characters of
// hexadecimal are 128 bits.
const minLength = 32

// minBits is the least empirical entropy of the whole value. Thirty-two random
// hexadecimal digits measure about 115 bits; a sentence or a pattern that was
// typed by hand measures less.
const minBits = 90

// defaults are words found in example files and typed in a hurry. None is
// shorter than six characters, or random keys would hold one by chance.
var defaults = []string{
	"changeme", "change-me", "change_me", "replaceme", "replace-me", "replace_me", "password", "passw0rd",
	"secret", "example", "default", "qwerty", "letmein", "placeholder", "insecure", "development",
	"your-key", "your_key", "test-key", "test_key",
}

// Weak says why s must not be used in production, or returns "" when it may.
// The reason never contains the value.
func Weak(s Secret) (reason string) {
	v := s.value
	if v == "" {
		return "is not set"
	}
	if len(v) < minLength {
		return fmt.Sprintf("has %d characters, needs at least %d", len(v), minLength)
	}
	lower := strings.ToLower(v)
	for _, word := range defaults {
		if strings.Contains(lower, word) {
			return fmt.Sprintf("contains the well-known word %q", word)
		}
	}
	if period(v) <= len(v)/2 {
		return "repeats itself"
	}
	if runs(v) > len(v)/2 {
		return "is a sequence, such as 0123456789 or aaaa"
	}
	if bits(v) < minBits {
		return "is not random enough"
	}
	return ""
}

// period returns the length of the shortest prefix that v is a repetition of.
func period(v string) int {
	for p := 1; p < len(v); p++ {
		if v[p:] == v[:len(v)-p] {
			return p
		}
	}
	return len(v)
}

// runs counts neighbours that are equal or adjacent in the alphabet.
func runs(v string) int {
	n := 0
	for i := 1; i < len(v); i++ {
		if d := int(v[i]) - int(v[i-1]); d >= -1 && d <= 1 {
			n++
		}
	}
	return n
}

// bits is Shannon's entropy of the characters of v, times its length.
func bits(v string) float64 {
	var count [256]int
	for i := range len(v) {
		count[v[i]]++
	}
	sum := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(v))
			sum -= p * math.Log2(p)
		}
	}
	return sum * float64(len(v))
}
