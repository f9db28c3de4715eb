package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"pasar/api"
	"pasar/internal/payment"
	"pasar/internal/payment/store"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

func TestMain(m *testing.M) { sqldbtest.Main(m) }

// each runs a test on both dialects.
func each(t *testing.T, test func(t *testing.T, s *store.Store, db *sqldb.DB)) {
	t.Parallel()
	sqldbtest.Each(t, store.Migrations(), func(t *testing.T, db *sqldb.DB) { test(t, store.New(db), db) })
}

var noon = time.Date(2026, 11, 1, 12, 0, 0, 123456000, time.UTC)

func somePayment() payment.Payment {
	return payment.Payment{
		ID: api.NewID(api.PrefixPayment), OrderID: api.NewID(api.PrefixOrder), UserID: api.NewID(api.PrefixUser),
		CartTokenHash: strings.Repeat("a", 64), Gateway: "simulator", Method: "card", Status: payment.Pending,
		Amount:    api.Money{Amount: 100_000, Currency: "IDR"},
		Action:    &payment.Action{Type: "redirect", URL: "https://gateway.example/pay?a=1&b=é"},
		ReturnURL: "https://shop.example/terima-kasih", TraceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		ExpiresAt: noon.Add(time.Hour), CheckAt: noon, CreatedAt: noon, UpdatedAt: noon, Version: 1,
	}
}

func inTx(t *testing.T, s *store.Store, work func(tx payment.Tx) error) {
	t.Helper()
	if err := s.InTx(t.Context(), work); err != nil {
		t.Fatal(err)
	}
}

func insert(t *testing.T, s *store.Store, p payment.Payment) payment.Payment {
	t.Helper()
	inTx(t, s, func(tx payment.Tx) error { return tx.InsertPayment(p) })
	return p
}

// captured inserts a payment whose money has arrived and is booked.
func captured(t *testing.T, s *store.Store) payment.Payment {
	t.Helper()
	p := insert(t, s, somePayment())
	inTx(t, s, func(tx payment.Tx) error {
		p.Status, p.Captured, p.CheckAt, p.Action, p.Version = payment.Captured, p.Amount.Amount, time.Time{}, nil, 1
		if err := tx.UpdatePayment(&p); err != nil {
			return err
		}
		return tx.Book(pair("capture:"+p.ID, payment.EntryCapture, p, p.Amount.Amount))
	})
	return p
}

func pair(id string, kind payment.EntryKind, p payment.Payment, amount int64) []payment.Entry {
	line := payment.Entry{
		TransactionID: id, Line: 1, Kind: kind, Account: "gateway_receivable:simulator", Direction: payment.Debit,
		Amount: api.Money{Amount: amount, Currency: "IDR"}, PaymentID: p.ID, OrderID: p.OrderID, OccurredAt: noon, RecordedAt: noon,
	}
	other := line
	other.Line, other.Account, other.Direction = 2, "customer_funds", payment.Credit
	return []payment.Entry{line, other}
}

func TestPaymentRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		p := insert(t, s, somePayment())
		got, err := s.Payment(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if *got.Action != *p.Action {
			t.Errorf("action is %+v, want %+v", got.Action, p.Action)
		}
		got.Action = p.Action
		if got != p {
			t.Errorf("read\n%+v\nwant\n%+v", got, p)
		}
		if _, err := s.Payment(t.Context(), strings.ToUpper(p.ID)); !errors.Is(err, payment.ErrNotFound) {
			t.Errorf("an id in capitals: %v, want not found", err)
		}
		if open, err := s.OpenPayment(t.Context(), p.OrderID); err != nil || open.ID != p.ID {
			t.Errorf("open payment is %s, %v", open.ID, err)
		}
		if trace, err := s.TraceParent(t.Context(), p.ID); err != nil || trace != p.TraceParent {
			t.Errorf("trace is %q, %v", trace, err)
		}
		if trace, err := s.TraceParent(t.Context(), "pay_none"); err != nil || trace != "" {
			t.Errorf("trace of nothing is %q, %v", trace, err)
		}
	})
}

func TestOneOpenPaymentAnOrder(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		const writers = 20
		first := somePayment()
		var made atomic.Int32
		var wait sync.WaitGroup
		for range writers {
			wait.Go(func() {
				p := somePayment()
				p.OrderID = first.OrderID
				err := s.InTx(t.Context(), func(tx payment.Tx) error { return tx.InsertPayment(p) })
				switch {
				case err == nil:
					made.Add(1)
				case !errors.Is(err, payment.ErrOpen):
					t.Errorf("got %v, want open", err)
				}
			})
		}
		wait.Wait()
		if made.Load() != 1 {
			t.Fatalf("%d payments are open, want 1", made.Load())
		}
		open, err := s.OpenPayment(t.Context(), first.OrderID)
		if err != nil {
			t.Fatal(err)
		}
		inTx(t, s, func(tx payment.Tx) error {
			p := open
			p.Status, p.CheckAt = payment.Failed, time.Time{}
			return tx.UpdatePayment(&p)
		})
		second := somePayment()
		second.OrderID = first.OrderID
		insert(t, s, second)
		// Money that arrives for the first after all takes nothing from the second.
		inTx(t, s, func(tx payment.Tx) error {
			p := open
			p.Version, p.Status, p.Captured = 2, payment.Captured, 100_000
			return tx.UpdatePayment(&p)
		})
		if open, err = s.OpenPayment(t.Context(), first.OrderID); err != nil || open.ID != second.ID {
			t.Errorf("open payment is %s, %v, want %s", open.ID, err, second.ID)
		}
	})
}

func TestUpdateIsGuardedByVersion(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		known := insert(t, s, somePayment())
		const writers = 20
		var won atomic.Int32
		var wait sync.WaitGroup
		for i := range writers {
			wait.Go(func() {
				err := s.InTx(t.Context(), func(tx payment.Tx) error {
					p := known
					p.GatewayID = fmt.Sprint(i)
					return tx.UpdatePayment(&p)
				})
				switch {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, payment.ErrStale):
					t.Errorf("got %v, want stale", err)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 {
			t.Errorf("%d writers won, want 1", won.Load())
		}
	})
}

func TestRefundsNeverExceedTheCapture(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		p := captured(t, s)
		const tries, amount, fit = 100, 7_000, 14 // 14 × 7000 of 100 000
		var made atomic.Int32
		var wait sync.WaitGroup
		for range tries {
			wait.Go(func() {
				r := someRefund(p, amount)
				err := s.InTx(t.Context(), func(tx payment.Tx) error { return tx.ReserveRefund(r) })
				switch {
				case err == nil:
					made.Add(1)
				case !errors.Is(err, payment.ErrExceeds):
					t.Errorf("got %v, want exceeds", err)
				}
			})
		}
		wait.Wait()
		got, err := s.Payment(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if made.Load() != fit || got.RefundReserved != fit*amount {
			t.Errorf("%d refunds reserve %d, want %d and %d", made.Load(), got.RefundReserved, fit, fit*amount)
		}
		if found, err := s.Discrepancies(t.Context(), 10); err != nil || len(found) != 0 {
			t.Errorf("discrepancies %v, %v", found, err)
		}
	})
}

func someRefund(p payment.Payment, amount int64) payment.Refund {
	return payment.Refund{
		ID: api.NewID(api.PrefixRefund), PaymentID: p.ID, OrderID: p.OrderID, Status: payment.RefundPending,
		Amount: api.Money{Amount: amount, Currency: "IDR"}, Reason: "rusak di jalan – é", CheckAt: noon, CreatedAt: noon, UpdatedAt: noon,
	}
}

func TestRefundLife(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		p := captured(t, s)
		good, bad := someRefund(p, 30_000), someRefund(p, 40_000)
		good.Cause = "ord:pay:stock_short"
		inTx(t, s, func(tx payment.Tx) error { return errors.Join(tx.ReserveRefund(good), tx.ReserveRefund(bad)) })
		twin := someRefund(p, 1)
		twin.Cause = good.Cause
		if err := s.InTx(t.Context(), func(tx payment.Tx) error { return tx.ReserveRefund(twin) }); !errors.Is(err, payment.ErrDuplicate) {
			t.Errorf("the same cause twice: %v, want duplicate", err)
		}
		if r, err := s.RefundByCause(t.Context(), good.Cause); err != nil || r != good {
			t.Errorf("refund is %+v, %v, want %+v", r, err, good)
		}
		if due, err := s.DueRefunds(t.Context(), noon, 10); err != nil || len(due) != 2 {
			t.Errorf("%d refunds are due, %v", len(due), err)
		}
		finish := func(r payment.Refund, status payment.RefundStatus) (after payment.Payment, done bool) {
			t.Helper()
			inTx(t, s, func(tx payment.Tx) (err error) {
				r.Status = status
				after, done, err = tx.FinishRefund(&r)
				return err
			})
			return after, done
		}
		if after, done := finish(good, payment.RefundSucceeded); !done || after.Refunded != 30_000 || after.RefundReserved != 70_000 {
			t.Errorf("after success: %v %+v", done, after)
		}
		if after, done := finish(bad, payment.RefundFailed); !done || after.Refunded != 30_000 || after.RefundReserved != 30_000 {
			t.Errorf("after failure: %v %+v", done, after)
		}
		if _, done := finish(good, payment.RefundFailed); done {
			t.Error("a refund ended twice")
		}
		err := s.InTx(t.Context(), func(tx payment.Tx) error {
			unknown := someRefund(p, 1)
			_, _, err := tx.FinishRefund(&unknown)
			return err
		})
		if !errors.Is(err, payment.ErrNotFound) {
			t.Errorf("an unknown refund: %v", err)
		}
		if due, err := s.DueRefunds(t.Context(), noon, 10); err != nil || len(due) != 0 {
			t.Errorf("%d refunds are due, %v, want none", len(due), err)
		}
		if list, err := s.Refunds(t.Context(), p.ID, "", 10); err != nil || len(list) != 2 || list[0].ID != bad.ID {
			t.Errorf("refunds are %+v, %v", list, err)
		}
	})
}

func TestRowsRefuseImpossibleSums(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, db *sqldb.DB) {
		p := captured(t, s)
		for _, change := range []string{
			"refund_reserved = captured + 1", "refunded = refund_reserved + 1", "captured = -1", "amount = 0", "status = 'odd'",
		} {
			err := db.InTx(t.Context(), func(tx *sqldb.Tx) error {
				return tx.Exec("UPDATE payments SET "+change+" WHERE id = ?", p.ID).Error
			})
			if !errors.Is(err, gorm.ErrCheckConstraintViolated) {
				t.Errorf("%s: %v, want a violated check", change, err)
			}
		}
	})
}

func TestTheBooksAreAppendOnly(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, db *sqldb.DB) {
		p := captured(t, s)
		inTx(t, s, func(tx payment.Tx) error {
			return tx.Record(payment.Exchange{ID: api.NewID(api.PrefixExchange), PaymentID: p.ID, Gateway: "simulator", Operation: "get", Outcome: payment.OK, At: noon})
		})
		for _, statement := range []string{
			"UPDATE ledger_entries SET amount = amount + 1", "DELETE FROM ledger_entries",
			"UPDATE transaction_log SET answer = ''", "DELETE FROM transaction_log",
		} {
			err := db.InTx(t.Context(), func(tx *sqldb.Tx) error { return tx.Exec(statement).Error })
			if err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v, want a refusal", statement, err)
			}
		}
		err := s.InTx(t.Context(), func(tx payment.Tx) error {
			return tx.Book(pair("capture:"+p.ID, payment.EntryCapture, p, 1))
		})
		if !errors.Is(err, payment.ErrDuplicate) {
			t.Errorf("booking twice: %v, want duplicate", err)
		}
		entries, err := s.Entries(t.Context(), payment.EntryFilter{PaymentID: p.ID, Limit: 10})
		if err != nil || len(entries) != 2 || entries[1].Amount.Amount != 100_000 {
			t.Errorf("entries are %+v, %v", entries, err)
		}
	})
}

func TestBalancesAndDiscrepancies(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, db *sqldb.DB) {
		captured(t, s)
		p := captured(t, s)
		balances, err := s.Balances(t.Context())
		if err != nil || len(balances) != 2 {
			t.Fatalf("balances are %+v, %v", balances, err)
		}
		if b := balances[1]; b.Account != "gateway_receivable:simulator" || b.Debits != 200_000 || b.Credits != 0 {
			t.Errorf("balance is %+v", b)
		}
		if found, err := s.Discrepancies(t.Context(), 10); err != nil || len(found) != 0 {
			t.Fatalf("discrepancies %v, %v", found, err)
		}
		inTx(t, s, func(tx payment.Tx) error { return tx.Book(pair("odd", payment.EntryCapture, p, 5)[:1]) })
		err = db.InTx(t.Context(), func(tx *sqldb.Tx) error {
			return tx.Exec("UPDATE payments SET refund_reserved = 7, refunded = 6 WHERE id = ?", p.ID).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if found, err := s.Discrepancies(t.Context(), 10); err != nil || len(found) != 5 {
			t.Errorf("found %v, %v, want each of the five checks to report", found, err)
		}
		if found, err := s.Discrepancies(t.Context(), 2); err != nil || len(found) != 2 {
			t.Errorf("found %v, %v, want two", found, err)
		}
	})
}

func TestChecksAreTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		p := insert(t, s, somePayment())
		due, err := s.DuePayments(t.Context(), noon, 10)
		if err != nil || len(due) != 1 || due[0].ID != p.ID {
			t.Fatalf("due are %+v, %v", due, err)
		}
		var taken atomic.Int32
		var wait sync.WaitGroup
		for range 10 {
			wait.Go(func() {
				var mine bool
				err := s.InTx(t.Context(), func(tx payment.Tx) (err error) {
					mine, err = tx.PostponePayment(due[0], noon.Add(time.Minute))
					return err
				})
				if err != nil {
					t.Error(err)
				} else if mine {
					taken.Add(1)
				}
			})
		}
		wait.Wait()
		if taken.Load() != 1 {
			t.Errorf("%d took the check, want 1", taken.Load())
		}
		if due, err := s.DuePayments(t.Context(), noon, 10); err != nil || len(due) != 0 {
			t.Errorf("%d are still due, %v", len(due), err)
		}
	})
}

func TestWebhookOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		w := payment.Webhook{
			ID: api.NewID(api.PrefixWebhook), Gateway: "simulator", Body: `{"é":1}`, ReceivedAt: noon,
			Notice: payment.Notice{
				EventID: "evt_1", Kind: "charge.captured", Reference: "pay_1", At: noon,
				Charge: payment.Charge{
					GatewayID: "chg_1", Status: payment.Captured, Amount: api.Money{Amount: 5, Currency: "IDR"}, Captured: 5, At: noon,
					Refunds: []payment.ChargeRefund{{ID: "rfd_1", Status: payment.RefundSucceeded, Amount: api.Money{Amount: 1, Currency: "IDR"}, At: noon}},
				},
			},
		}
		inTx(t, s, func(tx payment.Tx) error { return tx.InsertWebhook(w) })
		again := w
		again.ID = api.NewID(api.PrefixWebhook)
		if err := s.InTx(t.Context(), func(tx payment.Tx) error { return tx.InsertWebhook(again) }); !errors.Is(err, payment.ErrDuplicate) {
			t.Errorf("a copy: %v, want duplicate", err)
		}
		other := again
		other.ID, other.Notice.EventID = api.NewID(api.PrefixWebhook), "EVT_1" // ids differ by case
		inTx(t, s, func(tx payment.Tx) error { return tx.InsertWebhook(other) })
		got, err := s.Webhook(t.Context(), w.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Notice.Charge.Refunds[0] != w.Notice.Charge.Refunds[0] || got.Notice.Charge.Captured != 5 || got.Body != w.Body || !got.ReceivedAt.Equal(noon) {
			t.Errorf("read %+v, want %+v", got, w)
		}
		if _, err := s.Webhook(t.Context(), again.ID); !errors.Is(err, payment.ErrNotFound) {
			t.Errorf("the copy: %v, want not found", err)
		}
	})
}

func TestTextsOfOthersAreCut(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *sqldb.DB) {
		p := insert(t, s, somePayment())
		long := strings.Repeat("é", 5000)
		inTx(t, s, func(tx payment.Tx) error {
			p := p
			p.Failure = payment.Failure{Code: long, Detail: long}
			p.GatewayID = long
			if err := tx.UpdatePayment(&p); err != nil {
				return err
			}
			return tx.Record(payment.Exchange{ID: api.NewID(api.PrefixExchange), PaymentID: p.ID, Note: long, Request: long, At: noon})
		})
		got, err := s.Payment(t.Context(), p.ID)
		if err != nil || len([]rune(got.Failure.Detail)) != 500 || len([]rune(got.Failure.Code)) != 64 {
			t.Errorf("kept %d and %d characters, %v", len([]rune(got.Failure.Code)), len([]rune(got.Failure.Detail)), err)
		}
	})
}
