package report

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

const goneID = "555555555555"

// changedReport is the small report compared with an audit a quarter before: an account has
// left since, one has joined, one has moved and one is not entered any more; bob was there
// with MFA, and the root user of the account in Workloads had it.
func changedReport(t testing.TB) *Report {
	t.Helper()
	out := earlierFolder(t, 1, func(o *org.Organization, evidence []*collect.Evidence) {
		o.RootFeatures = []string{"RootCredentialsManagement"}
		complete, partial, notEntered := evidence[0], evidence[1], evidence[2]
		lines := strings.Split(smallReport, "\n")
		for i, line := range lines {
			if strings.HasPrefix(line, "bob,") {
				lines[i] = strings.Replace(line, "N/A,false,false", "N/A,true,false", 1)
			}
			if strings.HasPrefix(line, "alice,") {
				lines = append(lines, strings.ReplaceAll(line, "alice", "carol"))
			}
		}
		report, err := collect.NewCredentialReport([]byte(strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), "\n")+"\n"), quarter(1))
		if err != nil {
			t.Fatal(err)
		}
		complete.CredentialReport = report
		partial.AccountSummary = map[string]int32{"AccountMFAEnabled": 1, "AccountPasswordPresent": 1}
		entered := *partial
		*notEntered = entered
		notEntered.AccountID, notEntered.Gaps = notEnteredID, nil
		notEntered.AccountSummary = map[string]int32{"AccountMFAEnabled": 0, "AccountPasswordPresent": 1}
		// The account that was cut off now had left another in its place.
		for i := range o.Accounts {
			switch a := &o.Accounts[i]; a.ID {
			case notCollectedID:
				a.ID, a.Name = goneID, "given away"
			case partialID:
				a.Path, a.Name = []string{"r-ab12"}, "pay"
			}
		}
	})
	gone := opened(t, out)
	r, err := since(t, gone)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func allChanges(t testing.TB, r *Report) []Change {
	t.Helper()
	var list []Change
	if err := r.EachChange(context.Background(), func(c *Change) error {
		list = append(list, *c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestChanges(t *testing.T) {
	r := changedReport(t)
	var got []string
	var count ChangeCount
	for _, c := range allChanges(t, r) {
		count.add(c.Kind)
		got = append(got, strings.Join([]string{string(c.Kind), string(c.Cause), c.Control, c.AccountID, c.Resource[strings.LastIndexAny(c.Resource, ":/")+1:], c.Before, c.After, c.FirstSeen.Format(time.DateOnly)}, " | "))
	}
	want := []string{
		"regressed | environment | org-root-access-central |  | o-a1b2c3d4e5 | pass | FAIL | 2026-09-30",
		"still open |  | user-console-mfa | 000000000001 | alice | FAIL | FAIL | 2026-06-30",
		"regressed | environment | user-console-mfa | 000000000001 | bob | pass | FAIL | 2026-09-30",
		"resolved | environment | user-console-mfa | 000000000001 | carol | FAIL | absent | 2026-06-30",
		"regressed | environment | root-mfa | 111111111111 | root | pass | FAIL | 2026-09-30",
		"no longer assessed | coverage | root-mfa | 222222222222 | root | FAIL | not assessed | 2026-06-30",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if r.Changes.Count != count {
		t.Errorf("counted %+v, want %+v", r.Changes.Count, count)
	}
	wantAccounts := []AccountChange{
		{partialID, "payments", "moved", "Root", "Root / Workloads"},
		{partialID, "payments", "renamed", "pay", "payments"},
		{notEnteredID, "sandbox", "not entered any more", "partial", "not entered"},
		{notCollectedID, "late", "joined", "", "Root / Workloads"},
		{goneID, "given away", "left", "Root / Workloads", ""},
	}
	if diff := cmp.Diff(wantAccounts, r.Changes.Accounts); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"1 account joined, 1 account left, 1 account moved, which changes the scores of units alone"}, []string{r.Changes.Steps[1].Words}); diff != "" {
		t.Errorf("words of the scope (-want +got):\n%s", diff)
	}
	if len(r.Lifetimes) != 1 || len(r.Changes.Worse) != 2 || len(r.Changes.Better) != 0 {
		t.Errorf("lifetimes %v, better %q, worse %q", r.Lifetimes, r.Changes.Better, r.Changes.Worse)
	}
	if got := r.Changes.Worse[0]; !strings.Contains(got, "1 account went from pass to fail; it fails in 1 account now.") {
		t.Errorf("what got worse is %q", got)
	}
	var raw float64
	for _, step := range r.Changes.Steps {
		if step.Raw != nil {
			raw += *step.Raw
		}
	}
	if diff := *r.Score.Raw - *r.Changes.PublishedScore.Raw; math.Abs(raw-diff) > 1e-9 {
		t.Errorf("the steps add up to %f, want %f", raw, diff)
	}
	if u := r.Changes.Units[2]; u.Path != "Root / Workloads / Test" || u.Before == nil || u.Now != nil {
		t.Errorf("the unit of the account that is not entered any more is %+v", u)
	}
}

// TestChangesReconcile: what failed then and what fails now is in the counts.
func TestChangesReconcile(t *testing.T) {
	r := changedReport(t)
	n := r.Changes.Count
	if then := n.Resolved + n.StillOpen + n.Lost; then != r.Changes.Previous.Findings {
		t.Errorf("%d findings failed then, and %d have a fate", r.Changes.Previous.Findings, then)
	}
	now := 0
	for i := range r.Controls {
		now += r.Controls[i].ItemsFailed
	}
	if n.New+n.Regressed+n.StillOpen != now {
		t.Errorf("%d findings fail now, and %d are known", now, n.New+n.Regressed+n.StillOpen)
	}
	var controls ChangeCount
	for _, c := range r.Changes.Controls {
		controls.New, controls.Regressed, controls.Resolved = controls.New+c.New, controls.Regressed+c.Regressed, controls.Resolved+c.Resolved
		controls.StillOpen, controls.Lost = controls.StillOpen+c.StillOpen, controls.Lost+c.Lost
	}
	if controls != n {
		t.Errorf("the controls have %+v together, the audit %+v", controls, n)
	}
}

// TestGoneChanges: findings of an account that left are told, and where to.
func TestGoneChanges(t *testing.T) {
	out := earlierFolder(t, 1, func(o *org.Organization, evidence []*collect.Evidence) {
		left := *evidence[1]
		evidence[2].AccountID, evidence[2].Reads, evidence[2].Gaps, evidence[2].Entry = goneID, left.Reads, nil, left.Entry
		evidence[2].AccountSummary = map[string]int32{"AccountMFAEnabled": 0, "AccountPasswordPresent": 1}
		for i := range o.Accounts {
			if o.Accounts[i].ID == notEnteredID {
				o.Accounts[i].ID, o.Accounts[i].Name = goneID, "given away"
			}
		}
	})
	r, err := since(t, opened(t, out))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // more than one format asks
		var gone []Change
		if err := r.Changes.Gone(context.Background(), func(c *Change) error {
			gone = append(gone, *c)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if len(gone) != 1 || gone[0].Kind != ChangeLost || gone[0].Cause != CauseScope || gone[0].AccountName != "given away" || gone[0].Unit != "Root / Workloads / Test" {
			t.Errorf("gone are %+v", gone)
		}
	}
	if r.Changes.Count.Lost != 1 {
		t.Errorf("%d findings are lost, want 1", r.Changes.Count.Lost)
	}
}

// TestChangesInJSON: the comparison stands in audit.json, with ids that match the findings.
func TestChangesInJSON(t *testing.T) {
	r := changedReport(t)
	text := writtenJSON(t, r)
	if again := writtenJSON(t, changedReport(t)); !bytes.Equal(text, again) {
		t.Error("the same evidence gave other bytes")
	}
	var document struct {
		Findings []jsonFinding
		Changes  *jsonChanges
		Trend    []jsonPastAudit
		List     []jsonChange `json:"finding_changes"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	if document.Changes == nil || document.Changes.Findings != r.Changes.Count || len(document.Changes.Steps) != 6 || document.Changes.Published == nil || len(document.Trend) != 1 {
		t.Errorf("changes are %+v, the trend %+v", document.Changes, document.Trend)
	}
	byID := map[string]jsonChange{}
	for _, c := range document.List {
		byID[c.ID] = c
	}
	if len(byID) != len(allChanges(t, r)) {
		t.Errorf("%d changes, want %d", len(byID), len(allChanges(t, r)))
	}
	for _, f := range document.Findings {
		if c, ok := byID[f.ID]; f.Status == "fail" && (!ok || c.Kind != f.Change || !c.FirstSeen.Equal(f.FirstSeen) || f.Change == "") {
			t.Errorf("finding %+v has the change %+v", f, c)
		}
	}
}

// TestChangesSheet: a row a change, below what the difference of the score is made of.
func TestChangesSheet(t *testing.T) {
	text := sheetText(t, openWorkbook(t, changedReport(t)), "Changes")
	for _, want := range []string{
		"Compared with the audit q1, whose last call to AWS was made on 2026-06-30",
		"0 findings are new, 3 regressed, 1 resolved, 1 still open and 1 no longer assessed.",
		"Scope: raw ", "1 account joined, 1 account left",
		"resolved\tenvironment\thigh\t1.3\tuser-console-mfa\t000000000001\tmanagement\tRoot\tarn:aws:iam::000000000001:user/carol\tFAIL\tabsent\t",
		"regressed\tenvironment\t",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the sheet does not hold %q:\n%s", want, text)
		}
	}
	if text := sheetText(t, openWorkbook(t, sampleReport(3)), "Changes"); !strings.Contains(text, "No previous audit was given") {
		t.Errorf("without a previous audit, the sheet is %q", text)
	}
}

// TestChangesByException: the register of today counts for the old evidence as of its day,
// so that an exception that was made since moves the adjusted score.
func TestChangesByException(t *testing.T) {
	past := opened(t, earlierFolder(t, 1, nil))
	for _, test := range []struct {
		created, expires benchmark.Day
		cause            ChangeCause
		before, after    string
	}{
		{"2026-08-01", "2027-01-01", CauseException, "FAIL", "FAIL (excepted)"},
		{"2026-01-01", "2026-08-01", CauseException, "FAIL (excepted)", "FAIL (exception expired)"},
		{"2026-01-01", "2027-01-01", "", "FAIL (excepted)", "FAIL (excepted)"},
	} {
		o := smallOptions(t, smallFolder(t))
		o.Previous = past
		o.Exceptions = benchmark.Register{File: "exceptions.toml", Exceptions: []benchmark.Exception{{
			ID: "EX-1", Controls: []string{"user-console-mfa"}, Created: test.created, Expires: test.expires,
		}}}
		r, err := New(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, c := range allChanges(t, r) {
			if c.Control != "user-console-mfa" {
				continue
			}
			found++
			if c.Kind != ChangeStillOpen || c.Cause != test.cause || c.Before != test.before || c.After != test.after {
				t.Errorf("from %s to %s: the change is %+v", test.created, test.expires, c)
			}
		}
		if found != 2 {
			t.Errorf("from %s to %s: %d changes, want 2", test.created, test.expires, found)
		}
		for _, step := range r.Changes.Steps {
			if step.Cause == CauseException && (*step.Raw != 0 || (*step.Adjusted != 0) != (test.cause != "")) {
				t.Errorf("from %s to %s: the step is %+v", test.created, test.expires, step)
			}
		}
	}
}
