//go:build unix

package sqldbtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	startPatience = 60 * time.Second
	stopPatience  = 20 * time.Second
)

// daemon is a mariadbd of our own: in a temporary directory, reached through a
// Unix socket only, as safe as production where our start-up check looks and
// small everywhere else.
type daemon struct {
	dir     string
	release func() // gives the directory up to whoever cleans
	cmd     *exec.Cmd
	exited  chan struct{} // closed when the process has ended
}

func startMariaDB(ctx context.Context) (url string, stop func() error, err error) {
	binary, err := findBinary("mariadbd")
	if err != nil {
		return "", nil, err
	}
	template, owned, err := prepare(ctx, binary)
	if err != nil {
		return "", nil, err
	}
	d := &daemon{dir: owned.path, release: owned.release, exited: make(chan struct{})}
	if err := d.start(ctx, binary, template); err != nil {
		return "", nil, errors.Join(err, d.remove())
	}
	return d.url(), d.stop, nil
}

// findBinary looks in the places where distributions put servers, which are
// not always in a user's PATH.
func findBinary(name string) (string, error) {
	for _, dir := range []string{"", "/usr/sbin", "/usr/local/sbin", "/usr/libexec"} {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, nil
		}
	}
	return "", errNoMariaDB
}

func (d *daemon) start(ctx context.Context, binary, template string) error {
	data := filepath.Join(d.dir, "data")
	if err := os.CopyFS(data, os.DirFS(template)); err != nil {
		return fmt.Errorf("copy the data of the test server: %w", err)
	}
	log, err := os.Create(filepath.Join(d.dir, "log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	args := append(commonArguments(data),
		"--socket="+d.socket(),
		"--pid-file="+filepath.Join(d.dir, "pid"),
		"--skip-networking",
		"--skip-name-resolve",
		"--skip-log-bin",
		"--innodb-flush-log-at-trx-commit=1",
		"--innodb-buffer-pool-size=64M",
		"--max-connections=1000",
		"--performance-schema=OFF",
		// No power cut is part of these tests: a killed server keeps what the
		// kernel has.
		"--innodb-flush-method=nosync",
		"--skip-innodb-doublewrite",
	)
	d.cmd = exec.Command(binary, args...)
	d.cmd.Stdout, d.cmd.Stderr = log, log
	d.cmd.SysProcAttr = dieWithParent()
	if err := startAndReap(d.cmd, d.exited); err != nil {
		return fmt.Errorf("start %s: %w", binary, err)
	}
	return d.awaitReady(ctx)
}

// commonArguments are needed both to make a data directory and to serve it.
func commonArguments(data string) []string {
	args := []string{"--no-defaults", "--datadir=" + data, "--innodb-log-file-size=8M"}
	if os.Geteuid() == 0 {
		args = append(args, "--user=root") // it refuses to run as root unasked
	}
	return args
}

func (d *daemon) socket() string { return filepath.Join(d.dir, "sock") }

// url reaches the server as its anonymous administrator.
func (d *daemon) url() string {
	query := url.Values{"socket": {d.socket()}}
	return "mysql://root@localhost/?" + query.Encode()
}

// awaitReady waits until the server answers, or has ended.
func (d *daemon) awaitReady(ctx context.Context) error {
	u, err := url.Parse(d.url())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		admin, err := openAdmin(ctx, u)
		if err == nil {
			return admin.Close()
		}
		select {
		case <-tick.C:
		case <-d.exited:
			return fmt.Errorf("the test server ended at its start:\n%s", d.logTail())
		case <-ctx.Done():
			return errors.Join(err, d.stop())
		}
	}
}

func (d *daemon) logTail() string {
	log, err := os.ReadFile(filepath.Join(d.dir, "log"))
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(log), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-20):], []byte("\n")))
}

// stop ends the server by its pid and removes its files.
func (d *daemon) stop() error {
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	timer := time.NewTimer(stopPatience)
	defer timer.Stop()
	select {
	case <-d.exited:
	case <-timer.C:
		if err := d.cmd.Process.Kill(); err != nil {
			return err
		}
		<-d.exited
	}
	return d.remove()
}

func (d *daemon) remove() error {
	defer d.release()
	return errors.Join(os.RemoveAll(d.dir), os.RemoveAll(d.dir+".lock"))
}
