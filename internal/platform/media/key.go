package media

import (
	"fmt"
	"mime"
	"path"
	"strings"
)

const maxKey = 200

// checkKey refuses what could leave the store, hide in it, or mean two different
// files on two systems.
func checkKey(key string) error {
	if key == "" || len(key) > maxKey {
		return fmt.Errorf("%w: it has %d bytes, not 1 to %d", ErrKey, len(key), maxKey)
	}
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || part[0] == '.' || part[len(part)-1] == '.' || strings.ContainsFunc(part, foreign) {
			return fmt.Errorf("%w: %q; use lower-case letters, digits, - _ . and single slashes", ErrKey, key)
		}
	}
	return nil
}

func foreign(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r)
}

// types are what a store takes, by extension. Nothing that a browser would run
// is among them, and the system's own table differs from machine to machine.
var types = map[string]string{
	".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp",
	".pdf": "application/pdf", ".csv": "text/csv", ".json": "application/json", ".txt": "text/plain", ".zip": "application/zip",
}

// checkType refuses a file that would be served as something else than it is.
func checkType(key, contentType string) error {
	given, _, err := mime.ParseMediaType(contentType)
	if says := types[path.Ext(key)]; err != nil || says != given {
		return fmt.Errorf("%w for %q: the extension of %q says %q", ErrKey, contentType, key, says)
	}
	return nil
}
