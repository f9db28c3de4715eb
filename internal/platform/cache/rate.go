package cache

import (
	"fmt"
	"time"
)

// Rate is a limit of events over time.
type Rate struct {
	Limit int           // events in Per, at least 1
	Per   time.Duration // at least Limit microseconds
	Burst int           // events at once, default Limit
}

// PerSecond is limit events in a second, all of which may come at once.
func PerSecond(limit int) Rate { return Rate{Limit: limit, Per: time.Second} }

// PerMinute is limit events in a minute, all of which may come at once.
func PerMinute(limit int) Rate { return Rate{Limit: limit, Per: time.Minute} }

// PerHour is limit events in an hour, all of which may come at once.
func PerHour(limit int) Rate { return Rate{Limit: limit, Per: time.Hour} }

func (r Rate) burst() int {
	if r.Burst > 0 {
		return r.Burst
	}
	return r.Limit
}

// interval is the time that one event takes up, in microseconds.
func (r Rate) interval() int64 { return r.Per.Microseconds() / int64(r.Limit) }

func (r Rate) check() error {
	if r.Limit < 1 || r.Burst < 0 || r.interval() < 1 {
		return fmt.Errorf("cache: a rate of %d in %s (burst %d) cannot be kept; use at least 1 and at most one a microsecond", r.Limit, r.Per, r.Burst)
	}
	return nil
}

// Decision is the answer of Allow, with what the RateLimit headers need.
type Decision struct {
	Allowed    bool
	Limit      int           // the burst: how many fit at once
	Remaining  int           // how many more fit right now
	RetryAfter time.Duration // until one more fits; zero when Allowed
	ResetAfter time.Duration // until all of Limit fit
}

// gcra is the generic cell rate algorithm: tat, the theoretical arrival time of
// the next event, is all the state there is. Times are in microseconds.
func gcra(tat, now int64, r Rate) (next int64, d Decision) {
	interval, burst := r.interval(), int64(r.burst())
	tat = max(tat, now)
	room := burst*interval - (tat - now) // in microseconds of rate
	d.Limit = int(burst)
	if room < interval {
		d.RetryAfter = time.Duration(interval-room) * time.Microsecond
		d.ResetAfter = time.Duration(tat-now) * time.Microsecond
		return tat, d
	}
	next = tat + interval
	d.Allowed = true
	d.Remaining = int((room - interval) / interval)
	d.ResetAfter = time.Duration(next-now) * time.Microsecond
	return next, d
}
