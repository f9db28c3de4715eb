package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"pasar/internal/platform/clock"
)

// Options of a Group. The zero value of each field means its default.
type Options struct {
	Clock        clock.Clock
	StopTimeout  time.Duration // for each part, default 3 s
	ReadyTimeout time.Duration // for all checks together, default 1 s
	Drain        time.Duration // between readiness off and the first stop, so that a load balancer notices; default 0
}

// Group is the parts of one program. It is used once.
type Group struct {
	opts    Options
	parts   []*member
	state   atomic.Int32 // a groupState
	started chan struct{}
	cache   readinessCache
}

type groupState int32

const (
	groupStarting groupState = iota
	groupRunning
	groupStopping
)

// member is a Part and what the group knows of it.
type member struct {
	Part
	up       atomic.Bool        // Start succeeded
	checking atomic.Bool        // a readiness check is under way
	cancel   context.CancelFunc // ends Run
	done     chan struct{}      // closed when Run has returned; nil without Run
	err      error              // why Run returned; read after done
}

// grace is how long a Stop that honours its deadline may take to say so.
const grace = 100 * time.Millisecond

// New returns an empty group.
func New(o Options) *Group {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.StopTimeout <= 0 {
		o.StopTimeout = 3 * time.Second
	}
	if o.ReadyTimeout <= 0 {
		o.ReadyTimeout = time.Second
	}
	return &Group{opts: o, started: make(chan struct{})}
}

// Add appends parts. Call it before Run.
func (g *Group) Add(parts ...Part) {
	for _, p := range parts {
		g.parts = append(g.parts, &member{Part: p})
	}
}

// Started is closed when every part has started.
func (g *Group) Started() <-chan struct{} { return g.started }

// Run starts every part, waits until ctx ends or a part fails, then stops them
// in reverse. It returns nil when ctx ended and everything stopped in time,
// also when that happened in the middle of starting.
func (g *Group) Run(ctx context.Context) error {
	parts, err := order(g.parts)
	if err != nil {
		return err
	}
	running, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	up, err := g.start(running, fail, parts)
	if err == nil {
		g.state.Store(int32(groupRunning))
		close(g.started)
		<-running.Done()
	}
	err = reason(running, err)
	g.state.Store(int32(groupStopping))
	if err == nil {
		g.drain() // a broken program serves nobody well, so only a healthy one drains
	}
	return errors.Join(err, g.stop(context.WithoutCancel(ctx), up, err))
}

// partFailure is the cause of a context that ended because a part did.
type partFailure struct{ err error }

func (f *partFailure) Error() string { return f.err.Error() }
func (f *partFailure) Unwrap() error { return f.err }

// reason says why the group stops: the part that ended by itself, the part that
// could not start, or nil when it was asked to.
func reason(running context.Context, startErr error) error {
	var failed *partFailure
	if errors.As(context.Cause(running), &failed) {
		return failed.err
	}
	if running.Err() != nil && (errors.Is(startErr, running.Err()) || errors.Is(startErr, context.Cause(running))) {
		return nil
	}
	return startErr
}

// start starts parts one by one and returns those that are up.
func (g *Group) start(ctx context.Context, fail context.CancelCauseFunc, parts []*member) ([]*member, error) {
	for i, m := range parts {
		if ctx.Err() != nil {
			return parts[:i], ctx.Err()
		}
		if m.Start != nil {
			if err := m.Start(ctx); err != nil {
				return parts[:i], fmt.Errorf("start %s: %w", m.Name, err)
			}
		}
		m.run(context.WithoutCancel(ctx), fail, &g.state)
		m.up.Store(true)
	}
	return parts, nil
}

// run starts a part's long-running work. Its context outlives the signal that
// ends the program: the part ends when the group stops it, in order.
func (m *member) run(ctx context.Context, fail context.CancelCauseFunc, state *atomic.Int32) {
	if m.Run == nil {
		return
	}
	ctx, m.cancel = context.WithCancel(ctx)
	m.done = make(chan struct{})
	go func() {
		defer close(m.done)
		m.err = m.Run(ctx)
		if groupState(state.Load()) == groupStopping {
			return
		}
		if m.err == nil {
			m.err = errors.New("ended by itself")
		}
		fail(&partFailure{err: fmt.Errorf("%s: %w", m.Name, m.err)})
	}()
}

// drain gives load balancers time to see that readiness is off.
func (g *Group) drain() {
	if g.opts.Drain > 0 {
		<-time.After(g.opts.Drain)
	}
}

func (g *Group) stop(ctx context.Context, up []*member, known error) error {
	var errs []error
	for i := len(up) - 1; i >= 0; i-- {
		m := up[i]
		if err := m.stop(ctx, g.opts.StopTimeout, known); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", m.Name, err))
		}
	}
	return errors.Join(errs...)
}

// stop calls Stop, then ends Run and waits for it, all within the deadline. A
// Stop that ignores its deadline is left behind, so that the others still get
// their turn. known is not reported again.
func (m *member) stop(ctx context.Context, timeout time.Duration, known error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	stopped := make(chan error, 1)
	go func() {
		var err error
		if m.Stop != nil {
			err = m.Stop(ctx)
		}
		stopped <- errors.Join(err, m.await(known))
	}()
	late := time.NewTimer(timeout + grace)
	defer late.Stop()
	select {
	case err := <-stopped:
		return err
	case <-late.C:
		if m.cancel != nil {
			m.cancel()
		}
		return fmt.Errorf("still busy after %s, left behind", timeout)
	}
}

// await ends Run and returns its error, unless that is how it says it was ended.
func (m *member) await(known error) error {
	if m.done == nil {
		return nil
	}
	m.cancel()
	<-m.done
	if m.err == nil || errors.Is(m.err, context.Canceled) || errors.Is(known, m.err) {
		return nil
	}
	return m.err
}
