// Package media keeps files that people see: pictures, above all.
package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrNotFound is returned for a key that holds nothing.
var ErrNotFound = errors.New("media: no such file")

// Info describes a stored file.
type Info struct {
	ContentType string
	Size        int64 // bytes
}

// Store keeps files by key. A key is a path of lower-case letters, digits,
// '-', '_', '.' and '/', and is never reused for other content.
type Store interface {
	// Put stores the whole file or nothing.
	Put(ctx context.Context, key, contentType string, data []byte) error
	// Open returns ErrNotFound for a key that holds nothing. The caller closes
	// the reader.
	Open(ctx context.Context, key string) (io.ReadCloser, Info, error)
	// Delete succeeds when there is nothing to delete.
	Delete(ctx context.Context, key string) error
}

// Open returns the store that a URL names. "" and file:///path are directories.
func Open(rawURL, defaultDir string) (Store, error) {
	if rawURL == "" {
		return NewDirectory(defaultDir)
	}
	if dir, isFile := strings.CutPrefix(rawURL, "file://"); isFile {
		return NewDirectory(dir)
	}
	scheme, _, _ := strings.Cut(rawURL, "://")
	return nil, fmt.Errorf("media: no engine for scheme %q; leave media.url empty or write file:///path", scheme)
}

const maxKey = 200

// checkKey keeps a key inside its store.
func checkKey(key string) error {
	bad := key == "" || len(key) > maxKey || key[0] == '/' || strings.HasSuffix(key, "/") ||
		strings.ContainsFunc(key, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("-_./", r)
		})
	for part := range strings.SplitSeq(key, "/") {
		bad = bad || part == "" || part[0] == '.'
	}
	if bad {
		return fmt.Errorf("media: %q is not a key", key)
	}
	return nil
}
