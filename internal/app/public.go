package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	authrest "pasar/internal/auth/rest"
	"pasar/internal/contract"
	"pasar/internal/gateway"
	"pasar/internal/platform/cache"
	"pasar/internal/platform/rest"
	"pasar/internal/reference"
)

// publicHandler is what this process answers with: the gateway over every
// service, or, where the gateway runs elsewhere, the services themselves.
func (s *Shop) publicHandler(ctx context.Context) (http.Handler, error) {
	if !s.local("gateway") {
		return s.bareHandler(), nil
	}
	signals, err := s.telemetry.Service(ctx, "gateway")
	if err != nil {
		return nil, err
	}
	backends, err := s.backends(signals.Log)
	if err != nil {
		return nil, err
	}
	pages, err := s.publicPages()
	if err != nil {
		return nil, err
	}
	return gateway.New(gateway.Config{
		AllowedOrigins: s.config.Gateway.AllowedOrigins, TrustedProxies: s.config.Gateway.TrustedProxies,
		HSTS: strings.HasPrefix(s.config.PublicURL, "https://"), TrustTraces: s.config.Gateway.TrustTraces,
		MaxBody: int64(max(s.config.Media.MaxUpload, s.config.Gateway.MaxBody)) + 1<<20, Limits: s.limits(),
	}, gateway.Deps{
		Limiter: s.cache, Authenticate: s.verifier, Clock: s.clock, Log: signals.Log, TracerProvider: signals.TracerProvider,
	}, backends, pages), nil
}

// bareHandler serves the services of this process to the gateway and to their
// siblings, internal operations included.
func (s *Shop) bareHandler() http.Handler {
	mux := http.NewServeMux()
	known := map[string]bool{}
	for _, a := range s.apis {
		for _, operation := range a.Operations() {
			if !known[operation.Path] {
				known[operation.Path] = true
				mux.Handle(operation.Path, a.Handler())
			}
		}
	}
	for _, page := range s.pages {
		mux.Handle(page.Pattern, page.Handler)
	}
	return mux
}

// backends are the services behind the gateway: handlers of this process, and
// proxies to those that run elsewhere.
func (s *Shop) backends(log *slog.Logger) ([]gateway.Backend, error) {
	here := map[string]*rest.API{}
	for _, a := range s.apis {
		here[a.Service()] = a
	}
	var backends []gateway.Backend
	for _, declared := range contract.APIs() {
		name := declared.Service()
		if a := here[name]; a != nil {
			backends = append(backends, gateway.Backend{Operations: a.Operations(), Handler: a.Handler()})
			continue
		}
		proxy, err := s.proxy(name, log)
		if err != nil {
			return nil, err
		}
		backends = append(backends, gateway.Backend{Operations: declared.Operations(), Handler: proxy})
		if name == "auth" {
			s.page(proxy, authrest.PagePatterns()...)
			if !s.config.Production {
				s.page(proxy, mailboxPatterns...)
			}
		}
	}
	return backends, nil
}

func (s *Shop) proxy(name string, log *slog.Logger) (http.Handler, error) {
	caller, err := s.caller(name, s.config.Siblings.url(name))
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(caller.BaseURL)
	if err != nil || target.Host == "" {
		return nil, fmt.Errorf("siblings.%s: %q is not an address: write http://host:port", name, caller.BaseURL)
	}
	return gateway.Proxy(name, target, log), nil
}

func (s *Shop) limits() gateway.Limits {
	set := s.config.Gateway.RateLimits
	if !set.Enabled {
		return gateway.Limits{}
	}
	perMinute := cache.PerMinute
	return gateway.Limits{
		Read: perMinute(set.Read), Write: perMinute(set.Write), Sign: perMinute(set.Auth), Webhook: perMinute(set.Webhook),
	}
}

// publicPages are what the public port serves besides operations.
func (s *Shop) publicPages() ([]gateway.Page, error) {
	document, err := rest.Merge("Pasar", Version(), s.documented()...)
	if err != nil {
		return nil, err
	}
	newer, err := document.JSON("3.1")
	if err != nil {
		return nil, err
	}
	older, err := document.JSON("3.0.3")
	if err != nil {
		return nil, err
	}
	docs, err := reference.New(newer, older, contract.Codes())
	if err != nil {
		return nil, err
	}
	pages := s.pages
	for _, pattern := range docs.Patterns() {
		pages = append(pages, gateway.Page{Pattern: pattern, Handler: docs})
	}
	if !s.config.Production && s.telemetry.Traces() != nil {
		for _, pattern := range []string{"GET /dev/traces", "GET /dev/traces/", "GET /dev/traces.json"} {
			pages = append(pages, gateway.Page{Pattern: pattern, Handler: s.telemetry.Traces().Handler()})
		}
	}
	return pages, nil
}

// documented are the operations that the reference shows: the registered ones,
// or as they are declared where not all services run here.
func (s *Shop) documented() []*rest.API {
	if declared := contract.APIs(); len(s.apis) < len(declared) {
		return declared
	}
	return s.apis
}

// page adds a page of a service to the public port.
func (s *Shop) page(handler http.Handler, patterns ...string) {
	for _, pattern := range patterns {
		s.pages = append(s.pages, gateway.Page{Pattern: pattern, Handler: handler})
	}
}

// newAPI returns the API of one service, on which its operations are
// registered.
func (s *Shop) newAPI(ctx context.Context, name string) (*rest.API, *slog.Logger, error) {
	signals, err := s.telemetry.Service(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	a := rest.NewAPI(rest.Config{
		Service: name, Title: "Pasar " + name, Version: Version(),
		Authenticate: s.verifier, ServiceKeys: siblingKeys{s}, Idempotency: s.databases[name],
		Codes: contract.Codes(), MaxBody: int64(s.config.Gateway.MaxBody), Clock: s.clock, Log: signals.Log, ClientIP: forwardedIP,
		TracerProvider: signals.TracerProvider, MeterProvider: signals.MeterProvider,
	})
	s.apis = append(s.apis, a)
	return a, signals.Log, nil
}

// forwardedIP trusts X-Forwarded-For, because the gateway has written it anew.
func forwardedIP(r *http.Request) string { return r.Header.Get("X-Forwarded-For") }
