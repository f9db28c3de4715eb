package order

import (
	"context"
	"strings"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/platform/fault"
)

// CreateCart makes an empty cart and the token that opens it. The token is
// shown this once: only its hash is kept.
func (s *Service) CreateCart(ctx context.Context, c Caller, currency, language string) (*Priced, string, error) {
	if !s.sells(currency) {
		return nil, "", fault.New(fault.Invalid, orderapi.CodeCurrencyNotSold, "The shop sells in %s.", strings.Join(s.settings.Currencies, ", ")).
			At("#/currency", orderapi.CodeCurrencyNotSold, "not one of "+strings.Join(s.settings.Currencies, ", "))
	}
	language, err := checkLanguage(language)
	if err != nil {
		return nil, "", err
	}
	token, now := newToken(), s.deps.Clock.Now()
	cart := &Cart{
		ID: api.NewID(api.PrefixCart), TokenHash: HashToken(token), Version: 1, State: CartOpen,
		Currency: currency, Language: language, CreatedAt: now, UpdatedAt: now, ExpiresAt: now.Add(s.settings.CartIdle),
	}
	if c.Actor.Kind == api.ActorUser {
		cart.UserID = c.Actor.ID
	}
	if err := s.deps.Store.InTx(ctx, func(tx Tx) error { return tx.InsertCart(cart) }); err != nil {
		return nil, "", err
	}
	priced, err := s.price(ctx, cart)
	return priced, token, err
}

func checkLanguage(language string) (string, error) {
	switch language {
	case "":
		return "id", nil
	case "id", "en":
		return language, nil
	}
	return "", fault.New(fault.Invalid, api.CodeInvalid, "The shop speaks id and en.").At("#/language", "not_allowed", "id or en")
}

// findCart reads a living cart for its owner or for staff.
func (s *Service) findCart(ctx context.Context, c Caller, id, permission string) (*Cart, error) {
	cart, err := s.deps.Store.Cart(ctx, id)
	if err != nil {
		return nil, err
	}
	if cart == nil || !cart.ExpiresAt.After(s.deps.Clock.Now()) || !c.may(permission, cart.UserID, cart.TokenHash) {
		return nil, noCart()
	}
	return cart, nil
}

// GetCart returns a cart at today's prices.
func (s *Service) GetCart(ctx context.Context, c Caller, id string) (*Priced, error) {
	cart, err := s.findCart(ctx, c, id, api.PermOrderRead)
	if err != nil {
		return nil, err
	}
	return s.price(ctx, cart)
}

// ShippingMethods lists the ways that are open to a cart.
func (s *Service) ShippingMethods(ctx context.Context, c Caller, id string) ([]ShippingQuote, *Cart, error) {
	priced, err := s.GetCart(ctx, c, id)
	if err != nil {
		return nil, nil, err
	}
	return priced.offers(s.settings.Shipping), priced.Cart, nil
}

// price asks the catalogue for the cart's variants and reckons it.
func (s *Service) price(ctx context.Context, cart *Cart) (*Priced, error) {
	quotes, err := s.quote(ctx, cart)
	if err != nil {
		return nil, err
	}
	return price(cart, quotes, s.settings.Shipping, s.deps.Clock.Now())
}

func (s *Service) quote(ctx context.Context, cart *Cart) (map[string]productapi.Quote, error) {
	quotes := make(map[string]productapi.Quote, len(cart.Contents.Lines))
	if len(cart.Contents.Lines) == 0 {
		return quotes, nil
	}
	in := &productapi.QuoteVariantsInput{}
	in.Body.Currency, in.Body.Language = cart.Currency, cart.Language
	for _, line := range cart.Contents.Lines {
		in.Body.VariantIDs = append(in.Body.VariantIDs, line.VariantID)
	}
	list, err := s.deps.Catalogue.QuoteVariants(ctx, in)
	if err != nil {
		return nil, err
	}
	for _, q := range list.Data {
		quotes[q.VariantID] = q
	}
	return quotes, nil
}

// sweepGrace keeps expired carts a little longer than anyone can reach them.
const sweepGrace = time.Hour

// PurgeCarts removes carts that nobody touched for long, at most limit.
func (s *Service) PurgeCarts(ctx context.Context, limit int) (int, error) {
	return s.deps.Store.PurgeCarts(ctx, s.deps.Clock.Now().Add(-sweepGrace), limit)
}
