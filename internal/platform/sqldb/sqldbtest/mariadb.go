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
	"strings"
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
	dir    string
	cmd    *exec.Cmd
	exited chan struct{} // closed when the process has ended
}

// errNoMariaDB is the reason for skipping.
var errNoMariaDB = errors.New("no mariadbd is installed here and PASAR_TEST_MYSQL_URL is not set")

func startMariaDB(ctx context.Context) (*daemon, error) {
	binary, err := findBinary("mariadbd", "mysqld")
	if err != nil {
		return nil, err
	}
	template, err := dataTemplate(ctx, binary)
	if err != nil {
		return nil, err
	}
	// A short path: the name of a Unix socket is limited to about 100 bytes.
	dir, err := os.MkdirTemp("", "pasar-db")
	if err != nil {
		return nil, err
	}
	d := &daemon{dir: dir, exited: make(chan struct{})}
	if err := d.start(ctx, binary, template); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return d, nil
}

// findBinary looks in the places where distributions put servers, which are
// not always in a user's PATH.
func findBinary(names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
		for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/usr/libexec"} {
			if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
				return path, nil
			}
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
	return os.RemoveAll(d.dir)
}

// dataTemplate makes a data directory once for each version of the server and
// keeps it among the temporary files: making one takes seconds, copying it does
// not.
func dataTemplate(ctx context.Context, binary string) (string, error) {
	version, err := exec.CommandContext(ctx, binary, "--no-defaults", "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", binary, err)
	}
	name := fmt.Sprintf("pasar-mariadb-template-%d-%s", os.Geteuid(), word(string(version)))
	path := filepath.Join(os.TempDir(), name)
	unlock, err := lockFile(path + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
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
	installer, err := findBinary("mariadb-install-db", "mysql_install_db")
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
