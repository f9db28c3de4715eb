//go:build unix && !linux

package sqldbtest

import (
	"os/exec"
	"syscall"
)

// dieWithParent does nothing where the kernel offers nothing: a killed test
// process leaves its server behind.
func dieWithParent() *syscall.SysProcAttr { return nil }

func startAndReap(cmd *exec.Cmd, exited chan<- struct{}) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() {
		_ = cmd.Wait() // how it ended is in its log
		close(exited)
	}()
	return nil
}
