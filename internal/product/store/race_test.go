package store_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pasar/api/productapi"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
	"pasar/internal/product"
	"pasar/internal/product/store"
)

// Buyers want one unit each of a SKU that has fewer, from two handles on one
// database. Exactly what there is is held.
func TestManyBuyersOfOneSKU(t *testing.T) {
	t.Parallel()
	for _, open := range []struct {
		name string
		url  func(testing.TB) string
	}{{"sqlite", sqldbtest.SQLiteURL}, {"mysql", sqldbtest.MySQLURL}} {
		t.Run(open.name, func(t *testing.T) {
			t.Parallel()
			options := sqldb.Options{URL: open.url(t), Migrations: store.Migrations()}
			first, second := newShop(t, sqldbtest.Open(t, options)), newShop(t, sqldbtest.Open(t, options))
			const units, buyers = 40, 120
			v := &first.coffee("langka", units).Variants[0]
			var got atomic.Int64
			var buying sync.WaitGroup
			for i := range buyers {
				s := []*shop{first, second}[i%2]
				buying.Go(func() {
					if buy(t.Context(), s.Service, v.ID) {
						got.Add(1)
					}
				})
			}
			buying.Wait()
			if got.Load() != units {
				t.Errorf("%d buyers got one of %d units", got.Load(), units)
			}
			first.stock(v.ID, units, units)
		})
	}
}

// buy tries until it knows: a busy database is no answer.
func buy(ctx context.Context, s *product.Service, variantID string) bool {
	id := order()
	for range 50 {
		_, err := s.Reserve(ctx, id, []product.Demand{{VariantID: variantID, Quantity: 1}}, time.Now().Add(time.Hour))
		if err == nil {
			return true
		}
		if fault.HasCode(err, productapi.CodeInsufficientStock) {
			return false
		}
	}
	return false
}

// Orders of the same two variants in opposite order, held and released over and
// over, leave nothing behind and get in nobody's way for good.
func TestOppositeOrders(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		p := s.coffee("silang", 100, 100)
		a, b := &p.Variants[0], &p.Variants[1]
		var working sync.WaitGroup
		for i := range 8 {
			lines := []product.Demand{want(a, 1), want(b, 2)}
			if i%2 == 1 {
				lines[0], lines[1] = lines[1], lines[0]
			}
			working.Go(func() {
				for range 10 {
					id := order()
					_, err := s.reserve(id, lines...)
					if err = errors.Join(err, s.Release(t.Context(), id)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		working.Wait()
		s.stock(a.ID, 100, 0)
		s.stock(b.ID, 100, 0)
	})
}

// One order reserved many times at once holds its stock once.
func TestSameOrderAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		v := &s.coffee("kembar", 100).Variants[0]
		id := order()
		var working sync.WaitGroup
		for i := range 16 {
			working.Go(func() {
				if _, err := s.reserve(id, want(v, int64(1+i%2))); err != nil {
					t.Error(err)
				}
			})
		}
		working.Wait()
		hold := s.mustReserve(id, want(v, 2))
		s.stock(v.ID, 100, hold.Lines[0].Quantity)
	})
}

const buyerJob = "PASAR_TEST_BUYER"

type buyerOrders struct {
	URL       string
	VariantID string
	Buyers    int
}

// TestTwoProcesses is TestManyBuyersOfOneSKU with a real second process.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	for _, open := range []struct {
		name string
		url  func(testing.TB) string
	}{{"sqlite", sqldbtest.SQLiteURL}, {"mysql", sqldbtest.MySQLURL}} {
		t.Run(open.name, func(t *testing.T) {
			t.Parallel()
			url := open.url(t)
			s := newShop(t, sqldbtest.Open(t, sqldb.Options{URL: url, Migrations: store.Migrations()}))
			const units, buyers = 150, 200
			v := &s.coffee("rebutan", units).Variants[0]
			job, err := json.Marshal(buyerOrders{URL: url, VariantID: v.ID, Buyers: buyers})
			if err != nil {
				t.Fatal(err)
			}
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			other := startBuyer(t, self, string(job))
			here := buyAtOnce(t.Context(), s.Service, v.ID, buyers)
			there := other()
			t.Logf("this process got %d, the other %d of %d", here, there, units)
			if here+there != units {
				t.Errorf("%d + %d units were held of %d", here, there, units)
			}
			s.stock(v.ID, units, units)
		})
	}
}

// startBuyer starts the second process and returns when it is about to buy. The
// function it returns waits for what that process got.
func startBuyer(t *testing.T, self, job string) (got func() int) {
	t.Helper()
	other := exec.CommandContext(t.Context(), self)
	other.Env = append(os.Environ(), buyerJob+"="+job)
	other.Stderr = os.Stderr
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(out)
	if !said.Scan() || said.Text() != "ready" {
		t.Fatalf("the other process said %q, %v", said.Text(), said.Err())
	}
	return func() int {
		var n int
		if !said.Scan() {
			t.Fatalf("the other process did not answer: %v", said.Err())
		}
		if _, err := fmt.Sscanf(said.Text(), "got %d", &n); err != nil {
			t.Fatalf("the other process said %q: %v", said.Text(), err)
		}
		if err := other.Wait(); err != nil {
			t.Fatal(err)
		}
		return n
	}
}

// buyAtOnce lets eight hands buy one after the other.
func buyAtOnce(ctx context.Context, s *product.Service, variantID string, buyers int) int {
	var left, got atomic.Int64
	left.Store(int64(buyers))
	var buying sync.WaitGroup
	for range 8 {
		buying.Go(func() {
			for left.Add(-1) >= 0 {
				if buy(ctx, s, variantID) {
					got.Add(1)
				}
			}
		})
	}
	buying.Wait()
	return int(got.Load())
}

// runAsBuyer is the second process: it reports how many units it got.
func runAsBuyer() bool {
	job := os.Getenv(buyerJob)
	if job == "" {
		return false
	}
	var orders buyerOrders
	if err := json.Unmarshal([]byte(job), &orders); err != nil {
		fmt.Println(err)
		return true
	}
	ctx := context.Background()
	db, err := sqldb.Open(ctx, sqldb.Options{
		URL: orders.URL, Name: "test", Migrations: store.Migrations(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		fmt.Println(err)
		return true
	}
	s := product.New(product.Deps{Store: store.New(db), Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	fmt.Println("ready")
	fmt.Printf("got %d\n", buyAtOnce(ctx, s, orders.VariantID, orders.Buyers))
	if err := db.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return true
}
