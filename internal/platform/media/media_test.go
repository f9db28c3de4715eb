package media_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"pasar/internal/platform/media"
)

func TestDirectory(t *testing.T) {
	t.Parallel()
	store, err := media.Open("", filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if _, _, err := store.Open(ctx, "product/a/thumb.jpg"); !errors.Is(err, media.ErrNotFound) {
		t.Fatalf("an absent file: %v", err)
	}
	for range 2 { // writing again is fine
		if err := store.Put(ctx, "product/a/thumb.jpg", "image/jpeg", []byte("bytes")); err != nil {
			t.Fatal(err)
		}
	}
	file, info, err := store.Open(ctx, "product/a/thumb.jpg")
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(file)
	if err = errors.Join(err, file.Close()); err != nil || string(data) != "bytes" || info != (media.Info{ContentType: "image/jpeg", Size: 5}) {
		t.Fatalf("%q %+v %v", data, info, err)
	}
	for range 2 {
		if err := store.Delete(ctx, "product/a/thumb.jpg"); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := store.Open(ctx, "product/a/thumb.jpg"); !errors.Is(err, media.ErrNotFound) {
		t.Fatalf("a deleted file: %v", err)
	}
}

func TestKeysStayInside(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret.jpg"), []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := media.Open("file://"+filepath.Join(outside, "media"), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"", "/", "../secret.jpg", "a/../../secret.jpg", "/etc/passwd.jpg", "a//b.jpg", "a/.hidden.jpg", "A.jpg", "a b.jpg", "a\x00.jpg", `a\..\b.jpg`, "a/",
	} {
		if err := store.Put(t.Context(), key, "image/jpeg", []byte("x")); err == nil {
			t.Errorf("%q was written", key)
		}
		if _, _, err := store.Open(t.Context(), key); !errors.Is(err, media.ErrNotFound) {
			t.Errorf("%q: %v", key, err)
		}
	}
	if err := store.Put(t.Context(), "a.html", "text/html", []byte("<script>")); err == nil {
		t.Error("a page was stored as media")
	}
	if err := store.Put(t.Context(), "a.jpg", "text/html", []byte("<script>")); err == nil {
		t.Error("a page was stored under a picture's name")
	}
}

func TestUnknownEngine(t *testing.T) {
	t.Parallel()
	if _, err := media.Open("ftp://host", ""); err == nil {
		t.Error("ftp was opened")
	}
}
