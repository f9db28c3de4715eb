package sqldb

import "fmt"

// named returns err under the name GORM has for it: errors.Is finds the name,
// and the text still says which constraint it was.
func named(name, err error) error { return &constraintError{name: name, cause: err} }

type constraintError struct {
	name, cause error
}

func (e *constraintError) Error() string { return fmt.Sprintf("%v: %v", e.name, e.cause) }

func (e *constraintError) Unwrap() []error { return []error{e.name, e.cause} }
