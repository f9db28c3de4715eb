package auth

import (
	"testing"
	"time"
)

func TestWaitsGrowAndAreCapped(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	counter := Attempts{Key: classPair + ":x"}
	p := policies[classPair]
	var waits []time.Duration
	for range 30 {
		counter = counter.next(now)
		waits = append(waits, max(0, counter.BlockedUntil.Sub(now)))
	}
	for i, wait := range waits {
		switch {
		case i+1 < p.free && wait != 0:
			t.Errorf("try %d waits %v, but %d are free", i+1, wait, p.free)
		case i+1 >= p.free && wait <= 0:
			t.Errorf("try %d does not wait", i+1)
		case i > 0 && wait < waits[i-1]:
			t.Errorf("try %d waits less than the one before", i+1)
		case wait > p.cap:
			t.Errorf("try %d waits %v, more than %v", i+1, wait, p.cap)
		}
	}
	if last := waits[len(waits)-1]; last != p.cap {
		t.Errorf("the longest wait is %v, want %v", last, p.cap)
	}
	if counter = counter.next(now.Add(p.forget + time.Second)); counter.Count != 1 {
		t.Errorf("after %v the count is %d, want it forgotten", p.forget, counter.Count)
	}
}

func TestEveryClassHasAPolicy(t *testing.T) {
	t.Parallel()
	for _, class := range []string{classPair, classAccount, classIP, classDevice, classMail, classChange} {
		p := policyOf(class + ":0123")
		if p.free < 1 || p.wait <= 0 || p.cap < p.wait || p.forget <= p.wait {
			t.Errorf("%s: %+v", class, p)
		}
	}
}
