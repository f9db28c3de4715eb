package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"pasar/internal/platform/secret"
)

// signer signs webhooks as Standard Webhooks 1.0 says: HMAC-SHA256 over
// id.timestamp.body.
type signer struct{ key []byte }

func newSigner(s secret.Secret) (signer, error) {
	encoded, ok := strings.CutPrefix(s.Reveal(), "whsec_")
	if !ok {
		return signer{}, errors.New("must start with whsec_")
	}
	key, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return signer{}, errors.New("what follows whsec_ is not base64")
	}
	if len(key) < 24 || len(key) > 64 {
		return signer{}, errors.New("must hold 24 to 64 bytes")
	}
	return signer{key: key}, nil
}

// GenerateWebhookSecret returns a new secret of the form that New asks for.
func GenerateWebhookSecret() secret.Secret {
	random := secret.Generate(24).Reveal() // 32 characters of unpadded URL-safe base64
	return secret.New("whsec_" + strings.NewReplacer("-", "+", "_", "/").Replace(random))
}

func (s signer) sign(id string, at time.Time, body string) (timestamp, signature string) {
	timestamp = strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(id + "." + timestamp + "." + body))
	return timestamp, "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
