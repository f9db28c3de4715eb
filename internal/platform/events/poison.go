package events

import "errors"

// ErrPoison marks an event or a job that no retry can help: it is parked at
// once, with its reason, until somebody replays it.
var ErrPoison = errors.New("poison")

// Poison marks err as one that no retry can help. Poison(nil) is nil.
func Poison(err error) error {
	if err == nil {
		return nil
	}
	return &poisonError{err: err}
}

type poisonError struct{ err error }

func (e *poisonError) Error() string        { return e.err.Error() }
func (e *poisonError) Unwrap() error        { return e.err }
func (e *poisonError) Is(target error) bool { return target == ErrPoison }
