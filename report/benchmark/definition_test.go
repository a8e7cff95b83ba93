package benchmark_test

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

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

// benchmarks is a file system of benchmarks by name.
func benchmarks(texts map[string]string) fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range texts {
		files["benchmarks/"+name+".toml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

const (
	rootMFA   = "[[recommendation]]\nnumber = \"1.1\"\ncontrol = \"root-mfa\"\n"
	notJudged = "[[recommendation]]\nnumber = \"1.10\"\ntitle = \"Look at it\"\nassessment = \"Manual\"\n"
)

func TestLoadDefinition(t *testing.T) {
	files := benchmarks(map[string]string{
		"base": "id = \"base\"\n" + rootMFA + notJudged,
		"ours": "id = \"ours\"\ntitle = \"Ours\"\nextends = \"base\"\n[[recommendation]]\ncontrol = \"support-role\"\ntitle = \"Help\"\n",
	})
	d, err := benchmark.LoadDefinition(files, "ours")
	if err != nil {
		t.Fatal(err)
	}
	want := []benchmark.Recommendation{
		{Number: "1.1", Control: "root-mfa", Title: benchmark.ControlByID("root-mfa").Title},
		{Number: "1.10", Title: "Look at it", Assessment: "Manual"},
		{Control: "support-role", Title: "Help"},
	}
	if diff := cmp.Diff(want, d.Recommendations); diff != "" {
		t.Errorf("recommendations (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]benchmark.Recommendation{want[0], want[2]}, d.Judged()); diff != "" {
		t.Errorf("judged (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[1:2], d.NotJudged()); diff != "" {
		t.Errorf("not judged (-want +got):\n%s", diff)
	}

	// The digest covers what is extended, too.
	files["benchmarks/base.toml"].Data = append(files["benchmarks/base.toml"].Data, "# changed\n"...)
	changed, err := benchmark.LoadDefinition(files, "ours")
	if err != nil {
		t.Fatal(err)
	}
	if changed.Digest == d.Digest {
		t.Error("a change of the extended benchmark does not show in the digest")
	}
}

func TestLoadDefinitionErrors(t *testing.T) {
	files := benchmarks(map[string]string{
		"good":             "id = \"good\"\n" + rootMFA,
		"syntax":           "id = ",
		"id":               "id = \"other\"\n" + rootMFA,
		"setting":          "id = \"setting\"\ncolour = \"red\"\n" + rootMFA,
		"inner-setting":    "id = \"inner-setting\"\n" + rootMFA + "severity = \"low\"\n",
		"control":          "id = \"control\"\n[[recommendation]]\nnumber = \"1\"\ncontrol = \"root-mfaa\"\n",
		"number-twice":     "id = \"number-twice\"\n" + rootMFA + strings.ReplaceAll(notJudged, "1.10", "1.1"),
		"control-twice":    "id = \"control-twice\"\n" + rootMFA + strings.ReplaceAll(rootMFA, "1.1", "1.2"),
		"extended-twice":   "id = \"extended-twice\"\nextends = \"good\"\n[[recommendation]]\ncontrol = \"root-mfa\"\n",
		"number-is-number": "id = \"number-is-number\"\n[[recommendation]]\nnumber = 1.10\ncontrol = \"root-mfa\"\n",
		"assessment":       "id = \"assessment\"\n" + rootMFA + "assessment = \"automatic\"\n",
		"no-title":         "id = \"no-title\"\n" + rootMFA + "[[recommendation]]\nnumber = \"2\"\n",
		"nothing":          "id = \"nothing\"\n" + notJudged,
		"empty":            "",
		"self":             "id = \"self\"\nextends = \"self\"\n" + rootMFA,
		"circle-a":         "id = \"circle-a\"\nextends = \"circle-b\"\n" + rootMFA,
		"circle-b":         "id = \"circle-b\"\nextends = \"circle-a\"\n",
		"extends-unknown":  "id = \"extends-unknown\"\nextends = \"cis-0\"\n" + rootMFA,
	})
	for name, want := range map[string][]string{
		"cis-9":            {`no benchmark "cis-9"`, "assessment, circle-a, ", ", syntax"},
		"":                 {`no benchmark ""`},
		"../benchmarks/x":  {"no benchmark"},
		"syntax":           {"read benchmark syntax: "},
		"id":               {`read benchmark id: its id is "other"`},
		"setting":          {`unknown setting "colour"`, "the known ones are id, title, extends", "assessment, control"},
		"inner-setting":    {`unknown setting "recommendation.severity"`},
		"control":          {`recommendation "1": unknown control "root-mfaa"`, "root-hardware-mfa, root-mfa, root-no-access-key"},
		"number-twice":     {`recommendation "1.1" stands twice`},
		"control-twice":    {`recommendation "1.2": control root-mfa stands twice`},
		"extended-twice":   {`recommendation with control "root-mfa"`, "stands twice"},
		"number-is-number": {"read benchmark number-is-number: "},
		"assessment":       {`assessment "automatic" is neither Automated nor Manual`},
		"no-title":         {`recommendation "2" has no control and lacks a number or a title`},
		"nothing":          {"names no control"},
		"empty":            {`its id is ""`},
		"self":             {"extend each other"},
		"circle-a":         {"extend each other"},
		"extends-unknown":  {`no benchmark "cis-0"`, "good"},
	} {
		d, err := benchmark.LoadDefinition(files, name)
		if err == nil {
			t.Errorf("%q loads as %+v, want an error", name, d)
			continue
		}
		for _, part := range want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q: the error %q does not say %q", name, err, part)
			}
		}
	}
}

// FuzzLoadDefinition: a benchmark that anybody wrote loads whole or not at all.
func FuzzLoadDefinition(f *testing.F) {
	for _, name := range benchmark.DefinitionNames(templates.Benchmarks) {
		text, err := fs.ReadFile(templates.Benchmarks, "benchmarks/"+name+".toml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("id = \"x\"\n" + rootMFA + notJudged)
	f.Add("id = \"x\"\nextends = \"x\"\n" + rootMFA)
	f.Add("id = \"x\"\nextends = \"base\"\n" + notJudged)
	f.Fuzz(func(t *testing.T, text string) {
		files := benchmarks(map[string]string{"x": text, "base": "id = \"base\"\n" + rootMFA})
		d, err := benchmark.LoadDefinition(files, "x")
		if err != nil {
			return
		}
		if d.ID != "x" || len(d.Digest) != 64 || len(d.Judged()) == 0 {
			t.Fatalf("id %q, digest %q, %d judged", d.ID, d.Digest, len(d.Judged()))
		}
		seen := map[string]bool{}
		for _, r := range d.Recommendations {
			if r.Title == "" || r.Control != "" && benchmark.ControlByID(r.Control) == nil || r.Number != "" && seen["n"+r.Number] || r.Control != "" && seen["c"+r.Control] {
				t.Fatalf("recommendation %+v", r)
			}
			seen["n"+r.Number], seen["c"+r.Control] = true, true
		}
	})
}
