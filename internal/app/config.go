// Package app builds the program: it is the only place where everything meets.
package app

import (
	"time"

	"pasar/internal/platform/config"
	"pasar/internal/platform/secret"
)

// Config is every setting of the program. Its tags are its documentation:
// `pasar serve --help`, `pasar config show` and `pasar config schema` are made
// from them.
type Config struct {
	Listen      string        `config:"listen" default:"127.0.0.1:8080" help:"address of the public API"`
	OpsListen   string        `config:"ops_listen" default:"127.0.0.1:9090" help:"address of the operations port: /livez, /readyz, /metrics, /debug/pprof"`
	Data        string        `config:"data" default:"./data" help:"directory of everything the embedded engines keep"`
	Production  bool          `config:"production" help:"no demo data, no payment simulator, no /dev pages; weak secrets are refused"`
	Seed        bool          `config:"seed" default:"true" help:"fill an empty shop with demo products; never in production"`
	Services    []string      `config:"services" default:"gateway,auth,user,product,order,payment" enum:"gateway,auth,user,product,order,payment" help:"services that run in this process, and the gateway in front of them"`
	StopTimeout time.Duration `config:"stop_timeout" default:"4s" help:"how long each part may take to finish its work when the program stops"`
	PublicURL   string        `config:"public_url" help:"address under which people reach the shop, for links in mails; default http://<listen>"`

	TLS struct {
		Cert string `config:"cert" help:"certificate file, PEM; without one only loopback addresses are served"`
		Key  string `config:"key" help:"private key file, PEM"`
	} `config:"tls"`

	Database struct {
		URL         string   `config:"url" secret:"" help:"mysql://user:password@host:3306/; a schema per service is used. Default: SQLite files in the data directory"`
		Replicas    []string `config:"replicas" secret:"" help:"URLs of read replicas"`
		AllowUnsafe bool     `config:"allow_unsafe" help:"accept a server that may lose committed transactions"`
	} `config:"database"`

	TransactionLog struct {
		URL string `config:"url" secret:"" help:"mongodb://… for the log of exchanges with payment gateways. Default: a table in the payment database"`
	} `config:"transaction_log"`

	Cache struct {
		URL string `config:"url" secret:"" help:"redis://… or redis+cluster://…. Default: in process"`
	} `config:"cache"`

	Events struct {
		URL string `config:"url" secret:"" help:"nats://…. Default: a server in this process, stored in the data directory"`
	} `config:"events"`

	Search struct {
		URL string `config:"url" secret:"" help:"Elasticsearch address. Default: full text in the product database"`
	} `config:"search"`

	Media struct {
		URL       string      `config:"url" secret:"" help:"s3://… for images. Default: a folder in the data directory"`
		MaxUpload config.Size `config:"max_upload" default:"10MiB" help:"largest picture accepted"`
	} `config:"media"`

	Mail struct {
		URL  string `config:"url" secret:"" help:"smtp://user:password@host:587. Default: shown at /dev/mail, not sent"`
		From string `config:"from" default:"Pasar <toko@localhost>" help:"sender of mails"`
	} `config:"mail"`

	Payment   PaymentConfig   `config:"payment"`
	Auth      AuthConfig      `config:"auth"`
	Gateway   GatewayConfig   `config:"gateway"`
	Siblings  SiblingsConfig  `config:"siblings"`
	Telemetry TelemetryConfig `config:"telemetry"`

	Log struct {
		Level  string `config:"level" default:"info" enum:"debug,info,warn,error" help:"least level that is written"`
		Format string `config:"format" default:"auto" enum:"auto,json,text" help:"auto is text on a terminal and JSON elsewhere"`
	} `config:"log"`
}

// PaymentConfig is about payment gateways.
type PaymentConfig struct {
	Gateways  []string `config:"gateways" default:"simulator" enum:"simulator" help:"gateways that customers may choose"`
	Simulator struct {
		Listen     string        `config:"listen" default:"127.0.0.1:8085" help:"address of the simulated gateway and its payment page"`
		Secret     secret.Secret `config:"secret" help:"key that signs the simulator's webhooks. Default: made and kept in the data directory"`
		Delay      time.Duration `config:"delay" default:"0s" help:"wait before a webhook is sent"`
		Copies     int           `config:"copies" default:"0" help:"how many times more each webhook is sent"`
		Loss       float64       `config:"loss" default:"0" help:"share of webhooks that are never sent, 0 to 1"`
		Reorder    bool          `config:"reorder" help:"later webhooks overtake earlier ones"`
		HoldAnswer time.Duration `config:"hold_answer" default:"0s" help:"a charge is made at once, but its answer comes this much later"`
	} `config:"simulator"`
}

// AuthConfig is about passwords, tokens and sessions.
type AuthConfig struct {
	Pepper     secret.Secret `config:"pepper" help:"key mixed into password hashes; losing it invalidates every password. Default outside production: made and kept in the data directory"`
	SigningKey secret.Secret `config:"signing_key" help:"key that seals the token signing keys in the database. Default outside production: made and kept in the data directory"`
	Issuer     string        `config:"issuer" default:"pasar" help:"iss of access tokens"`
	AccessTTL  time.Duration `config:"access_ttl" default:"15m" help:"life of an access token, at most 15m"`
	BcryptCost int           `config:"bcrypt_cost" default:"12" help:"work factor of password hashes, 4 to 16; at least 10 in production"`
	RefreshTTL time.Duration `config:"refresh_ttl" default:"30d" help:"life of an unused session"`
}

// GatewayConfig is about the public edge.
type GatewayConfig struct {
	AllowedOrigins []string    `config:"allowed_origins" help:"exact origins of browser clients on other hosts, such as https://toko.example"`
	TrustedProxies int         `config:"trusted_proxies" default:"0" help:"number of proxies in front whose X-Forwarded-For entry is believed"`
	TrustTraces    bool        `config:"trust_traces" help:"continue the traces that callers bring along in traceparent; for a shop whose callers are all your own"`
	MaxBody        config.Size `config:"max_body" default:"1MiB" help:"largest body where an operation sets no limit of its own"`
	RateLimits     struct {
		Enabled bool `config:"enabled" default:"true" help:"limit requests per address, user and key"`
		Read    int  `config:"read" default:"600" help:"reads per minute and client"`
		Write   int  `config:"write" default:"120" help:"writes per minute and client"`
		Webhook int  `config:"webhook" default:"6000" help:"notifications per minute and payment gateway"`
		Auth    int  `config:"auth" default:"10" help:"logins, registrations and password requests per minute and client"`
	} `config:"rate_limits"`
}

// SiblingsConfig tells where the services are that do not run in this process.
type SiblingsConfig struct {
	Auth    string        `config:"auth" help:"base URL of the auth service, such as http://auth:8080"`
	User    string        `config:"user" help:"base URL of the user service"`
	Product string        `config:"product" help:"base URL of the product service"`
	Order   string        `config:"order" help:"base URL of the order service"`
	Payment string        `config:"payment" help:"base URL of the payment service"`
	Key     secret.Secret `config:"key" help:"API key that services show each other. Default outside production: made and kept in the data directory"`
}

// TelemetryConfig is about traces and metrics.
type TelemetryConfig struct {
	Endpoint    string  `config:"endpoint" help:"OTLP collector over HTTP, such as http://otel:4318. Default: nothing is sent"`
	SampleRatio float64 `config:"sample_ratio" default:"0.1" help:"share of traces sent to the collector, 0 to 1"`
	TraceMemory int     `config:"trace_memory" default:"300" help:"traces kept in memory for /dev/traces outside production; 0 for none"`
}
