package config

import (
	"slices"
	"strings"
)

// Nearest returns the candidate that name most likely meant, or "" when none
// is near. Equally near candidates are decided by the alphabet, so that the
// answer never changes from run to run.
func Nearest(name string, candidates []string) string {
	sorted := slices.Sorted(slices.Values(candidates))
	best, least := "", max(2, len(name)/3)+1
	lower := strings.ToLower(name)
	for _, candidate := range sorted {
		if d := distance(lower, strings.ToLower(candidate)); d < least {
			best, least = candidate, d
		}
	}
	if best != "" {
		return best
	}
	// "--url" is far from "--database.url" by letters, and near for a reader.
	word := strings.TrimLeft(lower, "-")
	for _, candidate := range sorted {
		if len(word) >= 3 && strings.HasSuffix(strings.ToLower(candidate), "."+word) {
			return candidate
		}
	}
	return ""
}

// distance counts insertions, deletions, replacements and swaps of neighbours.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
