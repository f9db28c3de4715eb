// Package clock owns the time of day. Everything else asks a Clock, so that a
// test can say what time it is.
package clock

import "time"

// Clock tells the time in UTC.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock, in UTC, cut to microseconds: the finest grain
// that every SQL dialect here keeps.
type System struct{}

// Now returns the current time.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Func adapts a function to a Clock.
type Func func() time.Time

// Now calls f.
func (f Func) Now() time.Time { return f() }
