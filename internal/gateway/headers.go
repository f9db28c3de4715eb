package gateway

import (
	"net/http"
	"slices"
	"strings"
)

const (
	corsMethods = "GET, HEAD, POST, PUT, PATCH, DELETE"
	corsHeaders = "Authorization, Cart-Token, Content-Type, Idempotency-Key, If-Match, If-None-Match, Request-Id, traceparent"
	corsExposed = "ETag, Idempotent-Replayed, Link, Location, RateLimit, RateLimit-Policy, Request-Id, Retry-After"
	corsMaxAge  = "7200" // the longest that browsers keep a preflight
)

// protect sets the headers that keep browsers from doing foolish things with
// an answer. Pages that need more say so themselves.
func protect(h http.Header, hsts bool) {
	h["X-Content-Type-Options"] = headerNosniff
	h["Content-Security-Policy"] = headerPolicy
	h["Referrer-Policy"] = headerReferrer
	h["Cross-Origin-Resource-Policy"] = headerCORP
	if hsts {
		h["Strict-Transport-Security"] = headerHSTS
	}
}

// Header values are shared between answers and never changed.
var (
	headerNosniff  = []string{"nosniff"}
	headerPolicy   = []string{"default-src 'none'; frame-ancestors 'none'"}
	headerReferrer = []string{"no-referrer"}
	headerCORP     = []string{"same-site"}
	headerHSTS     = []string{"max-age=63072000; includeSubDomains"}
)

// crossOrigin answers the CORS protocol (WHATWG Fetch, section 3.2) from the
// list of exact origins. It reports true when the request was a preflight and
// is answered.
func (g *Gateway) crossOrigin(w http.ResponseWriter, r *http.Request) bool {
	h := w.Header()
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	preflight := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
	if origin != "" && slices.Contains(g.config.AllowedOrigins, origin) {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", corsExposed)
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		if preflight {
			h.Set("Access-Control-Allow-Methods", corsMethods)
			h.Set("Access-Control-Allow-Headers", corsHeaders)
			h.Set("Access-Control-Max-Age", corsMaxAge)
		}
	}
	if preflight {
		w.WriteHeader(http.StatusNoContent)
	}
	return preflight
}

// clientIP returns the address of the client as far as it can be trusted: the
// connection's, or the entry of X-Forwarded-For that the outermost trusted
// proxy wrote. Whatever a client wrote itself stands to its left.
func (g *Gateway) clientIP(r *http.Request) string {
	remote := hostOf(r.RemoteAddr)
	if g.config.TrustedProxies <= 0 {
		return remote
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	index := len(hops) - g.config.TrustedProxies
	if index < 0 {
		return remote
	}
	if ip := parseIP(hops[index]); ip != "" {
		return ip
	}
	return remote
}
