package rest

import "context"

// ClientIP returns the address of who sent the request at hand, as
// Config.ClientIP tells it; "" outside of one.
func ClientIP(ctx context.Context) string {
	if x := exchangeFrom(ctx); x != nil {
		return x.api.config.ClientIP(x.r)
	}
	return ""
}

// UserAgent returns the User-Agent of the request at hand, "" outside of one.
// It is whatever the caller says: never decide by it.
func UserAgent(ctx context.Context) string { return headersOf(ctx).Get("User-Agent") }
