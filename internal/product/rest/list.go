package rest

import (
	"bytes"
	"cmp"
	"context"
	"strings"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
	"pasar/internal/product"
)

// ListProducts answers a page of products.
func (s *Server) ListProducts(ctx context.Context, in *productapi.ListProductsInput) (*productapi.ProductList, error) {
	c, err := criteria(ctx, in)
	if err != nil {
		return nil, err
	}
	page, err := s.shop.List(ctx, c)
	if err != nil {
		return nil, err
	}
	return product.MemoPage(page, func() (*productapi.ProductList, error) {
		return s.listOf(page, sortName(in), reader{language: c.Language, currency: c.Currency, staff: c.Statuses != nil})
	})
}

func (s *Server) listOf(page product.Page, sort string, r reader) (*productapi.ProductList, error) {
	out := productapi.ProductList{Data: make([]productapi.ProductSummary, len(page.Views)), CorrectedQuery: page.Corrected}
	if page.Next != nil {
		out.Page = api.Page{HasMore: true, NextCursor: encodeMark(sort, page.Next)}
	}
	raws := make([][]byte, len(page.Views))
	for i, view := range page.Views {
		short, err := s.summary(view, r)
		if err != nil {
			return nil, err
		}
		out.Data[i], raws[i] = short.ProductSummary, short.raw
	}
	raw, err := joined(&out, raws)
	if err != nil {
		return nil, err
	}
	return out.Ready(raw), nil
}

// joined is what encoding the list would give, made of the parts at hand.
func joined(list *productapi.ProductList, raws [][]byte) ([]byte, error) {
	frame, err := rest.Encode(productapi.ProductList{
		Data: []productapi.ProductSummary{}, Page: list.Page, CorrectedQuery: list.CorrectedQuery,
	})
	if err != nil {
		return nil, err
	}
	const open = `{"data":[`
	size := len(frame)
	for _, raw := range raws {
		size += len(raw) + 1
	}
	out := bytes.NewBuffer(make([]byte, 0, size))
	out.WriteString(open)
	for i, raw := range raws {
		if i > 0 {
			out.WriteByte(',')
		}
		out.Write(raw)
	}
	out.Write(frame[len(open):])
	return out.Bytes(), nil
}

func criteria(ctx context.Context, in *productapi.ListProductsInput) (product.Criteria, error) {
	name := sortName(in)
	c := product.Criteria{
		Currency: cmp.Or(in.Currency, defaultCurrency), Language: languageOf(in.Locale), Category: in.Category,
		Query: strings.TrimSpace(in.Query), MinPrice: in.MinPrice, MaxPrice: in.MaxPrice, InStock: in.InStock,
		Limit: cmp.Or(in.Limit, defaultLimit),
	}
	by, falling := strings.CutPrefix(name, "-")
	c.Sort, c.Falling = product.Sort(by), falling || by == string(product.ByRelevance)
	if in.Status != "" && in.Status != string(product.Active) {
		if !isStaff(ctx) {
			return c, fault.New(fault.Forbidden, api.CodeForbidden, "Only staff who may read products see those that are not active.").
				At("query.status", api.CodeForbidden, "expected active")
		}
		c.Statuses = []product.Status{product.Status(in.Status)}
		if in.Status == "all" {
			c.Statuses = []product.Status{product.Draft, product.Active, product.Archived}
		}
	}
	if in.Cursor == "" {
		return c, nil
	}
	after, err := decodeMark(name, in.Cursor)
	c.After = after
	return c, err
}

// sortName is the order asked for, or the one that fits.
func sortName(in *productapi.ListProductsInput) string {
	switch {
	case in.Sort != "":
		return in.Sort
	case strings.TrimSpace(in.Query) != "":
		return string(product.ByRelevance)
	}
	return "-" + string(product.ByCreated)
}

func encodeMark(sort string, m *product.Mark) string {
	return rest.EncodeCursor(sort, m.Number, m.Text, m.ID, m.Words)
}

func decodeMark(sort, cursor string) (*product.Mark, error) {
	var m product.Mark
	var of string
	if err := rest.DecodeCursor(cursor, &of, &m.Number, &m.Text, &m.ID, &m.Words); err != nil {
		return nil, err
	}
	if of != sort {
		return nil, fault.New(fault.Invalid, api.CodeInvalid, "The cursor belongs to a list in another order; start again without it.").
			At("query.cursor", "wrong_format", "expected a cursor of this order")
	}
	return &m, nil
}
