package rest

import (
	_ "embed"
	"html/template"
	"log/slog"
	"net/http"

	"pasar/internal/auth"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS []byte

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

const (
	pagePolicy  = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	pageMaxForm = 8 << 10
)

// page is one screen with at most one form. Without a token there is no form.
type page struct {
	Language, Title, Text string
	Token, Action, Button string
	Fields                []pageField
}

type pageField struct {
	Name, Label, Type, Autocomplete, Value string
	MaxLength                              int
}

// Pages serves the few screens that links in a terminal or a mail lead to:
// the first administrator, the verification of an address and the choice of a
// new password. They work without script. Opening one changes nothing, because
// mail programs open links by themselves.
func Pages(heart *auth.Service, clientIP func(*http.Request) string, log *slog.Logger) http.Handler {
	p := &pages{heart: heart, clientIP: clientIP, log: log}
	mux := http.NewServeMux()
	for path, screen := range map[string]struct{ show, act http.HandlerFunc }{
		"/setup":          {p.showSetup, p.claimSetup},
		"/verify-email":   {p.showVerify, p.verify},
		"/reset-password": {p.showReset, p.reset},
	} {
		mux.HandleFunc("GET "+path, screen.show)
		mux.HandleFunc("POST "+path, screen.act)
	}
	mux.HandleFunc("GET /setup/style.css", p.style)
	return mux
}

// PagePatterns lists what Pages answers, for the gateway's route table.
func PagePatterns() []string {
	return []string{
		"GET /setup", "POST /setup", "GET /setup/style.css",
		"GET /verify-email", "POST /verify-email", "GET /reset-password", "POST /reset-password",
	}
}

type pages struct {
	heart    *auth.Service
	clientIP func(*http.Request) string
	log      *slog.Logger
}

// form reads a posted form; ok is false when it has answered already.
func (p *pages) form(w http.ResponseWriter, r *http.Request) (from auth.Origin, ok bool) {
	r.Body = http.MaxBytesReader(w, r.Body, pageMaxForm)
	if err := r.ParseForm(); err != nil {
		p.write(w, r, http.StatusBadRequest, page{Language: "en", Title: "The form cannot be read", Text: "Open the link again."})
		return from, false
	}
	return auth.Origin{Actor: rest.ActorFrom(r.Context()), IP: p.clientIP(r)}, true
}

// refuse shows why a form was not taken; again is the form to try once more.
func (p *pages) refuse(w http.ResponseWriter, r *http.Request, err error, again page) {
	refusal := fault.As(err)
	if refusal == nil || refusal.Kind == fault.Internal {
		p.log.ErrorContext(r.Context(), "page failed", "path", r.URL.Path, "error", err)
		p.write(w, r, http.StatusInternalServerError, page{Language: "en", Title: "Something went wrong on our side", Text: "Try again; the log says more."})
		return
	}
	again.Text = refusal.Detail
	p.write(w, r, rest.StatusOf(refusal.Kind), again)
}

func (p *pages) style(w http.ResponseWriter, r *http.Request) {
	p.headers(w, "text/css; charset=utf-8")
	if _, err := w.Write(pageCSS); err != nil {
		p.log.DebugContext(r.Context(), "style sheet was not delivered", "error", err)
	}
}

func (p *pages) write(w http.ResponseWriter, r *http.Request, status int, shown page) {
	p.headers(w, "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := pageTemplate.Execute(w, shown); err != nil {
		p.log.DebugContext(r.Context(), "page was not delivered", "path", r.URL.Path, "error", err)
	}
}

func (p *pages) headers(w http.ResponseWriter, contentType string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address holds the secret
	h.Set("X-Content-Type-Options", "nosniff")
}
