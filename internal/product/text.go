package product

import (
	"strings"
	"unicode"
)

// Language is one of the shop's two languages.
type Language string

// The shop's languages.
const (
	Indonesian Language = "id"
	English    Language = "en"
)

// LanguageOf picks the shop's language for an explicit choice and an
// Accept-Language header; Indonesian when neither helps.
func LanguageOf(choice, accept string) Language {
	switch Language(choice) {
	case Indonesian, English:
		return Language(choice)
	}
	best, bestWeight := Indonesian, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		tag, weight := parseRange(part)
		if weight > bestWeight && (tag == string(Indonesian) || tag == string(English)) {
			best, bestWeight = Language(tag), weight
		}
	}
	return best
}

// Text is a text in both languages.
type Text struct {
	ID string `json:"id"`
	EN string `json:"en"`
}

// In returns the text in a language, or in the other one when it is missing.
func (t Text) In(l Language) string {
	if l == English && t.EN != "" || t.ID == "" {
		return t.EN
	}
	return t.ID
}

// fold lowers case and takes accents off Latin letters, so that "Café" and
// "cafe" are the same word on every SQL dialect.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		r = unicode.ToLower(r)
		if plain, ok := plainLetters[r]; ok {
			b.WriteString(plain)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

var plainLetters = func() map[rune]string {
	accents := map[string]string{
		"a": "àáâãäåāăą", "ae": "æ", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ",
		"i": "ìíîïĩīĭįı", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŉ", "o": "òóôõöøōŏő", "oe": "œ",
		"r": "ŕŗř", "s": "śŝşšș", "ss": "ß", "t": "ţťŧț", "th": "þ", "u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
	}
	letters := map[rune]string{}
	for plain, accented := range accents {
		for _, r := range accented {
			letters[r] = plain
		}
	}
	return letters
}()

const sortKeyRunes = 100

// SortKey is what a name is ordered by: folded, so that order does not depend
// on the collation of an engine, and cut so that it fits an index.
func SortKey(name string) string {
	key := []rune(strings.Join(strings.Fields(fold(name)), " "))
	if len(key) > sortKeyRunes {
		key = key[:sortKeyRunes]
	}
	return strings.TrimSpace(string(key))
}
