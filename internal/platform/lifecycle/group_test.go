package lifecycle_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"pasar/internal/platform/lifecycle"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// diary notes what happened in which order.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) add(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.lines, " ")
}

// part notes its start and stop in d.
func (d *diary) part(name string, needs ...string) lifecycle.Part {
	return lifecycle.Part{
		Name: name, Needs: needs,
		Start: func(context.Context) error { d.add("+" + name); return nil },
		Stop:  func(context.Context) error { d.add("-" + name); return nil },
	}
}

func TestStartsByNeedAndStopsInReverse(t *testing.T) {
	t.Parallel()
	var d diary
	g := lifecycle.New(lifecycle.Options{})
	g.Add(d.part("http", "order", "events"), d.part("order", "db", "events"), d.part("events"), d.part("db"))
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-g.Started()
		cancel()
	}()
	if err := g.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if want := "+db +events +order +http -http -order -events -db"; d.String() != want {
		t.Errorf("got  %s\nwant %s", &d, want)
	}
}

func TestRefusesBadGraphs(t *testing.T) {
	t.Parallel()
	for want, parts := range map[string][]lifecycle.Part{
		"a -> b -> c -> a":           {{Name: "a", Needs: []string{"b"}}, {Name: "b", Needs: []string{"c"}}, {Name: "c", Needs: []string{"a"}}},
		"a -> a":                     {{Name: "a", Needs: []string{"a"}}},
		`"a" needs "nats", which is`: {{Name: "a", Needs: []string{"nats"}}},
		`two parts are called "a"`:   {{Name: "a"}, {Name: "a"}},
		"has no name":                {{}},
	} {
		g := lifecycle.New(lifecycle.Options{})
		g.Add(parts...)
		if err := g.Run(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

// TestFailureAtEachStart fails every part in turn: those before it stop, the
// failed one and those after it do not.
func TestFailureAtEachStart(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "c", "d"}
	for i, failing := range names {
		var d diary
		g := lifecycle.New(lifecycle.Options{})
		for j, name := range names {
			p := d.part(name, names[:j]...)
			if name == failing {
				p.Start = func(context.Context) error { return errors.New("port is taken") }
			}
			g.Add(p)
		}
		err := g.Run(t.Context())
		if want := "start " + failing + ": port is taken"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		var want []string
		for _, name := range names[:i] {
			want = append(want, "+"+name)
		}
		for _, name := range slices.Backward(names[:i]) {
			want = append(want, "-"+name)
		}
		if d.String() != strings.Join(want, " ") {
			t.Errorf("with %s failing: %s, want %v", failing, &d, want)
		}
	}
}

func TestOneFailureStopsAll(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk is full")
	for name, result := range map[string]error{"with an error": cause, "without one": nil} {
		var d diary
		broken := make(chan struct{})
		g := lifecycle.New(lifecycle.Options{})
		worker := d.part("worker", "db")
		worker.Run = func(context.Context) error { <-broken; return result }
		listener := d.part("http", "worker")
		listener.Run = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		g.Add(d.part("db"), worker, listener)
		go func() {
			<-g.Started()
			close(broken)
		}()
		err := g.Run(t.Context())
		if err == nil || !strings.HasPrefix(err.Error(), "worker: ") || strings.Count(err.Error(), "worker") != 1 {
			t.Errorf("%s: got %v, want one error that names the worker", name, err)
		}
		if result != nil && !errors.Is(err, cause) {
			t.Errorf("%s: %v has lost its cause", name, err)
		}
		if want := "+db +worker +http -http -worker -db"; d.String() != want {
			t.Errorf("%s: got %s, want %s", name, &d, want)
		}
	}
}

func TestFailureWhileAnotherPartStarts(t *testing.T) {
	t.Parallel()
	var d diary
	g := lifecycle.New(lifecycle.Options{})
	broken := d.part("broken")
	broken.Run = func(context.Context) error { return errors.New("no quorum") }
	slow := d.part("slow", "broken")
	slow.Start = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	g.Add(broken, slow)
	if err := g.Run(t.Context()); err == nil || err.Error() != "broken: no quorum" {
		t.Errorf("got %v", err)
	}
	if d.String() != "+broken -broken" {
		t.Errorf("got %s", &d)
	}
}

func TestInterruptInTheMiddleOfStarting(t *testing.T) {
	t.Parallel()
	var d diary
	ctx, cancel := context.WithCancel(t.Context())
	g := lifecycle.New(lifecycle.Options{})
	slow := d.part("slow", "db")
	slow.Start = func(ctx context.Context) error {
		cancel() // Ctrl-C
		<-ctx.Done()
		return fmt.Errorf("connect: %w", ctx.Err())
	}
	g.Add(d.part("db"), slow, d.part("http", "slow"))
	if err := g.Run(ctx); err != nil {
		t.Errorf("an interrupted start is not a failure: %v", err)
	}
	if d.String() != "+db -db" {
		t.Errorf("got %s", &d)
	}
	select {
	case <-g.Started():
		t.Error("Started is closed although not everything started")
	default:
	}
}

func TestInterruptBeforeStarting(t *testing.T) {
	t.Parallel()
	var d diary
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	g := lifecycle.New(lifecycle.Options{})
	g.Add(d.part("db"))
	if err := g.Run(ctx); err != nil || d.String() != "" {
		t.Errorf("got %v, %q", err, &d)
	}
}

// TestStopComesBeforeTheEndOfRun: a server drains while its loop still runs.
func TestStopComesBeforeTheEndOfRun(t *testing.T) {
	t.Parallel()
	var d diary
	g := lifecycle.New(lifecycle.Options{})
	p := d.part("worker")
	p.Run = func(ctx context.Context) error { <-ctx.Done(); d.add("ended"); return nil }
	g.Add(p)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-g.Started()
		cancel()
	}()
	if err := g.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if want := "+worker -worker ended"; d.String() != want {
		t.Errorf("got %s, want %s", &d, want)
	}
}

func TestFailuresOfStopAreAllReported(t *testing.T) {
	t.Parallel()
	var d diary
	g := lifecycle.New(lifecycle.Options{})
	a, b, c := d.part("a"), d.part("b", "a"), d.part("c", "b")
	a.Stop = func(context.Context) error { return errors.New("one") }
	b.Run = func(ctx context.Context) error { <-ctx.Done(); return errors.New("two") }
	g.Add(a, b, c)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-g.Started()
		cancel()
	}()
	err := g.Run(ctx)
	if err == nil || !strings.Contains(err.Error(), "stop a: one") || !strings.Contains(err.Error(), "stop b: two") {
		t.Errorf("got %v", err)
	}
}

func TestStopIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var d diary
		release := make(chan struct{})
		g := lifecycle.New(lifecycle.Options{StopTimeout: 3 * time.Second})
		stuck := d.part("stuck", "db")
		stuck.Stop = func(context.Context) error { <-release; return nil }
		polite := d.part("polite", "stuck")
		polite.Stop = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		g.Add(d.part("db"), stuck, polite)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-g.Started()
			cancel()
		}()
		begin := time.Now()
		err := g.Run(ctx)
		if took := time.Since(begin); took > 7*time.Second {
			t.Errorf("stopping took %s", took)
		}
		if err == nil || !strings.Contains(err.Error(), "stop stuck: still busy after 3s") || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if !strings.HasSuffix(d.String(), "-db") {
			t.Errorf("the others did not stop: %s", &d)
		}
		close(release)
	})
}
