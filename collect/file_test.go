//go:build unix

package collect

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFileThatUnpacksTooFar checks files that are far larger than they look: the error says
// so, and comes as soon as the bound is reached.
func TestFileThatUnpacksTooFar(t *testing.T) {
	const id, largest = "111122223333", 1 << 20
	f, err := CreateFolder(filepath.Join(t.TempDir(), "evidence"))
	if err != nil {
		t.Fatal(err)
	}
	f.largest = largest
	evidence := func(padding int) []byte {
		return []byte(`{"schema":1,"account_id":"` + id + `","account_aliases":["` + strings.Repeat("a", padding) + `"]}`)
	}
	write := func(name string, packed bool, text []byte) {
		t.Helper()
		var b bytes.Buffer
		b.Write(text)
		if packed {
			b.Reset()
			z := gzip.NewWriter(&b)
			if _, err := z.Write(text); err != nil {
				t.Fatal(err)
			}
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(f.path(name), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fits := largest - len(evidence(0))
	write(AccountFile(id), true, evidence(fits))
	if _, err := f.Account(id); err != nil {
		t.Errorf("evidence as large as may be: %v", err)
	}
	write(AccountFile(id), true, evidence(fits+1))
	write(RecordFile, false, []byte(`{"schema":1,"tool":"`+strings.Repeat("a", largest)+`"}`))
	for name, read := range map[string]func() error{
		"account": func() error { _, err := f.Account(id); return err },
		"value":   func() error { _, err := f.Values().At(AccountFile(id), "/account_id"); return err },
		"record":  func() error { _, err := f.Record(); return err },
	} {
		if err := read(); err == nil || !strings.Contains(err.Error(), "more than 1048576 bytes") {
			t.Errorf("%s: %v, want an error that names the bound", name, err)
		}
	}
}

// TestOpenNoOtherThanFiles checks that what is no file below the folder is not opened, and that
// a pipe does not hold up whoever reads the evidence.
func TestOpenNoOtherThanFiles(t *testing.T) {
	f, err := CreateFolder(filepath.Join(t.TempDir(), "evidence"))
	if err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(filepath.Dir(f.Dir()), "secret")
	for _, err := range []error{
		os.WriteFile(secret, []byte("{}"), 0o600),
		os.Symlink(secret, f.path("link")),
		os.Symlink("file", f.path("inner")),
		os.WriteFile(f.path("file"), []byte("{}"), 0o600),
		os.Symlink("..", f.path("up")),
		syscall.Mkfifo(f.path("pipe"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"link", "inner", "up/secret", "pipe", "../secret", secret, "accounts", "none"} {
		if file, err := f.Open(name); err == nil {
			file.Close()
			t.Errorf("%s is opened", name)
		}
	}
	file, err := f.Open("file")
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
}

// TestRemoveTemporary checks that a folder of reports is rid of what a killed run left, and
// keeps what others put there.
func TestRemoveTemporary(t *testing.T) {
	dir := t.TempDir()
	made, err := os.MkdirTemp(dir, ".tmp-reports-*")
	if err != nil {
		t.Fatal(err)
	}
	theirs := []string{".tmp-mine", ".tmp-reports-x", "audit.json"}
	for _, name := range append(theirs, filepath.Join(filepath.Base(made), "audit.xlsx"), temporaryPrefix+"ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := RemoveTemporary(dir); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(theirs) {
		t.Errorf("left are %v, want %v", entries, theirs)
	}
}
