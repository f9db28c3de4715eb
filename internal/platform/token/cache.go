package token

import (
	"crypto/sha256"
	"sync"
	"time"

	"pasar/api"
)

const (
	cacheShards    = 16
	cacheShardSize = 512
)

// verified is a bearer that was found good.
type verified struct {
	actor  api.Actor
	issued time.Time
	until  time.Time
}

// cache remembers bearers that were found good, because checking a signature
// costs as much as the rest of a cached read. It is keyed by a hash: a dump of
// the memory holds no bearer. A full shard drops an entry at random.
type cache struct {
	shards [cacheShards]struct {
		mu      sync.RWMutex
		entries map[[sha256.Size]byte]verified
	}
}

func newCache() *cache {
	c := &cache{}
	for i := range c.shards {
		c.shards[i].entries = map[[sha256.Size]byte]verified{}
	}
	return c
}

func (c *cache) get(bearer string, now time.Time) (verified, bool) {
	key := sha256.Sum256([]byte(bearer))
	shard := &c.shards[key[0]%cacheShards]
	shard.mu.RLock()
	entry, ok := shard.entries[key]
	shard.mu.RUnlock()
	return entry, ok && now.Before(entry.until)
}

func (c *cache) put(bearer string, entry verified) {
	key := sha256.Sum256([]byte(bearer))
	shard := &c.shards[key[0]%cacheShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if len(shard.entries) >= cacheShardSize {
		for victim := range shard.entries {
			delete(shard.entries, victim)
			break
		}
	}
	shard.entries[key] = entry
}
