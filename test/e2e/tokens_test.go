package e2e_test

import (
	"bufio"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"pasar/api"
)

// oneOfEach is an operation of every service that needs a token.
var oneOfEach = []string{"/v1/auth/me", "/v1/users/me", "/v1/api-keys", "/v1/variants/" + anyVariant + "/stock", "/v1/orders", "/v1/ledger/balances"}

const (
	anyVariant = "var_01k9q0v4c6z3h8m2n5r7t9w1x4"
	anySession = "ses_01k9q0v4c6z3h8m2n5r7t9w1x4"
)

// TestForgedTokens holds the shop's own signing key, so that each token is
// wrong in one way only.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := &maker{t: t, world: w}
	p := m.person(api.RoleCustomer)
	k := w.rootKey
	good := k.sign(t, k.claims(p, anySession), nil)
	p.with("Authorization", "Bearer "+good).must(200, "GET", "/v1/auth/me", nil) // the key is the right one

	for name, token := range forgeries(t, w.data, k, p, good) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code := api.CodeUnauthenticated
			if name == "expired" {
				code = api.CodeTokenExpired
			}
			for _, path := range oneOfEach {
				a := newClient(t, w.url).with("Authorization", "Bearer "+token).do("GET", path, nil)
				if a.status != 401 || a.str("code") != code {
					t.Errorf("%s is answered %d %s", path, a.status, a.str("code"))
				}
				requireProblem(t, path, a)
			}
		})
	}
}

// forgeries are tokens that no service may take.
func forgeries(t *testing.T, data string, k signingKey, p person, good string) map[string]string {
	t.Helper()
	claims := func(change func(jwt.MapClaims)) string {
		c := k.claims(p, anySession)
		change(c)
		return k.sign(t, c, nil)
	}
	header := func(name string, value any) string {
		return k.sign(t, k.claims(p, anySession), map[string]any{name: value})
	}
	setting := func(name string, value any) string {
		return claims(func(c jwt.MapClaims) { c[name] = value })
	}
	public := k.key.Public().(ed25519.PublicKey)
	later := now().Add(time.Hour)
	parts := strings.Split(good, ".")
	unsigned := jwt.NewWithClaims(jwt.SigningMethodNone, k.claims(p, anySession))
	unsigned.Header["typ"], unsigned.Header["kid"] = "at+jwt", k.id
	none, err := unsigned.SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		t.Fatal(err)
	}
	hmac := func(secret []byte) string {
		made := jwt.NewWithClaims(jwt.SigningMethodHS256, k.claims(p, anySession))
		made.Header["typ"], made.Header["kid"] = "at+jwt", k.id
		signed, err := made.SignedString(secret)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	return map[string]string{
		"expired":                    k.expired(t, p),
		"foreign key":                k.forged(t, p),
		"alg none":                   none,
		"alg none in capitals":       swapHeader(t, none, "alg", "NONE"),
		"HS256 with the public key":  hmac(public),
		"HS256 with the public text": hmac([]byte(base64.RawURLEncoding.EncodeToString(public))),
		"HS256 with nothing":         hmac([]byte{}),
		"wrong audience":             setting("aud", []string{"another-shop"}),
		"no audience":                claims(func(c jwt.MapClaims) { delete(c, "aud") }),
		"wrong issuer":               setting("iss", "another-shop"),
		"no end":                     claims(func(c jwt.MapClaims) { delete(c, "exp") }),
		"lives too long":             setting("exp", now().Add(24*time.Hour).Unix()),
		"not yet valid":              setting("nbf", later.Unix()),
		"issued in the future": claims(func(c jwt.MapClaims) {
			c["iat"], c["iat_us"], c["exp"] = later.Unix(), later.UnixMicro(), later.Unix()+60
		}),
		"no session":                   setting("sid", ""),
		"subject of another kind":      setting("sub", anySession),
		"subject is SQL":               setting("sub", "' OR 1=1 --"),
		"no id":                        setting("jti", ""),
		"typ JWT":                      header("typ", "JWT"),
		"typ of a refresh token":       header("typ", "rt+jwt"),
		"kid is a path":                header("kid", "../../../../dev/null"),
		"kid is SQL":                   header("kid", "x' UNION SELECT 'key' --"),
		"kid is endless":               header("kid", strings.Repeat("k", 3000)),
		"no kid":                       header("kid", ""),
		"brings its own key":           header("jwk", map[string]string{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(public)}),
		"key from elsewhere":           header("jku", "https://keys.example/jwks.json"),
		"certificate from elsewhere":   header("x5u", "https://keys.example/cert.pem"),
		"critical extension":           header("crit", []string{"exp"}),
		"cut signature":                good[:len(good)-8],
		"no signature":                 parts[0] + "." + parts[1] + ".",
		"two parts":                    parts[0] + "." + parts[1],
		"four parts":                   good + ".x",
		"changed claims":               parts[0] + "." + base64.RawURLEncoding.EncodeToString(encode(t, k.claims(p, anySession))) + "." + parts[2],
		"refresh token as access":      p.refresh,
		"unknown API key":              "pak_" + strings.Repeat("x", 43),
		"API key of nothing":           "pak_",
		"service key from the outside": strings.TrimSpace(string(fileKey(t, data, "siblings"))),
		"longer than any token":        strings.Repeat("a", 5000),
	}
}

// swapHeader changes the header of a token that is not signed anyway.
func swapHeader(t *testing.T, token, name string, value any) string {
	t.Helper()
	head, rest, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		t.Fatal(err)
	}
	var header map[string]any
	if err := json.Unmarshal(raw, &header); err != nil {
		t.Fatal(err)
	}
	header[name] = value
	return base64.RawURLEncoding.EncodeToString(encode(t, header)) + "." + rest
}

// soon is how long a change of somebody's rights may take to be felt.
const soon = time.Second

// feels waits until the caller is answered this way, for as long as is allowed.
func feels(t *testing.T, what string, c *client, path string, status int) {
	t.Helper()
	began := now()
	for {
		a := c.do("GET", path, nil)
		if a.status == status {
			return
		}
		if now().Sub(began) > soon {
			t.Errorf("%s is not felt within %s: %s is answered %d: %s", what, soon, path, a.status, a.raw)
			return
		}
	}
}

func TestAccessEndsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	everywhere := func(t *testing.T, what string, c *client) {
		t.Helper()
		for _, path := range []string{"/v1/auth/me", "/v1/users/me", "/v1/orders", "/v1/payments"} {
			feels(t, what, c, path, 401)
		}
	}
	on := func(t *testing.T) *maker { return &maker{t: t, world: w} }
	refreshed := func(t *testing.T, p person) answer {
		t.Helper()
		return newClient(t, w.url).do("POST", "/v1/auth/refresh", values{"refresh_token": p.refresh})
	}
	t.Run("logout", func(t *testing.T) {
		t.Parallel()
		p := on(t).person(api.RoleCustomer)
		p.must(204, "POST", "/v1/auth/logout", nil)
		everywhere(t, "a logout", p.client)
		if a := refreshed(t, p); a.status != 401 {
			t.Errorf("the session can still be refreshed: %d", a.status)
		}
	})
	t.Run("a session that was ended elsewhere", func(t *testing.T) {
		t.Parallel()
		m := on(t)
		p := m.person(api.RoleCustomer)
		elsewhere := m.signIn(p.email)
		list := elsewhere.must(200, "GET", "/v1/auth/sessions", nil)
		for i := range list.at("data").([]any) {
			if list.str(fmt.Sprintf("data.%d.current", i)) == "false" {
				elsewhere.must(204, "DELETE", "/v1/auth/sessions/"+list.str(fmt.Sprintf("data.%d.id", i)), nil)
			}
		}
		everywhere(t, "the session's end", p.client)
		elsewhere.must(200, "GET", "/v1/auth/me", nil)
	})
	t.Run("sessions ended by staff", func(t *testing.T) {
		t.Parallel()
		m := on(t)
		p := m.person(api.RoleCustomer)
		w.staff[api.RoleSupport].on(t).must(204, "DELETE", "/v1/users/"+p.id+"/sessions", nil)
		everywhere(t, "an end by staff", p.client)
	})
	t.Run("disabled account", func(t *testing.T) {
		t.Parallel()
		m := on(t)
		p := m.person(api.RoleCustomer)
		m.root().must(200, "POST", "/v1/users/"+p.id+"/disable", values{"reason": "Menipu"})
		everywhere(t, "the account's end", p.client)
		if a := refreshed(t, p); a.status < 400 {
			t.Errorf("a disabled account refreshes: %d", a.status)
		}
		if a := m.visitor().do("POST", "/v1/auth/login", values{"email": p.email, "password": password}); a.status != 403 {
			t.Errorf("a disabled account signs in: %d %s", a.status, a.raw)
		}
	})
	t.Run("changed password", func(t *testing.T) {
		t.Parallel()
		m := on(t)
		p := m.person(api.RoleCustomer)
		elsewhere := m.signIn(p.email)
		p.must(204, "POST", "/v1/auth/password/change", values{"current_password": password, "new_password": "another long pass phrase"})
		everywhere(t, "the new password", elsewhere.client)
	})
	t.Run("role taken away", func(t *testing.T) {
		t.Parallel()
		m := on(t)
		p := m.person(api.RoleFinance)
		p.must(200, "GET", "/v1/ledger/balances", nil)
		account := m.root().must(200, "GET", "/v1/users/"+p.id+"/account", nil)
		m.root().with("If-Match", account.header.Get("ETag")).must(200, "PUT", "/v1/users/"+p.id+"/roles", values{"roles": []string{}})
		everywhere(t, "the loss of a role", p.client)
		again := refreshed(t, p)
		if again.status != 200 {
			t.Fatalf("whoever loses a role keeps the session: %d %s", again.status, again.raw)
		}
		lesser := m.visitor().with("Authorization", "Bearer "+again.str("access_token"))
		lesser.must(200, "GET", "/v1/auth/me", nil)
		lesser.must(403, "GET", "/v1/ledger/balances", nil)
	})
	t.Run("API key revoked", func(t *testing.T) {
		t.Parallel()
		m := on(t)
		made := m.root().must(201, "POST", "/v1/api-keys", values{"name": unique("gudang"), "scopes": []string{api.PermStockRead}})
		c := m.visitor().with("Authorization", "Bearer "+made.str("secret"))
		path := "/v1/variants/" + w.variant + "/stock"
		c.must(200, "GET", path, nil)
		c.must(403, "GET", "/v1/ledger/balances", nil)
		m.root().must(204, "DELETE", "/v1/api-keys/"+made.str("id"), nil)
		feels(t, "the key's end", c, path, 401)
	})
}

// TestInternalIsUnreachable spells the way to the internal operations in every
// manner, raw, so that no client tidies it up.
func TestInternalIsUnreachable(t *testing.T) {
	t.Parallel()
	s := startShop(t, "--seed=false")
	serviceKey := strings.TrimSpace(string(fileKey(t, s.data, "siblings")))
	host := strings.TrimPrefix(s.url, "http://")
	const way = "internal/v1/revocations"
	for _, target := range []string{
		"/" + way, "//" + way, "/./" + way, "/v1/../" + way, "/v1/orders/../../" + way, "/v1/..//" + way, "/%69nternal/v1/revocations",
		"/internal%2fv1%2frevocations", "/INTERNAL/v1/revocations", "/Internal/V1/revocations", "/internal/v1/revocations/", "/internal/v1/revocations?x",
		"/internal;/v1/revocations", "/v1/%2e%2e/" + way, "/v1/%2e%2e%2f" + way, "/v1/.%2e/" + way, "/v1\\..\\internal\\v1\\revocations",
		"/%2finternal/v1/revocations", "/internal/v1/./revocations", "/internal//v1/revocations", "/v1/products/..%2f..%2finternal%2fv1%2frevocations",
		"/v1/media/../../" + way, "/v1/media/..%2f..%2f" + way, "/dev/mail/../../" + way, "/docs/../" + way, "/%00/" + way, "http://" + host + "/" + way, "http://internal/" + way,
		"/internal/v1/service-keys/verify", "/internal/v1/mail-tokens", "/internal", "/internal/",
	} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			for _, method := range []string{"GET", "POST"} {
				status, body := raw(t, host, fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nService-Key: %s\r\nX-Original-URL: /%s\r\nX-Rewrite-Url: /%s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
					method, target, host, serviceKey, way, way))
				if status < 400 || status > 499 || strings.Contains(body, "not_after") {
					t.Errorf("%s is answered %d: %.300s", method, status, body)
				}
			}
		})
	}
}

// raw sends bytes as they are and returns the answer.
func raw(t *testing.T, host, request string) (status int, body string) {
	t.Helper()
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(t.Context(), "tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	return readAnswer(t, conn)
}

func readAnswer(t *testing.T, conn net.Conn) (status int, body string) {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	defer func() { _ = res.Body.Close() }()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(content)
}
