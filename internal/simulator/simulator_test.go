package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pasar/internal/platform/clock"
	"pasar/internal/platform/secret"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
	"pasar/internal/simulator"
)

func TestMain(m *testing.M) { sqldbtest.Main(m) }

const (
	key      = "the-merchant's-key"
	patience = 20 * time.Second
)

// shop is a merchant: a simulator, and a place that its webhooks come to.
type shop struct {
	t      *testing.T
	config simulator.Config
	sim    *simulator.Simulator
	url    string
	hooks  string
	heard  chan hook
	refuse chan int // statuses to answer the next webhooks with
	stop   func()
}

type hook struct {
	header http.Header
	body   []byte
	event  simulator.Event
}

func newShop(t *testing.T, change ...func(*simulator.Config)) *shop {
	t.Helper()
	s := &shop{t: t, heard: make(chan hook, 1000), refuse: make(chan int, 100)}
	hooks := httptest.NewServer(http.HandlerFunc(s.hear))
	t.Cleanup(hooks.Close)
	s.hooks = hooks.URL
	s.config = simulator.Config{
		DB:     sqldbtest.SQLite(t, simulator.Migrations()),
		APIKey: secret.New(key), WebhookSecret: secret.New("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"),
		Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Control: true, RetryAfter: 5 * time.Millisecond,
	}
	for _, c := range change {
		c(&s.config)
	}
	s.start()
	return s
}

// start runs a simulator on the shop's database; stop ends it as it is.
func (s *shop) start() {
	s.t.Helper()
	sim, err := simulator.New(s.config)
	if err != nil {
		s.t.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	sim.SetPublicURL(server.URL + "/")
	ctx, cancel := context.WithCancel(s.t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = sim.Run(ctx) })
	s.sim, s.url = sim, server.URL
	s.stop = sync.OnceFunc(func() { cancel(); running.Wait(); server.Close() })
	s.t.Cleanup(s.stop)
}

func (s *shop) hear(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	h := hook{header: r.Header, body: body}
	if err == nil {
		err = json.Unmarshal(body, &h.event)
	}
	if err != nil {
		s.t.Errorf("a webhook cannot be read: %v", err)
	}
	select {
	case status := <-s.refuse:
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	default:
		s.heard <- h
	}
}

func (s *shop) hook() hook {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	select {
	case h := <-s.heard:
		return h
	case <-ctx.Done():
		s.t.Fatal("no webhook came")
		return hook{}
	}
}

func (s *shop) call(method, path string, body any, headers ...string) (int, []byte) {
	s.t.Helper()
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, content)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return s.do(request)
}

func (s *shop) do(request *http.Request) (int, []byte) {
	s.t.Helper()
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := stay.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if location := response.Header.Get("Location"); location != "" {
		content = []byte(location)
	}
	return response.StatusCode, content
}

func (s *shop) body(change map[string]any) map[string]any {
	body := map[string]any{
		"reference": "ref-1", "amount": 12990, "currency": "IDR", "method": "card", "description": "Kopi",
		"webhook_url": s.hooks, "return_url": "https://shop.example/done?a=1",
	}
	for k, v := range change {
		body[k] = v
	}
	return body
}

func (s *shop) charge(change map[string]any) simulator.Charge {
	s.t.Helper()
	status, answer := s.call("POST", "/charges", s.body(change))
	if status != 201 {
		s.t.Fatalf("creating answered %d: %s", status, answer)
	}
	return decode(s.t, answer)
}

func decode(t *testing.T, answer []byte) simulator.Charge {
	t.Helper()
	var c simulator.Charge
	if err := json.Unmarshal(answer, &c); err != nil {
		t.Fatalf("%s: %v", answer, err)
	}
	return c
}

func (s *shop) press(c simulator.Charge, action string, fields ...string) (int, string) {
	s.t.Helper()
	form := url.Values{"action": {action}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	request, err := http.NewRequestWithContext(s.t.Context(), "POST", c.PayURL+"?lang=en", strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, body := s.do(request)
	return status, string(body)
}

func TestApproveSendsASignedWebhook(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	_, answer := s.call("POST", "/charges", s.body(nil), "Traceparent", trace)
	c := decode(t, answer)
	status, location := s.press(c, "approve")
	if status != 303 || location != "https://shop.example/done?a=1&reference=ref-1&status=captured" {
		t.Errorf("approve answered %d to %s", status, location)
	}
	h := s.hook()
	if h.event.Type != "charge.captured" || h.event.Data.Captured != 12990 || h.event.ID != h.header.Get("Webhook-Id") {
		t.Errorf("webhook is %+v", h.event)
	}
	if h.header.Get("Traceparent") != trace || !strings.HasPrefix(h.header.Get("Webhook-Signature"), "v1,") {
		t.Errorf("webhook headers are %v", h.header)
	}
	if bytes.Contains(h.body, []byte("page_token")) || bytes.Contains(h.body, []byte("webhook_url")) {
		t.Errorf("the webhook shows what is inside: %s", h.body)
	}
}

func TestCreateOnceForAReference(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, simulator.Migrations(), func(t *testing.T, db *sqldb.DB) {
		s := newShop(t, func(c *simulator.Config) { c.DB = db })
		ids := make([]string, 20)
		var wait sync.WaitGroup
		for i := range ids {
			wait.Go(func() {
				status, answer := s.call("POST", "/charges", s.body(nil))
				if status != 200 && status != 201 {
					t.Errorf("creating answered %d: %s", status, answer)
				}
				ids[i] = decode(t, answer).ID
			})
		}
		wait.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Fatalf("charges are %v, want one", ids)
			}
		}
		if status, _ := s.call("POST", "/charges", s.body(map[string]any{"amount": 1})); status != 409 {
			t.Errorf("another amount for the reference answered %d, want 409", status)
		}
	})
}

func TestMerchantIsRefused(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for name, change := range map[string]map[string]any{
		"no reference":      {"reference": ""},
		"long reference":    {"reference": strings.Repeat("x", 101)},
		"no amount":         {"amount": 0},
		"negative amount":   {"amount": -1},
		"huge amount":       {"amount": int64(1) << 62},
		"unknown currency":  {"currency": "GBP"},
		"unknown method":    {"method": "cheque"},
		"qris in dollars":   {"method": "qris", "currency": "USD"},
		"script address":    {"return_url": "javascript:alert(1)"},
		"no webhook scheme": {"webhook_url": "//shop"},
		"odd behaviour":     {"behaviour": map[string]any{"lose_probability": 2}},
		"unknown field":     {"colour": "red"},
	} {
		if status, answer := s.call("POST", "/charges", s.body(change)); status != 422 && status != 400 {
			t.Errorf("%s: answered %d: %s", name, status, answer)
		}
	}
	for _, path := range []string{"/charges/ref-1", "/control"} {
		if status, _ := s.call("GET", path, nil, "Authorization", "Bearer wrong"); status != 401 {
			t.Errorf("%s with a wrong key answered %d", path, status)
		}
	}
	if status, _ := s.call("GET", "/charges/ref-1", nil); status != 404 {
		t.Errorf("an unknown charge answered %d", status)
	}
	if status, _ := s.call("GET", "/pay/none", nil); status != 404 {
		t.Errorf("an unknown page answered %d", status)
	}
}

func TestWebhookIsSentUntilTaken(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, status := range []int{500, 503, 302} {
		s.refuse <- status
	}
	s.charge(map[string]any{"method": "qris"})
	if h := s.hook(); h.event.Type != "charge.pending" {
		t.Errorf("webhook is %+v", h.event)
	}
	if len(s.refuse) != 0 {
		t.Errorf("%d refusals are left", len(s.refuse))
	}
}

func TestNoWebhookIsLostByStopping(t *testing.T) {
	t.Parallel()
	refused := make(chan struct{})
	s := newShop(t, func(c *simulator.Config) {
		c.RetryAfter = 10 * time.Minute
		c.HTTP = &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			close(refused)
			return nil, errors.New("the shop is away")
		})}
	})
	s.charge(map[string]any{"method": "qris"})
	<-refused
	s.stop()
	s.config.HTTP = nil
	s.config.Clock = clock.Func(func() time.Time { return clock.System{}.Now().Add(11 * time.Minute) })
	s.start()
	if h := s.hook(); h.event.Type != "charge.pending" {
		t.Errorf("webhook is %+v", h.event)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestBehaviours(t *testing.T) {
	t.Parallel()
	t.Run("copies carry one id", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		s.charge(map[string]any{"method": "qris", "behaviour": simulator.Behaviour{ExtraCopies: 2}})
		first := s.hook()
		for range 2 {
			if got := s.hook().header.Get("Webhook-Id"); got != first.header.Get("Webhook-Id") {
				t.Errorf("a copy has the id %s", got)
			}
		}
	})
	t.Run("lost", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		if status, _ := s.call("POST", "/control", simulator.Behaviour{LoseProbability: 1}); status != 200 {
			t.Fatalf("control answered %d", status)
		}
		c := s.charge(map[string]any{"method": "qris"})
		if status, _ := s.call("POST", "/control", simulator.Behaviour{}); status != 200 {
			t.Fatal("control refused")
		}
		s.press(c, "approve")
		if h := s.hook(); h.event.Type != "charge.captured" {
			t.Errorf("webhook is %s, want the first to be lost", h.event.Type)
		}
	})
	t.Run("reordered", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		c := s.charge(map[string]any{"behaviour": simulator.Behaviour{Reorder: true}})
		s.press(c, "approve")
		if first, second := s.hook().event.Type, s.hook().event.Type; first != "charge.captured" || second != "charge.pending" {
			t.Errorf("webhooks are %s, %s", first, second)
		}
	})
	t.Run("answer held back", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		encoded, err := json.Marshal(s.body(map[string]any{"behaviour": simulator.Behaviour{HoldAnswerMS: 60_000}}))
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(ctx, "POST", s.url+"/charges", bytes.NewReader(encoded))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+key)
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
			t.Fatal("the answer came in time")
		}
		if status, _ := s.call("GET", "/charges/ref-1", nil); status != 200 {
			t.Errorf("the charge answered %d although it was made", status)
		}
	})
}

func TestChargeLife(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	post := func(path string, body any, want int) simulator.Charge {
		t.Helper()
		status, answer := s.call("POST", path, body)
		if status != want {
			t.Fatalf("%s answered %d: %s", path, status, answer)
		}
		if status != 200 {
			return simulator.Charge{}
		}
		return decode(t, answer)
	}
	amount := func(n int) map[string]any { return map[string]any{"amount": n} }
	refund := func(reference string, n int) map[string]any {
		return map[string]any{"reference": reference, "amount": n}
	}

	c := s.charge(map[string]any{"method": "card_authorize"})
	post("/charges/ref-1/capture", amount(1), 409)
	s.press(c, "approve")
	post("/charges/ref-1/capture", amount(12_991), 422)
	if got := post("/charges/"+c.ID+"/capture", amount(9_000), 200); got.Captured != 9_000 || got.Status != "captured" {
		t.Errorf("captured %+v", got)
	}
	post("/charges/ref-1/capture", amount(9_000), 200)
	post("/charges/ref-1/capture", amount(1), 409)
	post("/charges/ref-1/cancel", nil, 409)
	post("/charges/ref-1/refunds", refund("r1", 9_001), 409)
	post("/charges/ref-1/refunds", refund("r1", 4_000), 200)
	if got := post("/charges/ref-1/refunds", refund("r1", 4_000), 200); got.Refunded != 4_000 || len(got.Refunds) != 1 {
		t.Errorf("refunded %+v", got)
	}
	post("/charges/ref-1/refunds", refund("r1", 1), 409)
	post("/charges/ref-1/refunds", refund("r2", 5_001), 409)

	left := s.charge(map[string]any{"reference": "ref-2"})
	if got := post("/charges/ref-2/cancel", nil, 200); got.Status != "cancelled" {
		t.Errorf("cancelled %+v", got)
	}
	post("/charges/ref-2/cancel", nil, 200)
	if status, location := s.press(left, "approve"); status != 303 || !strings.Contains(location, "status=cancelled") {
		t.Errorf("approving a cancelled charge answered %d to %s", status, location)
	}
}

func TestChargeExpires(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.charge(map[string]any{"expires_at": time.Now().Add(-time.Second)})
	if _, answer := s.call("GET", "/charges/ref-1", nil); decode(t, answer).Status != "expired" {
		t.Errorf("charge is %s", answer)
	}
}

func TestThreeWrongCodesFail(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	c := s.charge(nil)
	if status, location := s.press(c, "challenge"); status != 303 || !strings.HasPrefix(location, "?step=challenge") {
		t.Fatalf("challenge answered %d to %s", status, location)
	}
	for range 2 {
		if status, page := s.press(c, "otp", "otp", "1"); status != 200 || !strings.Contains(page, `role="alert"`) {
			t.Errorf("a wrong code answered %d", status)
		}
	}
	if status, location := s.press(c, "otp", "otp", "1"); status != 303 || !strings.Contains(location, "status=failed") {
		t.Errorf("the third wrong code answered %d to %s", status, location)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for method, text := range map[string]string{
		"card": "Approve", "card_authorize": "Approve", "bank_transfer": "I have made the transfer", "qris": "I have scanned and paid",
	} {
		c := s.charge(map[string]any{"reference": method, "method": method, "description": "<script>alert(1)</script>"})
		request, err := http.NewRequestWithContext(t.Context(), "GET", c.PayURL, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Language", "en-GB")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		page := string(body)
		if response.StatusCode != 200 || !strings.Contains(page, text) || !strings.Contains(page, "Rp\u00a012,990") {
			t.Errorf("%s: page is %d: %s", method, response.StatusCode, page)
		}
		if strings.Contains(page, "<script") {
			t.Errorf("%s: the page runs a script", method)
		}
		policy := response.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || !strings.Contains(policy, "form-action 'self' https://shop.example;") {
			t.Errorf("%s: policy is %s", method, policy)
		}
	}
}

func TestVectorOfTheSignature(t *testing.T) {
	t.Parallel()
	// Computed apart from this code.
	got := simulator.Sign("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "msg_1", time.Unix(1700000000, 0), `{"id":"evt_1","type":"payment_intent.succeeded"}`)
	if want := "v1,gNL/9bZgATHSPpP+9Bg6yccmk1eIVUqKpV+5ykiy2p0="; got != want {
		t.Errorf("signature is %s, want %s", got, want)
	}
}

func TestQRISEndsInItsChecksum(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	text := s.charge(map[string]any{"method": "qris"}).QRString
	// Read it back: tag, length, value, until the end.
	fields := map[string]string{}
	for rest := text; rest != ""; {
		length := int(rest[2]-'0')*10 + int(rest[3]-'0')
		fields[rest[:2]] = rest[4 : 4+length]
		rest = rest[4+length:]
	}
	if fields["54"] != "12990" || fields["53"] != "360" || fields["58"] != "ID" {
		t.Errorf("fields are %v", fields)
	}
	if got := simulator.CRC16(text[:len(text)-4]); got != fields["63"] {
		t.Errorf("checksum is %s, want %s", fields["63"], got)
	}
	if got := simulator.CRC16("123456789"); got != "29B1" { // the check value of CRC-16/CCITT-FALSE
		t.Errorf("checksum of the check text is %s", got)
	}
}
