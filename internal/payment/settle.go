package payment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pasar/api/paymentapi"
	"pasar/internal/platform/events"
)

const maxStale = 10

// news is what was heard of a payment and what to keep with it.
type news struct {
	charge    *Charge // nil: nothing was heard
	exchanges []Exchange
	// received is the event that brought it, if one did: it is worked on once.
	received *received
	// also runs in the same transaction, after the payment is written. ended
	// holds the refunds that the charge speaks of, as they stand in the store.
	also func(tx Tx, p Payment, ended map[string]Refund) error
}

// received is a consumer's mark on an event.
type received struct{ consumer, eventID string }

// errDone ends a transaction whose work was done before.
var errDone = errors.New("payment: done before")

// once marks the event as worked on; errDone when it was before.
func (r *received) once(tx Tx) error {
	if r == nil {
		return nil
	}
	fresh, err := tx.Receive(r.consumer, r.eventID)
	if err == nil && !fresh {
		return errDone
	}
	return err
}

// heard returns the exchanges to record, marking a notification that was no
// news: a copy, or one that came late.
func (n news) heard(effect Effect) []Exchange {
	if n.charge == nil || effect.Changed || len(n.charge.Refunds) > 0 {
		return n.exchanges
	}
	heard := slices.Clone(n.exchanges)
	for i := range heard {
		if heard[i].Operation == "webhook" {
			heard[i].Outcome = Ignored
		}
	}
	return heard
}

// settle applies news in one transaction: the payment, its ledger entries,
// its events, the exchanges that brought the news, and what else must commit
// with them. known is the payment as last read; if it has changed since, the
// news is applied to the newer one.
func (s *Service) settle(ctx context.Context, known Payment, n news) (Payment, error) {
	for range maxStale {
		settled, err := s.settleOnce(ctx, known, n)
		if !errors.Is(err, ErrStale) {
			return settled, err
		}
		if known, err = s.deps.Store.Payment(ctx, known.ID); err != nil {
			return Payment{}, fmt.Errorf("read payment again: %w", err)
		}
	}
	return Payment{}, fmt.Errorf("payment %s changed %d times while news of it was applied: %w", known.ID, maxStale, ErrStale)
}

func (s *Service) settleOnce(ctx context.Context, known Payment, n news) (Payment, error) {
	var settled Payment
	var effect Effect
	err := s.deps.Store.InTx(ctx, func(tx Tx) error {
		settled, effect = known, Effect{}
		if err := n.received.once(tx); err != nil {
			return err
		}
		var facts []events.Event
		ended := map[string]Refund{}
		if n.charge != nil {
			effect = settled.Learn(*n.charge)
			var err error
			if facts, err = s.write(tx, &settled, effect, *n.charge, ended); err != nil {
				return err
			}
		}
		if err := tx.Record(n.heard(effect)...); err != nil {
			return err
		}
		if n.also != nil {
			if err := n.also(tx, settled, ended); err != nil {
				return err
			}
		}
		return tx.Emit(facts...)
	})
	if err != nil {
		return Payment{}, err
	}
	s.tell(ctx, known, settled, effect)
	return settled, nil
}

// write stores what news changed and returns the facts to publish.
func (s *Service) write(tx Tx, p *Payment, effect Effect, c Charge, ended map[string]Refund) ([]events.Event, error) {
	now := tx.Now()
	if effect.Changed {
		p.UpdatedAt = now
		if p.Status.Final() {
			p.CheckAt = time.Time{}
		}
		if err := tx.UpdatePayment(p); err != nil {
			return nil, err
		}
	}
	var facts []events.Event
	if effect.Captured > 0 {
		fact, err := s.bookCapture(tx, *p, effect.Captured, c.At)
		if err != nil {
			return nil, err
		}
		facts = append(facts, fact)
	}
	if effect.Ended {
		fact, err := paymentapi.PaymentFailed.New(p.ID, p.Version, now, paymentapi.FailedData{
			PaymentID: p.ID, OrderID: p.OrderID, Gateway: p.Gateway, Reason: p.Failure.Code,
		})
		if err != nil {
			return nil, err
		}
		facts = append(facts, fact)
	}
	for _, r := range c.Refunds {
		more, err := s.learnRefund(tx, p, r, ended)
		if err != nil {
			return nil, err
		}
		facts = append(facts, more...)
	}
	return facts, nil
}

func (s *Service) bookCapture(tx Tx, p Payment, amount int64, at time.Time) (events.Event, error) {
	entries := captureEntries(p, amount, p.Captured, at, tx.Now())
	if err := CheckBalanced(entries); err != nil {
		return events.Event{}, err
	}
	if err := tx.Book(entries); err != nil {
		return events.Event{}, err
	}
	return paymentapi.PaymentCaptured.New(p.ID, p.Version, tx.Now(), paymentapi.CapturedData{
		PaymentID: p.ID, OrderID: p.OrderID, Gateway: p.Gateway,
		Amount: p.money(amount), CapturedTotal: p.money(p.Captured), CapturedAt: at,
	})
}

// tell logs what a person should know of.
func (s *Service) tell(ctx context.Context, before, after Payment, effect Effect) {
	if after.Review != "" && before.Review == "" {
		s.deps.Logger.ErrorContext(ctx, "a payment needs a person to look at it",
			"payment_id", after.ID, "order_id", after.OrderID, "gateway", after.Gateway, "reason", after.Review)
	}
	if effect.Captured > 0 && !before.Open() {
		s.deps.Logger.WarnContext(ctx, "money arrived for a payment that had ended; the order decides what becomes of it",
			"payment_id", after.ID, "order_id", after.OrderID, "was", string(before.Status))
	}
}
