package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pasar/internal/platform/config"
	"pasar/internal/platform/secret"
)

type sample struct {
	Listen   string   `config:"listen" default:"127.0.0.1:8080" help:"public address"`
	Services []string `config:"services" default:"auth,order" enum:"auth,order,payment"`
	Demo     bool     `config:"demo"`
	Database struct {
		URL      string   `config:"url" secret:""`
		Replicas []string `config:"replicas" secret:""`
		Pool     int      `config:"pool" default:"16"`
	} `config:"database"`
	TransactionLog struct {
		URL string `config:"url"`
	} `config:"transaction_log"`
	Auth struct {
		Pepper secret.Secret `config:"pepper"`
		TTL    time.Duration `config:"access_ttl" default:"15m"`
	} `config:"auth"`
	Log struct {
		Format string      `config:"format" default:"auto" enum:"auto,json,text"`
		Limit  config.Size `config:"limit" default:"1MiB"`
		Ratio  float64     `config:"ratio" default:"0.5"`
	} `config:"log"`
	Derived string // untagged: not a setting
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pasar.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	var c sample
	report, err := config.Load(&c, config.Sources{File: filepath.Join(t.TempDir(), "absent.yaml")})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:8080" || c.Database.Pool != 16 || c.Auth.TTL != 15*time.Minute || c.Log.Limit != 1<<20 ||
		c.Log.Ratio != 0.5 || !slices.Equal(c.Services, []string{"auth", "order"}) || report.File != "" {
		t.Errorf("got %+v", c)
	}
}

func TestEachSourceBeatsTheOneBefore(t *testing.T) {
	t.Parallel()
	file := writeFile(t, "# a comment\nlisten: from-file\ndatabase:\n  pool: 2\n  url: mysql://u:p@h/db\nservices: [order]\nlog:\n  limit: 64MiB\nauth:\n")
	var c sample
	report, err := config.Load(&c, config.Sources{
		File:    file,
		Environ: []string{"PASAR_LISTEN=from-env", "PASAR_DATABASE_POOL=3", "HOME=/root", "PASAR_DEMO=", "PASAR_TRANSACTION_LOG_URL=mongodb://m"},
		Args:    []string{"--listen=from-flag", "--demo", "--auth.access_ttl", "30d"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "from-flag" || c.Database.Pool != 3 || !c.Demo || c.Auth.TTL != 720*time.Hour ||
		!slices.Equal(c.Services, []string{"order"}) || c.Log.Limit != 64<<20 || c.TransactionLog.URL != "mongodb://m" {
		t.Errorf("got %+v", c)
	}
	for key, want := range map[string]string{
		"listen": "--listen", "database.pool": "PASAR_DATABASE_POOL", "database.url": "pasar.yaml:5", "log.format": "default",
		"demo": "--demo", "auth.access_ttl": "--auth.access_ttl", "services": "pasar.yaml:6", "log.limit": "pasar.yaml:8",
	} {
		if got, ok := report.Get(key); !ok || got.Origin != want {
			t.Errorf("%s comes from %q, want %q", key, got.Origin, want)
		}
	}
	if report.File != file {
		t.Errorf("File = %q", report.File)
	}
}

func TestWhichFile(t *testing.T) {
	t.Parallel()
	byFlag, byEnv, usual := writeFile(t, "listen: flag"), writeFile(t, "listen: env"), writeFile(t, "listen: usual")
	for want, s := range map[string]config.Sources{
		"usual": {File: usual},
		"env":   {File: usual, Environ: []string{"PASAR_CONFIG=" + byEnv}},
		"flag":  {File: usual, Environ: []string{"PASAR_CONFIG=" + byEnv}, Args: []string{"--config", byFlag}},
	} {
		var c sample
		if _, err := config.Load(&c, s); err != nil || c.Listen != want {
			t.Errorf("got %q, %v, want %q", c.Listen, err, want)
		}
	}
	var c sample
	if _, err := config.Load(&c, config.Sources{Args: []string{"--config=/nowhere/x.yaml"}}); err == nil || !strings.Contains(err.Error(), "/nowhere/x.yaml") {
		t.Errorf("a named file that is absent: %v", err)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cases := []struct {
		name string
		file string
		env  []string
		args []string
		want string
	}{
		{name: "unknown key", file: "listne: x", want: "pasar.yaml:1: there is no setting listne; did you mean listen?"},
		{name: "unknown nested key", file: "database:\n  urll: x", want: "pasar.yaml:2: there is no setting database.urll; did you mean database.url?"},
		{name: "unknown section", file: "databse:\n  url: x", want: "pasar.yaml:1: there is no setting databse; did you mean database?"},
		{name: "unknown variable", env: []string{"PASAR_DATABASE_ULR=x"}, want: "PASAR_DATABASE_ULR: there is no variable PASAR_DATABASE_ULR; did you mean PASAR_DATABASE_URL?"},
		{name: "unknown flag", args: []string{"--databse.url", "x"}, want: "--databse.url: there is no flag --databse.url; did you mean --database.url?"},
		{name: "section left out", args: []string{"--pepper=x"}, want: "did you mean --auth.pepper?"},
		{name: "nothing near", env: []string{"PASAR_ZZZZZZZZ=x"}, want: "run: pasar config show"},
		{name: "positional", args: []string{"x"}, want: "x: is not a flag"},
		{name: "no value", args: []string{"--listen"}, want: "--listen: needs a value"},
		{name: "not a number", env: []string{"PASAR_DATABASE_POOL=many"}, want: `PASAR_DATABASE_POOL: database.pool must be a whole number, not "many"`},
		{name: "not a duration", file: "auth: {access_ttl: soon}", want: `pasar.yaml:1: auth.access_ttl must be a duration such as 500ms, 15m, 36h or 30d, not "soon"`},
		{name: "negative duration", args: []string{"--auth.access_ttl=-5m"}, want: "must be a duration"},
		{name: "huge days", args: []string{"--auth.access_ttl=999999999d"}, want: "must be a duration"},
		{name: "not a bool", file: "demo: yes please", want: "demo must be true or false"},
		{name: "not a size", args: []string{"--log.limit=64MB/s"}, want: "log.limit must be a size"},
		{name: "overflowing size", args: []string{"--log.limit=9999999999GiB"}, want: "log.limit must be a size"},
		{name: "not a finite number", args: []string{"--log.ratio=NaN"}, want: "log.ratio must be a number"},
		{name: "not in enum", args: []string{"--log.format=jsn"}, want: `log.format must be one of auto, json, text, not "jsn"; did you mean json?`},
		{name: "list item not in enum", args: []string{"--services=auth,ordre"}, want: `not "ordre"; did you mean order?`},
		{name: "section given a value", file: "database: mysql", want: "database must be a section"},
		{name: "value given a section", file: "listen: {a: b}", want: "listen must be a text"},
		{name: "no value in file", file: "listen:", want: "listen has no value"},
		{name: "null in list", file: "services: [auth, ~]", want: "services must be"},
		{name: "given twice", file: "listen: a\nlisten: b", want: "pasar.yaml:2: listen is given twice"},
		{name: "file is a list", file: "- a", want: "the file must be a section"},
		{name: "not YAML", file: "a: [", want: "is not YAML"},
		{name: "secret file absent", env: []string{"PASAR_AUTH_PEPPER_FILE=" + dir + "/none"}, want: "PASAR_AUTH_PEPPER_FILE: cannot read the value of auth.pepper"},
		{name: "file for what is no secret", env: []string{"PASAR_LISTEN_FILE=x"}, want: "there is no variable PASAR_LISTEN_FILE"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := config.Sources{Environ: tc.env, Args: tc.args}
			if tc.file != "" {
				s.File = writeFile(t, tc.file)
			}
			var c sample
			_, err := config.Load(&c, s)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestEveryMistakeAtOnce(t *testing.T) {
	t.Parallel()
	var c sample
	_, err := config.Load(&c, config.Sources{
		File: writeFile(t, "listne: x"), Environ: []string{"PASAR_LISTENN=1"}, Args: []string{"--lisen=2", "--database.pool=x"},
	})
	var problems *config.Error
	if !errors.As(err, &problems) || len(problems.Problems) != 4 {
		t.Fatalf("got %v, want four problems", err)
	}
}

func TestVariablesOfOthersAreLeftAlone(t *testing.T) {
	t.Parallel()
	var c sample
	_, err := config.Load(&c, config.Sources{Environ: []string{
		"PASAR_TEST_ENGINES=required", "PASAR_SERVICE_HOST=10.0.0.1", "PASAR_SERVICE_PORT=80", "PASAR_SERVICE_PORT_HTTP=80",
		"PASAR_PORT=tcp://10.0.0.1:80", "PASAR_PORT_8080_TCP=tcp://x", "PASAR_PORT_8080_TCP_ADDR=x", "PASAR_ORDER_SERVICE_HOST=x",
		"PASAR_ORDER_PORT_8080_TCP_PROTO=tcp", "PASARAN=1",
	}})
	if err != nil {
		t.Error(err)
	}
}

func TestSecretFromFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pepper")
	if err := os.WriteFile(path, []byte("hunter2hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var c sample
	report, err := config.Load(&c, config.Sources{Environ: []string{"PASAR_AUTH_PEPPER_FILE=" + path}})
	if err != nil || c.Auth.Pepper.Reveal() != "hunter2hunter2" {
		t.Errorf("got %q, %v", c.Auth.Pepper.Reveal(), err)
	}
	if got, _ := report.Get("auth.pepper"); got.Origin != "PASAR_AUTH_PEPPER_FILE" {
		t.Errorf("origin %q", got.Origin)
	}
	_, err = config.Load(&c, config.Sources{Environ: []string{"PASAR_AUTH_PEPPER_FILE=" + path, "PASAR_AUTH_PEPPER=x"}})
	if err == nil || !strings.Contains(err.Error(), "keep one of them") {
		t.Errorf("both forms at once: %v", err)
	}
}

func TestReportHidesSecrets(t *testing.T) {
	t.Parallel()
	var c sample
	report, err := config.Load(&c, config.Sources{Args: []string{
		"--database.url=mysql://shop:hunter2@db:3306/order?tls=true", "--auth.pepper=hunter2",
		"--database.replicas=mysql://a:hunter2@r1/x,mysql://b:hun/ter2@r2/x,hunter2", "--transaction_log.url=mongodb://u:hunter2@m/?replicaSet=r",
	}})
	if err != nil {
		t.Fatal(err)
	}
	var text, doc strings.Builder
	if err := errors.Join(report.WriteText(&text), report.WriteJSON(&doc)); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{text.String(), doc.String()} {
		if strings.Contains(out, "hunter2") || strings.Contains(out, "ter2@") {
			t.Errorf("the report leaks:\n%s", out)
		}
		for _, want := range []string{"mysql://shop:***@db:3306/order?tls=true", "mongodb://u:***@m/?replicaSet=r"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s is missing in\n%s", want, out)
			}
		}
	}
}

func TestProblemsHideSecrets(t *testing.T) {
	t.Parallel()
	var c struct {
		Key int `config:"key" secret:""`
	}
	_, err := config.Load(&c, config.Sources{Args: []string{"--key=hunter2"}})
	if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "key must be a whole number") {
		t.Errorf("got %v", err)
	}
}

func TestMaskURLNeverShowsThePassword(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		password := rapid.SampledFrom([]string{"Zq", "12"}).Draw(t, "start") + rapid.StringMatching(`[A-Za-z0-9!:@/%,; ]{0,12}`).Draw(t, "password") + "9X"
		host := rapid.SampledFrom([]string{"db", "db:3306", "[::1]:27017", "a:1,b:2"}).Draw(t, "host")
		masked, isURL := config.MaskURL("mysql://user:" + password + "@" + host + "/order?tls=true")
		if !isURL || strings.Contains(masked, password) {
			t.Fatalf("%q is shown as %q", password, masked)
		}
	})
	for in, want := range map[string]string{
		"nats://token@h":                    "nats://***@h",
		"http://h:8080/p@v2":                "http://h:8080/p@v2",
		"https://h/p@v2":                    "https://h/p@v2",
		"https://h/p?api_key=abc&x=1":       "https://h/p?api_key=***&x=1",
		"sqlite:///var/lib/pasar/order.db":  "sqlite:///var/lib/pasar/order.db",
		"redis://:hunter2@h:6379/0":         "redis://:***@h:6379/0",
		"smtp://user@example.com:pw@h:587":  "smtp://user@example.com:***@h:587",
		"mongodb://u:p@a:1,b:2/?w=majority": "mongodb://u:***@a:1,b:2/?w=majority",
		"user:hunter2@tcp(localhost)/order": "user:hunter2@tcp(localhost)/order", // no URL; such a setting is tagged secret
	} {
		if got, _ := config.MaskURL(in); got != want {
			t.Errorf("MaskURL(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBadStructs(t *testing.T) {
	t.Parallel()
	for name, dst := range map[string]any{
		"not a pointer": sample{},
		"unsupported": &struct {
			M map[string]string `config:"m"`
		}{},
		"bad name": &struct {
			M string `config:"Bad-Name"`
		}{},
		"unexported": &struct {
			m string `config:"m"`
		}{},
		"same variable": &struct {
			AB string `config:"a_b"`
			A  struct {
				B string `config:"b"`
			} `config:"a"`
		}{},
	} {
		if _, err := config.Load(dst, config.Sources{}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	settings, err := config.Describe(&sample{})
	if err != nil {
		t.Fatal(err)
	}
	keys := make([]string, len(settings))
	for i, s := range settings {
		keys[i] = s.Key
	}
	want := []string{
		"listen", "services", "demo", "database.url", "database.replicas", "database.pool", "transaction_log.url",
		"auth.pepper", "auth.access_ttl", "log.format", "log.limit", "log.ratio",
	}
	if !reflect.DeepEqual(keys, want) {
		t.Errorf("got %v", keys)
	}
}
