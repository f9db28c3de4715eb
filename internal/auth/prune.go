package auth

import "context"

// Prune deletes what nobody needs any more: used and expired tokens, ended
// sessions, old counters and revocations. It takes at most limit rows of each
// kind; run it every few minutes.
func (s *Service) Prune(ctx context.Context, limit int) (int, error) {
	return s.store.Prune(ctx, s.clock.Now(), limit)
}
