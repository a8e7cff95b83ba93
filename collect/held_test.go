package collect

import (
	"os"
	"path/filepath"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// TestHeldFindings: findings come back with the account that they are about, and those are
// public that were said to be, by analyzer; the rest stays with the analyzer.
func TestHeldFindings(t *testing.T) {
	folder, err := CreateFolder(filepath.Join(t.TempDir(), "evidence"))
	if err != nil {
		t.Fatal(err)
	}
	held, err := holdFindings(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer held.close()
	finding := func(id, analyzer, account string) AnalyzerFinding {
		return AnalyzerFinding{ID: id, Analyzer: analyzer, Account: account}
	}
	accounts := &accountsFindings{of: map[string]bool{"1": true, "2": true}, findings: held, fail: func(err error) { t.Error(err) }}
	var stay []AnalyzerFinding
	for _, name := range []string{"a", "b"} {
		k := &findingsKeeper{analyzer: &Analyzer{ARN: name}, held: accounts}
		for _, page := range [][]AnalyzerFinding{
			{finding("x", name, "1"), finding("y", name, "2"), finding("z", name, "3")},
			{finding("v", name, "1"), finding("u", name, "3")},
		} {
			if err := k.found(page); err != nil {
				t.Fatal(err)
			}
		}
		if name == "a" {
			if err := k.arePublic([]AnalyzerFinding{finding("x", name, "1"), finding("u", name, "3")}); err != nil {
				t.Fatal(err)
			}
		}
		k.end()
		stay = append(stay, k.analyzer.Findings...)
	}
	public := func(f AnalyzerFinding) AnalyzerFinding {
		f.Public = true
		return f
	}
	about := func(account string) []AnalyzerFinding {
		t.Helper()
		got, err := held.about(account)
		if err != nil {
			t.Fatal(err)
		}
		sortFindings(got)
		return got
	}
	for range 2 { // they are not taken away
		want := []AnalyzerFinding{finding("v", "a", "1"), public(finding("x", "a", "1")), finding("v", "b", "1"), finding("x", "b", "1")}
		if diff := gocmp.Diff(want, about("1")); diff != "" {
			t.Errorf("about account 1 (-want +got):\n%s", diff)
		}
	}
	if diff := gocmp.Diff([]AnalyzerFinding{finding("y", "a", "2"), finding("y", "b", "2")}, about("2")); diff != "" {
		t.Errorf("about account 2 (-want +got):\n%s", diff)
	}
	if got := about("3"); got != nil {
		t.Errorf("about account 3: %v, want none", got)
	}
	want := []AnalyzerFinding{public(finding("u", "a", "3")), finding("z", "a", "3"), finding("u", "b", "3"), finding("z", "b", "3")}
	if diff := gocmp.Diff(want, stay); diff != "" {
		t.Errorf("with their analyzers (-want +got):\n%s", diff)
	}
}

// TestHeldFindingsLeaveNothing: neither while they are held nor afterwards is there a file that
// somebody could take for evidence.
func TestHeldFindingsLeaveNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "evidence")
	folder, err := CreateFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	held, err := holdFindings(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := held.add(map[string]*heldRecord{"1": {Findings: []AnalyzerFinding{{ID: "x"}}}}); err != nil {
		t.Fatal(err)
	}
	info, err := held.file.Stat()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v (%v), want 0600", info.Mode(), err)
	}
	held.close()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			t.Errorf("%s is left", e.Name())
		}
	}
	if err := held.add(map[string]*heldRecord{"1": {}}); err == nil {
		t.Error("findings are held in a file that is closed")
	}
}
