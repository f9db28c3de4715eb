//go:build unix

package media

import "os"

func syncFolder(folder *os.File) error { return folder.Sync() }
