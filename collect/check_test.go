package collect_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
)

// TestCheckNamesEverything: one folder with everything that can be wrong at once.
func TestCheckNamesEverything(t *testing.T) {
	f := filled(t)
	at := func(name string) string { return filepath.Join(f.Dir(), name) }
	const account = "accounts/111122223333.json.gz"
	sums, err := os.ReadFile(at("SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(sums), "\n")
	err = errors.Join(
		os.WriteFile(at("run.json"), []byte("{}"), 0o600),
		os.Remove(at(account)),
		os.WriteFile(at("accounts/.tmp-1"), []byte("x"), 0o600),
		os.Rename(at("managed-policies/ReadOnlyAccess.json"), at("managed-policies/Other.json")),
		os.Rename(at("organization.json"), filepath.Join(t.TempDir(), "organization.json")),
		os.Symlink("/etc/hostname", at("organization.json")),
		os.Symlink("accounts", at("more")),
		os.WriteFile(at("SHA256SUMS"), []byte(string(sums)+"hello\n"+first+"\n"+strings.Repeat("0", 64)+"  ../outside\n"), 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
	_, problems, err := f.Check()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	if diff := gocmp.Diff([]string{
		`SHA256SUMS holds a line "` + strings.Repeat("0", 64) + `  ../outside"`,
		"accounts/.tmp-1 was left half written",
		account + " is missing",
		`SHA256SUMS holds a line "` + first + `"`, // the second time
		`SHA256SUMS holds a line "hello"`,
		"managed-policies/Other.json was added",
		"managed-policies/ReadOnlyAccess.json is missing",
		"more is no regular file",
		"organization.json is no regular file",
		"run.json was changed",
	}, got, sortedLines); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if _, err := f.Verify(); err == nil || !strings.Contains(err.Error(), "organization.json is no regular file") {
		t.Errorf("Verify says %v", err)
	}
}

// sortedLines compares lists of lines in any order.
var sortedLines = gocmp.Transformer("sorted", func(lines []string) map[string]int {
	count := map[string]int{}
	for _, line := range lines {
		count[line]++
	}
	return count
})

func TestCheckOfGoodFolder(t *testing.T) {
	f := filled(t)
	digests, problems, err := f.Check()
	if err != nil || len(problems) > 0 {
		t.Fatalf("problems %v, error %v", problems, err)
	}
	verified, err := f.Verify()
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(verified, digests); diff != "" || len(digests.Files) == 0 {
		t.Errorf("digests (-Verify +Check):\n%s", diff)
	}
	linked := filepath.Join(t.TempDir(), "linked")
	if err := os.Symlink(f.Dir(), linked); err != nil {
		t.Fatal(err)
	}
	through, err := collect.OpenFolder(linked)
	if err != nil {
		t.Fatal(err)
	}
	if _, problems, err := through.Check(); err != nil || len(problems) > 0 {
		t.Errorf("through a link: problems %v, error %v", problems, err)
	}
	if err := os.Remove(filepath.Join(f.Dir(), "SHA256SUMS")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Check(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without SHA256SUMS the error is %v", err)
	}
}
