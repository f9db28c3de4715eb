package gateway

import (
	"context"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"pasar/api"
	"pasar/internal/platform/cache"
	"pasar/internal/platform/fault"
)

// Limiter spends from a budget; cache.Cache is one.
type Limiter interface {
	Allow(ctx context.Context, key string, rate cache.Rate) (cache.Decision, error)
}

// Limits are the budgets of each class of route, a caller. A zero rate limits
// nothing.
type Limits struct {
	Read    cache.Rate // GET and HEAD
	Write   cache.Rate // everything else
	Sign    cache.Rate // sign-in, registration and mails: what guessing feeds on
	Webhook cache.Rate // gateways' notifications
}

// class is one kind of route with a budget of its own.
type class struct {
	name string
	rate cache.Rate
}

func (l Limits) classOf(method, pattern string) class {
	switch {
	case strings.HasPrefix(pattern, "/v1/webhooks/"):
		return class{"webhook", l.Webhook}
	case strings.HasPrefix(pattern, "/v1/auth/") && method == http.MethodPost:
		return class{"sign", l.Sign}
	case method == http.MethodGet || method == http.MethodHead:
		return class{"read", l.Read}
	}
	return class{"write", l.Write}
}

// limit spends one request of the caller's budget and sets the RateLimit
// headers (draft-ietf-httpapi-ratelimit-headers).
func (g *Gateway) limit(h http.Header, r *http.Request, client, pattern string) *fault.Error {
	c := g.config.Limits.classOf(r.Method, pattern)
	if g.deps.Limiter == nil || c.rate.Limit == 0 {
		return nil
	}
	decision, err := g.deps.Limiter.Allow(r.Context(), "limit:"+c.name+":"+g.caller(r, client, c), c.rate)
	if err != nil {
		// Limits protect; they must not be what takes the shop down.
		g.deps.Log.WarnContext(r.Context(), "gateway: the rate limiter failed, the request goes on", "error", err)
		return nil
	}
	name := strconv.Quote(c.name)
	h.Set("RateLimit-Policy", name+";q="+strconv.Itoa(c.rate.Limit)+";w="+seconds(c.rate.Per))
	h.Set("RateLimit", name+";r="+strconv.Itoa(decision.Remaining)+";t="+seconds(decision.ResetAfter))
	if decision.Allowed {
		return nil
	}
	return fault.New(fault.RateLimited, api.CodeRateLimited,
		"More than %d requests of this kind in %s came from you. Wait and try again.", c.rate.Limit, c.rate.Per).
		After(decision.RetryAfter)
}

// caller names whose budget a request spends: the user's or the API key's, or
// else the address. Guessing at sign-in always counts by address.
func (g *Gateway) caller(r *http.Request, client string, c class) string {
	token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if isBearer && g.deps.Authenticate != nil && c.name != "sign" {
		if actor, err := g.deps.Authenticate.Authenticate(r.Context(), token); err == nil {
			return fmt.Sprintf("%s:%s", actor.Kind, actor.ID)
		}
	}
	return "ip:" + network(client)
}

// network widens an IPv6 address to its /64, which one subscriber holds whole.
func network(client string) string {
	ip, err := netip.ParseAddr(client)
	if err != nil || ip.Is4() {
		return client
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return client
	}
	return prefix.String()
}

func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return parseIP(host)
}

// parseIP returns ip in its usual form, an IPv4 address mapped into IPv6 as
// IPv4, or "" when it is none.
func parseIP(ip string) string {
	parsed, err := netip.ParseAddr(strings.TrimSpace(ip))
	if err != nil {
		return ""
	}
	return parsed.Unmap().WithZone("").String()
}

func seconds(d time.Duration) string {
	return strconv.FormatInt(int64(math.Ceil(d.Seconds())), 10)
}
