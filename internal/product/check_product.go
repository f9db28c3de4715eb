package product

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/fault"
)

// Limits of one product, so that reading one is always cheap.
const (
	MaxVariants  = 100
	MaxOptions   = 5
	MaxImages    = 20
	maxPrice     = 1_000_000_000_000
	maxName      = 200
	maxDescribed = 10_000
)

var (
	slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	skuPattern  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$`)
)

// check holds the rules of a product. Siblings in the same process come here
// without the contract's validation, so the rules are whole.
func (p *Product) check() error {
	if !validSlug(p.Slug) {
		return invalid("#/slug", "wrong_format", "a slug is lower-case words joined by hyphens, such as kopi-gayo")
	}
	if err := p.checkTexts(); err != nil {
		return err
	}
	if err := p.checkOptions(); err != nil {
		return err
	}
	if err := p.checkVariants(); err != nil {
		return err
	}
	if len(p.Images) > MaxImages {
		return fault.New(fault.Conflict, productapi.CodeCatalogueLimit, "A product has at most %d pictures; delete one first.", MaxImages)
	}
	return p.checkComplete()
}

func validSlug(s string) bool { return len(s) <= 100 && slugPattern.MatchString(s) }

func (p *Product) checkTexts() error {
	for language, text := range map[string][2]string{"id": {p.Name.ID, p.Description.ID}, "en": {p.Name.EN, p.Description.EN}} {
		at := "#/translations/" + language
		if n := utf8.RuneCountInString(text[0]); strings.TrimSpace(text[0]) == "" || n > maxName {
			return invalid(at+"/name", "wrong_length", fmt.Sprintf("a name has 1 to %d characters", maxName))
		}
		if utf8.RuneCountInString(text[1]) > maxDescribed {
			return invalid(at+"/description", "too_long", fmt.Sprintf("a description has at most %d characters", maxDescribed))
		}
	}
	return nil
}

func (p *Product) checkOptions() error {
	if len(p.Options) > MaxOptions {
		return invalid("#/options", "too_many", fmt.Sprintf("a product has at most %d options", MaxOptions))
	}
	codes := map[string]bool{}
	for i, option := range p.Options {
		at := fmt.Sprintf("#/options/%d", i)
		if !validSlug(option.Code) || codes[option.Code] {
			return invalid(at+"/code", "duplicate", "each option has a code of its own")
		}
		codes[option.Code] = true
		if err := checkValues(at, option.Values); err != nil {
			return err
		}
	}
	return nil
}

func checkValues(at string, values []OptionValue) error {
	if len(values) == 0 || len(values) > MaxVariants {
		return invalid(at+"/values", "wrong_length", fmt.Sprintf("an option has 1 to %d values", MaxVariants))
	}
	codes := map[string]bool{}
	for i, value := range values {
		if !validSlug(value.Code) || codes[value.Code] {
			return invalid(fmt.Sprintf("%s/values/%d/code", at, i), "duplicate", "each value of an option has a code of its own")
		}
		codes[value.Code] = true
	}
	return nil
}

func (p *Product) checkVariants() error {
	if len(p.Variants) > MaxVariants {
		return fault.New(fault.Conflict, productapi.CodeCatalogueLimit, "A product has at most %d variants; make another product.", MaxVariants)
	}
	combinations := map[string]string{}
	for i := range p.Variants {
		v := &p.Variants[i]
		at := fmt.Sprintf("#/variants/%d", i)
		if err := p.checkVariant(at, v); err != nil {
			return err
		}
		if sku, taken := combinations[v.OptionKey()]; taken {
			return fault.New(fault.Conflict, productapi.CodeVariantExists,
				"Variant %s has the same option values as %s; variants of a product differ in at least one.", v.SKU, sku).
				At(at+"/options", "duplicate", "this combination exists")
		}
		combinations[v.OptionKey()] = v.SKU
	}
	return nil
}

func (p *Product) checkVariant(at string, v *Variant) error {
	if !skuPattern.MatchString(v.SKU) {
		return invalid(at+"/sku", "wrong_format", "a SKU is 1 to 64 letters, digits, dots, hyphens, underscores and slashes")
	}
	if len(v.Barcode) > 32 {
		return invalid(at+"/barcode", "too_long", "a barcode has at most 32 characters")
	}
	if v.WeightGrams < 0 || v.WeightGrams > 1_000_000 {
		return invalid(at+"/weight_grams", "out_of_range", "a weight is 0 to 1000000 grams")
	}
	if len(v.Options) != len(p.Options) {
		return invalid(at+"/options", "wrong_options", "a variant names one value of every option of its product")
	}
	for _, option := range p.Options {
		if !option.has(v.Options[option.Code]) {
			return invalid(at+"/options/"+option.Code, "wrong_options", "the variant must name one of the option's values")
		}
	}
	return checkPrices(at+"/prices", v.Prices)
}

func (o Option) has(code string) bool {
	for _, value := range o.Values {
		if value.Code == code {
			return true
		}
	}
	return false
}

func checkPrices(at string, prices []api.Money) error {
	seen := map[string]bool{}
	for i, price := range prices {
		here := fmt.Sprintf("%s/%d", at, i)
		if _, known := api.CurrencyExponent(price.Currency); !known {
			return invalid(here+"/currency", "unknown_currency", "the shop does not sell in this currency")
		}
		if seen[price.Currency] {
			return invalid(here+"/currency", "duplicate", "one price for each currency")
		}
		seen[price.Currency] = true
		if price.Amount < 0 || price.Amount > maxPrice {
			return invalid(here+"/amount", "out_of_range", "a price is 0 to 1000000000000 minor units")
		}
	}
	return nil
}

// checkComplete refuses to put on sale what nobody could buy.
func (p *Product) checkComplete() error {
	if p.Status != Active || len(p.LowestPrices()) > 0 {
		return nil
	}
	return fault.New(fault.Conflict, productapi.CodeProductIncomplete,
		"An active product needs at least one variant with a price; add one, or keep the product a draft.")
}

func invalid(pointer, code, detail string) *fault.Error {
	return fault.New(fault.Invalid, api.CodeInvalid, "A value breaks a rule: %s.", detail).At(pointer, code, detail)
}
