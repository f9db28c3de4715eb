// Package media keeps files that people see: pictures, above all.
package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// The errors that callers tell apart.
var (
	ErrNotFound = errors.New("media: no such file")
	ErrKey      = errors.New("media: not a key")
)

// Info describes a stored file.
type Info struct {
	ContentType string
	Size        int64     // bytes
	ModifiedAt  time.Time // UTC
}

// Store keeps files by key. A key is a path of 1 to 200 lower-case letters,
// digits, '-', '_', '.' and '/', such as "product/img_01/large.jpg". It ends in
// the extension of its content type, and no part of it begins or ends with a
// dot.
type Store interface {
	// Put stores the whole file or nothing, in place of one that is there. When
	// it returns, the file is on disk. ErrKey: the key cannot be used, or says
	// another type.
	Put(ctx context.Context, key, contentType string, data []byte) error

	// Open returns ErrNotFound for a key that holds nothing or could hold nothing.
	// The caller closes the reader; a directory's is an io.Seeker too.
	Open(ctx context.Context, key string) (io.ReadCloser, Info, error)

	// Delete succeeds when there is nothing to delete.
	Delete(ctx context.Context, key string) error
}

// Open returns the store that a URL names. "" is defaultDir, file:///path a
// directory.
func Open(rawURL, defaultDir string) (Store, error) {
	if rawURL == "" {
		return NewDirectory(defaultDir)
	}
	if dir, isFile := strings.CutPrefix(rawURL, "file://"); isFile {
		return NewDirectory(dir)
	}
	scheme, _, _ := strings.Cut(rawURL, ":") // never more of it: the rest may hold secrets
	if scheme == "s3" {
		return nil, errors.New("media: this version keeps media in a directory only; leave media.url empty or write file:///path")
	}
	return nil, fmt.Errorf("media: no engine for scheme %q; leave media.url empty or write file:///path", scheme)
}
