package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"pasar/internal/gateway"
	"pasar/internal/platform/lifecycle"
	"pasar/internal/platform/telemetry"
)

// doors are the addresses this process answers on.
type doors struct {
	public, ops, simulator net.Listener
	taken                  []string // addresses that were busy
}

// openPorts takes every port before anything is built, because links in mails
// and webhooks name them.
func (s *Shop) openPorts(ctx context.Context) error {
	tries := portTries
	if s.config.Production {
		tries = 1 // whatever is in front would go on to whoever has the port
	}
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
		listener, taken, err := listen(ctx, door.setting, door.address, tries)
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
