package media_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pasar/internal/platform/media"
	"pasar/internal/platform/media/mediatest"
)

func openDir(t *testing.T, dir string) *media.Directory {
	t.Helper()
	d, err := media.NewDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestDir(t *testing.T) {
	t.Parallel()
	mediatest.Run(t, func(t *testing.T) media.Store { return openDir(t, t.TempDir()) })
}

func TestDirLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := openDir(t, dir)
	for range 3 {
		if err := d.Put(t.Context(), "a/b.txt", "text/plain", []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(filepath.Join(dir, "a"))
	if err != nil || len(files) != 1 {
		t.Errorf("%v, %v", files, err)
	}
}

func TestDirNeverLeavesItself(t *testing.T) {
	t.Parallel()
	outside, dir := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret.txt"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	d := openDir(t, dir)
	if _, _, err := d.Open(t.Context(), "link/secret.txt"); err == nil {
		t.Error("read through a link that leads outside")
	}
	if err := d.Put(t.Context(), "link/new.txt", "text/plain", nil); err == nil {
		t.Error("wrote through a link that leads outside")
	}
}

func TestDirIsSeekable(t *testing.T) {
	t.Parallel()
	d := openDir(t, t.TempDir())
	if err := d.Put(t.Context(), "a.txt", "text/plain", []byte("0123456789")); err != nil {
		t.Fatal(err)
	}
	file, _, err := d.Open(t.Context(), "a.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if _, err := file.(io.Seeker).Seek(5, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(file); string(rest) != "56789" || err != nil {
		t.Errorf("got %q, %v", rest, err)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, address := range []string{"", "file://" + dir, "file://" + dir + "/new/folder"} {
		s, err := media.Open(address, filepath.Join(dir, "default"))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(s.Put(t.Context(), "a.txt", "text/plain", nil), s.(*media.Directory).Close()); err != nil {
			t.Error(err)
		}
	}
	for _, address := range []string{"", "file://", "s3://key:hunter2@host/bucket", "ftp://:hunter2@host/"} {
		_, err := media.Open(address, "")
		if err == nil || !strings.Contains(err.Error(), "media.url") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
