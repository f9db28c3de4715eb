package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"pasar/api"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
)

// proxyTimeout is how long a service may take to begin its answer.
const proxyTimeout = 30 * time.Second

// Proxy is a service that runs elsewhere, as a Backend's handler.
func Proxy(service string, target *url.URL, log *slog.Logger) http.Handler {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			// The gateway has written it anew; the proxy would leave it out.
			r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
		},
		Transport: &http.Transport{
			DialContext:           (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			MaxIdleConnsPerHost:   64,
			IdleConnTimeout:       90 * time.Second,
			ResponseHeaderTimeout: proxyTimeout,
		},
		ModifyResponse: preferService,
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if errors.Is(err, context.Canceled) {
				return // nobody is left to be told
			}
			log.WarnContext(r.Context(), "gateway: a service cannot be reached", "to", service, "error", err)
			unreachable(w, r, service, err)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), answerKey{}, w.Header())))
	})
}

// answerKey finds the headers that the gateway has set for the answer.
type answerKey struct{}

// preferService lets what a service says about its page stand alone, as it does
// in one process: a browser obeys two policies at once, and the stricter one
// would take the page its style sheet.
func preferService(answer *http.Response) error {
	own, _ := answer.Request.Context().Value(answerKey{}).(http.Header)
	for _, name := range []string{
		"Content-Security-Policy", "Cross-Origin-Resource-Policy", "Referrer-Policy", "X-Content-Type-Options",
	} {
		if _, said := answer.Header[name]; said {
			own.Del(name)
		}
	}
	return nil
}

// unreachable tells a request that was surely not worked on from one whose
// outcome nobody knows.
func unreachable(w http.ResponseWriter, r *http.Request, service string, err error) {
	f := fault.New(fault.Timeout, api.CodeTimeout, "The %s service did not answer in time; whether it acted is not known.", service)
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		f = fault.New(fault.Unavailable, api.CodeUnavailable, "The %s service cannot be reached; try again.", service).After(time.Second)
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		f = fault.New(fault.TooLarge, api.CodeTooLarge, "The body is larger than %d bytes.", tooLarge.Limit)
	}
	writeProblem(w, r, f)
}

// writeProblem answers a request that no service answers.
func writeProblem(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	id := r.Header.Get("Request-Id")
	body, err := rest.ProblemBody(f, titles[f.Code], id)
	if err != nil {
		http.Error(w, http.StatusText(rest.StatusOf(f.Kind)), rest.StatusOf(f.Kind))
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("Request-Id", id)
	if f.RetryAfter > 0 {
		h.Set("Retry-After", seconds(f.RetryAfter))
	}
	w.WriteHeader(rest.StatusOf(f.Kind))
	_, _ = w.Write(body) // the status is sent; a client that went away has nothing to be told
}
