package collect

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func holder(pid int, host string) Holder {
	return Holder{PID: pid, Host: host, Command: "orgaudit run", StartedAt: time.Date(2026, time.May, 4, 9, 12, 13, 0, time.UTC)}
}

// TestLock checks that one run at a time works on a folder, and that the error names the one.
func TestLock(t *testing.T) {
	dir := t.TempDir()
	unlock, err := Lock(dir, holder(4711, "audit-host"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Lock(dir, holder(1, "other"))
	var locked *LockedError
	if !errors.As(err, &locked) || locked.Holder != holder(4711, "audit-host") {
		t.Fatalf("a second lock gives %v, want an error that names the holder", err)
	}
	for _, part := range []string{dir, "orgaudit run", "process 4711 on audit-host", "2026-05-04 09:12:13 UTC"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("the lock leaves %v, %v", left, err)
	}
	if unlock, err = Lock(dir, holder(1, "other")); err != nil {
		t.Fatal(err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
}

// TestLockOfTheDead checks that the file of a run that was killed, whatever is in it, locks
// nobody out.
func TestLockOfTheDead(t *testing.T) {
	for _, left := range []string{"", "{", `{"pid":1,"host":"elsewhere"}`, strings.Repeat("x", 10_000)} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, LockFile), []byte(left), 0o600); err != nil {
			t.Fatal(err)
		}
		unlock, err := Lock(dir, holder(4711, "audit-host"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Lock(dir, holder(1, "other")); err == nil || !strings.Contains(err.Error(), "process 4711") {
			t.Errorf("a second lock gives %v, want an error that names process 4711", err)
		}
		if err := unlock(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLockIsNoLink checks that a link in the place of the lock is not written through.
func TestLockIsNoLink(t *testing.T) {
	dir := t.TempDir()
	audit := filepath.Join(dir, "audit.json")
	if err := os.WriteFile(audit, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("audit.json", filepath.Join(dir, LockFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir, holder(1, "h")); err == nil {
		t.Error("a link is taken for a lock")
	}
	if text, err := os.ReadFile(audit); err != nil || string(text) != "{}" {
		t.Errorf("the file that the link leads to holds %q, %v", text, err)
	}
}

// TestLockByPresence checks the lock of systems that cannot lock a file itself.
func TestLockByPresence(t *testing.T) {
	for _, test := range []struct {
		name  string
		left  string
		alive bool
		want  bool
	}{
		{"nobody", "", false, true},
		{"a process that lives", `{"pid":4711,"host":"audit-host"}`, true, false},
		{"a process that is dead", `{"pid":4711,"host":"audit-host"}`, false, true},
		{"a process on another host", `{"pid":4711,"host":"other"}`, false, false},
		{"one that has not said yet who it is", "\n", false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if test.left != "" {
				if err := os.WriteFile(filepath.Join(dir, LockFile), []byte(test.left), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			root, err := os.OpenRoot(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer root.Close()
			release, by, err := lockByPresence(root, holder(1, "audit-host"), func(pid int) bool { return pid == 4711 && test.alive })
			if err != nil || (release != nil) != test.want {
				t.Fatalf("locked: %v, %v; want %v", release != nil, err, test.want)
			}
			if release == nil {
				return
			}
			if by != holder(1, "audit-host") {
				t.Errorf("it is held by %+v", by)
			}
			if again, _, err := lockByPresence(root, holder(2, "audit-host"), func(int) bool { return true }); again != nil || err != nil {
				t.Errorf("it is locked twice (%v)", err)
			}
			if err := release(); err != nil {
				t.Error(err)
			}
		})
	}
}
