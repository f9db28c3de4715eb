package payment

import (
	"errors"

	"pasar/api/paymentapi"
	"pasar/internal/platform/events"
)

// learnRefund applies what a gateway says of one refund, and notes in ended how
// it then stands.
func (s *Service) learnRefund(tx Tx, p *Payment, c ChargeRefund, ended map[string]Refund) ([]events.Event, error) {
	if c.Status == RefundPending {
		return nil, nil
	}
	r := Refund{ID: c.ID, PaymentID: p.ID, OrderID: p.OrderID, Status: c.Status, Failure: c.Failure, UpdatedAt: tx.Now()}
	after, done, err := tx.FinishRefund(&r)
	if errors.Is(err, ErrNotFound) {
		return nil, s.flag(tx, p, ReviewRefund)
	}
	if err != nil {
		return nil, err
	}
	ended[r.ID] = r
	if !done {
		if r.Status != c.Status { // it ended the other way before
			return nil, s.flag(tx, p, ReviewReversed)
		}
		return nil, nil
	}
	*p = after
	if r.Amount != c.Amount {
		if err := s.flag(tx, p, ReviewAmount); err != nil {
			return nil, err
		}
	}
	if r.Status == RefundFailed { // nobody tries again by itself
		if err := s.flag(tx, p, ReviewUnsent); err != nil {
			return nil, err
		}
	}
	fact, err := s.bookRefund(tx, *p, r, c)
	return []events.Event{fact}, err
}

func (s *Service) flag(tx Tx, p *Payment, reason string) error {
	if !p.flag(reason) {
		return nil
	}
	return tx.FlagPayment(p.ID, reason)
}

func (s *Service) bookRefund(tx Tx, p Payment, r Refund, c ChargeRefund) (events.Event, error) {
	if r.Status == RefundFailed {
		return paymentapi.RefundFailed.New(p.ID, p.Version, tx.Now(), paymentapi.RefundFailedData{
			RefundID: r.ID, PaymentID: p.ID, OrderID: p.OrderID, Amount: r.Amount, Reason: r.Failure.Code,
		})
	}
	entries := refundEntries(p.Gateway, r, c.At, tx.Now())
	if err := CheckBalanced(entries); err != nil {
		return events.Event{}, err
	}
	if err := tx.Book(entries); err != nil {
		return events.Event{}, err
	}
	return paymentapi.PaymentRefunded.New(p.ID, p.Version, tx.Now(), paymentapi.RefundedData{
		RefundID: r.ID, PaymentID: p.ID, OrderID: p.OrderID,
		Amount: r.Amount, RefundedTotal: p.money(p.Refunded), Reason: r.Reason,
	})
}
