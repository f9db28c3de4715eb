// Package api holds the words that every service shares: money, lists,
// problems, ids and who is calling. The contract of each service is in a
// package of its own below it.
package api

import (
	"strings"

	"github.com/oklog/ulid/v2"
)

// Prefixes of ids: every id says what it names.
const (
	PrefixUser        = "usr"
	PrefixAddress     = "adr"
	PrefixProduct     = "prd"
	PrefixVariant     = "var"
	PrefixCategory    = "cat"
	PrefixImage       = "img"
	PrefixCart        = "crt"
	PrefixOrder       = "ord"
	PrefixItem        = "itm"
	PrefixReservation = "rsv"
	PrefixMovement    = "mov"
	PrefixPayment     = "pay"
	PrefixRefund      = "rfd"
	PrefixEvent       = "evt"
	PrefixKey         = "key"
	PrefixSession     = "ses"
	PrefixMail        = "mai"
	PrefixRequest     = "req"
	PrefixWebhook     = "whk"
	PrefixExchange    = "txn"
)

const idSuffixLength = 26

// NewID returns prefix_suffix. The suffix is a ULID in lower case: 48 bits of
// milliseconds and 80 random bits, so ids sort by time of making. An id is a
// name, never a secret.
func NewID(prefix string) string {
	return prefix + "_" + strings.ToLower(ulid.Make().String())
}

// ValidID reports whether id has this prefix and a well-formed suffix.
func ValidID(prefix, id string) bool {
	suffix, found := strings.CutPrefix(id, prefix+"_")
	if !found || len(suffix) != idSuffixLength || suffix != strings.ToLower(suffix) {
		return false
	}
	_, err := ulid.ParseStrict(strings.ToUpper(suffix))
	return err == nil
}

// SiblingID returns the id of another kind that shares id's suffix. An order
// takes its cart's suffix, which makes "one order a cart" a primary key and a
// repeated checkout find its own earlier try.
func SiblingID(prefix, id string) string {
	_, suffix, _ := strings.Cut(id, "_")
	return prefix + "_" + suffix
}
