package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"pasar/api/paymentapi"
	"pasar/internal/gateway"
	"pasar/internal/payment"
	simulatoradapter "pasar/internal/payment/gateway/simulator"
	paymentrest "pasar/internal/payment/rest"
	paymentstore "pasar/internal/payment/store"
	"pasar/internal/platform/lifecycle"
	"pasar/internal/platform/secret"
	"pasar/internal/simulator"
)

// simulated reports whether this process runs the gateway simulator.
func (s *Shop) simulated() bool {
	return !s.config.Production && s.local("payment") && slices.Contains(s.config.Payment.Gateways, "simulator")
}

// buildSimulator makes the gateway that exists for trying things out. It is
// a program of its own as far as the shop can tell: another port, another
// database, and nothing but HTTP in between.
func (s *Shop) buildSimulator(ctx context.Context) error {
	if !s.simulated() {
		return nil
	}
	db, err := s.database(ctx, "simulator", simulator.Migrations())
	if err != nil {
		return err
	}
	signals, err := s.telemetry.Service(ctx, "simulator")
	if err != nil {
		return err
	}
	set := s.config.Payment.Simulator
	gatewaySimulator, err := simulator.New(simulator.Config{
		DB: db, PublicURL: s.simulatorURL(), APIKey: s.simulatorAPIKey(), WebhookSecret: s.simulatorWebhookSecret(),
		Behaviour: simulator.Behaviour{
			WebhookDelayMS: int(set.Delay.Milliseconds()), ExtraCopies: set.Copies, LoseProbability: set.Loss,
			Reorder: set.Reorder, HoldAnswerMS: int(set.HoldAnswer.Milliseconds()),
		},
		Control: true, Clock: s.clock, Log: signals.Log,
	})
	if err != nil {
		return err
	}
	s.group.Add(
		serve("simulator", gateway.Server(gatewaySimulator.Handler(), signals.Log), s.doors.simulator, "databases"),
		lifecycle.Part{Name: "simulator.webhooks", Needs: []string{"databases"}, Run: gatewaySimulator.Run},
	)
	return nil
}

func (s *Shop) simulatorURL() string { return "http://" + s.doors.simulator.Addr().String() }

// derive makes one key of the simulator's secret for each purpose.
func (s *Shop) derive(purpose string) []byte {
	mac := hmac.New(sha256.New, []byte(s.config.Payment.Simulator.Secret.Reveal()))
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}

func (s *Shop) simulatorAPIKey() secret.Secret {
	return secret.New(base64.RawURLEncoding.EncodeToString(s.derive("api key")))
}

func (s *Shop) simulatorWebhookSecret() secret.Secret {
	return secret.New("whsec_" + base64.StdEncoding.EncodeToString(s.derive("webhooks")))
}

// gateways are those that customers of this shop may choose.
func (s *Shop) gateways() (map[string]payment.Gateway, error) {
	chosen := map[string]payment.Gateway{}
	if s.simulated() {
		adapter, err := simulatoradapter.New(simulatoradapter.Config{
			URL: s.simulatorURL(), APIKey: s.simulatorAPIKey(), WebhookSecret: s.simulatorWebhookSecret(), Clock: s.clock,
		})
		if err != nil {
			return nil, err
		}
		chosen["simulator"] = adapter
	}
	return chosen, nil
}

// webhookURL is where payment gateways reach this shop: this process when it
// is the door, and else the door.
func (s *Shop) webhookURL() string {
	if s.local("gateway") {
		return s.URL()
	}
	return s.config.PublicURL
}

// buildPayment makes the payment service, or its client.
func (s *Shop) buildPayment(ctx context.Context) error {
	if !s.local("payment") {
		return nil // nobody calls it but the public
	}
	db, err := s.database(ctx, "payment", paymentstore.Migrations())
	if err != nil {
		return err
	}
	a, log, err := s.newAPI(ctx, "payment")
	if err != nil {
		return err
	}
	signals, err := s.telemetry.Service(ctx, "payment")
	if err != nil {
		return err
	}
	chosen, err := s.gateways()
	if err != nil {
		return err
	}
	store := paymentstore.New(db)
	heart := payment.New(payment.Deps{
		Store: store, Log: store, Orders: paymentrest.Orders(s.siblings.order), Gateways: chosen, Clock: s.clock, Logger: log,
		Spans: paymentrest.Spans{Tracer: signals.TracerProvider.Tracer("pasar/payment")}, WebhookURL: s.webhookURL(),
	})
	paymentapi.Register(a, paymentrest.New(heart))
	s.bus.Subscribe(heart.Consumers()...)
	s.group.Add(sweep("payment.poll", 5*time.Second, log, heart.PollUnsettled, "databases"))
	return nil
}
