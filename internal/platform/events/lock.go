package events

import (
	"fmt"
	"os"
	"path/filepath"
)

// dirLock keeps a second process out of a store directory: the server itself
// would let it in and both would write the same files.
type dirLock struct{ file *os.File }

func lockDir(dir string) (*dirLock, error) {
	file, err := openLocked(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("events: %s is in use by another process; stop it, or give this one its own data directory: %w", dir, err)
	}
	return &dirLock{file: file}, nil
}

// release gives the directory free. The file stays: removing it would let two
// processes lock two different files of one name.
func (l *dirLock) release() error { return l.file.Close() }
