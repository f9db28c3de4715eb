package order

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"slices"
	"time"

	"pasar/api"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
)

// Settings are what a shop decides. The zero value of each takes its default.
type Settings struct {
	PayWithin  time.Duration    // how long an open order waits for its payment; 60 min
	HoldGrace  time.Duration    // how much longer its stock is held, for payments under way; 10 min
	CartIdle   time.Duration    // how long an untouched cart is kept; 30 days
	Currencies []string         // that the shop sells in; IDR
	Shipping   []ShippingMethod // DefaultShipping
}

func (s Settings) withDefaults() Settings {
	if s.PayWithin == 0 {
		s.PayWithin = time.Hour
	}
	if s.HoldGrace == 0 {
		s.HoldGrace = 10 * time.Minute
	}
	if s.CartIdle == 0 {
		s.CartIdle = 30 * 24 * time.Hour
	}
	if s.Currencies == nil {
		s.Currencies = []string{"IDR"}
	}
	if s.Shipping == nil {
		s.Shipping = DefaultShipping()
	}
	return s
}

// Deps is what the service needs.
type Deps struct {
	Store     Store
	Catalogue Catalogue
	Clock     clock.Clock
	Log       *slog.Logger
	Settings  Settings
}

// Service keeps carts and turns them into orders.
type Service struct {
	deps     Deps
	settings Settings
}

// New returns the service.
func New(deps Deps) *Service {
	if deps.Log == nil {
		deps.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{deps: deps, settings: deps.Settings.withDefaults()}
}

// Caller is who asks, and the cart token they hold, if any.
type Caller struct {
	Actor     api.Actor
	CartToken string
}

// owns reports whether something is the caller's, by account or by token.
func (c Caller) owns(userID, tokenHash string) bool {
	if c.Actor.IsUser(userID) {
		return true
	}
	return c.CartToken != "" && tokenHash != "" &&
		subtle.ConstantTimeCompare([]byte(HashToken(c.CartToken)), []byte(tokenHash)) == 1
}

// may reports whether the caller owns something or is staff with a permission.
func (c Caller) may(permission, userID, tokenHash string) bool {
	return c.owns(userID, tokenHash) || c.Actor.Can(permission)
}

func noCart() error {
	return fault.New(fault.NotFound, api.CodeNotFound, "There is no such cart, or it is not yours, or it has expired.")
}

func noOrder() error {
	return fault.New(fault.NotFound, api.CodeNotFound, "There is no such order, or it is not yours.")
}

func (s *Service) sells(currency string) bool {
	return slices.Contains(s.settings.Currencies, currency)
}

// ownedOrder reads an order for its owner or for staff.
func (s *Service) ownedOrder(ctx context.Context, c Caller, id, permission string, parts Parts) (*Order, error) {
	o, err := s.deps.Store.Order(ctx, id, parts)
	if err != nil {
		return nil, err
	}
	if o == nil || !c.may(permission, o.UserID, o.TokenHash) {
		return nil, noOrder()
	}
	return o, nil
}

// GetOrder returns an order to its owner or to staff.
func (s *Service) GetOrder(ctx context.Context, c Caller, id string) (*Order, error) {
	return s.ownedOrder(ctx, c, id, api.PermOrderRead, Whole)
}

// GetPayable returns an order to whoever may pay for it.
func (s *Service) GetPayable(ctx context.Context, c Caller, id string) (*Order, error) {
	return s.ownedOrder(ctx, c, id, api.PermOrderWrite, WithLedger)
}
