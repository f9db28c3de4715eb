package cli_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pasar/internal/cli"
)

// call runs one command line in an empty environment.
func call(t *testing.T, environ []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, talk strings.Builder
	code = cli.Run(t.Context(), args, environ, &out, &talk)
	return code, out.String(), talk.String()
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"":                                  "expected one of",
		"srve":                              `did you mean "serve"?`,
		"serve --databse.url=x":             `did you mean "--database.url"?`,
		"serve --ops-listen=x":              `did you mean "--ops_listen"?`,
		"serve --database.url":              "--database.url",
		"serve extra":                       "unexpected argument extra",
		"config shw":                        `did you mean "show"?`,
		"version --jsn":                     `did you mean "--json"?`,
		"serve --auth.access_ttl=soon":      "must be a duration",
		"serve --services=auth,ordr":        "did you mean order?",
		"serve --auth.access_ttl=1h":        "auth.access_ttl: must be more than 0 and at most 15m",
		"serve --production":                "PASAR_AUTH_PEPPER",
		"config show --config=/nowhere.yml": "/nowhere.yml",
	} {
		code, _, stderr := call(t, nil, strings.Fields(line)...)
		if code == cli.ExitOK || !strings.Contains(stderr, want) {
			t.Errorf("pasar %s: exit %d, want %q in\n%s", line, code, want, stderr)
		}
		if code != cli.ExitUsage && !strings.Contains(line, "nowhere") {
			t.Errorf("pasar %s: exit %d, want %d", line, code, cli.ExitUsage)
		}
	}
}

func TestUnknownVariable(t *testing.T) {
	t.Parallel()
	code, _, stderr := call(t, []string{"PASAR_LISTNE=x"}, "serve")
	if code != cli.ExitUsage || !strings.Contains(stderr, "did you mean PASAR_LISTEN?") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestHelpListsEverySetting(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := call(t, nil, "serve", "--help")
	if code != cli.ExitOK || stderr != "" {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for _, want := range []string{"--database.url", "$PASAR_AUTH_PEPPER", "--config", "--production", "Settings:"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%s is missing in\n%s", want, stdout)
		}
	}
}

func TestConfigShow(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := call(t, []string{"PASAR_DATABASE_URL=mysql://shop:hunter2@db:3306/"},
		"config", "show", "--json", "--ops_listen=127.0.0.1:1", "--seed=false", "--production=false")
	if code != cli.ExitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	if strings.Contains(stdout, "hunter2") {
		t.Error("the password is shown")
	}
	var report struct {
		Settings []struct{ Key, Value, Origin string }
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range report.Settings {
		got[s.Key] = s.Value + " from " + s.Origin
	}
	for key, want := range map[string]string{
		"database.url": "mysql://shop:***@db:3306/ from PASAR_DATABASE_URL",
		"ops_listen":   "127.0.0.1:1 from --ops_listen",
		"seed":         "false from --seed",
		"listen":       "127.0.0.1:8080 from default",
	} {
		if got[key] != want {
			t.Errorf("%s is %s, want %s", key, got[key], want)
		}
	}
}

func TestConfigShowAlsoWhenSomethingIsWrong(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := call(t, []string{"PASAR_LISTEN=a:1"}, "config", "show", "--production")
	if code != cli.ExitUsage || !strings.Contains(stderr, "auth.pepper") || !strings.Contains(stdout, "PASAR_LISTEN") {
		t.Errorf("exit %d\n%s\n%s", code, stdout, stderr)
	}
}

func TestConfigSchema(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := call(t, nil, "config", "schema")
	if code != cli.ExitOK || !json.Valid([]byte(stdout)) || !strings.Contains(stdout, "PASAR_DATABASE_URL") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	if code, stdout, _ := call(t, nil, "version"); code != cli.ExitOK || !strings.HasPrefix(stdout, "pasar ") {
		t.Errorf("exit %d: %s", code, stdout)
	}
	_, stdout, _ := call(t, nil, "version", "--json")
	var b map[string]any
	if err := json.Unmarshal([]byte(stdout), &b); err != nil || b["go"] == "" {
		t.Errorf("%v: %s", err, stdout)
	}
}
