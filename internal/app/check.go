package app

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"time"

	"pasar/internal/platform/config"
	"pasar/internal/platform/secret"
)

// Check says what is wrong with settings that are well-formed one by one. In
// production it also refuses every secret that is missing or weak.
func (c *Config) Check() error {
	var k checker
	k.require(c.Auth.AccessTTL > 0 && c.Auth.AccessTTL <= 15*time.Minute, "auth.access_ttl",
		"must be more than 0 and at most 15m, not %s: an access token cannot be taken back everywhere at once", c.Auth.AccessTTL)
	k.require(c.Auth.RefreshTTL > c.Auth.AccessTTL, "auth.refresh_ttl",
		"must be longer than auth.access_ttl (%s), not %s", c.Auth.AccessTTL, c.Auth.RefreshTTL)
	least := 4
	if c.Production {
		least = 10
	}
	k.require(c.Auth.BcryptCost >= least && c.Auth.BcryptCost <= 16, "auth.bcrypt_cost", "must be between %d and 16, not %d", least, c.Auth.BcryptCost)
	k.require(c.StopTimeout > 0, "stop_timeout", "must be more than 0, not %s", c.StopTimeout)
	k.require(len(c.Services) > 0, "services", "must name at least one service")
	k.split(c)
	k.require((c.TLS.Cert == "") == (c.TLS.Key == ""), "tls", "needs both tls.cert and tls.key, or neither")
	k.require(c.TLS.Cert != "" || !c.Production || loopback(c.Listen) || c.Gateway.TrustedProxies > 0, "listen",
		"%s would serve plain HTTP to the network; set tls.cert and tls.key, or gateway.trusted_proxies when a proxy in front ends TLS", c.Listen)
	k.share("telemetry.sample_ratio", c.Telemetry.SampleRatio)
	k.share("payment.simulator.loss", c.Payment.Simulator.Loss)
	k.require(c.Payment.Simulator.Copies >= 0 && c.Payment.Simulator.Copies <= 100, "payment.simulator.copies", "must be between 0 and 100, not %d", c.Payment.Simulator.Copies)
	k.publicURL(c)
	if c.Production {
		k.strong("auth.pepper", "PASAR_AUTH_PEPPER", c.Auth.Pepper)
		k.strong("auth.signing_key", "PASAR_AUTH_SIGNING_KEY", c.Auth.SigningKey)
		k.strong("siblings.key", "PASAR_SIBLINGS_KEY", c.Siblings.Key)
		k.require(c.Mail.URL != "" || !slices.Contains(c.Services, "auth"), "mail.url",
			"is not set; the links that verify addresses and reset passwords would lie in the database and reach nobody: set it to smtp://user:password@host:587")
	}
	if len(k.problems) == 0 {
		return nil
	}
	return &config.Error{Problems: k.problems}
}

// publicURL holds what links in mails begin with. In production they carry
// secrets over the network.
func (k *checker) publicURL(c *Config) {
	if c.PublicURL == "" {
		k.require(!c.Production || loopback(c.Listen), "public_url", "is not set; links in mails begin with it: set it to the shop's address, such as https://toko.example")
		return
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		k.require(false, "public_url", "%q is not an address: write https://toko.example", c.PublicURL)
		return
	}
	k.require(!c.Production || u.Scheme == "https" || loopback(net.JoinHostPort(u.Hostname(), "0")), "public_url",
		"%s would send the secrets of links in mails over plain HTTP; write https://", c.PublicURL)
}

// split holds what several processes need of each other. Addresses of siblings
// are asked for where they are used.
func (k *checker) split(c *Config) {
	if len(c.Services) == 0 || len(c.Services) >= len(everyService) {
		return
	}
	k.require(c.Events.URL != "", "events.url", "must name a NATS server when not every service runs in this process, such as nats://127.0.0.1:4222")
	k.require(slices.Contains(c.Services, "gateway") || c.PublicURL != "", "public_url",
		"must be the gateway's address when it runs elsewhere: links in mails and webhooks begin with it")
}

var everyService = []string{"gateway", "auth", "user", "product", "order", "payment"}

type checker struct{ problems []config.Problem }

func (k *checker) require(ok bool, key, detail string, args ...any) {
	if !ok {
		k.problems = append(k.problems, config.Problem{Key: key, Source: key, Detail: fmt.Sprintf(detail, args...)})
	}
}

func (k *checker) share(key string, v float64) {
	k.require(v >= 0 && v <= 1, key, "must be between 0 and 1, not %g", v)
}

func (k *checker) strong(key, env string, s secret.Secret) {
	reason := secret.Weak(s)
	k.require(reason == "", key, "%s; set %s to the output of: openssl rand -base64 32", reason, env)
}

// loopback reports whether only this machine can reach the address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
