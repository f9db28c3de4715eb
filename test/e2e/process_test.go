package e2e_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program builds the binary once for the tests that need a real process.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "pasar-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "pasar")
	build := exec.Command("go", "build", "-o", path, "pasar/cmd/pasar")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// process is the program as its user runs it.
type process struct {
	*exec.Cmd
	out, log *syncBuffer
	url, ops string
	began    time.Time
}

// syncBuffer may be read while a process writes it.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

var (
	apiLine = regexp.MustCompile(`(?m)^  API +(http\S+)$`)
	opsLine = regexp.MustCompile(`(?m)^  operations +(http\S+)/readyz$`)
)

// launch starts `pasar serve` and waits for its banner.
func launch(t *testing.T, data string, settings ...string) *process {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{
		"serve", "--data=" + data, "--listen=127.0.0.1:0", "--ops_listen=127.0.0.1:0", "--payment.simulator.listen=127.0.0.1:0",
		"--gateway.rate_limits.enabled=false", "--log.level=error", "--log.format=json", "--auth.bcrypt_cost=4",
	}, settings...)
	p := &process{Cmd: exec.Command(path, args...), out: &syncBuffer{}, log: &syncBuffer{}, began: time.Now()}
	p.Stdout, p.Stderr = p.out, p.log
	p.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.ProcessState == nil {
			_ = p.Process.Kill() // the test has failed already, or it would have ended it
			_ = p.Wait()
		}
	})
	eventually(t, "the banner", func() bool {
		found := apiLine.FindStringSubmatch(p.out.String())
		ops := opsLine.FindStringSubmatch(p.out.String())
		if found == nil || ops == nil {
			return false
		}
		p.url, p.ops = found[1], ops[1]
		return true
	})
	return p
}

// end sends a signal and waits.
func (p *process) end(t *testing.T, signal os.Signal) time.Duration {
	t.Helper()
	began := time.Now()
	if err := p.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	err := p.Wait()
	if signal == os.Interrupt && err != nil {
		t.Errorf("an interrupted shop ends with %v: %s", err, p.log)
	}
	return time.Since(began)
}

func TestFirstRunAndInterrupt(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = busy.Close() }()
	data := filepath.Join(t.TempDir(), "data")
	p := launch(t, data, "--listen="+busy.Addr().String())

	banner := p.out.String()
	if lines := strings.Count(banner, "\n"); lines > 12 {
		t.Errorf("the first run says %d lines, at most 12:\n%s", lines, banner)
	}
	for _, want := range []string{data, "demo", "/docs", "/dev/mail", "/readyz", "/setup?token=", busy.Addr().String() + " is busy"} {
		if !strings.Contains(banner, want) {
			t.Errorf("the first run does not say %q:\n%s", want, banner)
		}
	}
	visitor := newClient(t, p.url)
	visitor.must(http.StatusOK, "GET", "/v1/categories", nil)
	newClient(t, p.ops).must(http.StatusOK, "GET", "/livez", nil)
	eventually(t, "readiness", func() bool { return newClient(t, p.ops).do("GET", "/readyz", nil).status == http.StatusOK })
	if took := p.end(t, os.Interrupt); took > 5*time.Second {
		t.Errorf("Ctrl-C took %s, at most 5 s", took)
	}
}

// TestKillLosesNothing kills the shop in the middle of purchases, several
// times, and looks for everything that was answered with 2xx.
func TestKillLosesNothing(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	kept := &ledger{orders: map[string]string{}}
	for round := range 3 {
		p := launch(t, data)
		visitor := newClient(t, p.url)
		variant := sellable(t, visitor)
		var buyers sync.WaitGroup
		enough := make(chan struct{})
		var once sync.Once
		for range 6 {
			buyers.Go(func() {
				for range 50 {
					if !kept.buy(p.url, variant) {
						return // the shop is gone
					}
					if kept.count() >= 8*(round+1) {
						once.Do(func() { close(enough) })
					}
				}
			})
		}
		select {
		case <-enough:
		case <-time.After(60 * time.Second):
			t.Fatalf("only %d orders in 60 s", kept.count())
		}
		p.end(t, syscall.SIGKILL)
		buyers.Wait()
	}
	p := launch(t, data)
	visitor := newClient(t, p.url)
	for order, token := range kept.orders {
		answer := visitor.with("Cart-Token", token).do("GET", "/v1/orders/"+order, nil)
		if answer.status != http.StatusOK {
			t.Errorf("order %s was answered with 201 and is lost: %d %s", order, answer.status, answer.raw)
		}
	}
	t.Logf("%d orders survived 3 kills", len(kept.orders))
	p.end(t, os.Interrupt)
}

// ledger remembers what the shop has promised.
type ledger struct {
	mu     sync.Mutex
	orders map[string]string // to the cart token
}

func (l *ledger) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.orders)
}

// buy orders once. It reports false when the shop does not answer; a test
// client of its own, because t may not fail from here.
func (l *ledger) buy(base, variant string) bool {
	c := &quietClient{base: base, http: &http.Client{Timeout: 10 * time.Second}}
	cart, ok := c.do("POST", "/v1/carts", nil, map[string]any{"currency": "IDR"})
	if !ok {
		return false
	}
	headers := map[string]string{"Cart-Token": cart.str("token"), "Idempotency-Key": "kill-" + cart.str("id")}
	path := "/v1/carts/" + cart.str("id")
	if _, ok := c.do("POST", path+"/items", headers, map[string]any{"variant_id": variant, "quantity": 1}); !ok {
		return false
	}
	ready, ok := c.do("PATCH", path, headers, checkoutDetails())
	if !ok {
		return false
	}
	order, ok := c.do("POST", "/v1/orders", headers, map[string]any{"cart_id": cart.str("id"), "expected_total": ready.at("totals.total")})
	if ok && order.status == http.StatusCreated {
		l.mu.Lock()
		l.orders[order.str("id")] = cart.str("token")
		l.mu.Unlock()
	}
	return ok
}

// sellable returns the variant with the most stock.
func sellable(t *testing.T, visitor *client) string {
	t.Helper()
	best, most := "", int64(0)
	eventually(t, "the catalogue", func() bool {
		list := visitor.must(http.StatusOK, "GET", "/v1/products?limit=100", nil)
		products, _ := list.at("data").([]any)
		for _, p := range products {
			one := answer{body: p.(map[string]any)}
			if n := one.num("variants.0.available"); n > most {
				best, most = one.str("variants.0.id"), n
			}
		}
		return best != ""
	})
	return best
}

func checkoutDetails() map[string]any {
	return map[string]any{
		"email": "pembeli@example.com", "shipping_method": "regular",
		"shipping_address": map[string]any{
			"recipient": "Sari Dewi", "phone": "+6281234567890", "line1": "Jl. Malioboro 12",
			"district": "Danurejan", "city": "Yogyakarta", "province": "DI Yogyakarta", "postal_code": "55213", "country": "ID",
		},
	}
}
