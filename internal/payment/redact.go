package payment

import (
	"bytes"
	"encoding/json"
	"strings"
)

const (
	mask            = "***"
	maxExchangeText = 16 << 10
)

// secretNames are the parts of names whose values are never kept.
var secretNames = []string{
	"card_number", "cardnumber", "pan", "cvv", "cvc", "security_code", "otp", "pin", "password", "secret",
	"authorization", "api_key", "server_key", "signature", "token", "account_holder",
}

// Redact masks secrets and card data in a JSON text that was exchanged with a
// gateway. What is not JSON is not kept at all, because nobody can say what
// is in it.
func Redact(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "(not JSON, not kept)"
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(redactValue("", value)); err != nil {
		return "(cannot be encoded, not kept)"
	}
	redacted := strings.TrimSuffix(out.String(), "\n")
	if len(redacted) > maxExchangeText {
		return strings.ToValidUTF8(redacted[:maxExchangeText], "") + " (cut)"
	}
	return redacted
}

func redactValue(name string, value any) any {
	if isSecretName(name) {
		return mask
	}
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			v[key] = redactValue(key, member)
		}
		return v
	case []any:
		for i, member := range v {
			v[i] = redactValue(name, member)
		}
		return v
	case string:
		if isCardNumber(v) {
			return v[:4] + mask
		}
	case json.Number:
		if isCardNumber(v.String()) {
			return mask
		}
	}
	return value
}

func isSecretName(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	for _, secret := range secretNames {
		if name == secret || len(secret) > 3 && strings.Contains(name, secret) {
			return true
		}
	}
	return false
}

// isCardNumber reports whether text is 13 to 19 digits, grouped or not, with a
// right check digit (Luhn).
func isCardNumber(text string) bool {
	digits, sum := 0, 0
	for i := len(text) - 1; i >= 0; i-- {
		c := text[i]
		if c == ' ' || c == '-' {
			continue
		}
		if c < '0' || c > '9' {
			return false
		}
		d := int(c - '0')
		if digits%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		digits++
	}
	return digits >= 13 && digits <= 19 && sum%10 == 0
}
