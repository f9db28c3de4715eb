package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"pasar/internal/contract"
	"pasar/internal/gateway"
	"pasar/internal/platform/cache"
	"pasar/internal/platform/lifecycle"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/telemetry"
	"pasar/internal/reference"
)

// doors are the addresses this process answers on.
type doors struct {
	public, ops, simulator net.Listener
	taken                  []string // addresses that were busy
}

// openPorts takes every port before anything is built, because links in mails
// and webhooks name them.
func (s *Shop) openPorts(ctx context.Context) error {
	for _, door := range []struct {
		setting, address string
		listener         *net.Listener
		wanted           bool
	}{
		{"listen", s.config.Listen, &s.doors.public, true},
		{"ops_listen", s.config.OpsListen, &s.doors.ops, true},
		{"payment.simulator.listen", s.config.Payment.Simulator.Listen, &s.doors.simulator, s.simulated()},
	} {
		if !door.wanted {
			continue
		}
		listener, taken, err := listen(ctx, door.setting, door.address)
		if err != nil {
			return err
		}
		if taken != "" {
			s.doors.taken = append(s.doors.taken, taken)
		}
		*door.listener = listener
		s.closers = append(s.closers, func() error { return ignoreClosed(listener.Close()) })
	}
	if s.config.PublicURL == "" {
		s.config.PublicURL = s.URL()
	}
	s.config.PublicURL = strings.TrimSuffix(s.config.PublicURL, "/")
	return nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// URL is where this process answers the public.
func (s *Shop) URL() string {
	scheme := "http"
	if s.config.TLS.Cert != "" {
		scheme = "https"
	}
	return scheme + "://" + s.doors.public.Addr().String()
}

// OpsURL is where this process answers its operators.
func (s *Shop) OpsURL() string { return "http://" + s.doors.ops.Addr().String() }

// buildDoors puts the handlers behind the ports.
func (s *Shop) buildDoors(ctx context.Context) error {
	public, err := s.publicHandler(ctx)
	if err != nil {
		return err
	}
	server := gateway.Server(public, s.log)
	if s.config.TLS.Cert != "" {
		certificate, err := tls.LoadX509KeyPair(s.config.TLS.Cert, s.config.TLS.Key)
		if err != nil {
			return fmt.Errorf("tls.cert, tls.key: %w", err)
		}
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	ops := gateway.Server(telemetry.OpsHandler(s.telemetry.Registry(), s.group.Readiness), s.log)
	ops.WriteTimeout = 2 * time.Minute // a CPU profile takes its time
	s.group.Add(
		serve("ops", ops, s.doors.ops),
		serve("public", server, s.doors.public, "events", "databases", "deny-list"),
		lifecycle.Part{Name: "banner", Needs: []string{"public", "ops"}, Start: func(context.Context) error { return s.printBanner() }},
	)
	return nil
}

// serve is a part that answers on a listener until it is stopped, and then
// finishes the requests under way.
func serve(name string, server *http.Server, listener net.Listener, needs ...string) lifecycle.Part {
	new(unused).watch(server)
	return lifecycle.Part{
		Name: name, Needs: needs,
		Run: func(context.Context) error {
			var err error
			if server.TLSConfig != nil {
				err = server.ServeTLS(listener, "", "")
			} else {
				err = server.Serve(listener)
			}
			if errors.Is(err, http.ErrServerClosed) {
				return nil
			}
			return err
		},
		Stop: func(ctx context.Context) error {
			if err := server.Shutdown(ctx); err != nil {
				return errors.Join(fmt.Errorf("requests are still under way: %w", err), server.Close())
			}
			return nil
		},
	}
}

// publicHandler is the gateway over the services of this process.
func (s *Shop) publicHandler(ctx context.Context) (http.Handler, error) {
	signals, err := s.telemetry.Service(ctx, "gateway")
	if err != nil {
		return nil, err
	}
	pages, err := s.publicPages()
	if err != nil {
		return nil, err
	}
	backends := make([]gateway.Backend, len(s.apis))
	for i, a := range s.apis {
		backends[i] = gateway.Backend{Operations: a.Operations(), Handler: a.Handler()}
	}
	return gateway.New(gateway.Config{
		AllowedOrigins: s.config.Gateway.AllowedOrigins, TrustedProxies: s.config.Gateway.TrustedProxies,
		HSTS: s.config.TLS.Cert != "", MaxBody: int64(s.config.Media.MaxUpload) + 1<<20, Limits: s.limits(),
	}, gateway.Deps{
		Limiter: s.cache, Authenticate: s.verifier, Clock: s.clock, Log: signals.Log, TracerProvider: signals.TracerProvider,
	}, backends, pages), nil
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
	document, err := rest.Merge("Pasar", Version(), s.apis...)
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
		Codes: contract.Codes(), Clock: s.clock, Log: signals.Log, ClientIP: forwardedIP,
		TracerProvider: signals.TracerProvider, MeterProvider: signals.MeterProvider,
	})
	s.apis = append(s.apis, a)
	return a, signals.Log, nil
}

// forwardedIP trusts X-Forwarded-For, because the gateway has written it anew.
func forwardedIP(r *http.Request) string { return r.Header.Get("X-Forwarded-For") }
