// Package signer writes the auth service's claims down as access tokens.
package signer

import (
	"crypto/ed25519"

	"pasar/internal/auth"
	"pasar/internal/platform/token"
)

var _ auth.Signer = Sign

// Sign is an auth.Signer.
func Sign(kid string, key ed25519.PrivateKey, c auth.AccessClaims) (string, error) {
	return token.Sign(kid, key, token.Claims{
		Issuer: c.Issuer, Audience: c.Audience, UserID: c.UserID, SessionID: c.SessionID, ID: c.TokenID,
		IssuedAt: c.IssuedAt, ExpiresAt: c.ExpiresAt, Permissions: c.Permissions, EmailVerified: c.EmailVerified,
	})
}
