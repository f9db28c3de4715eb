package secret

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// FileKey returns the key of n random bytes kept in dir/name, making it on
// first use. The file is readable by its owner only and appears whole or not
// at all: several processes that start at once all get the same key. A file
// that is damaged or readable by others is an error, never replaced: what was
// sealed with the lost key could not be opened again.
func FileKey(dir, name string, n int) (Secret, error) {
	if name == "" || name != filepath.Base(name) {
		return Secret{}, fmt.Errorf("secret: %q is not a file name", name)
	}
	path := filepath.Join(dir, name)
	key, err := loadKey(path, n)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := createKey(dir, path, n); err != nil {
		return Secret{}, err
	}
	return loadKey(path, n)
}

func loadKey(path string, n int) (Secret, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Secret{}, fmt.Errorf("secret: read key: %w", err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return Secret{}, fmt.Errorf("secret: %s can be read by others (mode %#o); run: chmod 600 %s", path, mode, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Secret{}, fmt.Errorf("secret: read key: %w", err)
	}
	value := strings.TrimSpace(string(text))
	raw, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil || len(raw) < n {
		return Secret{}, fmt.Errorf("secret: %s does not hold a key of %d bytes in URL-safe base64; restore it from a backup", path, n)
	}
	return New(value), nil
}

// createKey writes a new key beside path and links it there. A link fails when
// the name is taken, which a rename would silently replace.
func createKey(dir, path string, n int) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("secret: make key directory: %w", err)
	}
	temp, err := os.CreateTemp(dir, ".key-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("secret: write key: %w", err)
	}
	defer func() { err = errors.Join(err, os.Remove(temp.Name())) }()
	_, err = temp.WriteString(Generate(n).Reveal() + "\n")
	err = errors.Join(err, temp.Sync(), temp.Close())
	if err != nil {
		return fmt.Errorf("secret: write key: %w", err)
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("secret: write key: %w", err)
	}
	return syncDir(dir)
}

// syncDir makes the new name itself survive a power cut.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // directories cannot be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("secret: sync key directory: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("secret: sync key directory: %w", err)
	}
	return nil
}
