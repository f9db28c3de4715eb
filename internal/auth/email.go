package auth

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"pasar/api"
	"pasar/internal/platform/fault"
)

const (
	maxEmail = 254 // RFC 5321: a path of 256 less its brackets
	maxLocal = 64
)

// NormalizeEmail returns the one form in which an address is stored and
// compared: NFC, in lower case, its domain in ASCII. Mailboxes that differ only
// in case are the same here; no provider of note gives them to two people.
func NormalizeEmail(address string) (string, error) {
	address = norm.NFC.String(strings.TrimSpace(address))
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return "", badEmail()
	}
	local := strings.ToLower(address[:at])
	domain, err := domains.ToASCII(strings.TrimSuffix(address[at+1:], "."))
	if err != nil || !plausibleDomain(domain) || !plausibleLocal(local) {
		return "", badEmail()
	}
	normal := local + "@" + domain
	if len(normal) > maxEmail {
		return "", badEmail()
	}
	return normal, nil
}

var domains = idna.New(
	idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true),
)

func plausibleDomain(domain string) bool {
	dot := strings.LastIndexByte(domain, '.')
	return dot > 0 && dot < len(domain)-1
}

func plausibleLocal(local string) bool {
	if len(local) > maxLocal || !utf8.ValidString(local) || strings.HasPrefix(local, ".") ||
		strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return false
	}
	return !strings.ContainsFunc(local, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`"(),:;<>@[\]`, r)
	})
}

func badEmail() error {
	return fault.New(fault.Invalid, api.CodeInvalid, "This is not an e-mail address the shop can write to.").
		At("#/email", "wrong_format", "expected an address such as sari@example.com")
}

// MaskEmail keeps enough of an address to recognise one's own: s***@e***.com.
func MaskEmail(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" || domain == "" {
		return "***"
	}
	masked := firstRune(local) + "***@" + firstRune(domain) + "***"
	if dot := strings.LastIndexByte(domain, '.'); dot > 0 {
		masked += domain[dot:]
	}
	return masked
}

func firstRune(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}
