package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFullDiskEndsTheRun fills the disk in the middle of a run: the run says so and ends, and goes on
// where it was once there is room.
func TestFullDiskEndsTheRun(t *testing.T) {
	const accounts = 12
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("no disk can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Errorf("unmount the disk: %v", err)
		}
	})
	want := uninterrupted(t, accounts)
	ballast := filepath.Join(disk, "ballast")
	setenv(t, demoServer(t, accounts, 6, func() {
		if err := os.WriteFile(ballast, make([]byte, 8<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("the disk is not full: %v", err)
		}
	}))
	out := filepath.Join(disk, "out")
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), runArguments(out), streams{&stdout, &stderr}, nil); code != exitFailed {
		t.Fatalf("exit code %d, want %d\n%s", code, exitFailed, &stderr)
	}
	for _, word := range []string{"no space left on device", "kept", "--resume"} {
		if !strings.Contains(stderr.String(), word) {
			t.Errorf("the message does not say %q: %s", word, &stderr)
		}
	}
	kept, err := filepath.Glob(filepath.Join(out, evidenceFolder, "accounts", "*.json.gz"))
	if err != nil || len(kept) == 0 || len(kept) == accounts {
		t.Fatalf("%d accounts were kept, want some and not all: %v", len(kept), err)
	}
	if left, err := filepath.Glob(filepath.Join(out, evidenceFolder, "*", ".tmp-*")); err != nil || len(left) > 0 {
		t.Errorf("half-written files are left: %v, %v", left, err)
	}

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if code := run(t.Context(), runArguments(out, "--resume"), streams{&stdout, &stderr}, nil); code != exitGaps {
		t.Fatalf("resume: exit code %d\n%s", code, &stderr)
	}
	if diff := cmp.Diff(want, verdicts(t, out)); diff != "" {
		t.Errorf("a resumed run differs from one in one piece:\n%s", diff)
	}
}
