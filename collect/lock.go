package collect

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// LockFile stands beside the evidence folder while a run works on it.
const LockFile = "evidence.lock"

// Holder is who works on a folder.
type Holder struct {
	PID       int       `json:"pid"`
	Host      string    `json:"host"`
	Command   string    `json:"command"`
	StartedAt time.Time `json:"started_at,omitzero"`
}

// NewHolder is this process, at work on a command.
func NewHolder(command string) Holder {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return Holder{PID: os.Getpid(), Host: host, Command: command, StartedAt: time.Now().UTC().Truncate(time.Second)}
}

// LockedError is the refusal of a folder that another run works on.
type LockedError struct {
	Dir string
	// Holder is zero where the other run has not written yet who it is.
	Holder Holder
}

func (e *LockedError) Error() string {
	h := e.Holder
	if h.PID == 0 {
		return fmt.Sprintf("another run works on %s", e.Dir)
	}
	return fmt.Sprintf("another run works on %s: %q, process %d on %s, since %s",
		e.Dir, h.Command, h.PID, h.Host, h.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC"))
}

// Lock makes sure that one run at a time works on an output folder. The error is a
// [LockedError] where another one does. What a killed run left locks nobody out. The returned
// function gives the folder free.
func Lock(dir string, h Holder) (unlock func() error, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("lock the output folder: %w", err)
	}
	release, holder, err := lock(root, h)
	if err == nil && release != nil {
		return func() error {
			err := release()
			if closeErr := root.Close(); err == nil {
				err = closeErr
			}
			if err != nil {
				return fmt.Errorf("give the output folder free: %w", err)
			}
			return nil
		}, nil
	}
	_ = root.Close() // it was only looked at
	if err != nil {
		return nil, fmt.Errorf("lock the output folder %s: %w", dir, err)
	}
	return nil, &LockedError{Dir: dir, Holder: holder}
}

// lockByPresence locks by a file that exists as long as the lock, for systems that cannot lock
// a file itself. It is nobody's where its process, on this host, does not live any more. The
// release is nil where another one holds the lock.
func lockByPresence(root *os.Root, h Holder, alive func(pid int) bool) (release func() error, holder Holder, err error) {
	for {
		file, err := root.OpenFile(LockFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			err = h.writeTo(file)
			if closeErr := file.Close(); err == nil {
				err = closeErr
			}
			return func() error { return root.Remove(LockFile) }, h, err
		}
		if !os.IsExist(err) {
			return nil, Holder{}, err
		}
		there, err := root.Open(LockFile)
		if os.IsNotExist(err) {
			continue // it was just given free
		}
		if err != nil {
			return nil, Holder{}, err
		}
		holder := holderIn(there)
		if err := there.Close(); err != nil {
			return nil, Holder{}, err
		}
		if holder.PID == 0 || holder.Host != h.Host || alive(holder.PID) {
			return nil, holder, nil
		}
		if err := root.Remove(LockFile); err != nil && !os.IsNotExist(err) {
			return nil, Holder{}, err
		}
	}
}

// writeTo replaces what a lock file says.
func (h Holder) writeTo(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(append(text, '\n'), 0)
	return err
}

// holderIn reads a lock file; it is zero where that says nothing.
func holderIn(file *os.File) Holder {
	text, err := io.ReadAll(io.LimitReader(file, 4096))
	var h Holder
	if err != nil || json.Unmarshal(text, &h) != nil {
		return Holder{}
	}
	return h
}
