package config

import (
	"regexp"
	"strings"

	"pasar/internal/platform/secret"
)

var (
	// plainWeb is a web address without credentials whose path may hold an @.
	// Elsewhere an @ means credentials: user:123/4@host only looks like a port.
	plainWeb = regexp.MustCompile(`^https?://(\[[^\]]*\]|[^:/?#@]*)(:\d*)?([/?#]|$)`)

	// password finds "://user:password@" up to the last @, whatever is between:
	// a password with an unescaped slash is no valid URL and no less secret.
	password = regexp.MustCompile(`(?s)(://[^:/?#]*:).*@`)

	// natsToken finds "nats://token@", where the user part is the credential.
	natsToken = regexp.MustCompile(`^((?:nats|tls)://)[^:@/?#]*@`)

	// secretParameters are query parameters that carry a credential.
	secretParameters = regexp.MustCompile(`(?i)([?&;][^=&;]*(?:password|passwd|pwd|secret|token|key|signature)[^=&;]*=)[^&;#]*`)
)

// MaskURL hides the password and secret query parameters of a URL. Text that
// is not a URL is returned as it is, and isURL is false.
func MaskURL(text string) (masked string, isURL bool) {
	if !strings.Contains(text, "://") {
		return text, false
	}
	text = secretParameters.ReplaceAllString(text, "${1}"+secret.Mask)
	if plainWeb.MatchString(text) {
		return text, true
	}
	text = natsToken.ReplaceAllString(text, "${1}"+secret.Mask+"@")
	return password.ReplaceAllString(text, "${1}"+secret.Mask+"@"), true
}
