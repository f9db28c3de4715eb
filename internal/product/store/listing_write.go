package store

import (
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm/clause"

	"pasar/internal/platform/sqldb"
	"pasar/internal/product"
)

// saveListings writes the rows that lists walk.
func (t *tx) saveListings(before, after *product.Product) error {
	rows := listingRowsOf(after)
	if before.ID != "" {
		if slices.Equal(listingRowsOf(before), rows) {
			return nil
		}
		if err := t.Exec("DELETE FROM listings WHERE product_id = ?", after.ID).Error; err != nil {
			return write("listings", err)
		}
	}
	return write("listings", t.Create(&rows).Error)
}

func listingRowsOf(p *product.Product) []listingRow {
	row := listingRow{
		ProductID: p.ID, Status: string(p.Status), CategoryID: p.CategoryID, CreatedAt: sqldb.At(p.CreatedAt),
		NameID: product.SortKey(p.Name.In(product.Indonesian)), NameEN: product.SortKey(p.Name.In(product.English)),
	}
	rows := []listingRow{row} // without a currency, for staff
	for currency, price := range p.LowestPrices() {
		row.Currency, row.Price = currency, price
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b listingRow) int { return strings.Compare(a.Currency, b.Currency) })
	return rows
}

// saveDocument writes what the product is found by.
func (t *tx) saveDocument(before, after *product.Product) error {
	text := after.SearchText()
	if before.ID != "" && reflect.DeepEqual(before.SearchText(), text) {
		return nil
	}
	row := documentRow{ProductID: after.ID, Title: t.document(text.Title), Body: t.document(text.Body)}
	var err error
	if before.ID == "" {
		err = t.Create(&row).Error
	} else {
		err = t.Exec("UPDATE search_documents SET title = ?, body = ? WHERE product_id = ?", row.Title, row.Body, row.ProductID).Error
	}
	if err != nil {
		return write("search text", err)
	}
	return t.addWords(text)
}

func (t *tx) document(words []string) string {
	if t.mysql {
		padded := make([]string, len(words))
		for i, word := range words {
			padded[i] = pad(word)
		}
		words = padded
	}
	return strings.Join(words, " ")
}

// pad lengthens what InnoDB would leave out of its index, words of one or two
// letters and its stop words, so that a search for their beginning finds them.
func pad(word string) string {
	if utf8.RuneCountInString(word) < 3 || slices.Contains(stopWords, word) {
		return word + "__"
	}
	return word
}

// stopWords is InnoDB's built-in list.
var stopWords = []string{
	"a", "about", "an", "are", "as", "at", "be", "by", "com", "de", "en", "for", "from", "how", "i", "in", "is", "it",
	"la", "of", "on", "or", "that", "the", "this", "to", "und", "was", "what", "when", "where", "who", "will", "with", "www",
}

// addWords adds the words that correction may propose: numbers and single
// letters are not worth it.
func (t *tx) addWords(text product.SearchText) error {
	seen := map[string]bool{}
	var rows []wordRow
	for _, word := range slices.Concat(text.Title, text.Body) {
		if seen[word] || utf8.RuneCountInString(word) < 3 || strings.ContainsAny(word, "0123456789") {
			continue
		}
		seen[word] = true
		rows = append(rows, wordRow{Word: word})
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b wordRow) int { return strings.Compare(a.Word, b.Word) })
	return write("search words", t.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, insertBatch).Error)
}
