package e2e_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/authapi"
)

// request is a valid request of one operation.
type request struct {
	path   map[string]string
	query  url.Values
	header map[string]string
	body   map[string]any
	raw    []byte // instead of body
	media  string // of raw

	// refused is the code that the request meets although nothing is wrong with
	// it, because what it needs cannot be had in a test.
	refused string
	// otherCurrency is a currency that is wrong here; "" means that any currency
	// the shop knows will do.
	otherCurrency string
}

type values = map[string]any

func id(value string) map[string]string { return map[string]string{"id": value} }

func key() string { return unique("kunci") }

// fixtures makes a valid request of every public operation. Whatever the
// request is about belongs to the owner of the maker, and is fresh, so that the
// request can be carried out. A new operation needs a line here: its input, and
// who may call it, is then tested by itself.
var fixtures = map[string]func(*maker) request{
	// auth
	"register-account": func(*maker) request {
		return request{body: values{"email": unique("baru") + "@example.com", "password": password, "name": "Sari", "language": "en"}}
	},
	"login": func(m *maker) request {
		return request{body: values{"email": m.owner.email, "password": password, "known_refresh_token": m.owner.refresh}}
	},
	"refresh": func(m *maker) request {
		return request{body: values{"refresh_token": m.signIn(m.owner.email).refresh}}
	},
	"revoke-refresh-token": func(m *maker) request {
		return request{body: values{"refresh_token": m.signIn(m.owner.email).refresh}}
	},
	"verify-email": func(m *maker) request {
		return request{body: values{"token": m.mailToken(m.person(api.RoleCustomer).email, "verify")}}
	},
	"request-verification": func(m *maker) request { return request{body: values{"email": m.owner.email}} },
	"forgot-password":      func(m *maker) request { return request{body: values{"email": m.owner.email}} },
	"reset-password": func(m *maker) request {
		p := m.person(api.RoleCustomer)
		m.visitor().must(202, "POST", "/v1/auth/password/forgot", values{"email": p.email})
		return request{body: values{"token": m.mailToken(p.email, "reset"), "password": "another long pass phrase"}}
	},
	"change-password": func(*maker) request {
		return request{body: values{"current_password": password, "new_password": "another long pass phrase"}}
	},
	"claim-first-admin": func(*maker) request {
		return request{
			body:    values{"token": "pst_nobody", "email": unique("kedua") + "@example.com", "password": password, "name": "Kedua"},
			refused: authapi.CodeSetupTokenInvalid,
		}
	},
	"get-jwks":      empty,
	"get-me":        empty,
	"logout":        empty,
	"list-sessions": empty,
	"end-sessions":  empty,
	"end-session":   func(m *maker) request { return request{path: id(m.session(m.owner))} },
	"list-roles":    empty,
	"get-user-account": func(m *maker) request {
		return request{path: id(m.owner.id)}
	},
	"set-user-roles": func(m *maker) request {
		p := m.person(api.RoleCustomer)
		account := m.root().must(200, "GET", "/v1/users/"+p.id+"/account", nil)
		return request{path: id(p.id), header: ifMatch(account), body: values{"roles": []any{"customer", "support"}}}
	},
	"disable-account": func(m *maker) request {
		return request{path: id(m.person(api.RoleCustomer).id), body: values{"reason": "Menipu pembeli"}}
	},
	"enable-account": func(m *maker) request { return request{path: id(m.person(api.RoleCustomer).id)} },
	"list-user-sessions": func(m *maker) request {
		return request{path: id(m.owner.id), query: url.Values{"limit": {"5"}}}
	},
	"end-user-sessions": func(m *maker) request { return request{path: id(m.person(api.RoleCustomer).id)} },
	"end-user-session": func(m *maker) request {
		return request{path: map[string]string{"id": m.owner.id, "session_id": m.session(m.owner)}}
	},
	"create-api-key": func(*maker) request {
		return request{body: values{
			"name": unique("gudang"), "kind": "integration", "scopes": []any{"stock:write"},
			"expires_at": now().Add(24 * time.Hour).UTC().Format(time.RFC3339),
		}}
	},
	"list-api-keys": empty,
	"revoke-api-key": func(m *maker) request {
		made := m.root().must(201, "POST", "/v1/api-keys", values{"name": unique("gudang"), "scopes": []any{"stock:read"}})
		return request{path: id(made.str("id"))}
	},
	"list-audit": func(m *maker) request {
		return request{query: url.Values{"subject": {m.owner.id}, "action": {"login"}, "limit": {"3"}}}
	},
	"check-audit": empty,

	// user
	"get-profile":    empty,
	"export-profile": empty,
	"update-profile": func(m *maker) request {
		return request{header: ifMatch(m.profile()), body: values{
			"name": "Sari Dewi", "phone": "+6281234567890", "language": "en", "currency": "USD", "marketing_opt_in": true,
		}}
	},
	"erase-profile": func(m *maker) request { return request{header: ifMatch(m.profile())} },
	"set-avatar":    func(*maker) request { return request{raw: picture(), media: "image/png"} },
	"remove-avatar": func(m *maker) request { m.avatar(); return request{} },
	"get-avatar": func(m *maker) request {
		return request{path: map[string]string{"name": m.avatar()}}
	},
	"list-addresses": empty,
	"add-address": func(*maker) request {
		body := address()
		body["label"], body["default_shipping"], body["default_billing"] = "Rumah", true, false
		return request{body: body}
	},
	"get-address":    func(m *maker) request { return request{path: id(m.address().str("id"))} },
	"remove-address": func(m *maker) request { return request{path: id(m.address().str("id"))} },
	"update-address": func(m *maker) request {
		kept, body := m.address(), address()
		body["label"], body["default_shipping"], body["default_billing"] = "Kantor", true, true
		return request{path: id(kept.str("id")), header: ifMatch(kept), body: body}
	},
	"list-users": func(*maker) request {
		return request{query: url.Values{"q": {"ora"}, "status": {"active"}, "created_after": {"2020-01-01T00:00:00Z"}}}
	},
	"get-user":            func(m *maker) request { return request{path: id(m.owner.id)} },
	"list-user-addresses": func(m *maker) request { return request{path: id(m.owner.id)} },

	// payment
	"list-payment-methods": func(*maker) request { return request{query: url.Values{"currency": {"IDR"}}} },
	"list-payments": func(m *maker) request {
		return request{query: url.Values{"order_id": {m.payment("card").str("order_id")}, "status": {"requires_action"}, "gateway": {"simulator"}}}
	},
	"create-payment": func(m *maker) request {
		return request{header: map[string]string{"Idempotency-Key": key()}, body: values{
			"order_id": m.order().str("id"), "gateway": "simulator", "method": "card", "return_url": "https://toko.example/kembali",
		}}
	},
	"get-payment":    func(m *maker) request { return request{path: id(m.payment("card").str("id"))} },
	"verify-payment": func(m *maker) request { return request{path: id(m.payment("card").str("id"))} },
	"cancel-payment": func(m *maker) request { return request{path: id(m.payment("card").str("id"))} },
	"capture-payment": func(m *maker) request {
		authorized := m.paid("card_authorize", "authorized")
		return request{
			path: id(authorized.str("id")), header: map[string]string{"Idempotency-Key": key()},
			body: values{"amount": authorized.at("amount")}, otherCurrency: "USD",
		}
	},
	"create-refund": func(m *maker) request {
		_, payment := m.confirmed()
		return request{
			path: id(payment), header: map[string]string{"Idempotency-Key": key()},
			body: values{"amount": rupiah(100000), "reason": "Satu bungkus rusak"}, otherCurrency: "USD",
		}
	},
	"list-refunds":              func(m *maker) request { return request{path: id(m.payment("card").str("id"))} },
	"list-payment-transactions": func(m *maker) request { return request{path: id(m.payment("card").str("id"))} },
	"list-ledger-entries": func(*maker) request {
		return request{query: url.Values{"account": {"gateway_receivable:simulator"}, "limit": {"2"}}}
	},
	"list-ledger-balances": empty,
	"receive-webhook":      signedWebhook,
}

func empty(*maker) request { return request{} }

func ifMatch(a answer) map[string]string { return map[string]string{"If-Match": a.header.Get("ETag")} }

func (m *maker) profile() answer {
	m.t.Helper()
	return m.owner.on(m.t).must(200, "GET", "/v1/users/me", nil)
}

func (m *maker) address() answer {
	m.t.Helper()
	return m.owner.on(m.t).must(201, "POST", "/v1/users/me/addresses", address())
}

// avatar gives the owner a picture and returns the name of one size.
func (m *maker) avatar() string {
	m.t.Helper()
	set := m.owner.on(m.t).sendWire(wire{method: "PUT", path: "/v1/users/me/avatar", body: picture(), media: "image/png"})
	if set.status != 200 {
		m.t.Fatalf("set avatar: %d: %s", set.status, set.raw)
	}
	return strings.TrimPrefix(set.str("avatar.small"), "/v1/avatars/")
}

// signedWebhook is a notification about a charge that is not ours.
func signedWebhook(m *maker) request {
	mac := hmac.New(sha256.New, fileKey(m.t, m.world.data, "simulator"))
	mac.Write([]byte("webhooks"))
	body, err := json.Marshal(values{"type": "charge.failed", "created_at": now().UTC().Format(time.RFC3339), "data": values{
		"id": unique("ch"), "reference": api.NewID(api.PrefixPayment), "amount": 45000, "currency": "IDR", "method": "card",
		"status": "failed", "updated_at": now().UTC().Format(time.RFC3339),
	}})
	if err != nil {
		m.t.Fatal(err)
	}
	return sign(mac.Sum(nil), body)
}

func sign(webhookKey, body []byte) request {
	name, at := unique("msg"), strconv.FormatInt(now().Unix(), 10)
	mac := hmac.New(sha256.New, webhookKey)
	fmt.Fprintf(mac, "%s.%s.%s", name, at, body)
	return request{
		path: map[string]string{"gateway": "simulator"}, raw: body, media: "application/json",
		header: map[string]string{
			"Webhook-Id": name, "Webhook-Timestamp": at, "Webhook-Signature": "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)),
		},
	}
}

// wire turns r into what travels.
func (r request) wire(t *testing.T, op *operation) wire {
	t.Helper()
	w := wire{method: op.Method, path: op.Path, query: url.Values{}, header: map[string]string{}}
	for name, value := range r.path {
		segments := strings.Split(value, "/")
		for i := range segments {
			segments[i] = url.PathEscape(segments[i])
		}
		w.path = strings.NewReplacer("{"+name+"}", strings.Join(segments, "/"), "{"+name+"...}", strings.Join(segments, "/")).Replace(w.path)
	}
	if strings.Contains(w.path, "{") {
		t.Fatalf("the fixture of %s leaves a parameter of %s open", op.ID, w.path)
	}
	for name, list := range r.query {
		w.query[name] = list
	}
	for name, value := range r.header {
		w.header[name] = value
	}
	switch {
	case r.raw != nil:
		w.body, w.media = r.raw, r.media
	case op.body != nil:
		w.body, w.media = encode(t, r.body), op.media[0]
	}
	return w
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// fixture makes a valid request of op, or says what is missing.
func (m *maker) fixture(op *operation) request {
	m.t.Helper()
	valid := fixtures[op.ID]
	if valid == nil {
		valid = shopFixtures[op.ID]
	}
	if valid == nil {
		m.t.Fatalf("the operation %s (%s %s) has no fixture: add a line with a valid request of it to the fixtures of this package", op.ID, op.Method, op.Path)
	}
	return valid(m)
}
