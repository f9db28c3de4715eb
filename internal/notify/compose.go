package notify

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	texttemplate "text/template"

	"github.com/bojanz/currency"

	"pasar/api"
)

// Kind is what a mail is about; its templates carry the same name.
type Kind string

// The mails there are.
const (
	KindVerification         Kind = "verification"
	KindRegistrationRepeated Kind = "registration_repeated"
	KindPasswordReset        Kind = "password_reset"
	KindPasswordChanged      Kind = "password_changed"
	KindOrderConfirmed       Kind = "order_confirmed"
	KindOrderRefunded        Kind = "order_refunded"
)

// recipient is who a mail is for, and in what language.
type recipient struct {
	email    string
	language string
}

//go:embed templates
var templateFiles embed.FS

// templateSet holds one language: each mail defines <kind>.subject, <kind>.text
// and <kind>.html.
type templateSet struct {
	text *texttemplate.Template
	html *htmltemplate.Template
}

var templates = map[string]templateSet{
	"id": parseTemplates("id"),
	"en": parseTemplates("en"),
}

func parseTemplates(language string) templateSet {
	money := func(m api.Money) (string, error) { return displayMoney(m, language) }
	return templateSet{
		text: texttemplate.Must(texttemplate.New(language).Funcs(texttemplate.FuncMap{"money": money}).
			ParseFS(templateFiles, "templates/"+language+".txt.tmpl")),
		html: htmltemplate.Must(htmltemplate.New(language).Funcs(htmltemplate.FuncMap{"money": money}).
			ParseFS(templateFiles, "templates/layout.html.tmpl", "templates/"+language+".html.tmpl")),
	}
}

// compose writes a mail in the recipient's language, Indonesian unless English
// was asked for.
func compose(kind Kind, to recipient, data any) (Mail, error) {
	language := to.language
	set, known := templates[language]
	if !known {
		language, set = "id", templates["id"]
	}
	var subject, text, html bytes.Buffer
	for _, part := range []struct {
		name    string
		execute func(name string) error
	}{
		{".subject", func(name string) error { return set.text.ExecuteTemplate(&subject, name, data) }},
		{".text", func(name string) error { return set.text.ExecuteTemplate(&text, name, data) }},
		{".html", func(name string) error { return set.html.ExecuteTemplate(&html, name, data) }},
	} {
		if err := part.execute(string(kind) + part.name); err != nil {
			return Mail{}, fmt.Errorf("notify: compose %s%s in %s: %w", kind, part.name, language, err)
		}
	}
	return Mail{
		Kind: kind, Language: language, Recipient: to.email,
		Subject: strings.TrimSpace(subject.String()), Text: strings.TrimSpace(text.String()) + "\n", HTML: html.String(),
	}, nil
}

// displayMoney writes an amount as people do: the exponent is ISO's, how many
// decimals are shown is CLDR's (none for the rupiah).
func displayMoney(m api.Money, language string) (string, error) {
	exponent, known := api.CurrencyExponent(m.Currency)
	if !known {
		return "", fmt.Errorf("notify: currency %q is not sold in", m.Currency)
	}
	amount, err := currency.NewAmount(decimal(m.Amount, exponent), m.Currency)
	if err != nil {
		return "", fmt.Errorf("notify: amount %d %s: %w", m.Amount, m.Currency, err)
	}
	formatter := currency.NewFormatter(currency.NewLocale(language))
	if m.Currency == "IDR" {
		formatter.MinDigits = 0
	}
	return formatter.Format(amount), nil
}

// decimal writes minor units as a decimal number: 4500000 with exponent 2 is
// 45000.00.
func decimal(minor int64, exponent int) string {
	digits := fmt.Sprintf("%0*d", exponent+1, minor)
	sign := ""
	if minor < 0 {
		sign, digits = "-", fmt.Sprintf("%0*d", exponent+1, uint64(-minor))
	}
	if exponent == 0 {
		return sign + digits
	}
	return sign + digits[:len(digits)-exponent] + "." + digits[len(digits)-exponent:]
}
