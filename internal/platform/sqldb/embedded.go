package sqldb

import (
	"embed"
	"fmt"
	"io/fs"
)

// Embedded returns the folder "migrations" of a service's embedded files, as
// Options.Migrations takes it. It panics when there is none, which is a
// mistake of the build.
func Embedded(files embed.FS) fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(fmt.Sprintf("sqldb: embedded migrations: %v", err))
	}
	return sub
}
