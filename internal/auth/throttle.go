package auth

import (
	"context"
	"math"
	"net/netip"
	"slices"
	"strings"
	"time"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// Attempts counts tries under one key. The counters are in the database: so
// every instance sees them, and a restart or an empty cache forgives nothing.
type Attempts struct {
	Key          string // class, colon, blinded value
	Count        int
	LastAt       time.Time
	BlockedUntil time.Time
}

// policy says how many tries a class has for free and how the wait grows.
// There is no hard lock: a stranger must not be able to shut an owner out.
type policy struct {
	free   int
	wait   time.Duration // after the first try that is not free; doubles
	cap    time.Duration
	forget time.Duration // after the last try
}

const (
	classPair    = "pair"    // one account from one address
	classAccount = "account" // one account from everywhere
	classIP      = "ip"      // all accounts from one address
	classDevice  = "device"  // one account from a device that it knows
	classMail    = "mail"    // mails to one address
	classChange  = "change"  // the current password, asked again when signed in
)

var policies = map[string]policy{
	classPair:    {free: 5, wait: 2 * time.Second, cap: 15 * time.Minute, forget: time.Hour},
	classAccount: {free: 30, wait: 2 * time.Second, cap: 15 * time.Minute, forget: 24 * time.Hour},
	classIP:      {free: 100, wait: time.Second, cap: 5 * time.Minute, forget: 15 * time.Minute},
	classDevice:  {free: 10, wait: 2 * time.Second, cap: 5 * time.Minute, forget: time.Hour},
	classMail:    {free: 3, wait: time.Minute, cap: time.Hour, forget: 2 * time.Hour},
	classChange:  {free: 5, wait: 2 * time.Second, cap: 15 * time.Minute, forget: time.Hour},
}

func policyOf(key string) policy {
	class, _, _ := strings.Cut(key, ":")
	return policies[class]
}

// next is the counter after one more try at a moment.
func (a Attempts) next(now time.Time) Attempts {
	p := policyOf(a.Key)
	if now.Sub(a.LastAt) > p.forget {
		a.Count = 0
	}
	a.Count++
	a.LastAt = now
	a.BlockedUntil = time.Time{}
	if over := a.Count - p.free; over >= 0 {
		a.BlockedUntil = now.Add(p.waitAfter(over))
	}
	return a
}

func (p policy) waitAfter(over int) time.Duration {
	wait := float64(p.wait) * math.Pow(2, float64(over))
	return time.Duration(min(wait, float64(p.cap)))
}

// loginKeys are the counters of one try to sign in. On a device that the
// account knows, what strangers did elsewhere does not count.
func (s *Service) loginKeys(email, ip, device string) []string {
	ip = network(ip)
	keys := []string{s.secrets.blind(classIP, ip)}
	if device != "" {
		keys = append(keys, s.secrets.blind(classDevice, device))
	} else {
		keys = append(keys, s.secrets.blind(classPair, email+" "+ip), s.secrets.blind(classAccount, email))
	}
	slices.Sort(keys)
	return keys
}

// network widens an IPv6 address to its /64: one subscriber holds all of it and
// could come from another address each time.
func network(ip string) string {
	address, err := netip.ParseAddr(ip)
	if err != nil || address.Is4() {
		return ip
	}
	return netip.PrefixFrom(address, 64).Masked().String()
}

// try counts one try under every key before it is made, so that tries at the
// same moment cannot slip through together. A key that has to wait is a fault
// with the time that is left.
func (s *Service) try(ctx context.Context, keys []string) error {
	now := s.clock.Now()
	known, err := s.store.Attempts(ctx, keys)
	if err != nil {
		return err
	}
	if err := waiting(known, now); err != nil {
		return err // without a write: refusing must cost less than trying
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		held, err := tx.LockAttempts(keys)
		if err != nil {
			return err
		}
		if err := waiting(held, now); err != nil {
			return err
		}
		for i := range held {
			held[i] = held[i].next(now)
		}
		return tx.PutAttempts(held)
	})
}

func waiting(counters []Attempts, now time.Time) error {
	var left time.Duration
	for _, c := range counters {
		left = max(left, c.BlockedUntil.Sub(now))
	}
	if left <= 0 {
		return nil
	}
	return fault.New(fault.RateLimited, api.CodeRateLimited, "There were too many attempts; wait before the next one.").After(left)
}

// forgive takes back what a try that went well has counted. It has a
// transaction of its own: the counter of an address is shared by many, and must
// not make them wait for each other's sign-in. What was granted stays granted
// when it fails.
func (s *Service) forgive(ctx context.Context, keys []string) {
	err := s.store.InTx(ctx, func(tx Tx) error { return forgive(tx, keys) })
	if err != nil {
		s.log.WarnContext(ctx, "counters of attempts were not taken back; the next sign-in may have to wait", "error", err)
	}
}

// forgive clears the counters of the account. That of the address only loses
// this one try: an attacker with an account of their own must not be able to
// wipe it.
func forgive(tx Tx, keys []string) error {
	var shared, own []string
	for _, key := range keys {
		if strings.HasPrefix(key, classIP+":") {
			shared = append(shared, key)
		} else {
			own = append(own, key)
		}
	}
	held, err := tx.LockAttempts(shared)
	if err != nil {
		return err
	}
	for i := range held {
		held[i].Count = max(0, held[i].Count-1)
		if held[i].Count < policies[classIP].free {
			held[i].BlockedUntil = time.Time{}
		}
	}
	if err := tx.PutAttempts(held); err != nil {
		return err
	}
	return tx.ClearAttempts(own)
}
