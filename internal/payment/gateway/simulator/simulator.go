// Package simulator is the adapter of the gateway simulator: the client side,
// as for any other gateway.
package simulator

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pasar/api"
	"pasar/api/paymentapi"
	"pasar/internal/payment"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/secret"
)

// Config is how the gateway is reached.
type Config struct {
	URL           string        // of its API
	APIKey        secret.Secret // sent as a bearer token
	WebhookSecret secret.Secret // "whsec_" and base64
	HTTP          *http.Client  // its limits are ours; a call's deadline comes with its context
	Clock         clock.Clock
}

// Gateway is payment.Gateway over the simulator's API.
type Gateway struct {
	config Config
	key    []byte
}

var _ payment.Gateway = (*Gateway)(nil)

// New returns the adapter.
func New(config Config) (*Gateway, error) {
	u, err := url.Parse(config.URL)
	if err != nil || u.Host == "" {
		return nil, errors.New("simulator gateway: the URL must be absolute, such as http://127.0.0.1:8085")
	}
	key, err := parseWebhookSecret(config.WebhookSecret)
	if err != nil {
		return nil, err
	}
	if config.APIKey.IsZero() {
		return nil, errors.New("simulator gateway: an API key is needed")
	}
	if config.HTTP == nil {
		config.HTTP = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}}
	}
	client := *config.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the key goes nowhere else
	config.HTTP = &client
	config.URL = strings.TrimSuffix(config.URL, "/")
	return &Gateway{config: config, key: key}, nil
}

var offered = []payment.Method{
	{Name: "bank_transfer", Currencies: []string{"IDR"}},
	{Name: "card", Currencies: currencies()},
	{Name: "card_authorize", Currencies: currencies()},
	{Name: "qris", Currencies: []string{"IDR"}},
}

// Methods lists what the gateway offers.
func (g *Gateway) Methods() []payment.Method { return offered }

// Check refuses what the gateway would refuse, with the field at fault.
func (g *Gateway) Check(c payment.NewCharge) error {
	i := slices.IndexFunc(offered, func(m payment.Method) bool { return m.Name == c.Method })
	if i < 0 {
		return fault.New(fault.Invalid, paymentapi.CodeMethodUnsupported, "The simulator offers card, card_authorize, bank_transfer and qris.").
			At("#/method", paymentapi.CodeMethodUnsupported, "is not offered by this gateway")
	}
	if !slices.Contains(offered[i].Currencies, c.Amount.Currency) {
		return fault.New(fault.Invalid, paymentapi.CodeMethodUnsupported, "%s at the simulator does not take %s.", c.Method, c.Amount.Currency).
			At("#/method", paymentapi.CodeMethodUnsupported, "does not take the order's currency")
	}
	return g.CheckAmount(c.Amount)
}

// CheckAmount refuses amounts that the gateway has no number for.
func (g *Gateway) CheckAmount(amount api.Money) error {
	if _, err := toUnits(amount); err != nil {
		return fault.Wrap(err, fault.Invalid, paymentapi.CodeAmountUnsupported, "The simulator cannot move this amount: %v.", err).
			At("#/amount", paymentapi.CodeAmountUnsupported, err.Error())
	}
	return nil
}
