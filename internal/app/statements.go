package app

import "pasar/internal/platform/sqldb"

// DatabaseStats tells what each service has asked of its database so far.
func (s *Shop) DatabaseStats() map[string]sqldb.Stats {
	stats := make(map[string]sqldb.Stats, len(s.databases))
	for name, db := range s.databases {
		stats[name] = db.Stats()
	}
	return stats
}
