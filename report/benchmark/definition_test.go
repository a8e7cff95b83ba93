package benchmark_test

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
	"orgaudit/templates"
)

func load(t testing.TB, name string) *benchmark.Definition {
	t.Helper()
	d, err := benchmark.LoadDefinition(templates.Benchmarks, name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestCIS: every version has as many recommendations as were published, by kind and level.
func TestCIS(t *testing.T) {
	for _, c := range []struct {
		name, title                                  string
		recommendations, automated, manual, one, two int
	}{
		{"cis-1.4", "CIS AWS Foundations Benchmark 1.4.0", 58, 51, 7, 38, 20},
		{"cis-1.5", "CIS AWS Foundations Benchmark 1.5.0", 63, 55, 8, 42, 21},
		{"cis-2.0", "CIS AWS Foundations Benchmark 2.0.0", 64, 37, 27, 42, 22},
		{"cis-3.0", "CIS AWS Foundations Benchmark 3.0.0", 62, 35, 27, 40, 22},
		{"cis-4.0", "CIS AWS Foundations Benchmark 4.0.1", 64, 37, 27, 42, 22},
		{"cis-5.0", "CIS AWS Foundations Benchmark 5.0.0", 63, 35, 28, 41, 22},
		{"cis-6.0", "CIS AWS Foundations Benchmark 6.0.0", 63, 35, 28, 41, 22},
		{"cis-7.0", "CIS AWS Foundations Benchmark 7.0.0", 70, 34, 36, 41, 29},
	} {
		d := load(t, c.name)
		counts := map[string]int{}
		for _, r := range d.Recommendations {
			counts[r.Assessment]++
			counts["level "+strconv.Itoa(r.Level)]++
		}
		want := map[string]int{"Automated": c.automated, "Manual": c.manual, "level 1": c.one, "level 2": c.two}
		if diff := cmp.Diff(want, counts); diff != "" || len(d.Recommendations) != c.recommendations {
			t.Errorf("%s: %d recommendations, want %d; by kind and level (-want +got):\n%s", c.name, len(d.Recommendations), c.recommendations, diff)
		}
		if d.Title != c.title {
			t.Errorf("%s is called %q", c.name, d.Title)
		}
	}
}

// TestCISMoves: recommendations that changed number, level or kind from version to version.
func TestCISMoves(t *testing.T) {
	type entry struct {
		Level      int
		Assessment string
		Control    string
	}
	for version, want := range map[string]map[string]entry{
		"cis-1.4": {"1.3": {1, "Manual", "account-security-questions"}, "1.10": {1, "Automated", "user-console-mfa"}, "1.18": {2, "Manual", "instance-role"}, "4.1": {1, "Automated", ""}},
		"cis-2.0": {"1.6": {2, "Manual", "root-hardware-mfa"}, "1.18": {2, "Automated", "instance-role"}, "1.22": {1, "Manual", "cloudshell-restricted"}, "2.1.2": {2, "Manual", ""}, "4.1": {2, "Manual", ""}},
		"cis-3.0": {"1.7": {1, "Manual", "root-not-used"}, "1.11": {1, "Manual", "user-no-initial-access-key"}, "2.4.1": {1, "Manual", ""}},
		"cis-4.0": {"1.13": {1, "Automated", "user-single-active-key"}, "5.1.2": {1, "Manual", ""}},
		"cis-5.0": {"1.3": {1, "Automated", "root-no-access-key"}, "1.10": {1, "Manual", "user-no-initial-access-key"}, "3.1": {1, "Manual", ""}, "5.1.2": {1, "Automated", ""}},
		"cis-6.0": {"2.3": {1, "Automated", "root-no-access-key"}, "4.8": {2, "Automated", ""}, "5.6": {2, "Manual", ""}},
		"cis-7.0": {"2.1.4": {2, "Manual", "org-ou-structure"}, "2.4": {1, "Automated", "root-no-access-key"}, "2.21": {1, "Manual", "resource-policy-no-wildcard"}},
	} {
		got := map[string]entry{}
		for _, r := range load(t, version).Recommendations {
			if _, ok := want[r.Number]; ok {
				got[r.Number] = entry{r.Level, r.Assessment, r.Control}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", version, diff)
		}
	}
}

// TestCISNumbers compares with the table of versions that the controls were specified
// with, where it is at hand.
func TestCISNumbers(t *testing.T) {
	file, err := os.Open("../../../shared/spec/cis-versions.csv")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the table of CIS versions is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for column, heading := range rows[0] {
		version, ok := strings.CutPrefix(heading, "v")
		if !ok {
			continue
		}
		specified := map[string]string{} // slug by number
		for _, row := range rows[1:] {
			if row[column] != "" {
				specified[row[column]] = row[0]
			}
		}
		d := load(t, "cis-"+version)
		if len(specified) != len(d.Recommendations) {
			t.Errorf("%s has %d recommendations, specified are %d", d.ID, len(d.Recommendations), len(specified))
		}
		for _, r := range d.Recommendations {
			slug, ok := specified[r.Number]
			if !ok {
				t.Errorf("%s: number %s is not specified", d.ID, r.Number)
			}
			if r.Control != "" && r.Control != slug {
				t.Errorf("%s: %s is judged by %s, want %s", d.ID, r.Number, r.Control, slug)
			}
			if r.Control == "" && benchmark.ControlByID(slug) != nil {
				t.Errorf("%s: %s is not judged, although there is a control %s", d.ID, r.Number, slug)
			}
		}
	}
}

// TestPractices: a practice that several controls judge has a number for each, and those of
// which nothing is read yet are told apart.
func TestPractices(t *testing.T) {
	d := load(t, "iam-best-practices")
	practices := map[string]bool{}
	for _, r := range d.Recommendations {
		practice, _, _ := strings.Cut(r.Number, ".")
		practices[practice] = true
	}
	for i := range 46 {
		if p := "P" + strconv.Itoa(i+1); !practices[p] {
			t.Errorf("practice %s is missing", p)
		}
	}
	if len(practices) != 46 || len(d.NotJudged()) != 7 {
		t.Errorf("%d practices, %d not judged; want 46 and 7", len(practices), len(d.NotJudged()))
	}
}

// TestBaselineHasEveryControlOnce: all but the one that AWS retired.
func TestBaselineHasEveryControlOnce(t *testing.T) {
	d := load(t, "baseline")
	var ids []string
	for _, r := range d.Judged() {
		ids = append(ids, r.Control)
		if r.Title == "" {
			t.Errorf("%s has no title", r.Control)
		}
	}
	slices.Sort(ids)
	known := slices.DeleteFunc(benchmark.ControlIDs(), func(id string) bool { return id == "account-security-questions" })
	if diff := cmp.Diff(known, ids); diff != "" {
		t.Errorf("controls of the baseline (-known +listed):\n%s", diff)
	}
	if load(t, "cis-7.0").Digest == d.Digest || len(d.Digest) != 64 {
		t.Errorf("the digest %q does not tell the baseline apart", d.Digest)
	}
}

// TestShippedDefinitions: every benchmark in the binary loads under its own name.
func TestShippedDefinitions(t *testing.T) {
	names := benchmark.DefinitionNames(templates.Benchmarks)
	if !slices.Contains(names, "baseline") || !slices.IsSorted(names) {
		t.Fatalf("the benchmarks are %v", names)
	}
	for _, name := range names {
		if d := load(t, name); d.ID != name || d.Title == "" {
			t.Errorf("benchmark %s has id %q and title %q", name, d.ID, d.Title)
		}
	}
}
