package sqldbtest

import (
	"os/exec"
	"runtime"
	"syscall"
)

// dieWithParent has the kernel end the server when the tests are killed.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// startAndReap starts cmd and closes exited when it has ended. One thread does
// both: to the kernel, the parent of a process is the thread that made it.
func startAndReap(cmd *exec.Cmd, exited chan<- struct{}) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is in its log
			close(exited)
		}
	}()
	return <-started
}
