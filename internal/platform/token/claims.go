// Package token makes and checks access tokens: JWTs of RFC 9068 signed with
// EdDSA. It knows no service; keys and revocations come in through functions.
package token

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Type is the "typ" header of an access token (RFC 9068).
const Type = "at+jwt"

// MaxLife is the longest that an access token lives. Revocations are forgotten
// after it, so a token that claims to live longer is refused.
const MaxLife = 15 * time.Minute

// Claims is what an access token says.
type Claims struct {
	Issuer        string
	Audience      string
	UserID        string // usr_...
	SessionID     string // ses_...
	ID            string // unique per token
	IssuedAt      time.Time
	ExpiresAt     time.Time
	Permissions   []string
	EmailVerified bool
}

// wireClaims is the JSON of a token. Seconds are too coarse to tell a token
// made just before a revocation from one made just after, so the exact moment
// of issue travels as iat_us too.
type wireClaims struct {
	Issuer        string           `json:"iss"`
	Audience      jwt.ClaimStrings `json:"aud"`
	Subject       string           `json:"sub"`
	SessionID     string           `json:"sid"`
	ID            string           `json:"jti"`
	IssuedAt      *jwt.NumericDate `json:"iat"`
	NotBefore     *jwt.NumericDate `json:"nbf,omitempty"`
	ExpiresAt     *jwt.NumericDate `json:"exp"`
	IssuedMicros  int64            `json:"iat_us"`
	Permissions   []string         `json:"permissions"`
	EmailVerified bool             `json:"email_verified"`
}

func (c *wireClaims) GetIssuer() (string, error)                   { return c.Issuer, nil }
func (c *wireClaims) GetAudience() (jwt.ClaimStrings, error)       { return c.Audience, nil }
func (c *wireClaims) GetSubject() (string, error)                  { return c.Subject, nil }
func (c *wireClaims) GetIssuedAt() (*jwt.NumericDate, error)       { return c.IssuedAt, nil }
func (c *wireClaims) GetNotBefore() (*jwt.NumericDate, error)      { return c.NotBefore, nil }
func (c *wireClaims) GetExpirationTime() (*jwt.NumericDate, error) { return c.ExpiresAt, nil }

// Sign returns the token of these claims.
func Sign(kid string, key ed25519.PrivateKey, c Claims) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, &wireClaims{
		Issuer: c.Issuer, Audience: jwt.ClaimStrings{c.Audience}, Subject: c.UserID, SessionID: c.SessionID, ID: c.ID,
		IssuedAt: jwt.NewNumericDate(c.IssuedAt), ExpiresAt: jwt.NewNumericDate(c.ExpiresAt), IssuedMicros: c.IssuedAt.UnixMicro(),
		Permissions: c.Permissions, EmailVerified: c.EmailVerified,
	})
	t.Header["typ"] = Type
	t.Header["kid"] = kid
	signed, err := t.SignedString(key)
	if err != nil {
		return "", fmt.Errorf("token: sign with key %s: %w", kid, err)
	}
	return signed, nil
}

// JWK is one public key of a JSON Web Key Set (RFC 7517, RFC 8037).
type JWK struct {
	KeyType   string `json:"kty" enum:"OKP"`
	Curve     string `json:"crv" enum:"Ed25519"`
	ID        string `json:"kid"`
	Use       string `json:"use" enum:"sig"`
	Algorithm string `json:"alg" enum:"EdDSA"`
	X         string `json:"x" doc:"The public key, base64url"`
}

// NewJWK returns the JWK of a public key.
func NewJWK(kid string, public ed25519.PublicKey) JWK {
	return JWK{
		KeyType: "OKP", Curve: "Ed25519", ID: kid, Use: "sig", Algorithm: "EdDSA",
		X: base64.RawURLEncoding.EncodeToString(public),
	}
}

func (k JWK) public() (ed25519.PublicKey, error) {
	if k.KeyType != "OKP" || k.Curve != "Ed25519" {
		return nil, fmt.Errorf("token: key %q is %s/%s, not OKP/Ed25519", k.ID, k.KeyType, k.Curve)
	}
	raw, err := base64.RawURLEncoding.DecodeString(k.X)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("token: key %q is not a public key of %d bytes", k.ID, ed25519.PublicKeySize)
	}
	return raw, nil
}
