package product

import (
	"context"
	"sync"
	"time"

	"pasar/internal/platform/clock"
)

// How long, and how many, views are kept. Changes made in this process and
// events are applied at once; the time bounds what a missed event can do.
const (
	viewFor    = 3 * time.Second
	shelfLimit = 5000
)

// shelf keeps the views of products that are being looked at. Stock that moves
// is applied to the views instead of forgetting them.
type shelf struct {
	load  func(ctx context.Context, ids []string) (map[string]*View, error)
	clock clock.Clock

	mu     sync.Mutex
	spots  map[string]*spot
	slugs  map[string]string // slug to product id; a hint, checked on use
	owners map[string]string // variant id to product id; never changes
}

type spot struct {
	done  chan struct{}
	view  *View // nil when there is no such product
	err   error
	until time.Time // zero while loading
	late  []Level   // what changed while it was loading
}

func newShelf(c clock.Clock, load func(context.Context, []string) (map[string]*View, error)) *shelf {
	return &shelf{
		load: load, clock: c,
		spots: map[string]*spot{}, slugs: map[string]string{}, owners: map[string]string{},
	}
}

// get returns the views of the products that exist.
func (s *shelf) get(ctx context.Context, ids ...string) (map[string]*View, error) {
	spots, missing := s.claim(ids)
	if len(missing) > 0 {
		s.fill(ctx, missing, spots)
	}
	views := make(map[string]*View, len(spots))
	for id, sp := range spots {
		select {
		case <-sp.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		view, err := s.read(sp)
		if err != nil {
			return nil, err
		}
		if view != nil {
			views[id] = view
		}
	}
	return views, nil
}

// one is get for one product, nil when it does not exist.
func (s *shelf) one(ctx context.Context, id string) (*View, error) {
	s.mu.Lock()
	if sp := s.spots[id]; sp != nil && s.clock.Now().Before(sp.until) {
		defer s.mu.Unlock()
		return sp.view, sp.err
	}
	s.mu.Unlock()
	views, err := s.get(ctx, id)
	return views[id], err
}

// fresh returns the views of the products in order, if it has all of them and
// all are on sale.
func (s *shelf) fresh(ids []string) (views []*View, all bool) {
	views = make([]*View, len(ids))
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, id := range ids {
		sp := s.spots[id]
		if sp == nil || sp.view == nil || sp.view.Status != Active || !now.Before(sp.until) {
			return nil, false
		}
		views[i] = sp.view
	}
	return views, true
}

func (s *shelf) read(sp *spot) (*View, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sp.view, sp.err
}

// claim finds the spots of ids and makes those that the caller has to fill.
func (s *shelf) claim(ids []string) (spots map[string]*spot, missing []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	spots = make(map[string]*spot, len(ids))
	for _, id := range ids {
		if spots[id] != nil {
			continue
		}
		sp := s.spots[id]
		if sp == nil || !sp.until.IsZero() && !now.Before(sp.until) {
			sp = &spot{done: make(chan struct{})}
			s.makeRoom()
			s.spots[id] = sp
			missing = append(missing, id)
		}
		spots[id] = sp
	}
	return spots, missing
}

func (s *shelf) makeRoom() {
	for id := range s.spots { // map order is random enough to choose who goes
		if len(s.spots) < shelfLimit {
			return
		}
		delete(s.spots, id)
	}
}

func (s *shelf) fill(ctx context.Context, ids []string, spots map[string]*spot) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
	defer cancel()
	var views map[string]*View
	err := errAborted // what those who wait are told if load panics
	defer func() { s.settle(ids, spots, views, err) }()
	views, err = s.load(ctx, ids)
}

// settle puts what was loaded on its spots and lets go those who wait there.
func (s *shelf) settle(ids []string, spots map[string]*spot, views map[string]*View, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	until := s.clock.Now().Add(viewFor)
	for _, id := range ids {
		sp := spots[id]
		sp.view, sp.err, sp.until = views[id], err, until
		if sp.view == nil && s.spots[id] == sp {
			delete(s.spots, id) // neither failures nor ids that do not exist take room
		}
		if sp.view != nil {
			for _, level := range sp.late {
				sp.view = sp.view.with(level)
			}
			s.point(sp.view)
		}
		sp.late = nil
		close(sp.done)
	}
}

// point notes how the view can be found by slug and by variant.
func (s *shelf) point(v *View) {
	const pointers = 4 * shelfLimit
	if len(s.slugs) >= pointers {
		clear(s.slugs)
	}
	if len(s.owners) >= pointers {
		clear(s.owners)
	}
	s.slugs[v.Slug] = v.ID
	for i := range v.Variants {
		s.owners[v.Variants[i].ID] = v.ID
	}
}

// restock applies new levels to the views they concern.
func (s *shelf) restock(levels []Level) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, level := range levels {
		sp := s.spots[level.ProductID]
		switch {
		case sp == nil: // a load that begins from now on sees the change
		case sp.until.IsZero():
			sp.late = append(sp.late, level)
		case sp.view != nil:
			sp.view = sp.view.with(level)
		}
	}
}

// forget makes the next reader load the product again.
func (s *shelf) forget(ids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		delete(s.spots, id)
	}
}

// outdate forgets the product unless the view is of this version or a later one.
func (s *shelf) outdate(id string, version int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sp := s.spots[id]; sp != nil && (sp.view == nil || sp.view.Version < version) {
		delete(s.spots, id)
	}
}

func (s *shelf) forgetAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.spots)
}

func (s *shelf) slug(slug string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.slugs[slug]
}

// ownersOf splits variants into those whose product is known and the others.
func (s *shelf) ownersOf(variantIDs []string) (known map[string]string, others []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known = make(map[string]string, len(variantIDs))
	for _, id := range variantIDs {
		if owner, ok := s.owners[id]; ok {
			known[id] = owner
			continue
		}
		others = append(others, id)
	}
	return known, others
}
