package auth

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"pasar/internal/platform/fault"
)

func testHasher(t *testing.T, workers, queue int) *hasher {
	t.Helper()
	h, err := newHasher(bytes.Repeat([]byte{7}, 32), bcrypt.MinCost, workers, queue)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// bcrypt itself would accept a longer password whose first 72 bytes match.
func TestNothingIsTruncated(t *testing.T) {
	t.Parallel()
	h := testHasher(t, 2, 10)
	for _, base := range []string{strings.Repeat("a1B$", 18), strings.Repeat("日", 64), strings.Repeat("é", 128)} {
		hash, err := h.hash(t.Context(), base)
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := h.matches(t.Context(), hash, base); err != nil || !ok {
			t.Fatalf("the password itself does not match: %v", err)
		}
		for _, other := range []string{base + "x", base[:len(base)-1], base + "\x00"} {
			if ok, _ := h.matches(t.Context(), hash, other); ok {
				t.Fatalf("%d bytes match a hash of %d bytes", len(other), len(base))
			}
		}
	}
}

func TestSamePasswordTypedInTwoWays(t *testing.T) {
	t.Parallel()
	h := testHasher(t, 2, 10)
	hash, err := h.hash(t.Context(), "caf\u00e9 di kota lama")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := h.matches(t.Context(), hash, "cafe\u0301 di kota lama"); err != nil || !ok {
		t.Fatalf("composed and decomposed letters differ: %v", err)
	}
}

func TestPepperMatters(t *testing.T) {
	t.Parallel()
	h := testHasher(t, 2, 10)
	hash, err := h.hash(t.Context(), "kopi tubruk jam lima")
	if err != nil {
		t.Fatal(err)
	}
	other, err := newHasher(bytes.Repeat([]byte{8}, 32), bcrypt.MinCost, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if ok, _ := other.matches(t.Context(), hash, "kopi tubruk jam lima"); ok {
		t.Fatal("a hash can be tried without its pepper")
	}
}

func TestDecoyTakesABcryptButNeverMatches(t *testing.T) {
	t.Parallel()
	h := testHasher(t, 2, 10)
	if cost, err := bcrypt.Cost([]byte(h.decoy)); err != nil || cost != bcrypt.MinCost {
		t.Fatalf("the decoy has cost %d, %v", cost, err)
	}
	before := h.compared.Load()
	if ok, err := h.matches(t.Context(), "", "anything at all"); ok || err != nil {
		t.Fatalf("got %v, %v", ok, err)
	}
	if n := h.compared.Load() - before; n != 1 {
		t.Fatalf("%d comparisons for an unknown account, want 1", n)
	}
}

func TestQueueIsBounded(t *testing.T) {
	t.Parallel()
	h := testHasher(t, 1, 1)
	release, err := h.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	waited := make(chan error, 1)
	go func() {
		_, err := h.enter(ctx)
		waited <- err
	}()
	for h.waiting.Load() == 0 {
		runtime.Gosched()
	}
	_, err = h.enter(t.Context())
	refused := fault.As(err)
	if refused == nil || refused.Kind != fault.Unavailable || refused.RetryAfter <= 0 {
		t.Fatalf("a full queue answered %v, want Unavailable with a time to retry", err)
	}
	stop()
	if err := <-waited; !errors.Is(err, context.Canceled) {
		t.Fatalf("a caller who left got %v", err)
	}
	release()
	release, err = h.enter(t.Context())
	if err != nil {
		t.Fatalf("the queue did not empty: %v", err)
	}
	release()
	if n := h.waiting.Load(); n != 0 {
		t.Errorf("%d are counted as waiting", n)
	}
}
