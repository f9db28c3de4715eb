package product

import (
	"slices"
	"strings"
)

// vocabulary is the words of the catalogue, for correcting typing mistakes.
type vocabulary struct {
	sorted   []string
	byLength map[int][][]rune
}

func newVocabulary(words []string) *vocabulary {
	v := &vocabulary{sorted: slices.Clone(words), byLength: map[int][][]rune{}}
	slices.Sort(v.sorted)
	for _, word := range v.sorted {
		runes := []rune(word)
		v.byLength[len(runes)] = append(v.byLength[len(runes)], runes)
	}
	return v
}

// correct replaces each word that begins no known word by the nearest known
// one. It reports whether it changed anything; a word without neighbours makes
// the whole search hopeless.
func (v *vocabulary) correct(words []string) (corrected []string, changed bool) {
	corrected = slices.Clone(words)
	for i, word := range words {
		if v.begins(word) {
			continue
		}
		near := v.nearest(word)
		if near == "" {
			return nil, false
		}
		corrected[i], changed = near, true
	}
	return corrected, changed
}

func (v *vocabulary) begins(word string) bool {
	i, found := slices.BinarySearch(v.sorted, word)
	return found || i < len(v.sorted) && strings.HasPrefix(v.sorted[i], word)
}

// nearest returns the known word at the smallest distance, the first in order
// among equals. Short words may differ in one letter, longer ones in two; two
// letters are too few to guess from.
func (v *vocabulary) nearest(word string) string {
	runes := []rune(word)
	allowed := 2
	switch {
	case len(runes) < 3:
		return ""
	case len(runes) < 6:
		allowed = 1
	}
	best, bestDistance := "", allowed+1
	for length := len(runes) - allowed; length <= len(runes)+allowed; length++ {
		for _, known := range v.byLength[length] {
			d := editDistance(runes, known, min(allowed, bestDistance))
			if d < bestDistance || d == bestDistance && d <= allowed && string(known) < best {
				best, bestDistance = string(known), d
			}
		}
	}
	return best
}

// editDistance counts the letters to add, drop, change or swap with their
// neighbour to make b of a. It gives up above limit and returns limit + 1.
func editDistance(a, b []rune, limit int) int {
	if abs(len(a)-len(b)) > limit {
		return limit + 1
	}
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		lowest := i
		for j := 1; j <= len(b); j++ {
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+differ(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
			lowest = min(lowest, now[j])
		}
		if lowest > limit {
			return limit + 1
		}
		before, last, now = last, now, before
	}
	return min(last[len(b)], limit+1)
}

func differ(a, b rune) int {
	if a == b {
		return 0
	}
	return 1
}

func abs(n int) int { return max(n, -n) }
