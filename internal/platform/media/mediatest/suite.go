// Package mediatest is the definition of a correct media.Store: every
// implementation runs the same suite.
package mediatest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"pasar/internal/platform/media"
)

// Run tests the store that open gives.
func Run(t *testing.T, open func(t *testing.T) media.Store) {
	for name, test := range map[string]func(t *testing.T, s media.Store){
		"round trip":   roundTrip,
		"replace":      replace,
		"absent":       absent,
		"delete":       deletes,
		"keys":         keys,
		"wrong type":   wrongType,
		"whole or old": wholeOrOld,
		"ended ctx":    endedContext,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func put(t *testing.T, s media.Store, key, contentType string, data []byte) {
	t.Helper()
	if err := s.Put(t.Context(), key, contentType, data); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, s media.Store, key string) ([]byte, media.Info) {
	t.Helper()
	file, info, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(file)
	if err = errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	return data, info
}

func roundTrip(t *testing.T, s media.Store) {
	for key, file := range map[string]struct {
		contentType string
		data        []byte
	}{
		"a.jpg":                                {"image/jpeg", []byte("\xff\xd8\xff")},
		"products/img_01/large.png":            {"image/png", bytes.Repeat([]byte{0, 255}, 1<<20)},
		"products/empty.txt":                   {"text/plain", nil},
		strings.Repeat("d/", 50) + "deep.webp": {"image/webp", []byte("RIFF")},
	} {
		put(t, s, key, file.contentType, file.data)
		data, info := read(t, s, key)
		if !bytes.Equal(data, file.data) || info.ContentType != file.contentType || info.Size != int64(len(file.data)) || info.ModifiedAt.IsZero() {
			t.Errorf("%s: got %d bytes, %+v", key, len(data), info)
		}
	}
}

func replace(t *testing.T, s media.Store) {
	put(t, s, "a/b.txt", "text/plain", []byte("a longer first text"))
	put(t, s, "a/b.txt", "text/plain", []byte("second"))
	if data, info := read(t, s, "a/b.txt"); string(data) != "second" || info.Size != 6 {
		t.Errorf("got %q, %+v", data, info)
	}
}

func absent(t *testing.T, s media.Store) {
	put(t, s, "a/b.txt", "text/plain", nil)
	put(t, s, "folder.txt/file.txt", "text/plain", nil)
	for _, key := range []string{"nothing.txt", "a", "a/c.txt", "a/b.txt/c.txt", "x/y/z.txt", "folder.txt"} {
		if _, _, err := s.Open(t.Context(), key); !errors.Is(err, media.ErrNotFound) {
			t.Errorf("open %s: %v", key, err)
		}
	}
}

func deletes(t *testing.T, s media.Store) {
	put(t, s, "a/b.txt", "text/plain", []byte("x"))
	put(t, s, "a/c.txt", "text/plain", []byte("x"))
	for _, key := range []string{"a/b.txt", "a/b.txt", "never/there.txt"} {
		if err := s.Delete(t.Context(), key); err != nil {
			t.Errorf("delete %s: %v", key, err)
		}
	}
	if _, _, err := s.Open(t.Context(), "a/b.txt"); !errors.Is(err, media.ErrNotFound) {
		t.Errorf("after its deletion: %v", err)
	}
	read(t, s, "a/c.txt")
}

func keys(t *testing.T, s media.Store) {
	for _, key := range []string{
		"", "/", "/etc/passwd", "..", "../x.txt", "a/../../x.txt", "a/./b.txt", "a//b.txt", "a/", ".hidden", "a/.new-x",
		`a\b.txt`, "a b.txt", "a\x00b.txt", "a\n.txt", "ä.txt", "UPPER.txt", "%2e%2e/x.txt", "c:x.txt", "trailing.", strings.Repeat("k", 197) + ".txt",
	} {
		if err := s.Put(t.Context(), key, "text/plain", []byte("x")); !errors.Is(err, media.ErrKey) {
			t.Errorf("put %q: %v", key, err)
		}
		if _, _, err := s.Open(t.Context(), key); !errors.Is(err, media.ErrNotFound) {
			t.Errorf("open %q: %v", key, err)
		}
		if err := s.Delete(t.Context(), key); !errors.Is(err, media.ErrKey) {
			t.Errorf("delete %q: %v", key, err)
		}
	}
}

func wrongType(t *testing.T, s media.Store) {
	for key, contentType := range map[string]string{
		"a.jpg": "text/html", "a.html": "text/html", "a.svg": "image/svg+xml", "a": "image/jpeg", "b.jpg": "image/png", "c.jpg": "", "a.js": "text/javascript",
	} {
		if err := s.Put(t.Context(), key, contentType, []byte("<script>")); !errors.Is(err, media.ErrKey) {
			t.Errorf("%q is kept as %s: %v", contentType, key, err)
		}
	}
	if _, _, err := s.Open(t.Context(), "a.jpg"); !errors.Is(err, media.ErrNotFound) {
		t.Errorf("what was refused is there: %v", err)
	}
}

// wholeOrOld reads while others write: never half a file.
func wholeOrOld(t *testing.T, s media.Store) {
	version := func(n int) []byte { return bytes.Repeat([]byte(fmt.Sprint(n%10)), 100_000) }
	put(t, s, "hot.txt", "text/plain", version(0))
	var all sync.WaitGroup
	for n := range 10 {
		all.Go(func() {
			if err := s.Put(t.Context(), "hot.txt", "text/plain", version(n)); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			file, _, err := s.Open(t.Context(), "hot.txt")
			if err != nil {
				t.Error(err)
				return
			}
			data, err := io.ReadAll(file)
			if err = errors.Join(err, file.Close()); err != nil || len(data) != 100_000 || !bytes.Equal(data, version(int(data[0]-'0'))) {
				t.Errorf("got %d mixed bytes, %v", len(data), err)
			}
		})
	}
	all.Wait()
}

func endedContext(t *testing.T, s media.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Put(ctx, "a.txt", "text/plain", nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, _, err := s.Open(ctx, "a.txt"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
