//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package collect

import (
	"errors"
	"os"
	"syscall"
)

// lock locks the file itself, so that the system gives it free when the process ends, however
// that comes about.
func lock(root *os.Root, h Holder) (release func() error, holder Holder, err error) {
	for {
		if info, err := root.Lstat(LockFile); err == nil && !info.Mode().IsRegular() {
			return nil, Holder{}, errors.New(LockFile + " is no regular file")
		}
		file, err := root.OpenFile(LockFile, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, Holder{}, err
		}
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			holder := holderIn(file)
			return nil, holder, file.Close()
		}
		if err != nil {
			return nil, Holder{}, errors.Join(err, file.Close())
		}
		// Who held it before removes it: then this is the lock of a file that is gone.
		ours, err := file.Stat()
		there, gone := root.Lstat(LockFile)
		if err == nil && gone == nil && os.SameFile(ours, there) {
			if err := h.writeTo(file); err != nil {
				return nil, Holder{}, errors.Join(err, file.Close())
			}
			return func() error { return errors.Join(root.Remove(LockFile), file.Close()) }, h, nil
		}
		if err := file.Close(); err != nil {
			return nil, Holder{}, err
		}
	}
}
