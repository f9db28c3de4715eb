package order

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pasar/api"
)

func TestNumberReadsBackAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	id := api.NewID(api.PrefixOrder)
	number := Number(id, 0)
	if number != Number(id, 0) || number == Number(id, 1) {
		t.Fatalf("%s does not follow from id and attempt", number)
	}
	for _, written := range []string{
		number, strings.ToLower(number), strings.ReplaceAll(number, "-", " "), strings.ReplaceAll(number, "-", ""), strings.TrimPrefix(number, "PSR-"),
	} {
		if got, ok := ParseNumber(written); !ok || got != number {
			t.Errorf("%q is %s, %v; want %s", written, got, ok, number)
		}
	}
	for _, wrong := range []string{"", "PSR", "PSR-0000-0000", "PSR-7K4M-92Q", "PSR-7K4M-92QXX", "ÄÖÜ-7K4M-92QX", "' OR 1=1 --"} {
		if got, ok := ParseNumber(wrong); ok {
			t.Errorf("%q passes as %s", wrong, got)
		}
	}
}

func TestNumberFindsSlips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number := Number(rapid.StringMatching(`ord_[0-9a-z]{26}`).Draw(t, "id"), rapid.IntRange(0, 3).Draw(t, "attempt"))
		body := []byte(strings.ReplaceAll(strings.TrimPrefix(number, "PSR-"), "-", ""))
		i, j := rapid.IntRange(0, numberLength-1).Draw(t, "i"), rapid.IntRange(0, numberLength-1).Draw(t, "j")
		wrong := append([]byte(nil), body...)
		if i == j {
			wrong[i] = numberAlphabet[rapid.IntRange(0, len(numberAlphabet)-1).Draw(t, "letter")]
		} else {
			wrong[i], wrong[j] = wrong[j], wrong[i]
		}
		if _, ok := ParseNumber(string(wrong)); ok != (string(wrong) == string(body)) {
			t.Fatalf("%s for %s passes: %v", wrong, body, ok)
		}
	})
}
