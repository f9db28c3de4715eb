package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
)

// secrets are the keys of the service, each for one purpose, all derived from
// one secret: so that one leaked use does not open another.
type secrets struct {
	pepper []byte
	lookup []byte      // of names that must not be readable in the throttle table
	audit  []byte      // of the chain of the audit log
	seal   cipher.AEAD // of signing keys at rest
}

func deriveSecrets(secret, pepper []byte) (secrets, error) {
	var s secrets
	var sealKey []byte
	for label, target := range map[string]*[]byte{
		"pasar auth password pepper v1": &s.pepper,
		"pasar auth lookup v1":          &s.lookup,
		"pasar auth audit chain v1":     &s.audit,
		"pasar auth signing keys v1":    &sealKey,
	} {
		key, err := hkdf.Key(sha256.New, secret, nil, label, 32)
		if err != nil {
			return secrets{}, fmt.Errorf("auth: derive a key: %w", err)
		}
		*target = key
	}
	if len(pepper) > 0 {
		s.pepper = pepper
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return secrets{}, fmt.Errorf("auth: derive a key: %w", err)
	}
	if s.seal, err = cipher.NewGCM(block); err != nil {
		return secrets{}, fmt.Errorf("auth: derive a key: %w", err)
	}
	return s, nil
}

// newSecret returns 256 random bits behind a prefix that says what they are
// for, so that secret scanners and people can tell.
func newSecret(prefix string) string {
	return prefix + base64.RawURLEncoding.EncodeToString(randomBytes(32))
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: the runtime aborts instead
	return b
}

// fingerprint is how a secret with 256 bits of its own is stored: a plain hash
// suffices, because there is nothing to guess.
func fingerprint(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// blind names something readable, such as an address, in a way that only the
// service can repeat.
func (s secrets) blind(class, value string) string {
	mac := hmac.New(sha256.New, s.lookup)
	mac.Write([]byte(class + "\x00" + value))
	return class + ":" + hex.EncodeToString(mac.Sum(nil)[:20])
}
