package product

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"pasar/api"
)

// Sort is what a list is ordered by.
type Sort string

// The orders of a list. The product's id breaks ties.
const (
	ByCreated   Sort = "created_at"
	ByPrice     Sort = "price"
	ByName      Sort = "name"
	ByRelevance Sort = "relevance" // with words only; best match first
)

// Criteria is what a reader asks of a list.
type Criteria struct {
	Statuses []Status // nil is what readers see: active
	Currency string
	Language Language
	Category string // id or slug; "" for all
	Query    string
	Sort     Sort
	Falling  bool
	MinPrice int64 // of the cheapest variant; 0 for none
	MaxPrice int64
	InStock  bool
	After    *Mark
	Limit    int
}

// Mark is the place of a row in a list's order. Words are those that a
// corrected search went on with.
type Mark struct {
	Number int64
	Text   string
	ID     string
	Words  string
}

// ListQuery is Criteria as the store takes them.
type ListQuery struct {
	Statuses   []Status
	Currency   string // "" lists products whether or not they have a price
	Language   Language
	Categories []string // nil for all
	Words      []string // folded; a product must have all of them
	Sort       Sort
	Falling    bool
	MinPrice   int64
	MaxPrice   int64
	InStock    bool
	After      *Mark
	Limit      int
}

// Listed is one row of a list.
type Listed struct {
	ProductID string
	Number    int64  // sort key, when it is a number
	Text      string // sort key, when it is a text
}

// Page is a part of a list.
type Page struct {
	Views     []*View
	Next      *Mark
	Corrected string

	memo *pageMemo // nil when the page is not kept
}

// pageMemo keeps what was last made of a page that is in memory.
type pageMemo struct{ last atomic.Pointer[madePage] }

type madePage struct {
	views []*View
	made  any
}

// MemoPage returns what was made of a page before, as long as each of its views
// is still the same, or makes it.
func MemoPage[T any](p Page, make func() (T, error)) (T, error) {
	if p.memo == nil {
		return make()
	}
	if last := p.memo.last.Load(); last != nil && slices.Equal(last.views, p.Views) {
		return last.made.(T), nil
	}
	made, err := make()
	if err == nil {
		p.memo.last.Store(&madePage{views: p.Views, made: made})
	}
	return made, err
}

// listsFor is short: a list also changes with the stock of what is in it.
const (
	listsFor   = 2 * time.Second
	listsLimit = 2000
)

// rows is a page before its products are looked up.
type rows struct {
	ids       []string
	next      *Mark
	corrected string
	memo      *pageMemo
}

// List returns a page of products. What readers see comes from memory where it
// is fresh; staff always get the present state.
func (s *Service) List(ctx context.Context, c Criteria) (Page, error) {
	if c.Statuses == nil {
		return s.listKept(ctx, c)
	}
	found, err := s.find(ctx, c)
	if err != nil {
		return Page{}, err
	}
	views, err := s.loadViews(ctx, found.ids)
	return found.page(views), err
}

func (s *Service) listKept(ctx context.Context, c Criteria) (Page, error) {
	c.Statuses = []Status{Active}
	found, err := s.lists.get(ctx, c.key(), func(ctx context.Context) (rows, error) {
		found, err := s.find(ctx, c)
		found.memo = new(pageMemo)
		return found, err
	})
	if err != nil {
		return Page{}, err
	}
	if views, all := s.shelf.fresh(found.ids); all {
		return Page{Views: views, Next: found.next, Corrected: found.corrected, memo: found.memo}, nil
	}
	views, err := s.shelf.get(ctx, found.ids...)
	maps.DeleteFunc(views, func(_ string, v *View) bool { return v.Status != Active }) // changed since it was listed
	return found.page(views), err
}

// page puts the views in the order of the rows.
func (r rows) page(views map[string]*View) Page {
	p := Page{Views: make([]*View, 0, len(r.ids)), Next: r.next, Corrected: r.corrected, memo: r.memo}
	for _, id := range r.ids {
		if view := views[id]; view != nil {
			p.Views = append(p.Views, view)
		}
	}
	return p
}

func (c Criteria) key() string {
	after := Mark{}
	if c.After != nil {
		after = *c.After
	}
	return fmt.Sprintf("%s|%s|%q|%q|%s|%t|%d|%d|%t|%d|%d|%q|%s|%q", c.Currency, c.Language, c.Category, c.Query,
		c.Sort, c.Falling, c.MinPrice, c.MaxPrice, c.InStock, c.Limit, after.Number, after.Text, after.ID, after.Words)
}

func (s *Service) find(ctx context.Context, c Criteria) (rows, error) {
	q, err := s.query(ctx, c)
	if err != nil {
		return rows{}, err
	}
	if c.Query != "" && len(q.Words) == 0 { // nothing that could be a word
		return rows{}, nil
	}
	listed, err := s.store.List(ctx, q)
	if err != nil {
		return rows{}, err
	}
	corrected := ""
	if c.After != nil {
		corrected = c.After.Words
	} else if len(listed) == 0 && len(q.Words) > 0 {
		if listed, corrected, err = s.findCorrected(ctx, q); err != nil {
			return rows{}, err
		}
	}
	return cut(listed, c.Limit, corrected), nil
}

func (s *Service) query(ctx context.Context, c Criteria) (ListQuery, error) {
	q := ListQuery{
		Statuses: c.Statuses, Currency: c.Currency, Language: c.Language,
		Sort: c.Sort, Falling: c.Falling, MinPrice: c.MinPrice, MaxPrice: c.MaxPrice, InStock: c.InStock,
		After: c.After, Limit: c.Limit + 1, Words: searchWords(c.Query),
	}
	if _, known := api.CurrencyExponent(c.Currency); !known {
		return q, invalid("query.currency", "unknown_currency", "the shop does not sell in this currency")
	}
	if c.MaxPrice > 0 && c.MinPrice > c.MaxPrice {
		return q, invalid("query.max_price", "out_of_range", "max_price is below min_price")
	}
	if c.Sort == ByRelevance && c.Query == "" {
		return q, invalid("query.sort", "wrong_sort", "relevance needs words to search for in q")
	}
	if c.After != nil && c.After.Words != "" {
		q.Words = searchWords(c.After.Words)
	}
	staff := len(c.Statuses) != 1 || c.Statuses[0] != Active
	if staff && c.Sort != ByPrice && c.MinPrice == 0 && c.MaxPrice == 0 {
		q.Currency = "" // drafts may have no price yet
	}
	if c.Category == "" {
		return q, nil
	}
	tree, err := s.Tree(ctx)
	if err != nil {
		return q, err
	}
	category := tree.Find(c.Category)
	if category == nil {
		return q, invalid("query.category", "unknown_category", "there is no category with this id or slug")
	}
	q.Categories = tree.Within(category.ID)
	return q, nil
}

// cut keeps limit rows and marks where the list goes on.
func cut(listed []Listed, limit int, corrected string) rows {
	r := rows{corrected: corrected}
	if len(listed) > limit {
		listed = listed[:limit]
		last := listed[limit-1]
		r.next = &Mark{Number: last.Number, Text: last.Text, ID: last.ProductID, Words: corrected}
	}
	for _, row := range listed {
		r.ids = append(r.ids, row.ProductID)
	}
	return r
}
