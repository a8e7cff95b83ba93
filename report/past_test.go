package report

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// earlierFolder writes the evidence of the small organization as it was some quarters before
// into an output folder, changed as wanted, and its audit.json beside it.
func earlierFolder(t testing.TB, quarters int, change func(*org.Organization, []*collect.Evidence)) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "q"+string('0'+rune(quarters)))
	folder, err := collect.CreateFolder(filepath.Join(out, evidenceIn))
	if err != nil {
		t.Fatal(err)
	}
	back := quarter(quarters).Sub(smallTime())
	o, evidence := smallOrganization(), smallEvidence(t)
	o.WalkedAt, o.WalkEnded = o.WalkedAt.Add(back), o.WalkEnded.Add(back)
	for _, ev := range evidence {
		ev.StartedAt, ev.EndedAt = ev.StartedAt.Add(back), ev.EndedAt.Add(back)
	}
	if change != nil {
		change(o, evidence)
		slices.SortFunc(o.Accounts, func(a, b org.Account) int { return strings.Compare(a.ID, b.ID) })
	}
	for _, ev := range evidence {
		if err := folder.WriteAccount(ev); err != nil {
			t.Fatal(err)
		}
	}
	err = errors.Join(folder.WriteOrganization(o), folder.WriteRecord(&collect.Record{
		Schema: collect.Schema, Tool: "v1.0.0", State: collect.Collected, StartedAt: quarter(quarters), EndedAt: quarter(quarters).Add(5 * time.Minute),
		OrganizationID: o.ID, RoleName: "orgaudit", Excluded: []org.Exclusion{{AccountID: excludedID, Reason: "excluded by account id"}},
	}), folder.Seal())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, publishedIn), writtenJSON(t, built(t, folder)), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

func opened(t testing.TB, dir string) *Past {
	t.Helper()
	p, err := OpenPast(dir)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// since is the small report compared with earlier audits.
func since(t testing.TB, previous *Past, history ...*Past) (*Report, error) {
	t.Helper()
	o := smallOptions(t, smallFolder(t))
	o.Previous, o.History = previous, history
	return New(context.Background(), o)
}

func TestOpenPast(t *testing.T) {
	out := earlierFolder(t, 1, nil)
	for _, dir := range []string{out, filepath.Join(out, evidenceIn)} {
		p := opened(t, dir)
		if p.Label != "q1" || p.Organization != "o-a1b2c3d4e5" || p.Note != "" || p.Published == nil || p.Published.Score.Raw == nil || p.Published.Benchmark.ID != "small" {
			t.Errorf("%s: opened %+v", dir, p)
		}
	}
	alone := filepath.Join(t.TempDir(), "2026-q2")
	if err := os.CopyFS(alone, os.DirFS(filepath.Join(out, evidenceIn))); err != nil {
		t.Fatal(err)
	}
	if p := opened(t, alone); p.Label != "2026-q2" || p.Published != nil || p.Note != "" {
		t.Errorf("opened %+v", p)
	}
	for name, test := range map[string]struct {
		change func(dir string) error
		want   string
	}{
		"no evidence": {func(dir string) error { return os.RemoveAll(filepath.Join(dir, evidenceIn)) }, "is no evidence folder and holds none"},
		"changed evidence": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, evidenceIn, "run.json"), []byte(`{"schema":1}`), 0o600)
		}, "run.json was changed"},
		"no folder": {os.RemoveAll, "no such file"},
	} {
		dir := earlierFolder(t, 1, nil)
		if err := test.change(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenPast(dir); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: the error is %v, want one with %q", name, err, test.want)
		}
	}
}

// TestPublished: only the report of this evidence counts, and only its head is read.
func TestPublished(t *testing.T) {
	out := earlierFolder(t, 1, nil)
	name := filepath.Join(out, publishedIn)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := string(whole)
	for _, test := range []struct{ name, text, note string }{
		{"cut off after the head", text[:strings.Index(text, "\n \"coverage\"")], ""},
		{"another schema", strings.Replace(text, `"schema": "1"`, `"schema": "99"`, 1), "it has version 99"},
		{"other evidence", strings.Replace(text, opened(t, out).digests.All, strings.Repeat("0", 64), 1), "it was made from other evidence"},
		{"no JSON", "hello", "it is no JSON object"},
		{"a list", "[]", "it is no JSON object"},
		{"no head", `{"results": [`, "it has no schema"},
		{"an empty object", `{}`, "it has no schema"},
		{"a score that is none", `{"schema": "1", "benchmark": 7`, "read its benchmark"},
	} {
		if err := os.WriteFile(name, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		p := opened(t, out)
		if (p.Published != nil) != (test.note == "") || !strings.Contains(p.Note, test.note) {
			t.Errorf("%s: published %+v, note %q; want the note %q", test.name, p.Published, p.Note, test.note)
		}
	}
}

func TestNotComparable(t *testing.T) {
	for name, test := range map[string]struct {
		dir  string
		want string
	}{
		"another organization": {earlierFolder(t, 1, func(o *org.Organization, _ []*collect.Evidence) { o.ID = "o-zzzzzzzzzz" }), "is of organization o-zzzzzzzzzz, this audit of o-a1b2c3d4e5"},
		"newer":                {earlierFolder(t, -1, nil), "newer than this audit"},
	} {
		p := opened(t, test.dir)
		if _, err := since(t, p); !errors.Is(err, ErrNotComparable) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: the error is %v, want %q", name, err, test.want)
		}
		r, err := since(t, nil, p)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.LeftOut) != 1 || !strings.Contains(r.LeftOut[0], test.want) || r.Changes != nil || r.Trend != nil {
			t.Errorf("%s: in a history, it left out %q and made %v", name, r.LeftOut, r.Changes)
		}
	}
	folder := smallFolder(t)
	o := smallOptions(t, folder)
	o.Previous = opened(t, folder.Dir())
	if _, err := New(context.Background(), o); !errors.Is(err, ErrNotComparable) || !strings.Contains(err.Error(), "is this audit itself") {
		t.Errorf("an audit compared with itself gives %v", err)
	}
}

func TestReadHistory(t *testing.T) {
	dir := t.TempDir()
	for _, q := range []int{1, 2, 3} {
		if err := os.Rename(earlierFolder(t, q, nil), filepath.Join(dir, "q"+string('0'+rune(q)))); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "notes"), 0o700), os.Mkdir(filepath.Join(dir, ".git"), 0o700), os.WriteFile(filepath.Join(dir, "readme.txt"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	history, leftOut, err := ReadHistory(dir, filepath.Join(dir, "q2", evidenceIn))
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, p := range history {
		labels = append(labels, p.Label)
	}
	if diff := cmp.Diff([]string{"q1", "q3"}, labels); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	if len(leftOut) != 1 || !strings.Contains(leftOut[0], filepath.Join(dir, "notes")+": ") {
		t.Errorf("left out %q", leftOut)
	}
	if _, _, err := ReadHistory(filepath.Join(dir, "absent"), ""); err == nil {
		t.Error("a folder that is not there was read")
	}
	// Oldest first in the trend, whatever the order; the newest is compared with, and a copy
	// of one that is there is none.
	slices.Reverse(history)
	r, err := since(t, nil, append(history, history[0])...)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Trend) != 2 || r.Trend[0].Label != "q3" || r.Trend[1].Label != "q1" || r.Changes.Previous.Label != "q1" || len(r.LeftOut) != 1 {
		t.Errorf("the trend is %+v since %s, left out %q", r.Trend, r.Changes.Previous.Label, r.LeftOut)
	}
	if r.Trend[1].Findings == 0 || r.Trend[1].Score.Raw == nil || r.Trend[1].Coverage.Accounts != 5 || !r.Trend[1].At.Before(r.Evidence.FirstCall) {
		t.Errorf("the previous audit is %+v", r.Trend[1])
	}
	// Another one that is given is compared with, and stands in the trend with the history.
	if r, err = since(t, opened(t, filepath.Join(dir, "q2")), history...); err != nil {
		t.Fatal(err)
	}
	if r.Changes.Previous.Label != "q2" || len(r.Trend) != 3 || r.Trend[1].Label != "q2" {
		t.Errorf("compared with %s, trend %+v", r.Changes.Previous.Label, r.Trend)
	}
}

// TestPublishedStep: what the benchmark made of the old score is the first step.
func TestPublishedStep(t *testing.T) {
	out := earlierFolder(t, 1, nil)
	name := filepath.Join(out, publishedIn)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(whole, &document); err != nil {
		t.Fatal(err)
	}
	r, err := since(t, opened(t, out))
	if err != nil {
		t.Fatal(err)
	}
	if step := r.Changes.Steps[0]; step.Cause != CauseBenchmark || step.Moved() || len(r.Changes.Steps) != 6 {
		t.Errorf("the same benchmark makes the steps %+v", r.Changes.Steps)
	}
	p := opened(t, out)
	score := 10.0
	for words, published := range map[string]Published{
		"judged by old then, and by small now":              {Benchmark: BenchmarkFacts{ID: "old"}, Score: benchmark.Score{Raw: &score, Adjusted: &score}},
		"the benchmark small is another than it was":        {Benchmark: BenchmarkFacts{ID: "small", Digest: "other"}, Score: benchmark.Score{Raw: &score, Adjusted: &score}},
		"the same benchmark, with other weights, parameter": {Benchmark: p.Published.Benchmark, Score: benchmark.Score{Raw: &score, Adjusted: &score}},
	} {
		p.Published = &published
		r, err := since(t, p)
		if err != nil {
			t.Fatal(err)
		}
		step := r.Changes.Steps[0]
		if step.Cause != CauseBenchmark || !strings.HasPrefix(step.Words, words) || step.Raw == nil || *step.Raw != *r.Changes.Previous.Score.Raw-score {
			t.Errorf("the step is %+v, want %q", step, words)
		}
	}
}
