package order

import (
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// Address is where goods go or a bill is written to.
type Address struct {
	Recipient  string `json:"recipient"`
	Phone      string `json:"phone"`
	Line1      string `json:"line1"`
	Line2      string `json:"line2,omitempty"`
	District   string `json:"district,omitempty"`
	City       string `json:"city"`
	Province   string `json:"province"`
	PostalCode string `json:"postal_code"`
	Country    string `json:"country"` // ISO 3166-1 alpha-2
}

const homeCountry = "ID"

// faults collects what is wrong with an input.
type faults []fault.Field

func (f *faults) add(pointer, code, detail string) {
	*f = append(*f, fault.Field{Pointer: pointer, Code: code, Detail: detail})
}

// err returns the faults as one error, nil for none.
func (f faults) err(code, detail string) error {
	if len(f) == 0 {
		return nil
	}
	e := fault.New(fault.Invalid, code, "%s", detail)
	e.Fields = f
	return e
}

// text checks one text: its length in characters and that it is printable.
func (f *faults) text(pointer, value string, shortest, longest int) {
	switch length := utf8.RuneCountInString(value); {
	case hasControl(value):
		f.add(pointer, "control_character", "has a control character")
	case length < shortest:
		f.add(pointer, "required", fmt.Sprintf("at least %d characters", shortest))
	case length > longest:
		f.add(pointer, "wrong_length", fmt.Sprintf("at most %d characters", longest))
	}
}

// normalised trims the address and spells its province and country the one way
// that shipping zones know.
func (a Address) normalised() Address {
	for _, field := range []*string{&a.Recipient, &a.Phone, &a.Line1, &a.Line2, &a.District, &a.City, &a.Province, &a.PostalCode, &a.Country} {
		*field = strings.TrimSpace(*field)
	}
	if a.Country == "" {
		a.Country = homeCountry
	}
	if province, ok := findProvince(a.Province); ok && a.Country == homeCountry {
		a.Province = province.Name
	}
	return a
}

func (f *faults) address(pointer string, a Address) {
	f.text(pointer+"/recipient", a.Recipient, 1, 100)
	f.text(pointer+"/phone", a.Phone, 5, 20)
	f.text(pointer+"/line1", a.Line1, 1, 200)
	f.text(pointer+"/line2", a.Line2, 0, 200)
	f.text(pointer+"/district", a.District, 0, 100)
	f.text(pointer+"/city", a.City, 1, 100)
	f.text(pointer+"/province", a.Province, 1, 100)
	f.text(pointer+"/postal_code", a.PostalCode, 1, 12)
	if strings.Trim(strings.TrimPrefix(a.Phone, "+"), "0123456789 ()-") != "" {
		f.add(pointer+"/phone", "wrong_format", "digits, with + before the country")
	}
	if len(a.Country) != 2 || strings.ToUpper(a.Country) != a.Country {
		f.add(pointer+"/country", "wrong_format", "two capital letters, as in ISO 3166-1")
	}
	if a.Country != homeCountry {
		return
	}
	if len(a.PostalCode) != 5 || strings.Trim(a.PostalCode, "0123456789") != "" {
		f.add(pointer+"/postal_code", "wrong_format", "five digits")
	}
	if _, ok := findProvince(a.Province); !ok && a.Province != "" {
		f.add(pointer+"/province", api.CodeNotFound, "not a province of Indonesia; write it as in DKI Jakarta, Jawa Barat, Bali")
	}
}

// normaliseEmail trims and lowers an address: nobody tells mailboxes apart by
// case, and staff search by it.
func normaliseEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func (f *faults) email(pointer, email string) {
	before := len(*f)
	f.text(pointer, email, 3, 254)
	if len(*f) > before {
		return
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || parsed.Name != "" {
		f.add(pointer, "wrong_format", "not an e-mail address")
	}
}

func hasControl(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl)
}
