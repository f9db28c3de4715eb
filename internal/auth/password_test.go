package auth

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pasar/internal/platform/fault"
)

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	context := []string{"sari.dewi", "Sari Dewi Lestari"}
	tests := []struct {
		password string
		refusal  string // code of the field, "" when it is good
	}{
		{"correct horse battery", ""},
		{"kopi tubruk jam lima", ""},
		{"9sT!vq2Lm#", ""},
		{"pasar malam di tepi sungai", ""},
		{"Sarinah thamrin 1966 gedung", ""},
		{strings.Repeat("日本語のパスワードは長い", 5) + "です。ね", ""},
		{"пароль который никто не угадает", ""},
		{"كلمة سر طويلة جدا لا تخمن", ""},
		{strings.Repeat("aB3$xY9!", 16), "too_simple_or_good"},
		{"short1!", "too_short"},
		{"日本語日本語", "too_short"},
		{strings.Repeat("x7Kq", 33), "too_long"},
		{"password123", "too_common"},
		{"P@ssw0rd123!", "too_common"},
		{"!!Password!!", "too_common"},
		{"passwordpassword", "too_common"},
		{"iloveyou2024", "too_common"},
		{"akucintakamu", "too_common"},
		{"bismillah123", "too_common"},
		{"Indonesia2026", "too_common"},
		{"1ndon3s1a!!!", "too_common"},
		{"rahasia12345", "too_common"},
		{"persib-bandung", "too_common"},
		{"1234567890", "too_simple"},
		{"0987654321", "too_simple"},
		{"qwertyuiop", "too_common"},
		{"abcdefghijkl", "too_simple"},
		{"aaaaaaaaaaaa", "too_simple"},
		{"ab12ab12ab12", "too_simple"},
		{"abababababab", "too_simple"},
		{"1qaz2wsx3edc", "too_common"},
		{"2wsx3edc4rfv", "too_simple"},
		{"sari.dewi1", "too_close"},
		{"Lestari2024", "too_close"},
		{"pasar12345", "too_simple"},
		{"pasar2026ya", "too_close"},
		{"pasarpasar", "too_close"},
	}
	for _, test := range tests {
		t.Run(test.password, func(t *testing.T) {
			t.Parallel()
			err := checkPassword(test.password, "#/password", context...)
			if test.refusal == "too_simple_or_good" {
				if utf8.RuneCountInString(test.password) != maxPassword {
					t.Fatalf("the password has %d characters", utf8.RuneCountInString(test.password))
				}
				if refused := fault.As(err); refused != nil && refused.Fields[0].Code == "too_long" {
					t.Fatal("128 characters are too long")
				}
				return
			}
			if test.refusal == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			refused := fault.As(err)
			if refused == nil || refused.Fields[0].Code != test.refusal || refused.Fields[0].Pointer != "#/password" {
				t.Fatalf("got %v, want %s", err, test.refusal)
			}
			if strings.Contains(err.Error(), test.password) {
				t.Error("the refusal repeats the password")
			}
		})
	}
}

func TestCommonListIsClean(t *testing.T) {
	t.Parallel()
	if n := len(common()); n < 400 {
		t.Fatalf("only %d common passwords", n)
	}
	for word := range common() {
		if word != strings.ToLower(word) {
			t.Errorf("%q is not in lower case and would never match", word)
		}
	}
}
