package auth

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"pasar/api/authapi"
	"pasar/internal/platform/fault"
)

const (
	minPassword = 10 // code points
	maxPassword = 128

	// What must be left of a password once words that anybody would try first
	// are taken out of it.
	minUncommon = 6
)

//go:embed common_passwords.txt
var commonText string

// common holds the words and phrases that most password lists begin with,
// international and Indonesian, without decoration.
var common = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.Fields(commonText) {
		words[word] = true
	}
	return words
})

// checkPassword refuses passwords that are tried first. There are no rules of
// composition: they make passwords worse. context holds words that are known
// of the account, such as its address.
func checkPassword(password, pointer string, context ...string) error {
	password = norm.NFKC.String(password)
	length := utf8.RuneCountInString(password)
	switch {
	case length < minPassword:
		return weak(pointer, "too_short", "Use at least 10 characters; a few words that do not belong together are good.")
	case length > maxPassword:
		return weak(pointer, "too_long", "Use at most 128 characters.")
	case isCommon(password):
		return weak(pointer, "too_common", "This password is among those that are tried first; choose another.")
	case isMonotonous(password):
		return weak(pointer, "too_simple", "This password is a simple pattern; choose another.")
	case isContext(password, context):
		return weak(pointer, "too_close", "This password is made of your name, your address or ours; choose another.")
	}
	return nil
}

func weak(pointer, code, detail string) error {
	return fault.New(fault.Invalid, authapi.CodePasswordWeak, detail).At(pointer, code, detail)
}

// isCommon sees through the usual decoration: digits and signs around a common
// word, letters written as digits, and a word written twice.
func isCommon(password string) bool {
	lower := strings.ToLower(password)
	bare := undecorated(lower)
	forms := []string{
		lower, bare, unleet(bare), undecorated(unleet(lower)), unleet(strings.TrimRightFunc(lower, notLetter)),
		letters(lower), letters(unleet(bare)),
	}
	for _, form := range forms {
		if form != "" && (common()[form] || common()[half(form)]) {
			return true
		}
	}
	return false
}

// undecorated cuts what is not a letter from both ends.
func undecorated(s string) string { return strings.TrimFunc(s, notLetter) }

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// letters keeps the letters only.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if notLetter(r) {
			return -1
		}
		return r
	}, s)
}

var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

func unleet(s string) string { return leet.Replace(s) }

// half returns the first half of a string that is written twice.
func half(s string) string {
	if n := len(s) / 2; len(s)%2 == 0 && s[:n] == s[n:] {
		return s[:n]
	}
	return ""
}

const rows = "abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiop asdfghjkl zxcvbnm 1qaz2wsx3edc4rfv5tgb6yhn7ujm"

// isMonotonous reports few different characters, a short piece repeated, or
// nothing but runs along the keyboard or the alphabet.
func isMonotonous(password string) bool {
	runes := []rune(strings.ToLower(password))
	seen := map[rune]bool{}
	for _, r := range runes {
		seen[r] = true
	}
	if len(seen) <= 3 {
		return true
	}
	for size := 1; size <= 4; size++ {
		if repeats(runes, size) {
			return true
		}
	}
	return len(runes)-alongRows(runes) < minUncommon
}

func repeats(runes []rune, size int) bool {
	for i := size; i < len(runes); i++ {
		if runes[i] != runes[i-size] {
			return false
		}
	}
	return true
}

// alongRows counts the characters that stand in runs of four or more along one
// of the rows, in either direction.
func alongRows(runes []rune) int {
	count := 0
	for i := 0; i < len(runes); {
		end := i + 1
		for end < len(runes) && inRow(runes[i:end+1]) {
			end++
		}
		if end-i >= 4 {
			count += end - i
			i = end
			continue
		}
		i++
	}
	return count
}

func inRow(run []rune) bool {
	backwards := make([]rune, len(run))
	for i, r := range run {
		backwards[len(run)-1-i] = r
	}
	return strings.Contains(rows, string(run)) || strings.Contains(rows, string(backwards))
}

// isContext reports that little is left once words about the account are taken
// out.
func isContext(password string, context []string) bool {
	left := unleet(strings.ToLower(password))
	before := left
	for _, phrase := range append(context, "pasar") {
		for _, word := range strings.FieldsFunc(strings.ToLower(phrase), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(word) >= 4 {
				left = strings.ReplaceAll(left, unleet(word), "")
			}
		}
	}
	return left != before && utf8.RuneCountInString(undecorated(left)) < minUncommon
}
