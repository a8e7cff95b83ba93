//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package collect

import "os"

// lock locks by a file that exists as long as the lock.
func lock(root *os.Root, h Holder) (release func() error, holder Holder, err error) {
	return lockByPresence(root, h, func(pid int) bool {
		_, err := os.FindProcess(pid) // fails on Windows where there is none
		return err == nil
	})
}
