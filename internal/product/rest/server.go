// Package rest is the product service as its contract says: it maps contract
// types to the heart and back, and decides nothing.
package rest

import (
	"context"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/rest"
	"pasar/internal/product"
)

// mediaBase is where readers find pictures: the path of GetMedia.
const mediaBase = "/v1/media/"

const (
	defaultLimit    = 20
	defaultCurrency = "IDR"
)

// Server implements the contract.
type Server struct {
	shop  *product.Service
	media string // URL prefix of pictures
}

var _ productapi.Service = (*Server)(nil)

// New returns the contract on the heart. Pictures are named below mediaURL,
// such as "https://cdn.example.com/v1/media/"; "" names them by path.
func New(shop *product.Service, mediaURL string) *Server {
	if mediaURL == "" {
		mediaURL = mediaBase
	}
	return &Server{shop: shop, media: mediaURL}
}

func languageOf(l productapi.Locale) product.Language {
	return product.LanguageOf(l.Lang, l.AcceptLanguage)
}

// isStaff reports whether the caller may see what is not on sale.
func isStaff(ctx context.Context) bool { return rest.ActorFrom(ctx).Can(api.PermProductRead) }

func textOf(t productapi.Texts) product.Text { return product.Text{ID: t.ID, EN: t.EN} }

func textsOf(t product.Text) productapi.Texts { return productapi.Texts{ID: t.ID, EN: t.EN} }

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// patch sets a text that null empties.
func patch(field *string, p rest.Patch[string]) {
	value, sent := p.Get()
	if !sent {
		return
	}
	*field = ""
	set(field, value)
}
