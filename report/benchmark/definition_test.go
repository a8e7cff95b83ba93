package benchmark_test

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"slices"
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

func TestCIS(t *testing.T) {
	d := load(t, "cis-7.0")
	counts := map[string]int{}
	for _, r := range d.Recommendations {
		counts[r.Assessment]++
		counts["level "+string('0'+rune(r.Level))]++
	}
	want := map[string]int{"Automated": 34, "Manual": 36, "level 1": 41, "level 2": 29}
	if diff := cmp.Diff(want, counts); diff != "" || len(d.Recommendations) != 70 {
		t.Errorf("%d recommendations, want 70; by kind and level (-want +got):\n%s", len(d.Recommendations), diff)
	}
	if len(d.Judged())+len(d.NotJudged()) != 70 {
		t.Errorf("%d judged and %d not judged do not make 70", len(d.Judged()), len(d.NotJudged()))
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
	column := func(name string) int { return slices.Index(rows[0], name) }
	type entry struct {
		Slug, Kind string
		Level      string
	}
	specified := map[string]entry{}
	for _, row := range rows[1:] {
		if number := row[column("v7.0")]; number != "" {
			specified[number] = entry{row[column("slug")], row[column("type")], row[column("level")]}
		}
	}
	d := load(t, "cis-7.0")
	if len(specified) != len(d.Recommendations) {
		t.Errorf("%d recommendations, specified are %d", len(d.Recommendations), len(specified))
	}
	for _, r := range d.Recommendations {
		want, ok := specified[r.Number]
		if !ok {
			t.Errorf("number %s is not specified", r.Number)
			continue
		}
		if r.Control != "" && r.Control != want.Slug {
			t.Errorf("%s is judged by %s, want %s", r.Number, r.Control, want.Slug)
		}
		if r.Control == "" && benchmark.ControlByID(want.Slug) != nil {
			t.Errorf("%s is not judged, although there is a control %s", r.Number, want.Slug)
		}
		if r.Assessment != want.Kind || string('0'+rune(r.Level)) != want.Level {
			t.Errorf("%s is %s of level %d, want %s of level %s", r.Number, r.Assessment, r.Level, want.Kind, want.Level)
		}
	}
}

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
	if diff := cmp.Diff(benchmark.ControlIDs(), ids); diff != "" {
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
