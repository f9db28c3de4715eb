package notify_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/api/orderapi"
	"pasar/internal/notify"
	"pasar/internal/notify/store"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/events"
	"pasar/internal/platform/mail"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
)

type tokens struct{ empty bool }

func (t tokens) IssueMailToken(_ context.Context, in *authapi.IssueMailTokenInput) (*authapi.MailToken, error) {
	if t.empty {
		return &authapi.MailToken{}, nil
	}
	return &authapi.MailToken{Token: "token-for-" + in.Body.Purpose}, nil
}

type outbound struct {
	sent []mail.Message
	fail error
}

func (o *outbound) Send(_ context.Context, m mail.Message) error {
	if o.fail != nil {
		return o.fail
	}
	o.sent = append(o.sent, m)
	return nil
}

var at = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func fact[D any](t *testing.T, kind events.Type[D], data D) events.Event {
	t.Helper()
	e, err := kind.New("subject", 1, at, data)
	if err != nil {
		t.Fatal(err)
	}
	e.ID = api.NewID(api.PrefixEvent)
	return e
}

// deliver hands an event to the consumer that wants it.
func deliver(t *testing.T, s *notify.Service, e events.Event) error {
	t.Helper()
	for _, c := range s.Consumers() {
		for _, kind := range c.Types {
			if kind == e.Type {
				return c.Handle(t.Context(), e)
			}
		}
	}
	t.Fatalf("nobody consumes %s", e.Type)
	return nil
}

func rupiah(amount int64) api.Money { return api.Money{Amount: amount * 100, Currency: "IDR"} }

func anOrder(language string) orderapi.OrderData {
	return orderapi.OrderData{
		OrderID: "ord_1", Number: "PSR-1", Email: "sari@example.com", Language: language,
		Total: rupiah(105000), Shipping: rupiah(15000), TaxIncluded: rupiah(10405),
		Lines: []orderapi.LineData{{Name: "Kopi <Gayo>", Options: "250 g", Quantity: 2, Total: rupiah(90000)}},
	}
}

func TestMailsAreWrittenOnce(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, store.Migrations(), func(t *testing.T, db *sqldb.DB) {
		box := store.New(db)
		service := notify.New(notify.Deps{Store: box, Tokens: tokens{}, Clock: clock.System{}, PublicURL: "http://shop"})
		account := authapi.AccountData{UserID: "usr_1", Email: "Sari@example.com", Name: "Sari", Language: "id"}
		for _, e := range []events.Event{
			fact(t, authapi.VerificationRequested, account),
			fact(t, authapi.PasswordResetRequested, account),
			fact(t, authapi.RegistrationRepeated, account),
			fact(t, authapi.PasswordChanged, account),
			fact(t, orderapi.OrderConfirmed, anOrder("id")),
			fact(t, orderapi.OrderConfirmed, anOrder("en")),
			fact(t, orderapi.OrderRefunded, orderapi.RefundedData{Number: "PSR-1", Email: "s@example.com", Language: "en", Amount: rupiah(45000), RefundedTotal: rupiah(45000)}),
		} {
			for range 3 {
				if err := deliver(t, service, e); err != nil {
					t.Fatal(err)
				}
			}
		}
		mails, err := box.ListMails(t.Context(), 50)
		if err != nil {
			t.Fatal(err)
		}
		if len(mails) != 7 {
			t.Fatalf("%d mails, want 7", len(mails))
		}
		var all strings.Builder
		for _, m := range mails {
			if m.State != notify.StateKept || m.Subject == "" || !strings.Contains(m.HTML, "<h1>") {
				t.Errorf("mail %s: %s, subject %q", m.Kind, m.State, m.Subject)
			}
			all.WriteString(m.Subject + "\n" + m.Text + "\n" + m.HTML)
		}
		for _, want := range []string{
			"http://shop/verify-email?lang=id&token=token-for-verify_email", "http://shop/reset-password?lang=id&token=token-for-reset_password",
			"Pesanan PSR-1 sudah dibayar", "Order PSR-1 is paid", "Kopi &lt;Gayo&gt;", "Rp\u00a0105.000", "IDR\u00a0105,000",
		} {
			if !strings.Contains(all.String(), want) {
				t.Errorf("no mail says %q", want)
			}
		}
	})
}

func TestNoMailWithoutAToken(t *testing.T) {
	t.Parallel()
	box := store.New(sqldbtest.SQLite(t, store.Migrations()))
	service := notify.New(notify.Deps{Store: box, Tokens: tokens{empty: true}, Clock: clock.System{}})
	if err := deliver(t, service, fact(t, authapi.VerificationRequested, authapi.AccountData{UserID: "usr_1"})); err != nil {
		t.Fatal(err)
	}
	if mails, err := box.ListMails(t.Context(), 5); err != nil || len(mails) != 0 {
		t.Fatalf("%d mails, %v", len(mails), err)
	}
}

func TestDelivery(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, store.Migrations(), func(t *testing.T, db *sqldb.DB) {
		now := at
		box, out := store.New(db), &outbound{fail: errors.New("the server is down")}
		service := notify.New(notify.Deps{Store: box, Tokens: tokens{}, Clock: clock.Func(func() time.Time { return now }), Sender: out, From: "shop@example.com"})
		if err := deliver(t, service, fact(t, orderapi.OrderConfirmed, anOrder("id"))); err != nil {
			t.Fatal(err)
		}
		if err := service.Deliver(t.Context()); err == nil {
			t.Fatal("a failed try was not reported")
		}
		out.fail = nil
		if err := service.Deliver(t.Context()); err != nil || len(out.sent) != 0 {
			t.Fatalf("tried again before it was due: %d, %v", len(out.sent), err)
		}
		now = now.Add(time.Minute)
		for range 2 {
			if err := service.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if len(out.sent) != 1 || out.sent[0].To != "sari@example.com" || out.sent[0].ID == "" {
			t.Fatalf("sent %+v", out.sent)
		}
		mails, err := box.ListMails(t.Context(), 5)
		if err != nil || len(mails) != 1 || mails[0].State != notify.StateSent || mails[0].HTML != "" || mails[0].Attempts != 2 {
			t.Fatalf("%+v, %v", mails, err)
		}
	})
}

func TestMailbox(t *testing.T) {
	t.Parallel()
	box := store.New(sqldbtest.SQLite(t, store.Migrations()))
	service := notify.New(notify.Deps{Store: box, Tokens: tokens{}, Clock: clock.System{}, PublicURL: "http://shop"})
	if err := deliver(t, service, fact(t, orderapi.OrderConfirmed, anOrder("en"))); err != nil {
		t.Fatal(err)
	}
	mails, err := box.ListMails(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	page := service.Mailbox("/dev/mail", slog.New(slog.DiscardHandler))
	for path, want := range map[string]string{
		"/dev/mail":                             "Order PSR-1 is paid",
		"/dev/mail/" + mails[0].ID:              "2 × Kopi &lt;Gayo&gt;",
		"/dev/mail/" + mails[0].ID + "/html":    "<h1>Thank you",
		"/dev/mail/mai_00000000000000000000000": "no such mail",
	} {
		w := httptest.NewRecorder()
		page.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s lacks %q: %d %.200s", path, want, w.Code, w.Body)
		}
	}
}
