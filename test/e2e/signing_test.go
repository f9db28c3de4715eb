package e2e_test

import (
	"crypto/ed25519"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"pasar/internal/auth"
	authstore "pasar/internal/auth/store"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/secret"
	"pasar/internal/platform/sqldb"
)

// signingKey is the key that the shop signs access tokens with. Tests hold it
// to make tokens that are wrong in one way only.
type signingKey struct {
	id  string
	key ed25519.PrivateKey
}

// openSigningKey opens the key ring beside the running shop, as whoever stole
// its data directory could.
func openSigningKey(t *testing.T, s *shop) signingKey {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		URL: "sqlite://" + filepath.Join(s.data, "auth.db"), Name: "auth", Migrations: authstore.Migrations(),
		Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var found signingKey
	heart, err := auth.New(auth.Deps{
		Store: authstore.New(db), Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
		Sign: func(id string, key ed25519.PrivateKey, _ auth.AccessClaims) (string, error) {
			found = signingKey{id: id, key: key}
			return "unused", nil
		},
	}, auth.Settings{
		Issuer: "pasar", Audience: "pasar", BcryptCost: 4,
		Secret: fileKey(t, s.data, "auth-signing"), Pepper: fileKey(t, s.data, "auth-pepper"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := heart.Login(t.Context(), auth.System, auth.Login{Email: adminEmail, Password: password}); err != nil {
		t.Fatal(err)
	}
	return found
}

func fileKey(t *testing.T, data, name string) []byte {
	t.Helper()
	key, err := secret.FileKey(data, name, 32)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(key.Reveal())
}

// claims are those of a good token of p; the caller makes one of them wrong.
func (k signingKey) claims(p person, session string) jwt.MapClaims {
	at := now()
	return jwt.MapClaims{
		"iss": "pasar", "aud": []string{"pasar"}, "sub": p.id, "sid": session, "jti": unique("jti"),
		"iat": at.Unix(), "iat_us": at.UnixMicro(), "exp": at.Add(10 * time.Minute).Unix(),
		"permissions": []string{}, "email_verified": false,
	}
}

// sign makes a token of these claims; header changes or adds to the header.
func (k signingKey) sign(t *testing.T, claims jwt.MapClaims, header map[string]any) string {
	t.Helper()
	made := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	made.Header["typ"], made.Header["kid"] = "at+jwt", k.id
	for name, value := range header {
		made.Header[name] = value
	}
	signed, err := made.SignedString(k.key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// expired returns a token of p that was good until an hour ago.
func (k signingKey) expired(t *testing.T, p person) string {
	t.Helper()
	at := now().Add(-time.Hour)
	claims := k.claims(p, "ses_01k9q0v4c6z3h8m2n5r7t9w1x4")
	claims["iat"], claims["iat_us"], claims["exp"] = at.Unix(), at.UnixMicro(), at.Add(10*time.Minute).Unix()
	return k.sign(t, claims, nil)
}

// forged returns the token that p holds, signed by somebody else.
func (k signingKey) forged(t *testing.T, p person) string {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return signingKey{id: k.id, key: key}.sign(t, k.claims(p, "ses_01k9q0v4c6z3h8m2n5r7t9w1x4"), nil)
}
