//go:build !unix

package sqldbtest

import "context"

// startMariaDB starts nothing here: give the URL of a server instead.
func startMariaDB(context.Context) (url string, stop func() error, err error) {
	return "", nil, errNoMariaDB
}
