package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pasar/internal/app"
)

// TestTutorial runs the shell blocks of the tutorial as they are printed, in
// one shell, against a shop with the settings a reader has.
func TestTutorial(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "curl", "go"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("PASAR_TEST_ENGINES") == "required" {
				t.Fatalf("the tutorial needs %s: %v", tool, err)
			}
			t.Skipf("the tutorial needs %s: %v", tool, err)
		}
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "docs/tutorial/first-purchase.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := shellBlocks(string(text))
	if len(blocks) < 8 {
		t.Fatalf("the tutorial has %d shell blocks: were they renamed?", len(blocks))
	}
	shop := startShop(t, "--gateway.rate_limits.enabled=true", "--auth.bcrypt_cost=12")
	shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", strings.Join(blocks, "\n"))
	shell.Dir = root
	shell.Env = append(os.Environ(), "PASAR="+shop.url, "PASAR_DATA="+shop.data)
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("the tutorial failed: %v\n%s", err, out)
	}
	for _, want := range []string{`"payment_status":"paid"`, `"payment_status":"partially_refunded"`, "made administrator"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the tutorial's output lacks %s:\n%s", want, out)
		}
	}
	if strings.Contains(string(out), `"status":5`) || strings.Contains(string(out), "urn:") {
		t.Errorf("a step of the tutorial was refused:\n%s", out)
	}
}

// shellBlocks returns the blocks that are marked as shell.
func shellBlocks(markdown string) []string {
	var blocks []string
	for i, part := range strings.Split(markdown, "```") {
		if code, isShell := strings.CutPrefix(part, "sh\n"); isShell && i%2 == 1 {
			blocks = append(blocks, code)
		}
	}
	return blocks
}

// TestProductionRefuses starts the shop as a careless operator would.
func TestProductionRefuses(t *testing.T) {
	t.Parallel()
	config := loadConfig(t, "--production", "--data="+t.TempDir())
	err := config.Check()
	if err == nil {
		t.Fatal("a shop without secrets may go into production")
	}
	for _, setting := range []string{"auth.pepper", "auth.signing_key", "siblings.key"} {
		if !strings.Contains(err.Error(), setting) {
			t.Errorf("the refusal does not name %s: %v", setting, err)
		}
	}
}

// TestProductionIsBare runs the shop as in production: nothing of the demo.
func TestProductionIsBare(t *testing.T) {
	t.Parallel()
	strong := func() string { return newSecret(t) }
	config := loadConfig(t, "--production", "--data="+t.TempDir(), "--listen=127.0.0.1:0", "--ops_listen=127.0.0.1:0", "--log.level=error",
		"--auth.pepper="+strong(), "--auth.signing_key="+strong(), "--siblings.key="+strong(), "--mail.url=smtp://127.0.0.1:1")
	if err := config.Check(); err != nil {
		t.Fatal(err)
	}
	base, stop := runProgram(t, app.New(config, new(strings.Builder)))
	defer stop()
	visitor := newClient(t, base)
	for _, path := range []string{"/dev/mail", "/dev/traces", "/dev/traces.json"} {
		visitor.must(404, "GET", path, nil)
	}
	if list := visitor.must(200, "GET", "/v1/products", nil); list.str("data.0.id") != "" {
		t.Errorf("there are demo products: %.200s", list.raw)
	}
	if methods := visitor.must(200, "GET", "/v1/payment-methods", nil); strings.Contains(string(methods.raw), "simulator") {
		t.Errorf("the simulator is offered: %s", methods.raw)
	}
}
