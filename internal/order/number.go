package order

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"strings"
)

// Numbers look like PSR-7K4M-92QX: seven characters and a check character. The
// alphabet has no I, L, O, U, Z, 0 or 1, so nothing is taken for another when it
// is read aloud or copied by hand. Its size is a prime and every place has its
// own weight, so the check character finds each single wrong character and each
// swap of two.
const (
	numberPrefix   = "PSR"
	numberAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXY"
	numberLength   = 8 // the check character included
)

// Number returns the number of an order. It follows from the order's id, so a
// repeated checkout finds the same one; there are 17 thousand million, and when
// two orders meet on one, the unique key refuses the later, which takes its
// number of the next attempt.
func Number(orderID string, attempt int) string {
	digest := sha256.Sum256([]byte(orderID + "#" + strconv.Itoa(attempt)))
	rest := binary.BigEndian.Uint64(digest[:8])
	var body [numberLength]byte
	sum := 0
	for i := range numberLength - 1 {
		value := int(rest % uint64(len(numberAlphabet)))
		rest /= uint64(len(numberAlphabet))
		body[i] = numberAlphabet[value]
		sum += value * (numberLength - i)
	}
	check := (len(numberAlphabet) - sum%len(numberAlphabet)) % len(numberAlphabet)
	body[numberLength-1] = numberAlphabet[check]
	return numberPrefix + "-" + string(body[:4]) + "-" + string(body[4:])
}

// ParseNumber reads a number as people write it: case, blanks and dashes do not
// matter, nor does a missing prefix. It reports false when the check fails.
func ParseNumber(written string) (string, bool) {
	compact := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, strings.ToUpper(written))
	if len(compact) == len(numberPrefix)+numberLength {
		compact = strings.TrimPrefix(compact, numberPrefix)
	}
	if len(compact) != numberLength {
		return "", false
	}
	sum := 0
	for i := range numberLength {
		value := strings.IndexByte(numberAlphabet, compact[i])
		if value < 0 {
			return "", false
		}
		sum += value * (numberLength - i)
	}
	return numberPrefix + "-" + compact[:4] + "-" + compact[4:], sum%len(numberAlphabet) == 0
}
