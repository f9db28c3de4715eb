package rest

import (
	"strconv"
	"strings"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// IfMatch is embedded in the input of a Guarded operation.
type IfMatch struct {
	IfMatch string `header:"If-Match" doc:"ETag of the version to change, such as \"3\"" example:"\"3\""`
}

// MatchVersion returns the IfMatch of a version, for callers.
func MatchVersion(version int64) IfMatch { return IfMatch{IfMatch: formatETag(version)} }

// Version returns the version that the caller wants to change; 0, which no
// resource has, when the header is missing or not a version.
func (m IfMatch) Version() int64 {
	version, _ := parseETag(m.IfMatch)
	return version
}

func formatETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// parseETag reads a single strong tag. A weak tag never matches under
// If-Match, and "*" would make the guard a formality.
func parseETag(tag string) (int64, bool) {
	tag = strings.TrimSpace(tag)
	if len(tag) < 3 || tag[0] != '"' || tag[len(tag)-1] != '"' {
		return 0, false
	}
	version, err := strconv.ParseInt(tag[1:len(tag)-1], 10, 64)
	return version, err == nil && version > 0
}

func (x *exchange) checkIfMatch() error {
	tag := x.r.Header.Get("If-Match")
	if tag == "" {
		return fault.New(fault.PreconditionRequired, api.CodePreconditionRequired,
			"Read the resource first and send its ETag as If-Match, so that nobody's change is overwritten.").
			At("header.If-Match", "required", "If-Match is required")
	}
	if _, ok := parseETag(tag); !ok {
		return fault.New(fault.PreconditionFailed, api.CodePreconditionFailed,
			`If-Match must be the one strong ETag of the resource, such as "3".`).
			At("header.If-Match", "wrong_format", `expected one strong ETag such as "3"`)
	}
	return nil
}

// matchesNone reports whether an If-None-Match header names tag; the
// comparison is weak, as RFC 9110 asks.
func matchesNone(header, tag string) bool {
	if header == "" || tag == "" {
		return false
	}
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == tag || candidate == "*" {
			return true
		}
	}
	return false
}
