//go:build unix

package main

import (
	"fmt"
	"syscall"
)

// forbidCoreDumps keeps the memory of this process, which holds credentials from now on, out
// of core dumps. The limit alone does not bind a program that the system pipes dumps to
// (core(5)), so that Linux is told too that the process is not to be dumped.
func forbidCoreDumps() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("set the limit of core dumps to 0: %w", err)
	}
	return forbidDumping()
}
