package product

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
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

// fold lowers case and takes accents off, so that "Café" and "cafe" are the
// same word on every SQL dialect.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		r = unicode.ToLower(r)
		if plain, ok := undecomposed[r]; ok {
			b.WriteString(plain)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// undecomposed are Latin letters that Unicode does not take apart.
var undecomposed = map[rune]string{
	'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'ħ': "h", 'ı': "i", 'ŧ': "t", 'ß': "ss", 'þ': "th",
}

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
