package secret_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pasar/internal/platform/secret"
)

func TestFileKeyIsMadeOnceAndKept(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data", "keys")
	first, err := secret.FileKey(dir, "pepper.key", 32)
	if err != nil {
		t.Fatal(err)
	}
	if reason := secret.Weak(first); reason != "" {
		t.Errorf("the key %s", reason)
	}
	again, err := secret.FileKey(dir, "pepper.key", 32)
	if err != nil || !again.Equal(first) {
		t.Errorf("second call gave another key, err %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, "pepper.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, err %v, want 0600", info.Mode(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the directory holds %d files, err %v, want only the key", len(entries), err)
	}
}

func TestFileKeyRace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keys := make([]secret.Secret, 16)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			key, err := secret.FileKey(dir, "k", 32)
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	wg.Wait()
	for _, key := range keys {
		if !key.Equal(keys[0]) || key.IsZero() {
			t.Fatal("racing callers got different keys")
		}
	}
}

func TestFileKeyRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	write("empty", "", 0o600)
	write("short", "YWJj\n", 0o600)
	write("open", secret.Generate(32).Reveal(), 0o644)
	for name, want := range map[string]string{
		"empty":    "restore it from a backup",
		"short":    "restore it from a backup",
		"open":     "chmod 600",
		"../above": "not a file name",
		"":         "not a file name",
	} {
		before, _ := os.ReadFile(filepath.Join(dir, name)) // absent for the two bad names
		_, err := secret.FileKey(dir, name, 32)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("FileKey(%q) = %v, want %q in it", name, err, want)
		}
		after, _ := os.ReadFile(filepath.Join(dir, name))
		if string(before) != string(after) {
			t.Errorf("FileKey(%q) changed the file", name)
		}
	}
}
