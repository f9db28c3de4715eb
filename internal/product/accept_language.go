package product

import (
	"strconv"
	"strings"
)

// parseRange reads one language range of an Accept-Language header, such as
// "en-GB;q=0.8", into its primary tag and weight. What cannot be read weighs 0.
func parseRange(part string) (tag string, weight float64) {
	tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
	tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	if tag == "in" { // the old code of Indonesian, which Java still sends
		tag = string(Indonesian)
	}
	value, given := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !given {
		return tag, 1
	}
	weight, err := strconv.ParseFloat(value, 64)
	if err != nil || weight < 0 || weight > 1 {
		return tag, 0
	}
	return tag, weight
}
