package user

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxQueryWords = 8
	maxWords      = 24 // kept of one profile
	maxWordLength = 64 // bytes
)

// words are what a profile is found by: the words of its name and address, the
// whole address, and the digits of its phone number, as they are written abroad
// and at home.
func words(p *Profile) []string {
	found := append(cut(p.Name), cut(p.Email)...)
	if p.Email != "" {
		found = append(found, clip(strings.ToLower(p.Email)))
	}
	if digits := strings.TrimPrefix(p.Phone, "+"); digits != "" {
		found = append(found, digits)
		if local, ok := strings.CutPrefix(digits, "62"); ok {
			found = append(found, "0"+local)
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	return found[:min(len(found), maxWords)]
}

// wordsOf are the words of a search. An address stays whole, because people
// paste them; so does a phone number that begins with a plus.
func wordsOf(q string) []string {
	var found []string
	for field := range strings.FieldsSeq(q) {
		if strings.Contains(field, "@") {
			found = append(found, clip(strings.ToLower(norm.NFKC.String(field))))
			continue
		}
		found = append(found, cut(field)...)
	}
	return found
}

// cut takes text apart into words in lower case.
func cut(text string) []string {
	text = strings.ToLower(norm.NFKC.String(text))
	fields := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	for i := range fields {
		fields[i] = clip(fields[i])
	}
	return fields
}

// clip shortens a word to what is kept, between characters.
func clip(word string) string {
	if len(word) <= maxWordLength {
		return word
	}
	end := maxWordLength
	for end > 0 && !utf8.RuneStart(word[end]) {
		end--
	}
	return word[:end]
}
