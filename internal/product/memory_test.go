package product

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pasar/internal/platform/clock"
)

func TestMemoryLoadsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory[string, int](clock.System{}, time.Second, 10)
		var loads atomic.Int64
		slow := func(context.Context) (int, error) {
			<-time.After(time.Millisecond) // of the bubble
			return int(loads.Add(1)), nil
		}
		var reading sync.WaitGroup
		for range 50 {
			reading.Go(func() {
				if got, err := m.get(t.Context(), "k", slow); got != 1 || err != nil {
					t.Errorf("%d, %v", got, err)
				}
			})
		}
		reading.Wait()
		<-time.After(time.Second)
		if got, _ := m.get(t.Context(), "k", slow); got != 2 {
			t.Errorf("after its time: %d", got)
		}
		m.clear()
		if got, _ := m.get(t.Context(), "k", slow); got != 3 {
			t.Errorf("after clear: %d", got)
		}
	})
}

// What was asked for before a clear must not be kept after it.
func TestMemoryForgetsWhatIsLoading(t *testing.T) {
	t.Parallel()
	m := newMemory[string, string](clock.System{}, time.Hour, 10)
	old, err := m.get(t.Context(), "k", func(context.Context) (string, error) {
		m.clear()
		return "old", nil
	})
	if old != "old" || err != nil {
		t.Fatal(old, err)
	}
	if got, _ := m.get(t.Context(), "k", func(context.Context) (string, error) { return "new", nil }); got != "new" {
		t.Errorf("kept %q", got)
	}
}

func TestMemoryKeepsNoFailure(t *testing.T) {
	t.Parallel()
	m := newMemory[int, int](clock.System{}, time.Hour, 3)
	down := errors.New("down")
	if _, err := m.get(t.Context(), 1, func(context.Context) (int, error) { return 0, down }); !errors.Is(err, down) {
		t.Error(err)
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = m.get(t.Context(), 1, func(context.Context) (int, error) { panic("broken") })
	}()
	for i := range 10 {
		if got, err := m.get(t.Context(), i, func(context.Context) (int, error) { return i, nil }); got != i || err != nil {
			t.Errorf("%d: %d, %v", i, got, err)
		}
	}
	if len(m.cells) > 3 {
		t.Errorf("%d are kept, 3 may be", len(m.cells))
	}
}

// Stock that moves while a product is being read is not lost.
func TestShelfAppliesWhatMovedMeanwhile(t *testing.T) {
	t.Parallel()
	p := &Product{ID: "p", Slug: "s", Status: Active, Variants: []Variant{{ID: "v"}}}
	level := func(onHand, version int64) Level {
		return Level{VariantID: "v", ProductID: "p", OnHand: onHand, Version: version}
	}
	var s *shelf
	loads := 0
	s = newShelf(clock.System{}, func(_ context.Context, ids []string) (map[string]*View, error) {
		loads++
		if ids[0] != "p" {
			return nil, nil
		}
		s.restock([]Level{level(3, 7), level(9, 6)}) // committed after we have read
		return map[string]*View{"p": {Product: p, levels: map[string]Level{"v": level(5, 5)}}}, nil
	})
	available := func() int64 {
		t.Helper()
		view, err := s.one(t.Context(), "p")
		if err != nil {
			t.Fatal(err)
		}
		return view.Available(&p.Variants[0])
	}
	if got := available(); got != 3 {
		t.Errorf("%d available, want 3", got)
	}
	s.restock([]Level{level(2, 8)})
	s.restock([]Level{level(4, 7)}) // late: an older state
	if got := available(); got != 2 || loads != 1 {
		t.Errorf("%d available after %d loads, want 2 after 1", got, loads)
	}
	if _, all := s.fresh([]string{"p", "q"}); all {
		t.Error("an absent product is on the shelf")
	}
	if view, err := s.one(t.Context(), "q"); view != nil || err != nil || len(s.spots) != 1 {
		t.Errorf("an absent product: %v, %v, %d spots", view, err, len(s.spots))
	}
	s.outdate("p", 0)
	if _, all := s.fresh([]string{"p"}); !all {
		t.Error("its own version made the shelf forget")
	}
	s.outdate("p", 1)
	if _, all := s.fresh([]string{"p"}); all {
		t.Error("a later version did not make the shelf forget")
	}
}
