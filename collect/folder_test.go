package collect_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
)

// example is evidence of one account.
func example(id string) *collect.Evidence {
	return &collect.Evidence{
		Schema: collect.Schema, AccountID: id, Entry: collect.Entry{Kind: collect.EntryRole}, StartedAt: now, EndedAt: now,
		Reads: []collect.Read{{Section: collect.AliasSection, StartedAt: now, EndedAt: now, Calls: 1, Records: 1}},
		Gaps:  []org.Gap{}, Aliases: []string{"<b>&ä=1+1</b>"},
	}
}

// filled is a folder with one of each file, sealed.
func filled(t *testing.T) *collect.Folder {
	t.Helper()
	f := newFolder(t)
	for _, err := range []error{
		f.WriteRecord(&collect.Record{Schema: collect.Schema, State: collect.Collected, StartedAt: now, EndedAt: now}),
		f.WriteOrganization(&org.Organization{Schema: 1, ID: "o-exampleorg1"}),
		f.WriteAccount(example("111122223333")),
		f.WriteAccount(example("000000000001")),
		f.WriteManagedPolicy(&collect.ManagedPolicy{ARN: "arn:aws:iam::aws:policy/ReadOnlyAccess", Name: "ReadOnlyAccess"}),
		f.Seal(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// filesOf are the names of a folder's files, with slashes.
func filesOf(t *testing.T, f *collect.Folder) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(f.Dir(), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		relative, err := filepath.Rel(f.Dir(), name)
		names = append(names, filepath.ToSlash(relative))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestFolderRoundTrip checks that what is written is read again.
func TestFolderRoundTrip(t *testing.T) {
	f := newFolder(t)
	record := &collect.Record{
		Schema: collect.Schema, Tool: "v1", State: collect.Stopped, StartedAt: now, EndedAt: now, OrganizationID: "o-exampleorg1",
		Excluded: []org.Exclusion{{AccountID: "111122223333", Reason: "excluded by tag"}}, Regions: []string{},
	}
	organization := &org.Organization{Schema: 1, ID: "o-exampleorg1", Accounts: []org.Account{
		{ID: "111122223333", Name: "<b>&", Tags: map[string]string{}}, {ID: "222233334444"}}}
	policy := &collect.ManagedPolicy{ARN: "arn:aws:iam::aws:policy/ReadOnlyAccess", Name: "ReadOnlyAccess", Created: now}
	// A name that would leave the folder if it were one of a file.
	odd := &collect.ManagedPolicy{ARN: "arn:aws:iam::aws:policy/odd", Name: "../../odd"}
	ev := example("000000000001")
	for _, err := range []error{
		f.WriteRecord(record), f.WriteOrganization(organization), f.WriteAccount(ev), f.WriteManagedPolicy(policy), f.WriteManagedPolicy(odd),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	f, err := collect.OpenFolder(f.Dir())
	if err != nil {
		t.Fatal(err)
	}
	gotRecord, err := f.Record()
	check(t, "record", record, gotRecord, err)
	gotOrganization, err := f.Organization()
	check(t, "organization", organization, gotOrganization, err)
	gotEvidence, err := f.Account("000000000001")
	check(t, "evidence", ev, gotEvidence, err)
	policies, files, err := f.ManagedPolicies()
	check(t, "policies", map[string]*collect.ManagedPolicy{policy.ARN: policy, odd.ARN: odd}, policies, err)
	if files[policy.ARN] != "managed-policies/ReadOnlyAccess.json" || strings.Contains(files[odd.ARN], "..") {
		t.Errorf("files of the policies are %v", files)
	}
	if _, err := f.Account("999999999999"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an account without evidence gives %v, want %v", err, fs.ErrNotExist)
	}
	analyzers, err := f.Analyzers()
	if err != nil || len(analyzers.Gaps) != 1 || analyzers.Gaps[0].Cause != org.NotCollected {
		t.Errorf("analyzers that nobody wrote are %+v, %v; want one gap", analyzers, err)
	}
}

func check[T any](t *testing.T, what string, want, got T, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	} else if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("%s differs (-written +read):\n%s", what, diff)
	}
}

// TestFolderAccountIDs checks that nothing but an account id becomes the name of a file.
func TestFolderAccountIDs(t *testing.T) {
	f := newFolder(t)
	for _, id := range []string{"", "../organization", "1111222233334", "11112222333/"} {
		if err := f.WriteAccount(example(id)); err == nil {
			t.Errorf("evidence of account %q is written, want an error", id)
		}
		if _, err := f.Account(id); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("evidence of account %q gives %v, want an error that is not %v", id, err, fs.ErrNotExist)
		}
	}
	if names := filesOf(t, f); len(names) > 0 {
		t.Errorf("files %v were written, want none", names)
	}
}

func TestFolderModes(t *testing.T) {
	f := filled(t)
	err := filepath.WalkDir(f.Dir(), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestWriteFile checks that a file appears whole or not at all.
func TestWriteFile(t *testing.T) {
	fails := errors.New("the source broke off")
	half := func(w io.Writer) error {
		_, err := io.Copy(w, io.MultiReader(bytes.NewReader(make([]byte, 1<<20)), failing{fails}))
		return err
	}
	whole := func(w io.Writer) error {
		_, err := io.WriteString(w, "new")
		return err
	}
	for _, test := range []struct {
		name    string
		earlier string
		write   func(io.Writer) error
		want    string
		err     error
	}{
		{"a new file", "", whole, "new", nil},
		{"in place of an earlier one", "old", whole, "new", nil},
		{"half of a new file", "", half, "", fails},
		{"half in place of an earlier one", "old", half, "old", fails},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			name := filepath.Join(dir, "file")
			if test.earlier != "" {
				if err := os.WriteFile(name, []byte(test.earlier), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			err := collect.WriteFile(name, test.write)
			if !errors.Is(err, test.err) || err != nil && !strings.Contains(err.Error(), name) {
				t.Errorf("error %v, want %v with the name of the file", err, test.err)
			}
			got, err := os.ReadFile(name)
			if err != nil && (!errors.Is(err, fs.ErrNotExist) || test.want != "") {
				t.Fatal(err)
			}
			if string(got) != test.want {
				t.Errorf("the file holds %d bytes %.10q, want %q", len(got), got, test.want)
			}
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if e.Name() != "file" {
					t.Errorf("%s is left", e.Name())
				}
			}
		})
	}
	t.Run("no such folder", func(t *testing.T) {
		name := filepath.Join(t.TempDir(), "nowhere", "file")
		if err := collect.WriteFile(name, whole); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want one that names %s", err, name)
		}
	})
}

// failing is a reader that fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestFolderRefuses checks that a reader gets an error for whatever is no evidence.
func TestFolderRefuses(t *testing.T) {
	zipped := func(text string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := io.WriteString(z, text); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	whole := zipped(`{"schema":1,"account_id":"111122223333"}`)
	account := func(f *collect.Folder) error { _, err := f.Account("111122223333"); return err }
	organization := func(f *collect.Folder) error { _, err := f.Organization(); return err }
	record := func(f *collect.Folder) error { _, err := f.Record(); return err }
	analyzers := func(f *collect.Folder) error { _, err := f.Analyzers(); return err }
	policies := func(f *collect.Folder) error { _, _, err := f.ManagedPolicies(); return err }
	const accountFile = "accounts/111122223333.json.gz"
	for _, test := range []struct {
		name, file string
		content    []byte
		read       func(*collect.Folder) error
		want       string
	}{
		{"evidence that is not packed", accountFile, []byte(`{"schema":1,"account_id":"111122223333"}`), account, accountFile},
		{"evidence that breaks off", accountFile, whole[:len(whole)-4], account, accountFile},
		{"evidence with something after its end", accountFile, zipped(`{"schema":1,"account_id":"111122223333"}{}`), account, "after top-level value"},
		{"evidence of another account", accountFile, zipped(`{"schema":1,"account_id":"222233334444"}`), account, "222233334444"},
		{"evidence of another version", accountFile, zipped(`{"schema":2,"account_id":"111122223333"}`), account, "version 2"},
		{"evidence that is no object", accountFile, zipped(`[]`), account, accountFile},
		{"empty evidence", accountFile, nil, account, accountFile},
		{"organization of another version", "organization.json", []byte(`{"schema":7}`), organization, "version 7"},
		{"organization that breaks off", "organization.json", []byte(`{"schema":1,`), organization, "organization.json"},
		{"organization that is not there", "other.json", nil, organization, "organization.json"},
		{"record of another version", "run.json", []byte(`{"schema":0}`), record, "version 0"},
		{"record with a number for a text", "run.json", []byte(`{"schema":1,"state":1}`), record, "run.json"},
		{"analyzers of another version", "organization-analyzers.json", []byte(`{"schema":9}`), analyzers, "version 9"},
		{"analyzers that are no JSON", "organization-analyzers.json", []byte(`<html>`), analyzers, "organization-analyzers.json"},
		{"policy that is no JSON", "managed-policies/X.json", []byte(`{`), policies, "managed-policies/X.json"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFolder(t)
			if err := os.WriteFile(filepath.Join(f.Dir(), test.file), test.content, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := test.read(f); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one that says %q", err, test.want)
			}
		})
	}
}

func TestOpenFolder(t *testing.T) {
	dir := t.TempDir()
	if _, err := collect.OpenFolder(filepath.Join(dir, "nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there gives %v, want %v", err, fs.ErrNotExist)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := collect.OpenFolder(file); err == nil || !strings.Contains(err.Error(), "is a file") {
		t.Errorf("a file gives %v, want an error that says so", err)
	}
	if _, err := collect.CreateFolder(filepath.Join(file, "evidence")); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a folder in a file gives %v, want an error that names it", err)
	}
}
