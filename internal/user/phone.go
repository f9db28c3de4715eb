package user

import (
	"strings"

	"golang.org/x/text/language"

	"pasar/api"
	"pasar/api/userapi"
	"pasar/internal/platform/fault"
)

// E.164 numbers have 15 digits at most; the shortest real ones have 8.
const (
	minPhone = 8
	maxPhone = 15
)

// dialCodes of the countries from which numbers are written without a plus.
var dialCodes = map[string]string{"ID": "62", "MY": "60", "SG": "65", "AU": "61", "TL": "670", "BN": "673"}

// normalizePhone returns a number as E.164. One that begins with 0 is of the
// country it was given with.
func normalizePhone(number, country string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	if !strings.HasPrefix(strings.TrimSpace(number), "+") {
		local, ok := strings.CutPrefix(digits, "0")
		code := dialCodes[country]
		switch {
		case ok && code != "":
			digits = code + local
		case code == "" || !strings.HasPrefix(digits, code):
			return "", badPhone()
		}
	}
	if len(digits) < minPhone || len(digits) > maxPhone || digits[0] == '0' {
		return "", badPhone()
	}
	return "+" + digits, nil
}

func badPhone() error {
	return fault.New(fault.Invalid, userapi.CodePhoneInvalid, "Write the number with its country, such as +6281234567890.").
		At("#/phone", "wrong_format", "expected a number such as +6281234567890")
}

// checkCountry refuses codes that ISO 3166-1 has not given to a country.
func checkCountry(country string) error {
	region, err := language.ParseRegion(country)
	if err != nil || !region.IsCountry() || region.String() != country || region.Canonicalize() != region {
		return fault.New(fault.Invalid, userapi.CodeCountryUnknown, "There is no country with this code.").
			At("#/country", "not_allowed", "expected an ISO 3166-1 code such as ID")
	}
	return nil
}

// checkPostalCode knows the shape of Indonesian codes; those of elsewhere only
// need to be there.
func checkPostalCode(code, country string) error {
	if country != "ID" {
		return nil
	}
	if len(code) == 5 && code[0] != '0' && strings.Trim(code, "0123456789") == "" {
		return nil
	}
	return fault.New(fault.Invalid, userapi.CodePostalCodeInvalid, "An Indonesian postal code has five digits.").
		At("#/postal_code", "wrong_format", "expected five digits such as 55213")
}

func blank(pointer string) error {
	return fault.New(fault.Invalid, api.CodeInvalid, "This is more than spaces.").At(pointer, "wrong_length", "expected some text")
}
