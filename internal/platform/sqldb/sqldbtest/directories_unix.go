//go:build unix

package sqldbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ownedDirectory is a server's directory while its process lives: the lock on
// the file beside it says so to the others.
type ownedDirectory struct {
	path    string
	release func()
}

// Short, because the name of a Unix socket is limited to about 100 bytes.
const directoryPrefix = "pasar-db-"

// prepare returns the template of the server's data directory and an empty
// directory to run in. One process at a time does this, and it clears away what
// killed processes left.
func prepare(ctx context.Context, binary string) (template string, owned ownedDirectory, err error) {
	unlock, err := lockFile(filepath.Join(os.TempDir(), "pasar-mariadb.lock"), true)
	if err != nil {
		return "", owned, err
	}
	defer unlock()
	if err := clearAbandoned(); err != nil {
		return "", owned, err
	}
	if template, err = dataTemplate(ctx, binary); err != nil {
		return "", owned, err
	}
	if owned.path, err = os.MkdirTemp("", directoryPrefix); err != nil {
		return "", owned, err
	}
	owned.release, err = lockFile(owned.path+".lock", false)
	return template, owned, err
}

// clearAbandoned removes directories whose process no longer holds the lock.
func clearAbandoned() error {
	locks, err := filepath.Glob(filepath.Join(os.TempDir(), directoryPrefix+"*.lock"))
	if err != nil {
		return err
	}
	var errs []error
	for _, lock := range locks {
		release, err := lockFile(lock, false)
		if errors.Is(err, errLocked) {
			continue
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, os.RemoveAll(strings.TrimSuffix(lock, ".lock")), os.RemoveAll(lock))
		release()
	}
	return errors.Join(errs...)
}

// dataTemplate makes a data directory once for each version of the server and
// keeps it among the temporary files: making one takes seconds, copying it does
// not.
func dataTemplate(ctx context.Context, binary string) (string, error) {
	out, err := exec.CommandContext(ctx, binary, "--no-defaults", "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", binary, err)
	}
	_, version, _ := strings.Cut(string(out), "Ver ")
	version, _, _ = strings.Cut(version, " ")
	path := filepath.Join(os.TempDir(), fmt.Sprintf("pasar-mariadb-%s-%d", word(version), os.Geteuid()))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	return path, makeTemplate(ctx, path)
}

// word keeps what a file name can bear.
func word(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return -1
	}, s)
}

// makeTemplate makes it beside its place and moves it there when it is whole.
func makeTemplate(ctx context.Context, path string) error {
	installer, err := findBinary("mariadb-install-db")
	if err != nil {
		return err
	}
	half, err := os.MkdirTemp(filepath.Dir(path), "pasar-mariadb-new")
	if err != nil {
		return err
	}
	args := append(commonArguments(half), "--auth-root-authentication-method=normal", "--skip-test-db")
	if out, err := exec.CommandContext(ctx, installer, args...).CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("%s: %w\n%s", installer, err, out), os.RemoveAll(half))
	}
	return os.Rename(half, path)
}
