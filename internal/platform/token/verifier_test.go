package token_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"pasar/api"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/token"
)

const (
	issuer   = "https://toko.example"
	audience = "pasar"
	kid      = "key-1"
)

// bench is a verifier with a key of its own and a clock that stands still.
type bench struct {
	verifier *token.Verifier
	deny     *token.DenyList
	public   ed25519.PublicKey
	private  ed25519.PrivateKey
	now      atomic.Pointer[time.Time]
	fetches  atomic.Int64
	down     atomic.Bool
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{}
	b.set(time.Date(2026, 11, 23, 8, 0, 0, 123456000, time.UTC))
	var err error
	if b.public, b.private, err = ed25519.GenerateKey(nil); err != nil {
		t.Fatal(err)
	}
	c := clock.Func(func() time.Time { return *b.now.Load() })
	b.deny = token.NewDenyList(c)
	b.verifier = token.New(token.Config{
		Issuer: issuer, Audience: audience, Deny: b.deny, Clock: c,
		Keys: func(context.Context) ([]token.JWK, error) {
			b.fetches.Add(1)
			if b.down.Load() {
				return nil, errors.New("the auth service is down")
			}
			return []token.JWK{token.NewJWK(kid, b.public)}, nil
		},
		APIKeyPrefix: "pak_",
		APIKeys: func(_ context.Context, key string) (token.Key, error) {
			if key != "pak_good" {
				return token.Key{}, fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "no")
			}
			return token.Key{Actor: api.Actor{Kind: api.ActorKey, ID: "key_1", Permissions: []string{"stock:write"}}, ExpiresAt: b.time().Add(time.Hour)}, nil
		},
	})
	return b
}

func (b *bench) set(t time.Time)         { b.now.Store(&t) }
func (b *bench) time() time.Time         { return *b.now.Load() }
func (b *bench) advance(d time.Duration) { b.set(b.time().Add(d)) }

func (b *bench) claims() token.Claims {
	return token.Claims{
		Issuer: issuer, Audience: audience, UserID: api.NewID(api.PrefixUser), SessionID: api.NewID(api.PrefixSession), ID: "jti_1",
		IssuedAt: b.time(), ExpiresAt: b.time().Add(15 * time.Minute), Permissions: []string{"order:read"}, EmailVerified: true,
	}
}

func (b *bench) sign(t *testing.T, c token.Claims) string {
	t.Helper()
	signed, err := token.Sign(kid, b.private, c)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// raw signs any header and claims with any method.
func raw(t *testing.T, method jwt.SigningMethod, key any, header map[string]any, claims map[string]any) string {
	t.Helper()
	made := jwt.NewWithClaims(method, jwt.MapClaims(claims))
	for name, value := range header {
		if value == nil {
			delete(made.Header, name)
			continue
		}
		made.Header[name] = value
	}
	signed, err := made.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func (b *bench) wire(change func(map[string]any)) map[string]any {
	c := b.claims()
	claims := map[string]any{
		"iss": c.Issuer, "aud": []string{c.Audience}, "sub": c.UserID, "sid": c.SessionID, "jti": c.ID,
		"iat": c.IssuedAt.Unix(), "iat_us": c.IssuedAt.UnixMicro(), "exp": c.ExpiresAt.Unix(), "permissions": c.Permissions,
	}
	if change != nil {
		change(claims)
	}
	return claims
}

func good() map[string]any { return map[string]any{"typ": token.Type, "kid": kid} }

func with(name string, value any) map[string]any {
	header := good()
	header[name] = value
	return header
}

func TestGoodTokenIsItsActor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	claims := b.claims()
	bearer := b.sign(t, claims)
	for range 3 {
		actor, err := b.verifier.Authenticate(t.Context(), bearer)
		if err != nil {
			t.Fatal(err)
		}
		if actor.Kind != api.ActorUser || actor.ID != claims.UserID || actor.SessionID != claims.SessionID || !actor.Can("order:read") {
			t.Fatalf("actor %+v is not the one of %+v", actor, claims)
		}
	}
	if n := b.fetches.Load(); n != 1 {
		t.Errorf("the key set was fetched %d times, want once", n)
	}
	if raw := b.wire(nil); raw["iss"] != issuer {
		t.Fatal("the table of forgeries starts from a wrong token")
	}
	if _, err := b.verifier.Authenticate(t.Context(), raw(t, jwt.SigningMethodEdDSA, b.private, good(), b.wire(nil))); err != nil {
		t.Fatalf("the token that all forgeries start from is refused: %v", err)
	}
}

func TestForgedTokensAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, foreign, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ed := jwt.SigningMethodEdDSA
	own := token.NewJWK(kid, foreign.Public().(ed25519.PublicKey))
	sound := b.sign(t, b.claims())
	set := func(name string, value any) func(map[string]any) {
		return func(c map[string]any) {
			if value == nil {
				delete(c, name)
				return
			}
			c[name] = value
		}
	}
	late := b.time().Add(time.Hour).Unix()
	forged := map[string]string{
		"no signature at all":               raw(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, good(), b.wire(nil)),
		"alg none with a capital":           unsigned(t, map[string]any{"alg": "None", "typ": token.Type, "kid": kid}, b.wire(nil)),
		"HMAC with the public key":          raw(t, jwt.SigningMethodHS256, []byte(b.public), good(), b.wire(nil)),
		"HMAC with the key as base64":       raw(t, jwt.SigningMethodHS256, []byte(base64.RawURLEncoding.EncodeToString(b.public)), good(), b.wire(nil)),
		"RSA key of the caller":             raw(t, jwt.SigningMethodRS256, rsaKey, good(), b.wire(nil)),
		"another Ed25519 key":               raw(t, ed, foreign, good(), b.wire(nil)),
		"unknown kid":                       raw(t, ed, foreign, with("kid", "key-2"), b.wire(nil)),
		"kid as a path":                     raw(t, ed, foreign, with("kid", "../../dev/null"), b.wire(nil)),
		"kid as SQL":                        raw(t, ed, foreign, with("kid", "x' UNION SELECT 'k"), b.wire(nil)),
		"kid that is no string":             raw(t, ed, b.private, with("kid", 1), b.wire(nil)),
		"no kid":                            raw(t, ed, b.private, with("kid", nil), b.wire(nil)),
		"jku":                               raw(t, ed, b.private, with("jku", "https://evil.example/jwks.json"), b.wire(nil)),
		"jwk brought along":                 raw(t, ed, foreign, with("jwk", own), b.wire(nil)),
		"x5u":                               raw(t, ed, b.private, with("x5u", "https://evil.example/cert"), b.wire(nil)),
		"x5c":                               raw(t, ed, b.private, with("x5c", []string{"MII"}), b.wire(nil)),
		"crit":                              raw(t, ed, b.private, with("crit", []string{"exp"}), b.wire(nil)),
		"unencoded payload (b64)":           raw(t, ed, b.private, with("b64", false), b.wire(nil)),
		"typ JWT":                           raw(t, ed, b.private, with("typ", "JWT"), b.wire(nil)),
		"typ of a logout token":             raw(t, ed, b.private, with("typ", "logout+jwt"), b.wire(nil)),
		"no typ":                            raw(t, ed, b.private, with("typ", nil), b.wire(nil)),
		"another audience":                  raw(t, ed, b.private, good(), b.wire(set("aud", []string{"elsewhere"}))),
		"no audience":                       raw(t, ed, b.private, good(), b.wire(set("aud", nil))),
		"another issuer":                    raw(t, ed, b.private, good(), b.wire(set("iss", "https://evil.example"))),
		"issuer with a slash more":          raw(t, ed, b.private, good(), b.wire(set("iss", issuer+"/"))),
		"expired":                           raw(t, ed, b.private, good(), b.wire(set("exp", b.time().Add(-time.Minute).Unix()))),
		"no expiry":                         raw(t, ed, b.private, good(), b.wire(set("exp", nil))),
		"lives too long":                    raw(t, ed, b.private, good(), b.wire(set("exp", late))),
		"not valid yet":                     raw(t, ed, b.private, good(), b.wire(set("nbf", late))),
		"issued in the future":              raw(t, ed, b.private, good(), b.wire(func(c map[string]any) { c["iat"], c["iat_us"] = late, late*1e6 })),
		"two moments of issue":              raw(t, ed, b.private, good(), b.wire(set("iat_us", late*1e6))),
		"no moment of issue":                raw(t, ed, b.private, good(), b.wire(set("iat", nil))),
		"subject of another kind":           raw(t, ed, b.private, good(), b.wire(set("sub", api.NewID(api.PrefixOrder)))),
		"no session":                        raw(t, ed, b.private, good(), b.wire(set("sid", nil))),
		"no id":                             raw(t, ed, b.private, good(), b.wire(set("jti", nil))),
		"signature cut":                     sound[:len(sound)-4],
		"signature changed":                 sound[:len(sound)-6] + "AAAAAA",
		"signature missing":                 sound[:strings.LastIndexByte(sound, '.')+1],
		"payload changed":                   changedPayload(t, sound),
		"signature with loose base64":       sound + "=",
		"a fourth part":                     sound + ".x",
		"a refresh token":                   "prt_7H1yWfIvdm4wkRzQ2Nn5f4n8d1b6v3J0YxQ2Nn5f4n8",
		"an API key with an unknown secret": "pak_bad",
		"empty":                             "",
		"spaces":                            "   ",
		"very long":                         sound + strings.Repeat("A", 5000),
	}
	if len(forged) < 14 {
		t.Fatalf("only %d forgeries", len(forged))
	}
	for name, bearer := range forged {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			actor, err := b.verifier.Authenticate(t.Context(), bearer)
			if fault.KindOf(err) != fault.Unauthenticated || err == nil {
				t.Fatalf("got actor %+v and error %v, want a refusal", actor, err)
			}
		})
	}
	t.Cleanup(func() {
		if n := b.fetches.Load(); n > 2 {
			t.Errorf("forged kids made %d fetches of the key set", n)
		}
	})
}

func unsigned(t *testing.T, header, claims map[string]any) string {
	t.Helper()
	parts := make([]string, 2)
	for i, part := range []map[string]any{header, claims} {
		encoded, err := json.Marshal(part)
		if err != nil {
			t.Fatal(err)
		}
		parts[i] = base64.RawURLEncoding.EncodeToString(encoded)
	}
	return strings.Join(parts, ".") + ".AAAA"
}

func changedPayload(t *testing.T, sound string) string {
	t.Helper()
	parts := strings.Split(sound, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(payload), "order:read", "refund:create", 1)))
	return strings.Join(parts, ".")
}

func TestExpiredTokenSaysSo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	bearer := b.sign(t, b.claims())
	if _, err := b.verifier.Authenticate(t.Context(), bearer); err != nil {
		t.Fatal(err)
	}
	b.advance(15*time.Minute + 6*time.Second)
	if _, err := b.verifier.Authenticate(t.Context(), bearer); !fault.HasCode(err, api.CodeTokenExpired) {
		t.Fatalf("got %v, want %s: a cached token must expire too", err, api.CodeTokenExpired)
	}
	foreign := b.claims()
	foreign.Issuer, foreign.ExpiresAt = "https://evil.example", b.time().Add(-time.Hour)
	if _, err := b.verifier.Authenticate(t.Context(), b.sign(t, foreign)); !fault.HasCode(err, api.CodeUnauthenticated) {
		t.Fatalf("got %v: to refresh does not help a token of another issuer", err)
	}
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	claims := b.claims()
	bearer := b.sign(t, claims)
	other := b.claims()
	other.UserID = claims.UserID
	otherBearer := b.sign(t, other)
	accepts := func(bearer string) bool {
		_, err := b.verifier.Authenticate(t.Context(), bearer)
		return err == nil
	}
	if !accepts(bearer) || !accepts(otherBearer) {
		t.Fatal("fresh tokens are refused")
	}
	b.deny.Add(token.Revocation{Subject: claims.UserID, SessionID: claims.SessionID, NotAfter: b.time()})
	if accepts(bearer) || !accepts(otherBearer) {
		t.Fatal("ending one session must end its tokens, cached ones too, and no others")
	}
	b.deny.Add(token.Revocation{Subject: claims.UserID, NotAfter: b.time()})
	if accepts(otherBearer) {
		t.Fatal("a token of a revoked user is accepted")
	}
	fresh := other
	fresh.IssuedAt = b.time().Add(time.Microsecond)
	if !accepts(b.sign(t, fresh)) {
		t.Fatal("a token made a microsecond after the revocation is refused")
	}
	b.deny.Add(token.Revocation{Subject: claims.UserID, NotAfter: b.time().Add(-time.Hour)})
	if accepts(otherBearer) {
		t.Fatal("a late, older revocation took a newer one back")
	}
	b.advance(20 * time.Minute)
	b.deny.Add(token.Revocation{Subject: "usr_x", NotAfter: b.time()})
	if n := b.deny.Len(); n != 1 {
		t.Errorf("%d revocations are held after all tokens died, want 1", n)
	}
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	actor, err := b.verifier.Authenticate(t.Context(), "pak_good")
	if err != nil || actor.Kind != api.ActorKey || !actor.Can("stock:write") {
		t.Fatalf("got %+v, %v", actor, err)
	}
	b.deny.Add(token.Revocation{Subject: "key_1", NotAfter: b.time()})
	if _, err := b.verifier.Authenticate(t.Context(), "pak_good"); fault.KindOf(err) != fault.Unauthenticated {
		t.Fatalf("a revoked key that was cached got %v", err)
	}
}

func TestKeySetOutage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.down.Store(true)
	bearer := b.sign(t, b.claims())
	if _, err := b.verifier.Authenticate(t.Context(), bearer); fault.KindOf(err) != fault.Unavailable {
		t.Fatalf("without any key got %v, want Unavailable: nobody can tell", err)
	}
	b.down.Store(false)
	if _, err := b.verifier.Authenticate(t.Context(), bearer); err != nil {
		t.Fatal(err)
	}
	b.down.Store(true)
	b.advance(10 * time.Minute)
	if _, err := b.verifier.Authenticate(t.Context(), b.sign(t, b.claims())); err != nil {
		t.Fatalf("keys at hand must hold through an outage: %v", err)
	}
}

func TestFollowPolls(t *testing.T) {
	t.Parallel()
	deny := token.NewDenyList(clock.System{})
	ctx, stop := context.WithCancel(t.Context())
	asked := make(chan time.Time, 8)
	failures := make(chan error, 8)
	calls := 0
	source := func(ctx context.Context, since time.Time) ([]token.Revocation, error) {
		calls++
		select {
		case asked <- since:
		case <-ctx.Done():
		}
		if calls == 1 {
			return nil, errors.New("down")
		}
		return []token.Revocation{{Subject: "usr_a", NotAfter: time.Unix(2e9, 0)}}, nil
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		deny.Follow(ctx, source, time.Millisecond, func(err error) { failures <- err })
	}()
	<-asked
	if err := <-failures; err == nil {
		t.Error("a failure was reported as none")
	}
	<-asked
	<-asked // the second answer has been taken in
	stop()
	<-done
	if !deny.Denied("usr_a", "", time.Unix(1e9, 0)) {
		t.Fatal("a polled revocation is not held")
	}
}

func BenchmarkAuthenticateCached(b *testing.B) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		b.Fatal(err)
	}
	c := clock.Func(func() time.Time { return now })
	v := token.New(token.Config{
		Issuer: issuer, Audience: audience, Deny: token.NewDenyList(c), Clock: c,
		Keys: func(context.Context) ([]token.JWK, error) { return []token.JWK{token.NewJWK(kid, public)}, nil },
	})
	bearer, err := token.Sign(kid, private, token.Claims{
		Issuer: issuer, Audience: audience, UserID: api.NewID("usr"), SessionID: api.NewID("ses"), ID: "jti", IssuedAt: now, ExpiresAt: now.Add(time.Minute),
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := v.Authenticate(b.Context(), bearer); err != nil {
			b.Fatal(err)
		}
	}
}

// More revocations than fit into one answer of the source are all taken in: a
// missed one would bring a signed-out token back to life at a restart.
func TestSeedTakesInAll(t *testing.T) {
	t.Parallel()
	const page, all = 3, 10
	deny := token.NewDenyList(clock.System{})
	first := clock.System{}.Now().Add(-time.Minute)
	source := func(_ context.Context, since time.Time) ([]token.Revocation, error) {
		var list []token.Revocation
		for i := range all {
			if at := first.Add(time.Duration(i) * time.Second); !at.Before(since) && len(list) < page {
				list = append(list, token.Revocation{SessionID: fmt.Sprint("ses_", i), NotAfter: at})
			}
		}
		return list, nil
	}
	if err := deny.Seed(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	if deny.Len() != all {
		t.Errorf("%d of %d revocations are known", deny.Len(), all)
	}
}
