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

//go:embed setup.html
var setupHTML string

//go:embed setup.css
var setupCSS []byte

var setupTemplate = template.Must(template.New("setup").Parse(setupHTML))

const (
	setupPolicy  = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	setupMaxForm = 8 << 10
)

type setupPage struct {
	Title, Text, Token, Name, Email string
}

// SetupPage serves the page behind the one-time link that is printed at start:
// GET and POST /setup, and its style sheet. It works without script.
func SetupPage(heart *auth.Service, clientIP func(*http.Request) string, log *slog.Logger) http.Handler {
	p := &setup{heart: heart, clientIP: clientIP, log: log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /setup", p.show)
	mux.HandleFunc("POST /setup", p.claim)
	mux.HandleFunc("GET /setup/style.css", p.style)
	return mux
}

type setup struct {
	heart    *auth.Service
	clientIP func(*http.Request) string
	log      *slog.Logger
}

func (p *setup) show(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Query().Get("token")
	good, err := p.heart.SetupTokenGood(r.Context(), token)
	switch {
	case err != nil:
		p.fail(w, r, err)
	case !good:
		p.write(w, r, http.StatusForbidden, setupPage{
			Title: "This link is not valid any more",
			Text:  "It was used, it has expired, or the shop has an administrator already. Restart the shop for a new link.",
		})
	default:
		p.write(w, r, http.StatusOK, setupPage{Title: "The first administrator", Token: token})
	}
}

func (p *setup) claim(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, setupMaxForm)
	if err := r.ParseForm(); err != nil {
		p.write(w, r, http.StatusBadRequest, setupPage{Title: "The form cannot be read", Text: "Open the link again."})
		return
	}
	token, in := r.PostForm.Get("token"), auth.Registration{
		Email: r.PostForm.Get("email"), Password: r.PostForm.Get("password"), Name: r.PostForm.Get("name"), Language: "id",
	}
	from := auth.Origin{Actor: rest.ActorFrom(r.Context()), IP: p.clientIP(r)}
	email, err := p.heart.ClaimFirstAdmin(r.Context(), from, token, in)
	refusal := fault.As(err)
	switch {
	case err == nil:
		p.write(w, r, http.StatusCreated, setupPage{Title: "Done", Text: email + " is the administrator now. Sign in with POST /v1/auth/login."})
	case refusal == nil || refusal.Kind == fault.Internal:
		p.fail(w, r, err)
	default:
		p.write(w, r, rest.StatusOf(refusal.Kind), setupPage{
			Title: "The first administrator", Text: refusal.Detail, Token: token, Name: in.Name, Email: in.Email,
		})
	}
}

func (p *setup) style(w http.ResponseWriter, r *http.Request) {
	p.headers(w, "text/css; charset=utf-8")
	p.send(w, r, setupCSS)
}

func (p *setup) fail(w http.ResponseWriter, r *http.Request, err error) {
	p.log.ErrorContext(r.Context(), "setup page failed", "error", err)
	p.write(w, r, http.StatusInternalServerError, setupPage{Title: "Something went wrong on our side", Text: "Try again; the log says more."})
}

func (p *setup) write(w http.ResponseWriter, r *http.Request, status int, page setupPage) {
	p.headers(w, "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := setupTemplate.Execute(w, page); err != nil {
		p.log.InfoContext(r.Context(), "setup page was not delivered", "error", err)
	}
}

func (p *setup) headers(w http.ResponseWriter, contentType string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Security-Policy", setupPolicy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address holds the secret
	h.Set("X-Content-Type-Options", "nosniff")
}

func (p *setup) send(w http.ResponseWriter, r *http.Request, body []byte) {
	if _, err := w.Write(body); err != nil {
		p.log.InfoContext(r.Context(), "setup page was not delivered", "error", err)
	}
}
