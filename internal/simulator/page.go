package simulator

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

//go:embed page.html page.css
var pageFiles embed.FS

// TestOTP is the code that the challenge accepts. The page shows it.
const TestOTP = "123456"

const maxWrongOTPs = 3

var (
	pageTemplate = template.Must(template.ParseFS(pageFiles, "page.html"))
	pageStyle    = mustRead("page.css")
	styleHash    = hashOf(pageStyle)
)

func mustRead(name string) string {
	content, err := pageFiles.ReadFile(name)
	if err != nil {
		panic(err) // the file is embedded at build time
	}
	return string(content)
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// page is what the template shows.
type page struct {
	Text      map[string]string
	Language  string
	Style     template.CSS
	Charge    Charge
	Amount    string
	Challenge bool
	WrongOTP  bool
	TestOTP   string
	Final     bool
	Outcome   string
	Return    string
}

// showPage is the hosted payment page. Its address is the customer's only
// secret, and it runs no script.
func (s *Simulator) showPage(w http.ResponseWriter, r *http.Request) {
	c, err := s.current(r.Context(), "page_token", r.PathValue("token"))
	if err != nil {
		s.writeError(w, err)
		return
	}
	s.renderPage(w, r, c, r.URL.Query().Get("step") == "challenge", false)
}

func (s *Simulator) renderPage(w http.ResponseWriter, r *http.Request, c *charge, challenge, wrongOTP bool) {
	language := languageOf(r)
	view := page{
		Text: texts[language], Language: language, Style: template.CSS(pageStyle), //nolint:gosec // our own embedded file
		Charge: c.Charge, Amount: display(c.Amount, c.Currency, language),
		Challenge: challenge && c.Status == statePending, WrongOTP: wrongOTP, TestOTP: TestOTP,
		Final: c.Status != statePending, Outcome: texts[language]["status_"+c.Status], Return: c.returnTo(),
	}
	var body bytes.Buffer
	if err := pageTemplate.Execute(&body, view); err != nil {
		s.writeError(w, fmt.Errorf("render payment page: %w", err))
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address is a secret
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src "+styleHash+
		"; form-action 'self'"+originOf(c.ReturnURL)+"; base-uri 'none'; frame-ancestors 'none'")
	_, _ = w.Write(body.Bytes()) // a customer who has gone cannot be told
}

// originOf lets the answer to a form lead back to the merchant, which browsers
// count as part of the form's action.
func originOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return ""
	}
	return " " + u.Scheme + "://" + u.Host
}

// act is a button of the page.
func (s *Simulator) act(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	if err := r.ParseForm(); err != nil {
		s.writeError(w, refuse(http.StatusBadRequest, "body_invalid", "The form cannot be read."))
		return
	}
	switch action := r.PostForm.Get("action"); action {
	case "challenge":
		redirect(w, "?step=challenge&lang="+languageOf(r))
	case "abandon":
		s.leave(w, r)
	case "approve", "decline", "otp":
		s.decide(w, r, action)
	default:
		s.writeError(w, refuse(http.StatusBadRequest, "action_unknown", "action must be approve, decline, challenge, otp or abandon."))
	}
}

func (s *Simulator) leave(w http.ResponseWriter, r *http.Request) {
	c, err := s.find(r.Context(), "page_token", r.PathValue("token"))
	if err != nil {
		s.writeError(w, err)
		return
	}
	s.sendBack(w, r, c)
}

var errWrongOTP = errors.New("simulator: wrong code")

// decide settles the charge. A button pressed twice, or on a page that is out
// of date, finds it settled and shows how.
func (s *Simulator) decide(w http.ResponseWriter, r *http.Request, action string) {
	wrong := false
	c, err := s.change(r.Context(), "page_token", r.PathValue("token"), func(c *charge) ([]string, error) {
		wrong = false
		now := s.config.Clock.Now()
		if c.expire(now) {
			return []string{"charge.expired"}, nil
		}
		if c.Status != statePending {
			return nil, errUnchanged
		}
		err := s.apply(c, action, r.PostForm)
		if errors.Is(err, errWrongOTP) {
			wrong = true
			return nil, nil
		}
		return []string{"charge." + c.Status}, err
	})
	if err != nil {
		s.writeError(w, err)
		return
	}
	if wrong {
		s.renderPage(w, r, c, true, true)
		return
	}
	hold(r.Context(), s.behaviourOf(c))
	s.sendBack(w, r, c)
}

func (s *Simulator) apply(c *charge, action string, form url.Values) error {
	now := s.config.Clock.Now()
	if action == "decline" {
		return c.fail("declined", now)
	}
	if action == "otp" && strings.TrimSpace(form.Get("otp")) != TestOTP {
		if c.WrongOTPs++; c.WrongOTPs < maxWrongOTPs {
			return errWrongOTP
		}
		return c.fail("authentication_failed", now)
	}
	paid := c.Amount
	if sent := form.Get("paid"); sent != "" && c.Method == methodTransfer {
		var err error
		if paid, err = strconv.ParseInt(sent, 10, 64); err != nil || paid <= 0 || paid > maxAmount {
			return refuse(http.StatusBadRequest, "amount_invalid", "paid must be a whole number above zero.")
		}
	}
	return c.approve(paid, now)
}

// sendBack leads the customer to the merchant, or to the result.
func (s *Simulator) sendBack(w http.ResponseWriter, r *http.Request, c *charge) {
	target := c.returnTo()
	if target == "" {
		target = "?lang=" + languageOf(r)
	}
	redirect(w, target)
}

// redirect sends target as it is. A relative one is relative to the address
// that the browser sees, which http.Redirect would not know behind a prefix.
func redirect(w http.ResponseWriter, target string) {
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusSeeOther)
}

// returnTo is the merchant's address with what became of the charge. It proves
// nothing: the merchant has to ask.
func (c *charge) returnTo() string {
	u, err := url.Parse(c.ReturnURL)
	if err != nil || c.ReturnURL == "" {
		return ""
	}
	query := u.Query()
	query.Set("reference", c.Reference)
	query.Set("status", c.Status)
	u.RawQuery = query.Encode()
	return u.String()
}

// display writes an amount for people: Rp 12.990 or USD 12.99.
func display(amount int64, currency, language string) string {
	point, group := ".", ","
	if language == "id" {
		point, group = ",", "."
	}
	digits := strconv.FormatInt(amount, 10)
	places := decimals[currency]
	for len(digits) <= places {
		digits = "0" + digits
	}
	whole, fraction := digits[:len(digits)-places], digits[len(digits)-places:]
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	if fraction != "" {
		whole += point + fraction
	}
	if currency == "IDR" {
		currency = "Rp"
	}
	return currency + "\u00a0" + whole
}
