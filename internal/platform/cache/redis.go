package cache

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/redis/rueidis"
	"golang.org/x/sync/singleflight"
)

const (
	redisOpTimeout   = 100 * time.Millisecond // slower than that, the database is faster
	redisDialTimeout = time.Second
	redisRest        = time.Second // how long a Redis that failed is left alone
	valuePrefix      = "pasar:c:"
	limitPrefix      = "pasar:r:"
)

// redis keeps values in Redis, with copies in this process that Redis takes back
// when they change. It does without Redis while that does not answer.
type redis struct {
	options rueidis.ClientOption
	local   *memory // limits rates while Redis is away
	log     *slog.Logger
	count   *counters
	health  health
	flight  singleflight.Group

	mu     sync.RWMutex
	client rueidis.Client // nil until the first connection

	closing context.CancelFunc
	dialing sync.WaitGroup
}

func openRedis(ctx context.Context, cfg Config) (*redis, error) {
	options, err := rueidis.ParseURL(cfg.URL)
	if err != nil {
		return nil, errors.New("cache: cache.url cannot be read; use redis://user:password@host:6379/0, with more nodes as ?addr=host:port")
	}
	options.ClientName = "pasar"
	options.Dialer = net.Dialer{Timeout: redisDialTimeout}
	options.ConnWriteTimeout = redisDialTimeout
	options.DisableRetry = true // the caller has the database; it does not wait
	options.CacheSizeEachConn = int(max(cfg.MaxBytes/4, 1<<20))
	r := &redis{options: options, local: newMemory(cfg), log: cfg.Log, count: newCounters(cfg.Meter, "redis")}
	r.health = health{clock: cfg.Clock, log: cfg.Log}

	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r.closing = cancel
	if r.dial() {
		return r, nil
	}
	r.dialing.Go(func() { r.dialUntil(life) })
	return r, nil
}

func (r *redis) dial() bool {
	client, err := rueidis.NewClient(r.options)
	if err != nil {
		r.health.failed(err)
		return false
	}
	r.mu.Lock()
	r.client = client
	r.mu.Unlock()
	r.health.answered()
	return true
}

// dialUntil goes on trying to make the first connection. Later ones are made by
// the client itself.
func (r *redis) dialUntil(ctx context.Context) {
	tick := time.NewTicker(redisRest)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if r.dial() {
				return
			}
		}
	}
}

var errAway = errors.New("cache: redis does not answer")

// do gives the client and a short deadline to op, unless Redis failed just now.
func (r *redis) do(ctx context.Context, op func(ctx context.Context, c rueidis.Client) error) error {
	r.mu.RLock()
	client := r.client
	r.mu.RUnlock()
	if client == nil || r.health.resting() {
		r.count.fail(ctx)
		return errAway
	}
	short, cancel := context.WithTimeout(ctx, redisOpTimeout)
	defer cancel()
	err := op(short, client)
	switch {
	case err == nil:
		r.health.answered()
	case ctx.Err() != nil: // the caller left; that says nothing about Redis
	default:
		r.count.fail(ctx)
		r.health.failed(err)
	}
	return err
}

func (r *redis) flights() *singleflight.Group { return &r.flight }

func (r *redis) Get(ctx context.Context, key string) ([]byte, bool, error) {
	var val []byte
	var ok bool
	err := r.do(ctx, func(ctx context.Context, c rueidis.Client) error {
		answer := c.DoCache(ctx, c.B().Get().Key(valuePrefix+key).Cache(), time.Minute)
		got, err := answer.AsBytes()
		if rueidis.IsRedisNil(err) {
			return nil
		}
		val, ok = got, err == nil
		return err
	})
	if ctx.Err() != nil {
		return nil, false, ctx.Err()
	}
	if err != nil {
		return nil, false, nil // a miss: the caller asks the database
	}
	r.count.got(ctx, ok)
	return val, ok, nil
}

func (r *redis) Set(ctx context.Context, key string, val []byte, ttl time.Duration) error {
	if ttl <= 0 {
		return r.Delete(ctx, key)
	}
	ms := max(ttl.Milliseconds(), 1)
	_ = r.do(ctx, func(ctx context.Context, c rueidis.Client) error { // counted and logged by do; the value is only not kept
		return c.Do(ctx, c.B().Set().Key(valuePrefix+key).Value(rueidis.BinaryString(val)).PxMilliseconds(ms).Build()).Error()
	})
	return ctx.Err()
}

func (r *redis) Delete(ctx context.Context, keys ...string) error {
	if len(keys) == 0 {
		return nil
	}
	err := r.do(ctx, func(ctx context.Context, c rueidis.Client) error {
		commands := make(rueidis.Commands, len(keys))
		for i, key := range keys { // one by one: in a cluster they live on several nodes
			commands[i] = c.B().Unlink().Key(valuePrefix + key).Build()
		}
		for _, answer := range c.DoMulti(ctx, commands...) {
			if err := answer.Error(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("cache: delete %d keys, which may stay stale until they expire: %w", len(keys), err)
	}
	return nil
}

// gcraScript is gcra in one round trip, by Redis' own clock, so that all
// processes count alike.
var gcraScript = rueidis.NewLuaScript(`
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local room = burst * interval - (tat - now)
if room < interval then
  return {0, 0, interval - room, tat - now}
end
local next = tat + interval
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
return {1, math.floor((room - interval) / interval), 0, next - now}
`)

func (r *redis) Allow(ctx context.Context, key string, rate Rate) (Decision, error) {
	if err := rate.check(); err != nil {
		return Decision{}, err
	}
	var d Decision
	err := r.do(ctx, func(ctx context.Context, c rueidis.Client) error {
		args := []string{strconv.FormatInt(rate.interval(), 10), strconv.Itoa(rate.burst())}
		// The tag keeps all state of one key on one node of a cluster.
		answer, err := gcraScript.Exec(ctx, c, []string{limitPrefix + "{" + key + "}"}, args).AsIntSlice()
		if err != nil {
			return err
		}
		if len(answer) != 4 {
			return fmt.Errorf("cache: the rate script answered %d numbers in place of 4", len(answer))
		}
		d = Decision{
			Allowed: answer[0] == 1, Limit: rate.burst(), Remaining: int(answer[1]),
			RetryAfter: time.Duration(answer[2]) * time.Microsecond, ResetAfter: time.Duration(answer[3]) * time.Microsecond,
		}
		return nil
	})
	if ctx.Err() != nil {
		return Decision{}, ctx.Err()
	}
	if err != nil {
		return r.local.Allow(ctx, key, rate)
	}
	return d, nil
}

func (r *redis) Close() error {
	r.closing()
	r.dialing.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.client != nil {
		r.client.Close()
	}
	return r.local.Close()
}
