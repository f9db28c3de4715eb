package cache

import (
	"hash/maphash"
	"sync"
	"time"
)

const shardCount = 32 // a power of two

// shards is a bounded map with expiry, which forgets what was not used for the
// longest time. It is cut into shards so that callers seldom wait for another.
type shards[V any] struct {
	seed maphash.Seed
	all  [shardCount]shard[V]
}

type shard[V any] struct {
	mu         sync.Mutex
	entries    map[string]*entry[V]
	first      *entry[V] // most recently used
	last       *entry[V]
	cost, most int64
	deletions  uint64 // how often something was deleted on purpose
}

type entry[V any] struct {
	key        string
	value      V
	cost       int64
	until      int64 // unix microseconds
	prev, next *entry[V]
}

// entryOverhead is about what an entry costs beside its key and value.
const entryOverhead = 128

func newShards[V any](most int64) *shards[V] {
	s := &shards[V]{seed: maphash.MakeSeed()}
	for i := range s.all {
		s.all[i].entries = make(map[string]*entry[V])
		s.all[i].most = max(most/shardCount, 1)
	}
	return s
}

func (s *shards[V]) of(key string) *shard[V] {
	return &s.all[maphash.String(s.seed, key)&(shardCount-1)]
}

func (s *shards[V]) get(key string, now time.Time) (value V, ok bool) {
	sh := s.of(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.get(key, now.UnixMicro())
}

func (s *shards[V]) set(key string, value V, cost int64, until time.Time) {
	sh := s.of(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.set(key, value, cost, until.UnixMicro())
}

// setIf is set, unless something was deleted since deletions was read: value may
// then be older than the deletion.
func (s *shards[V]) setIf(key string, value V, cost int64, until time.Time, deletions uint64) {
	sh := s.of(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.deletions == deletions {
		sh.set(key, value, cost, until.UnixMicro())
	}
}

// deletions returns the count that setIf compares.
func (s *shards[V]) deletions(key string) uint64 {
	sh := s.of(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.deletions
}

func (s *shards[V]) delete(key string) {
	sh := s.of(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.deletions++
	if e := sh.entries[key]; e != nil {
		sh.remove(e)
	}
}

func (s *shards[V]) clear() {
	for i := range s.all {
		sh := &s.all[i]
		sh.mu.Lock()
		sh.deletions++
		clear(sh.entries)
		sh.first, sh.last, sh.cost = nil, nil, 0
		sh.mu.Unlock()
	}
}

// update replaces the value of key by what change makes of it, in one step.
func (s *shards[V]) update(key string, cost int64, now time.Time, change func(old V) (value V, until int64)) {
	sh := s.of(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	old, _ := sh.get(key, now.UnixMicro())
	value, until := change(old)
	sh.set(key, value, cost, until)
}

func (sh *shard[V]) get(key string, now int64) (value V, ok bool) {
	e := sh.entries[key]
	if e == nil {
		return value, false
	}
	if e.until <= now {
		sh.remove(e)
		return value, false
	}
	sh.use(e)
	return e.value, true
}

func (sh *shard[V]) set(key string, value V, cost, until int64) {
	if e := sh.entries[key]; e != nil {
		sh.remove(e)
	}
	if cost > sh.most {
		return // it would push out all the rest and still not fit
	}
	e := &entry[V]{key: key, value: value, cost: cost, until: until}
	sh.entries[key] = e
	sh.cost += cost
	sh.push(e)
	for sh.cost > sh.most {
		sh.remove(sh.last)
	}
}

func (sh *shard[V]) use(e *entry[V]) {
	if sh.first == e {
		return
	}
	sh.unlink(e)
	sh.push(e)
}

func (sh *shard[V]) push(e *entry[V]) {
	e.prev, e.next = nil, sh.first
	if sh.first != nil {
		sh.first.prev = e
	}
	sh.first = e
	if sh.last == nil {
		sh.last = e
	}
}

func (sh *shard[V]) unlink(e *entry[V]) {
	if e.prev != nil {
		e.prev.next = e.next
	} else {
		sh.first = e.next
	}
	if e.next != nil {
		e.next.prev = e.prev
	} else {
		sh.last = e.prev
	}
}

func (sh *shard[V]) remove(e *entry[V]) {
	sh.unlink(e)
	delete(sh.entries, e.key)
	sh.cost -= e.cost
}
