package auth

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNormalizeEmail(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"sari@example.com", "sari@example.com"},
		{"  Sari.Dewi@Example.COM ", "sari.dewi@example.com"},
		{"sari+toko@example.co.id", "sari+toko@example.co.id"},
		{"sari@bücher.example", "sari@xn--bcher-kva.example"},
		{"sari@BÜCHER.example", "sari@xn--bcher-kva.example"},
		{"JOSE\u0301@example.com", "josé@example.com"},
		{"sari@example.com.", "sari@example.com"},
		{strings.Repeat("a", 64) + "@example.com", strings.Repeat("a", 64) + "@example.com"},
		{"", ""},
		{"sari", ""},
		{"@example.com", ""},
		{"sari@", ""},
		{"sari@localhost", ""},
		{"sari@.com", ""},
		{"sari@example..com", ""},
		{"sa ri@example.com", ""},
		{"sari@exam ple.com", ""},
		{"sari\x00@example.com", ""},
		{"sari\r\nBcc: x@example.com", ""},
		{"<sari@example.com>", ""},
		{`"sari"@example.com`, ""},
		{"a@b@example.com", ""},
		{".sari@example.com", ""},
		{"sari..dewi@example.com", ""},
		{strings.Repeat("a", 65) + "@example.com", ""},
		{"sari@" + strings.Repeat("a", 60) + "." + strings.Repeat("b", 64) + ".com", ""},
	}
	for _, test := range tests {
		got, err := NormalizeEmail(test.in)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("NormalizeEmail(%q) = %q, %v; want %q", test.in, got, err, test.want)
		}
	}
}

func TestNormalizeEmailTwiceIsOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		address := rapid.String().Draw(t, "local") + "@" + rapid.SampledFrom([]string{"Example.com", "bücher.de", "KOPI.co.id"}).Draw(t, "domain")
		once, err := NormalizeEmail(address)
		if err != nil {
			return
		}
		twice, err := NormalizeEmail(once)
		if err != nil || twice != once {
			t.Fatalf("%q became %q and then %q (%v)", address, once, twice, err)
		}
	})
}

func TestMaskEmail(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"sari@example.com": "s***@e***.com", "é@x.co.id": "é***@x***.id", "": "***", "broken": "***", "@x.com": "***", "a@b": "a***@b***",
	} {
		if got := MaskEmail(in); got != want {
			t.Errorf("MaskEmail(%q) = %q, want %q", in, got, want)
		}
	}
}
