package report

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// writtenJSON is audit.json of a report.
func writtenJSON(t testing.TB, r *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := writeJSON(context.Background(), r, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestJSONKeys: what others may build on.
func TestJSONKeys(t *testing.T) {
	var document map[string]json.RawMessage
	if err := json.Unmarshal(writtenJSON(t, built(t, smallFolder(t))), &document); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"schema", "organization", "benchmark", "evidence", "scores", "coverage", "accounts", "controls", "results", "findings",
		"gaps", "not_judged", "parameters", "exceptions", "trust_matrix", "outside_access", "privileged_principals", "trusts", "trend", "finding_changes",
	} {
		if text := document[key]; len(text) == 0 || string(text) == "null" {
			t.Errorf("%s is %q", key, text)
		}
	}
	if got := string(document["schema"]); got != `"`+SchemaVersion+`"` {
		t.Errorf("schema is %s, want %q", got, SchemaVersion)
	}
}

// TestJSONReconciles: the long lists make the totals.
func TestJSONReconciles(t *testing.T) {
	folder := smallFolder(t)
	var document struct {
		Controls []jsonControl
		Results  []jsonResult
		Findings []jsonFinding
	}
	if err := json.Unmarshal(writtenJSON(t, built(t, folder)), &document); err != nil {
		t.Fatal(err)
	}
	key := func(control string, account *string) string {
		if account == nil {
			return control
		}
		return control + " in " + *account
	}
	items, population := map[string]int{}, map[string]int{}
	for _, f := range document.Findings {
		items[key(f.Control, f.Account)]++
		if _, err := os.Stat(filepath.Join(folder.Dir(), filepath.FromSlash(f.File))); err != nil {
			t.Errorf("the evidence of %s: %v", f.Resource, err)
		}
	}
	verdicts := map[string]int{}
	for _, r := range document.Results {
		if r.Population > 0 {
			population[key(r.Control, r.Account)] = r.Population
		}
		verdicts[r.Control]++
		if (r.Cause != nil) != (r.Verdict == "not_assessed") {
			t.Errorf("%s is %s with cause %v", key(r.Control, r.Account), r.Verdict, r.Cause)
		}
	}
	if diff := cmp.Diff(population, items); diff != "" {
		t.Errorf("items by result (-results +findings):\n%s", diff)
	}
	for _, c := range document.Controls {
		if sum := c.Passed + c.Failed + c.NotAssessed + c.NotApplicable + c.Manual; sum != verdicts[c.ID] {
			t.Errorf("control %s counts %d verdicts, the results hold %d", c.ID, sum, verdicts[c.ID])
		}
	}
}

func TestJSONSameBytes(t *testing.T) {
	folder := smallFolder(t)
	first := writtenJSON(t, built(t, folder))
	for range 3 {
		if diff := cmp.Diff(string(first), string(writtenJSON(t, built(t, folder)))); diff != "" {
			t.Fatalf("the same evidence makes other bytes:\n%s", diff)
		}
	}
}

// TestJSONGolden compares with testdata/audit.json. Digests of the evidence are left out,
// since they hang on how Go compresses.
func TestJSONGolden(t *testing.T) {
	evidence := regexp.MustCompile(`("evidence_sha256": |"caller": [^\n]*\n\s*"sha256": )"[0-9a-f]{64}"`)
	got := evidence.ReplaceAll(writtenJSON(t, built(t, smallFolder(t))), []byte(`$1"(digest)"`))
	golden := filepath.Join("testdata", "audit.json")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("audit.json differs from %s; with -update it is written anew (-want +got):\n%s", golden, diff)
	}
}

// TestJSONOfHostileNames: text of AWS comes back as it was, whatever it holds.
func TestJSONOfHostileNames(t *testing.T) {
	folder := smallFolder(t)
	o := smallOrganization()
	name := "=1+1\n\x1b[31m\"</script>\u2028 Ünïcode"
	o.Accounts[0].Name = name
	o.Accounts[0].Tags = map[string]string{"k": name}
	if err := errors.Join(folder.WriteOrganization(o), folder.Seal()); err != nil {
		t.Fatal(err)
	}
	var document jsonReport
	if err := json.Unmarshal(writtenJSON(t, built(t, folder)), &document); err != nil {
		t.Fatal(err)
	}
	if a := document.Accounts[0]; a.Name != name || a.Tags["k"] != name {
		t.Errorf("name %q and tags %q, want %q", a.Name, a.Tags, name)
	}
}

// TestJSONOfNothing: lists without elements are empty lists, never null.
func TestJSONOfNothing(t *testing.T) {
	r := &Report{WorstAccount: -1, EachAccount: func(context.Context, func(*AccountRows) error) error { return nil }}
	var document map[string]any
	if err := json.Unmarshal(writtenJSON(t, r), &document); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"gaps", "accounts", "controls", "not_judged", "parameters", "exceptions", "trust_matrix", "outside_access", "results", "findings", "privileged_principals", "trusts"} {
		if list, ok := document[key].([]any); !ok || len(list) != 0 {
			t.Errorf("%s is %v, want an empty list", key, document[key])
		}
	}
}

// smallDisk takes so many bytes and then fails.
type smallDisk struct{ left int }

func (d *smallDisk) Write(p []byte) (int, error) {
	if len(p) > d.left {
		return d.left, syscall.ENOSPC
	}
	d.left -= len(p)
	return len(p), nil
}

func TestJSONErrors(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r := built(t, smallFolder(t))
	size := len(writtenJSON(t, r))
	for _, left := range []int{0, size / 3, size - size/10, size - 1} {
		if err := writeJSON(context.Background(), r, &smallDisk{left}); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("with room for %d of %d bytes the error is %v", left, size, err)
		}
	}
	broken := errors.New("no evidence")
	r.EachAccount = func(context.Context, func(*AccountRows) error) error { return broken }
	if err := writeJSON(context.Background(), r, &smallDisk{size}); !errors.Is(err, broken) {
		t.Errorf("where the accounts cannot be read the error is %v", err)
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %v (%v)", left, err)
	}
}

// TestWriteFiles: every format appears under its name; where one fails no half of it does.
func TestWriteFiles(t *testing.T) {
	r := built(t, smallFolder(t))
	dir := t.TempDir()
	if err := WriteFiles(context.Background(), r, dir, Formats()); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, f := range Formats() {
		want = append(want, f.File)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, namesIn(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for _, name := range want {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o, want 600", name, mode)
		}
	}

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	empty := t.TempDir()
	if err := WriteFiles(ctx, r, empty, Formats()); !errors.Is(err, context.Canceled) {
		t.Errorf("with a cancelled context the error is %v", err)
	}
	if names := namesIn(t, empty); len(names) > 0 {
		t.Errorf("a cancelled report leaves %v", names)
	}
}

// TestWriteFilesKeepsEarlierReports: where one format cannot be made, the files of an
// earlier report stay together.
func TestWriteFilesKeepsEarlierReports(t *testing.T) {
	r := built(t, smallFolder(t))
	dir := t.TempDir()
	for _, f := range Formats() {
		if err := os.WriteFile(filepath.Join(dir, f.File), []byte("earlier"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	whole := r.EachAccount
	r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
		return errors.Join(whole(ctx, f), os.ErrClosed)
	}
	if err := WriteFiles(context.Background(), r, dir, Formats()); !errors.Is(err, os.ErrClosed) {
		t.Fatalf("the error is %v, want %v", err, os.ErrClosed)
	}
	if names := namesIn(t, dir); len(names) != len(Formats()) {
		t.Errorf("files %v, want those of the earlier report alone", names)
	}
	for _, f := range Formats() {
		if text, err := os.ReadFile(filepath.Join(dir, f.File)); err != nil || string(text) != "earlier" {
			t.Errorf("%s is of another report than the rest (%v)", f.File, err)
		}
	}
}

func namesIn(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
