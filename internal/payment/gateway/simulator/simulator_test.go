package simulator_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pasar/api"
	"pasar/api/paymentapi"
	"pasar/internal/payment"
	"pasar/internal/payment/gateway/simulator"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/secret"
)

const webhookSecret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"

func gatewayAt(t *testing.T, url string, now clock.Clock) *simulator.Gateway {
	t.Helper()
	g, err := simulator.New(simulator.Config{
		URL: url, APIKey: secret.New("key"), WebhookSecret: secret.New(webhookSecret), Clock: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status  int
		body    string
		outcome payment.Outcome
	}{
		"refused":            {422, `{"error":{"code":"amount_invalid"}}`, payment.Refused},
		"no such charge":     {404, `{"error":{"code":"charge_not_found"}}`, payment.Missing},
		"wrong address":      {404, `not found`, payment.NotSent},
		"wrong key":          {401, `{}`, payment.NotSent},
		"too many requests":  {429, `{}`, payment.NotSent},
		"broken":             {500, `{}`, payment.Unknown},
		"proxy time-out":     {504, `<html>`, payment.Unknown},
		"redirect":           {304, ``, payment.Unknown},
		"not JSON":           {200, `hello`, payment.Unknown},
		"unknown status":     {200, `{"status":"odd","currency":"IDR"}`, payment.Unknown},
		"unknown currency":   {200, `{"status":"captured","currency":"XXX"}`, payment.Unknown},
		"more than an int64": {200, `{"status":"captured","currency":"IDR","captured_amount":9223372036854775807}`, payment.Unknown},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer server.Close()
			answer, err := gatewayAt(t, server.URL, clock.System{}).Get(t.Context(), "pay_1")
			var failed *payment.GatewayError
			if !errors.As(err, &failed) || failed.Outcome != c.outcome {
				t.Fatalf("got %v, want %s", err, c.outcome)
			}
			if answer.Exchange.HTTPStatus != c.status || answer.Exchange.Answer != c.body {
				t.Errorf("exchange is %+v", answer.Exchange)
			}
		})
	}
}

func TestSilenceIsUnknownAndNoConnectionIsNotSent(t *testing.T) {
	t.Parallel()
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a server notices that its caller has gone only after the body
		<-r.Context().Done()
	}))
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := gatewayAt(t, silent.URL, clock.System{}).Cancel(ctx, "pay_1")
	var failed *payment.GatewayError
	if !errors.As(err, &failed) || failed.Outcome != payment.Unknown {
		t.Errorf("silence is %v, want unknown", err)
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listener.Addr().String()
	_ = listener.Close()
	_, err = gatewayAt(t, closed, clock.System{}).Cancel(t.Context(), "pay_1")
	if !errors.As(err, &failed) || failed.Outcome != payment.NotSent {
		t.Errorf("a closed port is %v, want not sent", err)
	}
}

// The vector was computed apart from this code.
func TestWebhookVector(t *testing.T) {
	t.Parallel()
	at := time.Unix(1700000000, 0)
	g := gatewayAt(t, "http://gateway.example", clock.Func(func() time.Time { return at }))
	header := map[string][]string{
		"Webhook-Id": {"msg_1"}, "Webhook-Timestamp": {"1700000000"},
		"Webhook-Signature": {"v1,gNL/9bZgATHSPpP+9Bg6yccmk1eIVUqKpV+5ykiy2p0="},
	}
	body := []byte(`{"id":"evt_1","type":"payment_intent.succeeded"}`)
	if _, err := g.ParseWebhook(header, body); err == nil || errors.Is(err, payment.ErrSignature) {
		t.Errorf("got %v, want a right signature on what is no event of ours", err)
	}
	for _, off := range []time.Duration{-301 * time.Second, 301 * time.Second} {
		late := gatewayAt(t, "http://gateway.example", clock.Func(func() time.Time { return at.Add(off) }))
		if _, err := late.ParseWebhook(header, body); !errors.Is(err, payment.ErrSignature) {
			t.Errorf("%s off: got %v, want a refusal", off, err)
		}
	}
	header["Webhook-Id"] = []string{"msg_1", "msg_1"}
	if _, err := g.ParseWebhook(header, body); !errors.Is(err, payment.ErrSignature) {
		t.Errorf("two ids: got %v, want a refusal", err)
	}
}

func TestAmountsCrossTheBorderUnchanged(t *testing.T) {
	t.Parallel()
	perUnit := map[string]int64{"IDR": 100, "JPY": 1, "USD": 1, "KWD": 1}
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]string{"IDR", "JPY", "USD", "KWD"}).Draw(t, "currency")
		units := rapid.Int64Range(-1<<50, 1<<50).Draw(t, "units")
		money, err := simulator.FromUnits(units, currency)
		if err != nil || money != (api.Money{Amount: units * perUnit[currency], Currency: currency}) {
			t.Fatalf("%d units are %+v, %v", units, money, err)
		}
		if back, err := simulator.ToUnits(money); err != nil || back != units {
			t.Fatalf("%+v is %d units, %v, want %d", money, back, err, units)
		}
		minor := rapid.Int64().Draw(t, "minor")
		got, err := simulator.ToUnits(api.Money{Amount: minor, Currency: currency})
		if fraction := minor%perUnit[currency] != 0; (err != nil) != fraction {
			t.Fatalf("%d %s became %d, %v", minor, currency, got, err)
		}
		if err == nil && got*perUnit[currency] != minor {
			t.Fatalf("%d %s became %d", minor, currency, got)
		}
	})
}

func TestCheckNamesTheField(t *testing.T) {
	t.Parallel()
	g := gatewayAt(t, "http://gateway.example", clock.System{})
	cases := map[string]struct {
		method string
		amount api.Money
		code   string
	}{
		"good":             {"card", api.Money{Amount: 100, Currency: "IDR"}, ""},
		"yen":              {"card", api.Money{Amount: 1, Currency: "JPY"}, ""},
		"fraction":         {"card", api.Money{Amount: 150, Currency: "IDR"}, paymentapi.CodeAmountUnsupported},
		"unknown method":   {"cheque", api.Money{Amount: 100, Currency: "IDR"}, paymentapi.CodeMethodUnsupported},
		"dollars by qris":  {"qris", api.Money{Amount: 100, Currency: "USD"}, paymentapi.CodeMethodUnsupported},
		"unknown currency": {"card", api.Money{Amount: 100, Currency: "GBP"}, paymentapi.CodeMethodUnsupported},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := g.Check(payment.NewCharge{Method: c.method, Amount: c.amount})
			if c.code == "" && err != nil || c.code != "" && !fault.HasCode(err, c.code) {
				t.Errorf("got %v, want %q", err, c.code)
			}
			if f := fault.As(err); f != nil && len(f.Fields) == 0 {
				t.Error("the refusal names no field")
			}
		})
	}
}

func TestNewRefusesWeakSettings(t *testing.T) {
	t.Parallel()
	good := simulator.Config{URL: "http://127.0.0.1:1", APIKey: secret.New("k"), WebhookSecret: secret.New(webhookSecret), Clock: clock.System{}}
	for name, change := range map[string]func(*simulator.Config){
		"no URL":        func(c *simulator.Config) { c.URL = "" },
		"no key":        func(c *simulator.Config) { c.APIKey = secret.Secret{} },
		"no secret":     func(c *simulator.Config) { c.WebhookSecret = secret.Secret{} },
		"short secret":  func(c *simulator.Config) { c.WebhookSecret = secret.New("whsec_AAAA") },
		"secret no b64": func(c *simulator.Config) { c.WebhookSecret = secret.New("whsec_!") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := good
			change(&config)
			if _, err := simulator.New(config); err == nil {
				t.Error("it was accepted")
			}
		})
	}
}
