package collect_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
)

// TestSealForSha256sum checks that the tool that everybody has accepts SHA256SUMS.
func TestSealForSha256sum(t *testing.T) {
	tool, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("sha256sum is not installed")
	}
	f := filled(t)
	verify := exec.CommandContext(t.Context(), tool, "--check", "--strict", "SHA256SUMS")
	verify.Dir = f.Dir()
	out, err := verify.CombinedOutput()
	if err != nil {
		t.Fatalf("sha256sum: %v\n%s", err, out)
	}
	for _, name := range filesOf(t, f) {
		if name != "SHA256SUMS" && !strings.Contains(string(out), name+": ") {
			t.Errorf("sha256sum did not look at %s:\n%s", name, out)
		}
	}
	if err := os.WriteFile(filepath.Join(f.Dir(), "run.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	verify = exec.CommandContext(t.Context(), tool, "--check", "--strict", "SHA256SUMS")
	verify.Dir = f.Dir()
	if out, err := verify.CombinedOutput(); err == nil {
		t.Errorf("sha256sum accepts a file that was changed:\n%s", out)
	}
}

func TestVerify(t *testing.T) {
	const account = "accounts/111122223333.json.gz"
	write := func(name, content string) func(string) error {
		return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600) }
	}
	remove := func(name string) func(string) error {
		return func(dir string) error { return os.Remove(filepath.Join(dir, name)) }
	}
	for _, test := range []struct {
		name   string
		change []func(dir string) error
		want   string // end of the error; empty is none
	}{
		{"nothing was changed", nil, ""},
		{"a file was changed", []func(string) error{write("organization.json", "{}")}, ": organization.json was changed"},
		{"a file is missing", []func(string) error{remove(account)}, ": " + account + " is missing"},
		{"a file was added", []func(string) error{write("accounts/222233334444.json.gz", "x")}, ": accounts/222233334444.json.gz was added"},
		{"a file was added elsewhere", []func(string) error{write("notes.txt", "x")}, ": notes.txt was added"},
		{"everything at once", []func(string) error{write("a.txt", ""), write(account, "x"), remove("run.json")},
			": a.txt was added; " + account + " was changed; run.json is missing"},
		{"a killed run left half a file", []func(string) error{write(".tmp-1", "x"), write("accounts/.tmp-2", "x"), write("managed-policies/.tmp-3", "{")}, ""},
		{"the sums are missing", []func(string) error{remove("SHA256SUMS")}, "no such file or directory"},
		{"the sums are no sums", []func(string) error{write("SHA256SUMS", "hello\n")}, `SHA256SUMS holds a line "hello"; managed-policies/ReadOnlyAccess.json was added; organization.json was added; run.json was added`},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := filled(t)
			for _, change := range test.change {
				if err := change(f.Dir()); err != nil {
					t.Fatal(err)
				}
			}
			digests, err := f.Verify()
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				want := slices.DeleteFunc(filesOf(t, filled(t)), func(name string) bool { return name == "SHA256SUMS" })
				var got []string
				for name, sum := range digests.Files {
					got = append(got, name)
					if len(sum) != 64 {
						t.Errorf("digest %q of %s, want 64 hex digits", sum, name)
					}
				}
				slices.Sort(want)
				slices.Sort(got)
				if diff := gocmp.Diff(want, got); diff != "" {
					t.Errorf("files differ (-want +got):\n%s", diff)
				}
				return
			}
			if err == nil || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("error %v, want one that ends with %q", err, test.want)
			}
		})
	}
}

// TestHash checks that what is computed without SHA256SUMS is what Verify finds with it,
// and that sealing twice gives the same.
func TestHash(t *testing.T) {
	f := filled(t)
	before, err := f.Hash()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Seal(); err != nil {
		t.Fatal(err)
	}
	after, err := f.Verify()
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(before, after); diff != "" || after.All == "" {
		t.Errorf("digests differ (-computed +verified):\n%s", diff)
	}
	if err := f.WriteAccount(example("222233334444")); err != nil {
		t.Fatal(err)
	}
	changed, err := f.Hash()
	if err != nil {
		t.Fatal(err)
	}
	if changed.All == before.All {
		t.Error("the digest of all files is the same after one came")
	}
}

// TestLeftovers checks what becomes of the half-written files of a run that was killed.
func TestLeftovers(t *testing.T) {
	f := filled(t)
	leftovers := []string{".tmp-1", "accounts/.tmp-2", "managed-policies/.tmp-3.json"}
	for _, name := range leftovers {
		if err := os.WriteFile(filepath.Join(f.Dir(), name), []byte(`{"arn`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Verify(); err != nil {
		t.Errorf("verify: %v", err)
	}
	if err := f.Seal(); err != nil {
		t.Errorf("seal: %v", err)
	}
	if policies, _, err := f.ManagedPolicies(); err != nil || len(policies) != 1 {
		t.Errorf("%d policies, %v; want 1", len(policies), err)
	}
	sums, err := os.ReadFile(filepath.Join(f.Dir(), "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(sums), ".tmp-") {
		t.Errorf("SHA256SUMS names a leftover:\n%s", sums)
	}
	before := slices.DeleteFunc(filesOf(t, f), func(name string) bool { return slices.Contains(leftovers, name) })
	if _, err := collect.CreateFolder(f.Dir()); err != nil {
		t.Fatal(err)
	}
	for _, name := range leftovers {
		if _, err := os.Stat(filepath.Join(f.Dir(), name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
	if diff := gocmp.Diff(before, filesOf(t, f)); diff != "" {
		t.Errorf("files differ after the folder was made again (-before +after):\n%s", diff)
	}
	if _, err := f.Verify(); err != nil {
		t.Errorf("verify: %v", err)
	}
}
