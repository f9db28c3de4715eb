package payment_test

import (
	"strings"
	"testing"

	"pasar/internal/payment"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ in, want string }{
		"plain":            {`{"amount":12990,"currency":"IDR"}`, `{"amount":12990,"currency":"IDR"}`},
		"named":            {`{"card_number":"x","cvv":"123","a":{"API-Key":"k"}}`, `{"a":{"API-Key":"***"},"card_number":"***","cvv":"***"}`},
		"hidden card":      {`{"note":"4811 1111 1111 1114"}`, `{"note":"4811***"}`},
		"card as a number": {`{"x":4811111111111114}`, `{"x":"***"}`},
		"in a list":        {`["4811-1111-1111-1114","ok"]`, `["4811***","ok"]`},
		"not a card":       {`{"va":"8808123412341234"}`, `{"va":"8808123412341234"}`},
		"nested secret":    {`{"secret":{"deep":"x"}}`, `{"secret":"***"}`},
		"pinned is no pin": {`{"shipping":"x","pin":"1"}`, `{"pin":"***","shipping":"x"}`},
		"big number":       {`{"n":12345678901234567890123}`, `{"n":12345678901234567890123}`},
		"not JSON":         {`card=4811111111111114`, `(not JSON, not kept)`},
		"nothing":          {``, ``},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := payment.Redact([]byte(c.in)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	long := payment.Redact([]byte(`"` + strings.Repeat("é", 20_000) + `"`))
	if len(long) > 17_000 || !strings.HasSuffix(long, "(cut)") {
		t.Errorf("a long text is kept with %d bytes", len(long))
	}
}
