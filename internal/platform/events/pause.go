package events

import "time"

const (
	firstPause   = 100 * time.Millisecond
	longestPause = 10 * time.Second
)

// retryPause grows from failure to failure.
type retryPause struct{ next time.Duration }

func (p *retryPause) reset() { p.next = 0 }

// wait pauses; it returns false at once when stop closes.
func (p *retryPause) wait(stop <-chan struct{}) bool {
	p.next = min(max(2*p.next, firstPause), longestPause)
	timer := time.NewTimer(p.next)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-stop:
		return false
	}
}
