package notify

import (
	_ "embed"
	"html/template"
	"log/slog"
	"net/http"
)

const mailboxLength = 100

//go:embed templates/mailbox.html
var mailboxHTML string

var mailboxPage = template.Must(template.New("mailbox").Parse(mailboxHTML))

// mailboxPolicy lets the page style itself and frame its own mails, nothing else.
const mailboxPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"

// mailPolicy also sandboxes a mail's own HTML.
const mailPolicy = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"

// Mailbox serves the development mailbox below prefix, such as "/dev/mail".
// It must never be routed in production.
func (s *Service) Mailbox(prefix string, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+prefix, func(w http.ResponseWriter, r *http.Request) { s.serveMailbox(w, r, prefix, log) })
	mux.HandleFunc("GET "+prefix+"/{id}", func(w http.ResponseWriter, r *http.Request) { s.serveMailbox(w, r, prefix, log) })
	mux.HandleFunc("GET "+prefix+"/{id}/html", func(w http.ResponseWriter, r *http.Request) { s.serveMail(w, r, log) })
	return mux
}

func (s *Service) serveMailbox(w http.ResponseWriter, r *http.Request, prefix string, log *slog.Logger) {
	mails, err := s.deps.Store.ListMails(r.Context(), mailboxLength)
	if err != nil {
		refuse(w, r, log, err)
		return
	}
	var open *Mail
	if id := r.PathValue("id"); id != "" {
		if open, err = s.deps.Store.FindMail(r.Context(), id); err != nil {
			refuse(w, r, log, err)
			return
		}
		if open == nil {
			http.Error(w, "There is no such mail.", http.StatusNotFound)
			return
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", mailboxPolicy)
	w.Header().Set("Cache-Control", "no-store")
	if err := mailboxPage.Execute(w, map[string]any{"Prefix": prefix, "Mails": mails, "Open": open}); err != nil {
		log.WarnContext(r.Context(), "mailbox page broke off", "error", err)
	}
}

func (s *Service) serveMail(w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	m, err := s.deps.Store.FindMail(r.Context(), r.PathValue("id"))
	if err != nil {
		refuse(w, r, log, err)
		return
	}
	if m == nil {
		http.Error(w, "There is no such mail.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", mailPolicy)
	w.Header().Set("Cache-Control", "no-store")
	if _, err := w.Write([]byte(m.HTML)); err != nil {
		log.DebugContext(r.Context(), "mail page broke off", "error", err)
	}
}

func refuse(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	log.ErrorContext(r.Context(), "mailbox cannot be read", "error", err)
	http.Error(w, "The mailbox cannot be read; the log says why.", http.StatusInternalServerError)
}
