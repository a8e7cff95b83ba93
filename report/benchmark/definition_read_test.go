package benchmark_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
	"orgaudit/templates"
)

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

// company is a benchmark as a company may write it.
const company = `id = "acme"
extends = "base"

[weights]
critical = 40

[parameters]
max_key_age_days = 30
support_policies = ["AWSSupportAccess", "AcmeSupport"]

[[recommendation]]
number = "ACME-1"
title = "Root signs in with MFA"
control = "root-mfa"
severity = "high"
weight = 7

[[recommendation]]
number = "1.10"
title = "Look at it twice"

[[recommendation]]
number = "ACME-2"
control = "user-single-active-key"
severity = "low"
`

// TestReadDefinition: a company's file puts numbers, titles, severities and weights onto
// what it extends, in its place, and adds its own.
func TestReadDefinition(t *testing.T) {
	files := benchmarks(map[string]string{
		"base": "id = \"base\"\n[weights]\ncritical = 20\nlow = 3\n[parameters]\nmin_length = 16\n" + rootMFA + notJudged,
	})
	d, err := benchmark.ReadDefinition(files, "acme.toml", []byte(company))
	if err != nil {
		t.Fatal(err)
	}
	seven := 7
	want := []benchmark.Recommendation{
		{Number: "ACME-1", Title: "Root signs in with MFA", Control: "root-mfa", Severity: benchmark.High, Weight: &seven},
		{Number: "1.10", Title: "Look at it twice", Assessment: "Manual"},
		{Number: "ACME-2", Title: benchmark.ControlByID("user-single-active-key").Title, Control: "user-single-active-key", Severity: benchmark.Low},
	}
	if diff := cmp.Diff(want, d.Recommendations); diff != "" {
		t.Errorf("recommendations (-want +got):\n%s", diff)
	}
	weights := benchmark.Weights{benchmark.Critical: 40, benchmark.High: 5, benchmark.Medium: 2, benchmark.Low: 3}
	if diff := cmp.Diff(weights, d.Weights); diff != "" {
		t.Errorf("weights (-want +got):\n%s", diff)
	}
	parameters := benchmark.DefaultParameters()
	parameters.MinLength, parameters.MaxKeyAgeDays = 16, 30
	parameters.SupportPolicies = []string{"AWSSupportAccess", "AcmeSupport"}
	if diff := cmp.Diff(parameters, d.Parameters); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	if d.Title != "acme" {
		t.Errorf("without a title it is called %q, want its id", d.Title)
	}

	demanded := d.Recommendations[0].Demand()
	if demanded.Title != "Root signs in with MFA" || demanded.Severity != benchmark.High || demanded.Test != benchmark.ControlByID("root-mfa").Test {
		t.Errorf("root-mfa is demanded as %q, %s", demanded.Title, demanded.Severity)
	}
	if got := benchmark.ControlByID("root-mfa").Severity; got != benchmark.Critical {
		t.Errorf("the control itself has become %s", got)
	}
	for i, want := range []int{7, 0, 3} {
		if got := d.Recommendations[i].Counts(d.Weights); got != want {
			t.Errorf("%s counts %d, want %d", d.Recommendations[i].Number, got, want)
		}
	}
}

func TestLoadDefinitionErrors(t *testing.T) {
	files := benchmarks(map[string]string{
		"good":            "id = \"good\"\n" + rootMFA,
		"id":              "id = \"other\"\n" + rootMFA,
		"empty":           "",
		"self":            "id = \"self\"\nextends = \"self\"\n" + rootMFA,
		"circle-a":        "id = \"circle-a\"\nextends = \"circle-b\"\n" + rootMFA,
		"circle-b":        "id = \"circle-b\"\nextends = \"circle-a\"\n",
		"extends-unknown": "id = \"extends-unknown\"\nextends = \"goood\"\n" + rootMFA,
	})
	for name, want := range map[string][]string{
		"cis-9":           {`no benchmark "cis-9"`, "circle-a, ", ", self"},
		"":                {`no benchmark ""`},
		"../benchmarks/x": {"no benchmark"},
		"id":              {`benchmarks/id.toml, line 1: the id is "other" and must be "id"`},
		"empty":           {"benchmarks/empty.toml: the id is missing"},
		"self":            {"benchmarks/self.toml, line 2: ", "extend each other"},
		"circle-a":        {"extend each other"},
		"extends-unknown": {"benchmarks/extends-unknown.toml, line 2: ", `unknown benchmark "goood"; did you mean "good"?`, "self"},
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

// TestReadDefinitionErrors: every mistake is told with the file, the line and what is known.
func TestReadDefinitionErrors(t *testing.T) {
	files := benchmarks(map[string]string{"good": "id = \"good\"\n" + rootMFA + notJudged})
	const id = "id = \"x\"\n" // line 1
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"syntax":             {id + "title = ", []string{"own.toml, line 2: "}},
		"unknown setting":    {id + "colour = \"red\"\n" + rootMFA, []string{`own.toml, line 2: unknown setting "colour"`, "id, title, extends"}},
		"unknown table":      {id + rootMFA + "[colour]\nred = 1\n", []string{`own.toml, line 5: unknown setting "colour"`}},
		"unknown inside":     {id + rootMFA + notJudged + "severty = \"low\"\n", []string{`own.toml, line 9: recommendation: unknown setting "severty"; did you mean "severity"?`, "number, title, level"}},
		"unknown parameter":  {id + "[parameters]\n\nmin_lenght = 8\n" + rootMFA, []string{`own.toml, line 4: unknown parameter "min_lenght"; did you mean "min_length"?`, "max_key_age_days"}},
		"inline parameter":   {id + "parameters = { min_lenght = 8 }\n" + rootMFA, []string{`own.toml, line 2: unknown parameter "min_lenght"`}},
		"parameter's kind":   {id + "[parameters]\nmin_length = \"long\"\n" + rootMFA, []string{"own.toml: line 3"}},
		"unknown severity":   {id + "[weights]\nlow = 1\nhihg = 4\n" + rootMFA, []string{`own.toml, line 4: weights: unknown severity "hihg"; did you mean "high"?`, "critical, high, medium, low"}},
		"negative weight":    {id + "weights.low = -1\n" + rootMFA, []string{"own.toml, line 2: weights: low must not be negative"}},
		"unknown control":    {id + notJudged + "[[recommendation]]\nnumber = \"1\"\ncontrol = \"root-mfaa\"\n", []string{`own.toml, line 6: recommendation "1": unknown control "root-mfaa"; did you mean "root-mfa"?`, "root-no-access-key, root-not-used"}},
		"number twice":       {id + rootMFA + strings.ReplaceAll(notJudged, "1.10", "1.1"), []string{`own.toml, line 5: recommendation "1.1" stands twice`}},
		"control twice":      {id + rootMFA + strings.ReplaceAll(rootMFA, "1.1", "1.2"), []string{`own.toml, line 5: recommendation "1.2": control root-mfa stands twice`}},
		"number is number":   {id + notJudged + "[[recommendation]]\nnumber = 1.10\ncontrol = \"root-mfa\"\n", []string{"own.toml, line 7: recommendation: number must be text"}},
		"level is text":      {id + rootMFA + "level = \"1\"\n", []string{"own.toml, line 5: recommendation: level must be a whole number"}},
		"level":              {id + rootMFA + "level = 3\n", []string{"own.toml, line 2: ", "level 3 is neither 1 nor 2"}},
		"assessment":         {id + rootMFA + "assessment = \"automatic\"\n", []string{`assessment "automatic" is neither Automated nor Manual`}},
		"severity":           {id + rootMFA + "severity = \"grave\"\n", []string{`unknown severity "grave"`, "critical, high, medium, low"}},
		"weight":             {id + rootMFA + "weight = -1\n", []string{"own.toml, line 2: ", "weight -1 is negative"}},
		"weight of nothing":  {id + notJudged + "weight = 1\n", []string{"own.toml, line 2: ", "neither a severity nor a weight"}},
		"no title":           {id + rootMFA + "[[recommendation]]\nnumber = \"2\"\n", []string{`own.toml, line 5: recommendation "2": it has no control and lacks a number or a title`}},
		"nothing to judge":   {id + notJudged, []string{"own.toml: it names no control"}},
		"no id":              {rootMFA, []string{"own.toml: the id is missing"}},
		"id of ours":         {"id = \"good\"\n" + rootMFA, []string{`own.toml, line 1: the id "good" is taken`}},
		"extends unknown":    {id + "extends = \"goood\"\n", []string{`own.toml, line 2: unknown benchmark "goood"; did you mean "good"?`}},
		"number of extended": {id + "extends = \"good\"\n[[recommendation]]\nnumber = \"1.1\"\ncontrol = \"support-role\"\n", []string{`own.toml, line 3: recommendation "1.1" stands twice`}},
		"within long text":   {id + "title = \"\"\"\n[[recommendation]]\ncolour = 1\n\"\"\"\n" + rootMFA + "colour = 1\n", []string{"own.toml, line 9: "}},
		"not a table":        {id + "recommendation = 3\n", []string{"own.toml: line 2"}},
	} {
		d, err := benchmark.ReadDefinition(files, "own.toml", []byte(c.text))
		if err == nil {
			t.Errorf("%s: it loads as %+v, want an error", name, d)
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: the error %q does not say %q", name, err, part)
			}
		}
	}
}

// FuzzReadDefinition: a benchmark that anybody wrote loads whole or not at all.
func FuzzReadDefinition(f *testing.F) {
	for _, name := range benchmark.DefinitionNames(templates.Benchmarks) {
		text, err := fs.ReadFile(templates.Benchmarks, "benchmarks/"+name+".toml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("id = \"x\"\n" + rootMFA + notJudged)
	f.Add("id = \"x\"\nextends = \"base\"\n" + notJudged)
	f.Add(company)
	files := benchmarks(map[string]string{"base": "id = \"base\"\n" + rootMFA})
	f.Fuzz(func(t *testing.T, text string) {
		d, err := benchmark.ReadDefinition(files, "own.toml", []byte(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "own.toml") {
				t.Fatalf("the error %q does not name the file", err)
			}
			return
		}
		if d.ID == "" || d.Title == "" || len(d.Digest) != 64 || len(d.Judged()) == 0 {
			t.Fatalf("id %q, title %q, digest %q, %d judged", d.ID, d.Title, d.Digest, len(d.Judged()))
		}
		if len(d.Weights) != len(benchmark.Severities()) {
			t.Fatalf("weights %v", d.Weights)
		}
		seen := map[string]bool{}
		for _, r := range d.Recommendations {
			if r.Title == "" || (r.Control != "") != (r.Demand() != nil) || r.Number != "" && seen["n"+r.Number] || r.Control != "" && seen["c"+r.Control] || r.Counts(d.Weights) < 0 {
				t.Fatalf("recommendation %+v", r)
			}
			seen["n"+r.Number], seen["c"+r.Control] = true, true
		}
	})
}
