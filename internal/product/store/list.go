package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"pasar/internal/product"
)

// wideShelf is from how many index ranges on a list walks the shop's index and
// skips, instead of merging: so wide a shelf holds much of the shop.
const wideShelf = 64

// maxMatches bounds a search: of more matches the newest are ranked.
const maxMatches = 5000

// maxVocabulary bounds the words that correction chooses from.
const maxVocabulary = 200_000

// List returns the rows of one page, in order.
func (s *Store) List(ctx context.Context, q product.ListQuery) ([]product.Listed, error) {
	b := &listBuilder{q: q, mysql: s.db.Dialect() == "mysql"}
	query := b.build()
	rows := s.db.Reader(ctx).Raw(query, b.args...)
	if q.Sort == product.ByName {
		return scan(rows, func(r textRow) product.Listed { return product.Listed{ProductID: r.ProductID, Text: r.K} })
	}
	return scan(rows, func(r numberRow) product.Listed { return product.Listed{ProductID: r.ProductID, Number: r.K} })
}

type textRow struct {
	ProductID string
	K         string
}

type numberRow struct {
	ProductID string
	K         int64
}

func scan[R any](query *gorm.DB, listed func(R) product.Listed) ([]product.Listed, error) {
	var rows []R
	if err := query.Scan(&rows).Error; err != nil {
		return nil, read("list", err)
	}
	found := make([]product.Listed, len(rows))
	for i, r := range rows {
		found[i] = listed(r)
	}
	return found, nil
}

type listBuilder struct {
	q     product.ListQuery
	mysql bool
	args  []any
}

func (b *listBuilder) build() string {
	if len(b.q.Words) > 0 {
		return b.branch(b.hits(), b.q.Statuses, b.q.Categories)
	}
	if len(b.q.Statuses)*max(1, len(b.q.Categories)) > wideShelf {
		return b.branch("", b.q.Statuses, b.q.Categories)
	}
	var branches []string
	for _, status := range b.q.Statuses {
		if len(b.q.Categories) == 0 {
			branches = append(branches, b.branch("", []product.Status{status}, nil))
		}
		for _, category := range b.q.Categories {
			branches = append(branches, b.branch("", []product.Status{status}, []string{category}))
		}
	}
	if len(branches) == 1 {
		return branches[0]
	}
	// Each branch walks its own index range and stops at the page's size.
	query := "SELECT * FROM (" + strings.Join(branches, ") AS b UNION ALL SELECT * FROM (") + ") AS b"
	b.args = append(b.args, b.q.Limit)
	return query + " ORDER BY " + b.order("k", "product_id") + " LIMIT ?"
}

// branch is one select over listings, or over those of them that were hit.
func (b *listBuilder) branch(hits string, statuses []product.Status, categories []string) string {
	key := b.key()
	query := "SELECT l.product_id, " + key + " AS k FROM "
	if hits != "" {
		query += hits + " JOIN listings l ON l.product_id = h.product_id"
	} else {
		query += "listings l"
	}
	query += " WHERE l.currency = ?"
	b.args = append(b.args, b.q.Currency)
	query += " AND l.status" + among(b, statuses)
	if categories != nil {
		query += " AND l.category_id" + among(b, categories)
	}
	query += b.filters() + b.after(key)
	b.args = append(b.args, b.q.Limit)
	return query + " ORDER BY " + b.order(key, "l.product_id") + " LIMIT ?"
}

// among says "=" for one value: IN would keep an index from giving the order.
func among[T any](b *listBuilder, values []T) string {
	if len(values) == 1 {
		b.args = append(b.args, values[0])
		return " = ?"
	}
	b.args = append(b.args, values)
	return " IN ?"
}

func (b *listBuilder) key() string {
	switch b.q.Sort {
	case product.ByPrice:
		return "l.price"
	case product.ByName:
		if b.q.Language == product.English {
			return "l.name_en"
		}
		return "l.name_id"
	case product.ByRelevance:
		return "h.score"
	default:
		return "l.created_at"
	}
}

func (b *listBuilder) order(key, id string) string {
	if b.q.Falling {
		return key + " DESC, " + id + " DESC"
	}
	return key + ", " + id
}

func (b *listBuilder) filters() string {
	var clauses string
	if b.q.MinPrice > 0 {
		clauses += " AND l.price >= ?"
		b.args = append(b.args, b.q.MinPrice)
	}
	if b.q.MaxPrice > 0 {
		clauses += " AND l.price <= ?"
		b.args = append(b.args, b.q.MaxPrice)
	}
	if b.q.InStock {
		clauses += " AND EXISTS (SELECT 1 FROM stock s WHERE s.product_id = l.product_id AND s.sellable = 1 AND s.on_hand > s.reserved)"
	}
	return clauses
}

// after starts behind the last row of the page before. SQLite seeks by row
// values; MySQL does not, but by alternatives.
func (b *listBuilder) after(key string) string {
	if b.q.After == nil {
		return ""
	}
	sign := " > "
	if b.q.Falling {
		sign = " < "
	}
	var at any = b.q.After.Number
	if b.q.Sort == product.ByName {
		at = b.q.After.Text
	}
	if b.mysql {
		b.args = append(b.args, at, at, b.q.After.ID)
		return " AND (" + key + sign + "? OR (" + key + " = ? AND l.product_id" + sign + "?))"
	}
	b.args = append(b.args, at, b.q.After.ID)
	return " AND (" + key + ", l.product_id)" + sign + "(?, ?)"
}

// hits is the table of the documents that have all the words, with a score. The
// score is a whole number, which a cursor can carry exactly; FTS5 gives words
// that most documents have scores near 1e-6, which must still tell them apart.
func (b *listBuilder) hits() string {
	if b.mysql {
		all, some := "", ""
		for _, word := range b.q.Words {
			all += "+" + word + "* "
			some += word + "* "
		}
		b.args = append(b.args, some, all, all, maxMatches)
		return `(SELECT product_id, CAST((4 * MATCH (title) AGAINST (? IN BOOLEAN MODE) +
			MATCH (title, body) AGAINST (? IN BOOLEAN MODE)) * 1000000 AS SIGNED) AS score
			FROM search_documents WHERE MATCH (title, body) AGAINST (? IN BOOLEAN MODE) ORDER BY id DESC LIMIT ?) AS h`
	}
	b.args = append(b.args, `"`+strings.Join(b.q.Words, `"* "`)+`"*`, maxMatches)
	return `(SELECT d.product_id, m.score FROM (
			SELECT rowid AS document, CAST(-1e12 * bm25(search_index, 5.0, 1.0) AS INTEGER) AS score
			FROM search_index WHERE search_index MATCH ? ORDER BY rowid DESC LIMIT ?) AS m
			JOIN search_documents d ON d.id = m.document) AS h`
}

// Words returns the words of the catalogue.
func (s *Store) Words(ctx context.Context) ([]string, error) {
	var words []string
	err := s.db.Reader(ctx).Raw("SELECT word FROM search_words LIMIT ?", maxVocabulary).Scan(&words).Error
	return words, read("search words", err)
}
