package telemetry

import (
	"log/slog"
	"strings"
	"unicode/utf8"

	"pasar/internal/platform/secret"
)

// Email returns an attribute that shows enough of an address to find it again:
// s***@example.com.
func Email(key, address string) slog.Attr { return slog.String(key, MaskEmail(address)) }

// Phone returns an attribute that shows the last two digits of a number.
func Phone(key, number string) slog.Attr { return slog.String(key, MaskPhone(number)) }

// MaskEmail keeps the first letter and the host of an address.
func MaskEmail(address string) string {
	at := strings.LastIndex(address, "@")
	if at < 1 {
		return secret.Mask
	}
	_, size := utf8.DecodeRuneInString(address)
	return address[:size] + secret.Mask + address[at:]
}

// MaskPhone keeps the last two characters of a number that has more than six.
func MaskPhone(number string) string {
	if len(number) <= 6 {
		return secret.Mask
	}
	return secret.Mask + number[len(number)-2:]
}

// credentials are words in the names of attributes that must not be written.
var credentials = []string{"password", "passwd", "secret", "authorization", "cookie", "pepper", "card_number", "cvc", "access_token", "refresh_token", "cart_token", "api_key"}

// maskAttr is the net below the callers: whoever forgets Email and Phone is
// caught by the attribute's name.
func maskAttr(a slog.Attr) slog.Attr {
	a.Value = a.Value.Resolve()
	if a.Value.Kind() == slog.KindGroup {
		group := a.Value.Group()
		masked := make([]slog.Attr, len(group))
		for i, member := range group {
			masked[i] = maskAttr(member)
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(masked...)}
	}
	key := strings.ToLower(a.Key)
	switch {
	case key == "email" || strings.HasSuffix(key, "_email"):
		return slog.String(a.Key, MaskEmail(a.Value.String()))
	case key == "phone" || strings.HasSuffix(key, "_phone"):
		return slog.String(a.Key, MaskPhone(a.Value.String()))
	}
	for _, word := range credentials {
		if strings.Contains(key, word) {
			return slog.String(a.Key, secret.Mask)
		}
	}
	return a
}
