package payment

import (
	"context"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// Payment returns one payment that the caller may see.
func (s *Service) Payment(ctx context.Context, c Caller, id string) (Payment, error) {
	return s.visible(ctx, c, id, api.PermPaymentRead)
}

// Payments lists the payments that the caller may see: their own, those of the
// cart they hold the token of, or for staff all.
func (s *Service) Payments(ctx context.Context, c Caller, f PaymentFilter) ([]Payment, error) {
	switch {
	case c.Actor.Can(api.PermPaymentRead):
	case c.Actor.Kind == api.ActorUser && c.CartTokenHash == "":
		f.UserID = c.Actor.ID
	case c.CartTokenHash != "":
		f.CartTokenHash = c.CartTokenHash
	default:
		return nil, fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "Sign in, or send the Cart-Token of the cart that the order came from.")
	}
	return s.deps.Store.Payments(ctx, f)
}

// Refunds lists a payment's refunds.
func (s *Service) Refunds(ctx context.Context, c Caller, paymentID, before string, limit int) ([]Refund, error) {
	if _, err := s.visible(ctx, c, paymentID, api.PermPaymentRead); err != nil {
		return nil, err
	}
	return s.deps.Store.Refunds(ctx, paymentID, before, limit)
}

// Exchanges lists what was said to and by the gateway about a payment.
func (s *Service) Exchanges(ctx context.Context, paymentID, after string, limit int) ([]Exchange, error) {
	if _, err := s.visible(ctx, Caller{Actor: api.Actor{Kind: api.ActorSystem}}, paymentID, api.PermPaymentRead); err != nil {
		return nil, err
	}
	return s.deps.Log.Exchanges(ctx, paymentID, after, limit)
}

// Entries lists lines of the ledger.
func (s *Service) Entries(ctx context.Context, f EntryFilter) ([]Entry, error) {
	return s.deps.Store.Entries(ctx, f)
}

// Balances sums the ledger.
func (s *Service) Balances(ctx context.Context) ([]Balance, error) {
	return s.deps.Store.Balances(ctx)
}

// Discrepancies lists what in the books does not add up: transactions that do
// not balance, and payments whose sums are not those of their entries or
// refunds. There should be none, ever.
func (s *Service) Discrepancies(ctx context.Context, limit int) ([]string, error) {
	return s.deps.Store.Discrepancies(ctx, limit)
}
