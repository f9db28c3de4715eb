package product

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLanguageOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		choice, accept string
		want           Language
	}{
		{"", "", Indonesian},
		{"en", "id", English},
		{"id", "en", Indonesian},
		{"fr", "", Indonesian},
		{"", "en-GB,en;q=0.9", English},
		{"", "fr;q=1, en;q=0.2, id;q=0.3", Indonesian},
		{"", "in-ID", Indonesian},
		{"", "en;q=2", Indonesian},
		{"", ";;;,,q=", Indonesian},
		{"", "en;q=0", Indonesian},
		{"", "*", Indonesian},
	} {
		if got := LanguageOf(c.choice, c.accept); got != c.want {
			t.Errorf("%q, %q: %s, want %s", c.choice, c.accept, got, c.want)
		}
	}
}

func TestSortKey(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  Éclair   Kopi ": "eclair kopi", "Ærø": "aero", "CAFE\u0301": "cafe", "": "", strings.Repeat("é", 150): strings.Repeat("e", 100),
	} {
		if got := SortKey(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Whatever people type, only letters and digits are left.
func TestSearchWordsAreWords(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		words := searchWords(rapid.String().Draw(r, "q"))
		if len(words) > maxSearchWords {
			r.Fatalf("%d words", len(words))
		}
		for _, word := range words {
			if word == "" || strings.ContainsAny(word, " \"'*+-~<>()@:^%;\x00") || len([]rune(word)) > maxWordRunes {
				r.Fatalf("%q", word)
			}
		}
	})
}

func TestCorrection(t *testing.T) {
	t.Parallel()
	v := newVocabulary([]string{"kopi", "kopra", "arabika", "toraja", "teh", "sambal", "batik"})
	for in, want := range map[string]string{
		"kpoi": "kopi", "kopu": "kopi", "arbika": "arabika", "araibkka": "arabika", "tooraja": "toraja", "teh kopu": "teh kopi",
		"sam": "", "kopi": "", "xq": "", "zzzzzzz": "", "kopi zzzzzzz": "", "btaik": "batik",
	} {
		got, changed := v.correct(strings.Fields(in))
		if changed != (want != "") || changed && strings.Join(got, " ") != want {
			t.Errorf("%q: %q %v, want %q", in, got, changed, want)
		}
	}
}

// The distance is symmetric, zero for equals only, and never more than the
// limit and one.
func TestEditDistance(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[a-d]{0,7}`)
	rapid.Check(t, func(r *rapid.T) {
		a, b := []rune(word.Draw(r, "a")), []rune(word.Draw(r, "b"))
		limit := rapid.IntRange(0, 8).Draw(r, "limit")
		there, back := editDistance(a, b, limit), editDistance(b, a, limit)
		if there != back || there > limit+1 || (there == 0) != slices.Equal(a, b) {
			r.Fatalf("%d there, %d back, limit %d", there, back, limit)
		}
		if whole := editDistance(a, b, 99); min(whole, limit+1) != there {
			r.Fatalf("%d with limit %d, %d without", there, limit, whole)
		}
	})
}

func TestDemandIsSummed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) Demand {
			return Demand{rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "variant"), rapid.Int64Range(1, 99).Draw(r, "quantity")}
		}), 1, 20).Draw(r, "lines")
		before := slices.Clone(lines)
		summed, err := sumDemand(lines)
		if err != nil || !slices.Equal(before, lines) {
			r.Fatal(err, lines)
		}
		totals := map[string]int64{}
		for _, l := range lines {
			totals[l.VariantID] += l.Quantity
		}
		for i, d := range summed {
			if totals[d.VariantID] != d.Quantity || i > 0 && summed[i-1].VariantID >= d.VariantID {
				r.Fatalf("%v of %v", summed, lines)
			}
		}
		if len(summed) != len(totals) || !slices.Equal(demandOf(atMain(summed)), summed) {
			r.Fatalf("%v of %v", summed, lines)
		}
	})
}
