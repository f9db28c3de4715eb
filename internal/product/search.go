package product

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of searching.
const (
	maxSearchWords = 8
	maxWordRunes   = 40
	wordsFor       = 30 * time.Second
)

// searchWords splits a text into folded words of letters and digits. Nothing
// else is left in them, so no search syntax can be broken or smuggled in.
func searchWords(text string) []string {
	words := splitWords(text)
	if len(words) > maxSearchWords {
		words = words[:maxSearchWords]
	}
	return words
}

func splitWords(text string) []string {
	words := strings.FieldsFunc(fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, word := range words {
		if utf8.RuneCountInString(word) > maxWordRunes {
			words[i] = string([]rune(word)[:maxWordRunes])
		}
	}
	return words
}

// SearchText is what a product is found by. Title weighs more than body.
type SearchText struct {
	Title []string
	Body  []string
}

// SearchText returns the folded words of a product, in both languages.
func (p *Product) SearchText() SearchText {
	t := SearchText{
		Title: splitWords(p.Name.ID + " " + p.Name.EN),
		Body:  splitWords(p.Description.ID + " " + p.Description.EN),
	}
	for i := range p.Variants {
		t.Title = append(t.Title, splitWords(p.Variants[i].SKU)...)
	}
	for _, option := range p.Options {
		for _, value := range option.Values {
			t.Body = append(t.Body, splitWords(value.Name.ID+" "+value.Name.EN)...)
		}
	}
	return t
}

// findCorrected searches again with near words of the catalogue in place of
// those it does not know.
func (s *Service) findCorrected(ctx context.Context, q ListQuery) ([]Listed, string, error) {
	known, err := s.words.get(ctx, struct{}{}, func(ctx context.Context) (*vocabulary, error) {
		words, err := s.store.Words(ctx)
		return newVocabulary(words), err
	})
	if err != nil {
		return nil, "", err
	}
	words, changed := known.correct(q.Words)
	if !changed {
		return nil, "", nil
	}
	q.Words = words
	listed, err := s.store.List(ctx, q)
	if err != nil || len(listed) == 0 {
		return nil, "", err
	}
	return listed, strings.Join(words, " "), nil
}
