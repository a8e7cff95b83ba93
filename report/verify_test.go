package report

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// compared compares a text with the report of the small organization.
func compared(t testing.TB, r *Report, text []byte, perPart int) (*Comparison, error) {
	t.Helper()
	return Compare(context.Background(), r, bytes.NewReader(text), perPart)
}

// words are the differences, a line each.
func words(c *Comparison) []string {
	var lines []string
	for _, d := range c.Differences {
		lines = append(lines, strings.Join(strings.Fields(fmt.Sprint(d.Part, " ", d.Control, " ", d.Account, " ", d.Item, " ", d.Field, ": ", d.Reported, " / ", d.Derived)), " "))
	}
	return lines
}

func TestCompareWithItself(t *testing.T) {
	r := built(t, smallFolder(t))
	whole := writtenJSON(t, r)
	var indented, compact bytes.Buffer
	if err := errors.Join(json.Indent(&indented, whole, "", "\t"), json.Compact(&compact, whole)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"as it is": whole, "indented": indented.Bytes(), "in one line": compact.Bytes()} {
		c, err := compared(t, r, text, 5)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c.Total != 0 {
			t.Errorf("%s: %d differences:\n%s", name, c.Total, strings.Join(words(c), "\n"))
		}
		var lists []string
		for _, l := range c.Lists {
			lists = append(lists, l.Name)
			if l.Different != 0 || l.Same == 0 && (l.Name == "results" || l.Name == "findings") {
				t.Errorf("%s: %s: %d the same, %d not", name, l.Name, l.Same, l.Different)
			}
		}
		if diff := cmp.Diff(longLists(), lists); diff != "" {
			t.Errorf("%s: lists (-want +got):\n%s", name, diff)
		}
	}
}

// TestCompareKnowsEveryKey: a key that Compare does not know would count as a stranger's.
func TestCompareKnowsEveryKey(t *testing.T) {
	var document map[string]json.RawMessage
	if err := json.Unmarshal(writtenJSON(t, built(t, smallFolder(t))), &document); err != nil {
		t.Fatal(err)
	}
	for key := range document {
		if !slices.Contains(jsonKeys(), key) {
			t.Errorf("unknown key %s", key)
		}
	}
}

// TestCompareNames: what somebody changed in audit.json is named, and nothing else is.
func TestCompareNames(t *testing.T) {
	const (
		rootMFA = `{"control":"root-mfa","scope":"account","account":"111111111111","verdict":"`
		aliceIs = `"resource":"arn:aws:iam::000000000001:user/alice","status":"fail"`
	)
	r := built(t, smallFolder(t))
	whole := string(writtenJSON(t, r))
	line := func(begin string) string { // the list element that begins so, with its line
		i := strings.Index(whole, begin)
		if i < 0 {
			t.Fatalf("audit.json has no %s", begin)
		}
		return "  " + whole[i:i+strings.Index(whole[i:], "\n")+1]
	}
	for _, test := range []struct {
		name          string
		old, replaced string
		want          []string
	}{
		{"a verdict", rootMFA + `fail"`, rootMFA + `pass"`, []string{`results root-mfa 111111111111 verdict: "pass" / "fail"`}},
		{"an item", aliceIs, strings.Replace(aliceIs, "fail", "pass", 1),
			[]string{`findings user-console-mfa 000000000001 arn:aws:iam::000000000001:user/alice status: "pass" / "fail"`}},
		{"an item under another name", "user/alice\",\"status\"", "user/carol\",\"status\"", []string{
			`findings user-console-mfa 000000000001 arn:aws:iam::000000000001:user/alice : / status fail`,
			`findings user-console-mfa 000000000001 arn:aws:iam::000000000001:user/carol : status fail /`,
		}},
		{"a verdict that was left out", line(rootMFA), "", []string{`results root-mfa 111111111111 : / verdict fail`}},
		{"a verdict that stands twice", line(rootMFA), line(rootMFA) + line(rootMFA), []string{`results root-mfa 111111111111 : verdict fail /`}},
		{"a verdict on an account of nobody", line(rootMFA), line(rootMFA) + strings.Replace(line(rootMFA), "111111111111", "111111111112", 1),
			[]string{`results root-mfa 111111111112 : verdict fail /`}},
		{"the score", `"raw": 42.857142857142854`, `"raw": 99.5`, []string{`scores organization.raw: 99.5 / 42.857142857142854`}},
		{"the grade of an account", `"id": "111111111111",`, `"id": "111111111111", "more": 1,`, []string{`accounts [111111111111].more: 1 /`}},
		{"the coverage", `"not_entered": 1`, `"not_entered": 0`, []string{`coverage not_entered: 0 / 1`}},
		{"a digest", `"config_sha256": "c0`, `"config_sha256": "c1`, []string{
			`evidence config_sha256: "c1` + strings.Repeat("c0", 31) + `" / "` + strings.Repeat("c0", 32) + `"`}},
		{"a parameter", "\"name\": \"reuse\",\n   \"value\": \"24\"", "\"name\": \"reuse\",\n   \"value\": \"12\"", []string{`parameters [reuse].value: "12" / "24"`}},
		{"a part that is not there", `"coverage": {`, `"other": {`, []string{
			"other : a part that no report of this evidence has /", "coverage : / a part that is not at its place in the file",
		}},
		{"a part that stands twice", ` "coverage": {`, ` "schema": "9", "coverage": {`, []string{"schema : a part that no report of this evidence has /"}},
		{"what earlier audits bring", ` "changes": null`, ` "changes": {"count": [1, {"new": 2}]}`, nil},
		{"what became of findings without an earlier audit", ` "finding_changes": [`, ` "finding_changes": [{"id": "0123456789abcdef"}`, []string{`finding_changes 0123456789abcdef : an element /`}},
		{"a trend without an earlier audit", ` "trend": []`, ` "trend": [{"label": "q1"}]`, []string{`trend [0]: {"label":"q1"} /`}},
		{"since when an item fails without an earlier audit", aliceIs, aliceIs + `,"change":"new","first_seen":"2026-01-01T00:00:00Z"`, []string{
			`findings user-console-mfa 000000000001 arn:aws:iam::000000000001:user/alice change: "new" /`,
			`findings user-console-mfa 000000000001 arn:aws:iam::000000000001:user/alice first_seen: "2026-01-01T00:00:00Z" /`,
		}},
		{"an item that is due", aliceIs, aliceIs + `,"due":"2099-01-01","age_days":1,"lifetime":"short"`, []string{
			`findings user-console-mfa 000000000001 arn:aws:iam::000000000001:user/alice age_days: 1 /`,
			`findings user-console-mfa 000000000001 arn:aws:iam::000000000001:user/alice due: "2099-01-01" /`,
			`findings user-console-mfa 000000000001 arn:aws:iam::000000000001:user/alice lifetime: "short" /`,
		}},
		{"changes left out", " \"changes\": null,\n", "", []string{"changes : / a part that is not at its place in the file"}},
		{"the same number in other digits", `"raw": 50,`, `"raw": 5.0e1,`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(whole, test.old, test.replaced, 1)
			if test.replaced == "" {
				text = strings.Replace(text, ",\n ]", "\n ]", 1)
			}
			if text == whole {
				t.Fatalf("audit.json has no %s", test.old)
			}
			c, err := compared(t, r, []byte(text), 5)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, words(c)); diff != "" || c.Total != len(test.want) {
				t.Errorf("%d differences (-want +got):\n%s", c.Total, diff)
			}
			if brought := test.name == "what earlier audits bring"; brought != slices.Equal(c.NotCompared, []string{changesPart}) || !brought && c.NotCompared != nil {
				t.Errorf("not compared are %v", c.NotCompared)
			}
		})
	}
}

// TestCompareWithoutTheEarlierAudit: what a report took from an earlier audit is no difference
// where nobody gives that audit again, and is named. Where somebody does, it must be right.
func TestCompareWithoutTheEarlierAudit(t *testing.T) {
	r := changedReport(t)
	whole := string(writtenJSON(t, r))
	forged := strings.ReplaceAll(whole, `"first_seen":"2026-06-30`, `"first_seen":"2026-05-30`)
	c, err := compared(t, built(t, smallFolder(t)), []byte(forged), 50)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{changesPart, "trend", "findings.change", "findings.first_seen", changesList}
	if diff := cmp.Diff(want, c.NotCompared); diff != "" {
		t.Errorf("not compared (-want +got):\n%s", diff)
	}
	for _, d := range c.Differences {
		if d.Part == findingsList && (d.Field == "change" || d.Field == "first_seen") {
			t.Errorf("a difference: %+v", d)
		}
	}
	if c, err = compared(t, r, []byte(forged), 50); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"findings user-console-mfa 000000000001 arn:aws:iam::000000000001:user/alice first_seen:", changesList} {
		if !strings.Contains(strings.Join(words(c), "\n"), want) {
			t.Errorf("the differences do not name %s:\n%s", want, strings.Join(words(c), "\n"))
		}
	}
}

// TestCompareOtherOrder: within an account the order of the elements says nothing.
func TestCompareOtherOrder(t *testing.T) {
	r := built(t, smallFolder(t))
	lines := strings.Split(string(writtenJSON(t, r)), "\n")
	for i := range lines {
		if strings.Contains(lines[i], "user/alice") && strings.Contains(lines[i+1], "user/bob") {
			lines[i], lines[i+1] = lines[i+1], lines[i]
			c, err := compared(t, r, []byte(strings.Join(lines, "\n")), 5)
			if err != nil || c.Total != 0 {
				t.Errorf("error %v, differences %v", err, words(c))
			}
			return
		}
	}
	t.Fatal("audit.json has no two neighbours to change")
}

// TestCompareNamesAFew: the rest is counted, part by part.
func TestCompareNamesAFew(t *testing.T) {
	r := built(t, smallFolder(t))
	text := strings.ReplaceAll(string(writtenJSON(t, r)), `"verdict":"fail"`, `"verdict":"pass"`)
	text = strings.Replace(text, `"raw": 42.857142857142854`, `"raw": 99.5`, 1)
	c, err := compared(t, r, []byte(text), 1)
	if err != nil {
		t.Fatal(err)
	}
	results := c.Lists[slices.IndexFunc(c.Lists, func(l ListComparison) bool { return l.Name == "results" })]
	if len(c.Differences) != 2 || c.Total < 3 || results.Different != c.Total-1 {
		t.Errorf("%d of %d differences are named, %d results differ:\n%s", len(c.Differences), c.Total, results.Different, strings.Join(words(c), "\n"))
	}
}

func TestCompareRefuses(t *testing.T) {
	r := built(t, smallFolder(t))
	whole := string(writtenJSON(t, r))
	for name, text := range map[string]string{
		"nothing": "", "a list": "[]", "a half": whole[:len(whole)/2], "more after the end": whole + "{}",
		"a list that is none": strings.Replace(whole, `"results": [`, `"results": {"a": [`, 1), "a bare word": "{audit}",
	} {
		if c, err := compared(t, r, []byte(text), 5); err == nil || !strings.Contains(err.Error(), "no audit.json that can be read") {
			t.Errorf("%s: error %v, comparison %v", name, err, c)
		}
	}
}

// TestCompareTellsFailureOfTheEvidence: an account that cannot be judged is no difference.
func TestCompareTellsFailureOfTheEvidence(t *testing.T) {
	r := built(t, smallFolder(t))
	whole := writtenJSON(t, r)
	broken := errors.New("the disk is broken")
	r.EachAccount = func(context.Context, func(*AccountRows) error) error { return broken }
	if _, err := compared(t, r, whole, 5); !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
}

// TestCompareWithWholeKeyIDs: the setting of the report is no difference.
func TestCompareWithWholeKeyIDs(t *testing.T) {
	o := smallOptions(t, plantedFolder(t))
	short, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	o.Rendering.FullKeyIDs = true
	full, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := compared(t, short, writtenJSON(t, full), 5); err != nil || c.Total != 0 {
		t.Errorf("error %v, differences %v", err, words(c))
	}
	if c, err := compared(t, full, writtenJSON(t, short), 5); err != nil || c.Total != 0 {
		t.Errorf("error %v, differences %v", err, words(c))
	}
}

// TestChangedEvidenceIsNamed: evidence that was changed together with its sums says other
// verdicts than the report.
func TestChangedEvidenceIsNamed(t *testing.T) {
	folder := smallFolder(t)
	before := writtenJSON(t, built(t, folder))
	ev := smallEvidence(t)[1]
	ev.AccountSummary["AccountMFAEnabled"] = 1
	if err := errors.Join(folder.WriteAccount(ev), folder.Seal()); err != nil {
		t.Fatal(err)
	}
	c, err := compared(t, built(t, folder), before, 50)
	if err != nil {
		t.Fatal(err)
	}
	named := strings.Join(words(c), "\n")
	for _, want := range []string{
		`results root-mfa 111111111111 verdict: "fail" / "pass"`, "findings root-mfa 111111111111", "evidence sha256:",
		"accounts [111111111111].evidence_sha256:", "accounts [111111111111].score.raw:", "scores organization.raw:", "controls [root-mfa].failed:",
	} {
		if !strings.Contains(named, want) {
			t.Errorf("the differences do not name %s:\n%s", want, named)
		}
	}
	if strings.Contains(named, "user-console-mfa") {
		t.Errorf("the differences name what is the same:\n%s", named)
	}
}

// FuzzCompare: whatever is given for an audit.json, Compare ends, and what it takes for the
// same has all the verdicts.
func FuzzCompare(f *testing.F) {
	r := built(f, smallFolder(f))
	whole := writtenJSON(f, r)
	f.Add(whole)
	f.Add([]byte(`{"schema":"1","results":[{"account":null},[],7],"findings":[]}`))
	f.Add([]byte(`{"schema":{"a":[1,2,{"b":null}]},"changes":[[[[`))
	f.Add([]byte(`{"results":[{"account":"111111111111","control":"root-mfa"}]}`))
	var want struct{ Results []jsonResult }
	if err := json.Unmarshal(whole, &want); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		_, _ = ReadSettings(bytes.NewReader(text)) // an error is an answer
		c, err := compared(t, r, text, 3)
		if err != nil || c.Total > 0 {
			return
		}
		var got struct{ Results []jsonResult }
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("taken for the same, and no JSON: %v", err)
		}
		if len(got.Results) != len(want.Results) {
			t.Fatalf("taken for the same with %d results of %d", len(got.Results), len(want.Results))
		}
	})
}
