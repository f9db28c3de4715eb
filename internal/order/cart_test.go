package order

import (
	"strings"
	"testing"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/internal/platform/fault"
)

func TestCartMergesLinesWithinLimits(t *testing.T) {
	t.Parallel()
	cart := &Cart{}
	variant := api.NewID(api.PrefixVariant)
	for _, quantity := range []int64{1, 2, 996} {
		if err := cart.add(variant, quantity); err != nil {
			t.Fatal(err)
		}
	}
	if len(cart.Contents.Lines) != 1 || cart.Contents.Lines[0].Quantity != 999 {
		t.Fatalf("%+v", cart.Contents.Lines)
	}
	for _, quantity := range []int64{1, 1 << 62, 0, -1} {
		if err := cart.add(variant, quantity); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%d more: %v", quantity, err)
		}
	}
	for len(cart.Contents.Lines) < MaxLines {
		if err := cart.add(api.NewID(api.PrefixVariant), 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := cart.add(api.NewID(api.PrefixVariant), 1); !fault.HasCode(err, orderapi.CodeCartFull) {
		t.Errorf("line 101: %v", err)
	}
	first := cart.Contents.Lines[0].ID
	if err := cart.setQuantity(first, 1000); fault.KindOf(err) != fault.Invalid {
		t.Errorf("quantity 1000: %v", err)
	}
	if err := cart.setQuantity("itm_x", 1); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown item: %v", err)
	}
	if !cart.remove(first) || cart.remove(first) || len(cart.Contents.Lines) != MaxLines-1 {
		t.Error("the line was not removed once")
	}
}

func TestTokensAreSecretAndStoredHashed(t *testing.T) {
	t.Parallel()
	token := newToken()
	if len(token) < 3+22 || token == newToken() || HashToken(token) == token || len(HashToken(token)) != 64 {
		t.Errorf("token %q", token)
	}
	guest := Caller{CartToken: token}
	if !guest.owns("", HashToken(token)) || guest.owns("", HashToken("other")) || (Caller{}).owns("", "") || (Caller{}).owns("", HashToken("")) {
		t.Error("ownership by token")
	}
	user := Caller{Actor: api.Actor{Kind: api.ActorUser, ID: "usr_1"}}
	if !user.owns("usr_1", "") || user.owns("usr_2", "") || user.owns("", "") {
		t.Error("ownership by account")
	}
}

func TestDetailsRefuseBadInput(t *testing.T) {
	t.Parallel()
	change := func(edit func(*Address)) Details {
		a := yogyakarta()
		edit(a)
		return Details{ShippingAddress: Field[*Address]{Sent: true, Value: a}}
	}
	email := func(s string) Details { return Details{Email: Field[string]{Sent: true, Value: s}} }
	for pointer, details := range map[string][]Details{
		"#/email": {email("no"), email("a@b@c.example"), email("A <a@b.example>"), email("a\x00@b.example"), email(strings.Repeat("a", 250) + "@b.id")},
		"#/shipping_address/recipient": {
			change(func(a *Address) { a.Recipient = " " }), change(func(a *Address) { a.Recipient = "a\nb" }), change(func(a *Address) { a.Recipient = strings.Repeat("x", 101) }),
		},
		"#/shipping_address/phone":       {change(func(a *Address) { a.Phone = "call me" })},
		"#/shipping_address/province":    {change(func(a *Address) { a.Province = "Bavaria" })},
		"#/shipping_address/postal_code": {change(func(a *Address) { a.PostalCode = "1234" })},
		"#/shipping_address/country":     {change(func(a *Address) { a.Country = "id" })},
		"#/language":                     {{Language: Field[string]{Sent: true, Value: "fr"}}},
		"#/note":                         {{Note: Field[string]{Sent: true, Value: "\x1b[31m"}}, {Note: Field[string]{Sent: true, Value: strings.Repeat("x", 501)}}},
	} {
		for _, d := range details {
			_, err := d.normalised()
			if f := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Fields[0].Pointer != pointer {
				t.Errorf("%s of %+v: %v", pointer, d, err)
			}
		}
	}
	good, err := change(func(a *Address) { a.Province, a.Country = "d.i.  yogyakarta", "" }).normalised()
	if err != nil || good.ShippingAddress.Value.Province != "DI Yogyakarta" || good.ShippingAddress.Value.Country != "ID" {
		t.Errorf("%+v, %v", good.ShippingAddress.Value, err)
	}
}
