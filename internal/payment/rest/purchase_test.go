package rest_test

import (
	"bytes"
	"testing"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
)

// eachOrders runs a test with the order service in process and over HTTP.
func eachOrders(t *testing.T, test func(t *testing.T, s *stack)) {
	t.Run("in process", func(t *testing.T) { t.Parallel(); test(t, newStack(t, options{})) })
	t.Run("over HTTP", func(t *testing.T) { t.Parallel(); test(t, newStack(t, options{overHTTP: true})) })
	t.Run("over HTTP on MySQL", func(t *testing.T) { t.Parallel(); test(t, newStack(t, options{overHTTP: true, mysql: true})) })
}

func TestPurchase(t *testing.T) {
	t.Parallel()
	eachOrders(t, func(t *testing.T, s *stack) {
		order := s.order()
		first := s.create(order.OrderID, "card", "key-1").want(t, 201, "")
		var p paymentapi.Payment
		first.decode(t, &p)
		if p.Status != "requires_action" || p.NextAction.Type != "redirect" || p.Amount != order.Due || p.OrderID != order.OrderID {
			t.Fatalf("created %+v", p)
		}
		if got := first.header.Get("Location"); got != "/v1/payments/"+p.ID {
			t.Errorf("Location is %q", got)
		}
		again := s.create(order.OrderID, "card", "key-1").want(t, 201, "")
		if !bytes.Equal(first.body, again.body) || again.header.Get("Idempotent-Replayed") != "true" || again.header.Get("Etag") != first.header.Get("Etag") {
			t.Errorf("a repeat is\n%s\nwant\n%s", again.body, first.body)
		}
		if r := s.press(p, "approve"); r.status != 303 {
			t.Fatalf("approve answered %d: %s", r.status, r.body)
		}
		data, err := paymentapi.PaymentCaptured.Decode(s.fact(paymentapi.PaymentCaptured.Name, p.ID))
		if err != nil {
			t.Fatal(err)
		}
		if data.OrderID != order.OrderID || data.Amount != order.Due || data.CapturedTotal != order.Due {
			t.Errorf("captured %+v", data)
		}
		if got := s.get(p.ID); got.Status != "captured" || got.Captured != order.Due || got.NextAction != nil {
			t.Errorf("payment is %+v", got)
		}
		if s.captures(p.ID) != 1 {
			t.Errorf("%d captures are booked, want 1", s.captures(p.ID))
		}
		s.balanced()
	})
}

func TestOwnersAndStaffSeePayments(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	owner := api.NewID(api.PrefixUser)
	order := s.order(func(p *orderapi.Payable) { p.UserID = owner })
	var p paymentapi.Payment
	s.send("POST", "/v1/payments", map[string]string{"order_id": order.OrderID, "gateway": "simulator", "method": "card"},
		"Authorization", "Bearer "+owner, "Idempotency-Key", "k").want(t, 201, "").decode(t, &p)
	paths := []string{"/v1/payments/" + p.ID, "/v1/payments/" + p.ID + "/refunds"}
	for _, path := range paths {
		s.send("GET", path, nil, "Authorization", "Bearer "+owner).want(t, 200, "")
		s.send("GET", path, nil, "Cart-Token", cartToken).want(t, 200, "")
		s.send("GET", path, nil, "Authorization", "Bearer support").want(t, 200, "")
		s.send("GET", path, nil, "Authorization", "Bearer "+api.NewID(api.PrefixUser)).want(t, 404, "not_found")
		s.send("GET", path, nil, "Cart-Token", "another").want(t, 404, "not_found")
		s.send("GET", path, nil).want(t, 404, "not_found")
	}
	for _, action := range []string{"/cancel", "/verify"} {
		s.send("POST", "/v1/payments/"+p.ID+action, nil, "Cart-Token", "another").want(t, 404, "not_found")
	}
	s.send("POST", "/v1/payments/"+p.ID+"/capture", map[string]any{}, "Authorization", "Bearer support", "Idempotency-Key", "c").want(t, 403, "forbidden")
	s.send("POST", "/v1/payments/"+p.ID+"/refunds", map[string]any{}, "Cart-Token", cartToken, "Idempotency-Key", "c").want(t, 401, "unauthenticated")
	s.send("GET", "/v1/payments/"+p.ID+"/transactions", nil, "Authorization", "Bearer "+owner).want(t, 403, "forbidden")
	s.send("GET", "/v1/ledger/entries", nil, "Authorization", "Bearer support").want(t, 403, "forbidden")
	s.send("GET", "/v1/ledger/balances", nil).want(t, 401, "unauthenticated")
}

func TestListPayments(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	owner := api.NewID(api.PrefixUser)
	for range 3 {
		s.pay("card")
	}
	mine := s.order(func(p *orderapi.Payable) { p.UserID, p.CartTokenHash = owner, hashOf("mine") })
	s.send("POST", "/v1/payments", map[string]string{"order_id": mine.OrderID, "gateway": "simulator", "method": "card"},
		"Authorization", "Bearer "+owner, "Idempotency-Key", "k").want(t, 201, "")
	count := func(path string, headers ...string) int {
		t.Helper()
		var list paymentapi.PaymentList
		s.send("GET", path, nil, headers...).want(t, 200, "").decode(t, &list)
		return len(list.Data)
	}
	if got := count("/v1/payments", "Authorization", "Bearer "+owner); got != 1 {
		t.Errorf("the owner sees %d payments, want 1", got)
	}
	if got := count("/v1/payments", "Cart-Token", cartToken); got != 3 {
		t.Errorf("the guest sees %d payments, want 3", got)
	}
	if got := count("/v1/payments?status=requires_action", "Authorization", "Bearer support"); got != 4 {
		t.Errorf("staff see %d payments, want 4", got)
	}
	if got := count("/v1/payments?order_id="+mine.OrderID, "Authorization", "Bearer support"); got != 1 {
		t.Errorf("staff see %d payments of the order, want 1", got)
	}
	if got := count("/v1/payments?needs_review=true", "Authorization", "Bearer support"); got != 0 {
		t.Errorf("%d payments need a review, want 0", got)
	}
	s.send("GET", "/v1/payments", nil).want(t, 401, "unauthenticated")

	seen := map[string]bool{}
	cursor := ""
	for {
		var list paymentapi.PaymentList
		s.send("GET", "/v1/payments?limit=3&cursor="+cursor, nil, "Authorization", "Bearer support").want(t, 200, "").decode(t, &list)
		for _, p := range list.Data {
			if seen[p.ID] {
				t.Errorf("%s is listed twice", p.ID)
			}
			seen[p.ID] = true
		}
		if cursor = list.Page.NextCursor; !list.Page.HasMore {
			break
		}
	}
	if len(seen) != 4 {
		t.Errorf("paging showed %d payments, want 4", len(seen))
	}
}

func TestBadRequestsChangeNothing(t *testing.T) {
	t.Parallel()
	s := newStack(t, options{})
	good := s.order().OrderID
	body := func(change map[string]any) map[string]any {
		b := map[string]any{"order_id": good, "gateway": "simulator", "method": "card"}
		for k, v := range change {
			b[k] = v
		}
		return b
	}
	closed := s.order(func(p *orderapi.Payable) { p.Status = "cancelled" }).OrderID
	late := s.order(func(p *orderapi.Payable) { p.ExpiresAt = s.clock.Now() }).OrderID
	free := s.order(func(p *orderapi.Payable) { p.Due.Amount = 0 }).OrderID
	fraction := s.order(func(p *orderapi.Payable) { p.Due.Amount = 12_990_50 }).OrderID
	dollars := s.order(func(p *orderapi.Payable) { p.Due = api.Money{Amount: 1, Currency: "VND"} }).OrderID
	cases := map[string]struct {
		body   map[string]any
		status int
		code   string
	}{
		"unknown gateway":      {body(map[string]any{"gateway": "paypal"}), 422, "gateway_unknown"},
		"unknown method":       {body(map[string]any{"method": "cheque"}), 422, "payment_method_unsupported"},
		"unknown field":        {body(map[string]any{"amount": 1}), 422, "unknown_parameter"},
		"wrong type":           {body(map[string]any{"method": 7}), 422, "validation_failed"},
		"wrong id":             {body(map[string]any{"order_id": api.NewID("crt")}), 422, "validation_failed"},
		"unknown order":        {body(map[string]any{"order_id": api.NewID("ord")}), 404, "not_found"},
		"script as return_url": {body(map[string]any{"return_url": "javascript:alert(1)"}), 422, "validation_failed"},
		"open line":            {body(map[string]any{"return_url": "http://shop.example/done"}), 422, "validation_failed"},
		"user in return_url":   {body(map[string]any{"return_url": "https://a:b@shop.example/"}), 422, "validation_failed"},
		"closed order":         {body(map[string]any{"order_id": closed}), 409, "order_not_payable"},
		"expired order":        {body(map[string]any{"order_id": late}), 409, "order_not_payable"},
		"nothing due":          {body(map[string]any{"order_id": free}), 409, "order_not_payable"},
		"half a rupiah":        {body(map[string]any{"order_id": fraction}), 422, "amount_unsupported"},
		"unknown currency":     {body(map[string]any{"order_id": dollars}), 422, "payment_method_unsupported"},
	}
	for name, c := range cases {
		r := s.send("POST", "/v1/payments", c.body, "Cart-Token", cartToken, "Idempotency-Key", api.NewID("key"))
		if r.status != c.status || r.problem.Code != c.code || len(r.problem.Errors) == 0 && r.status == 422 {
			t.Errorf("%s: answered %d %s, want %d %q with the field", name, r.status, r.body, c.status, c.code)
		}
	}
	s.send("POST", "/v1/payments", body(nil), "Cart-Token", cartToken).want(t, 400, "idempotency_key_missing")
	s.send("POST", "/v1/payments", body(nil), "Idempotency-Key", "k").want(t, 404, "not_found")
	var list paymentapi.PaymentList
	s.send("GET", "/v1/payments", nil, "Authorization", "Bearer support").want(t, 200, "").decode(t, &list)
	if len(list.Data) != 0 {
		t.Errorf("bad requests made %d payments", len(list.Data))
	}
	if s.gateway.calls.Load() != 0 {
		t.Errorf("bad requests reached the gateway %d times", s.gateway.calls.Load())
	}
}
