package report

import (
	"context"
	"errors"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// TestTotals: by the weights 10, 5, 5 of root-mfa, user-console-mfa and
// server-cert-expired, and 5 of the organization's control.
func TestTotals(t *testing.T) {
	r := built(t, smallFolder(t))
	complete := benchmark.Tally{Passed: 10, Failed: 5, CountPassed: 1, CountFailed: 1, CountNotApplicable: 1}
	partial := benchmark.Tally{Passed: 5, Failed: 10, NotAssessed: 5, CountPassed: 1, CountFailed: 1, CountNotAssessed: 1, CriticalFailed: 1}
	unread := benchmark.Tally{NotAssessed: 20, CountNotAssessed: 3}
	organization := benchmark.Tally{Failed: 5, CountFailed: 1}
	want := []benchmark.Tally{complete, partial, unread, {}, unread}
	for i, a := range r.Accounts {
		if diff := cmp.Diff(want[i], a.Tally); diff != "" {
			t.Errorf("account %s (-want +got):\n%s", a.ID, diff)
		}
	}

	type unit struct {
		Path              string
		Accounts, InScope int
		Tally             benchmark.Tally
		Worst             int
	}
	workloads := partial.Plus(unread).Plus(unread)
	wantUnits := []unit{
		{"Root", 5, 4, complete.Plus(workloads), 1},
		{"Root / Workloads", 4, 3, workloads, 1},
		{"Root / Workloads / Test", 2, 1, unread, -1},
	}
	var units []unit
	for _, u := range r.Units {
		units = append(units, unit{u.Path, u.Accounts, u.InScope, u.Tally, u.Worst})
		if diff := cmp.Diff(u.Tally.Score(), u.Score); diff != "" {
			t.Errorf("unit %s: the score is not that of its pooled results (-want +got):\n%s", u.Path, diff)
		}
	}
	if diff := cmp.Diff(wantUnits, units); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
	if r.Units[2].Mean != nil || r.Units[2].Score.Raw != nil || r.Units[2].Score.Grade != benchmark.NoGrade {
		t.Errorf("a unit of which nothing was judged has mean %v and score %+v", r.Units[2].Mean, r.Units[2].Score)
	}

	if diff := cmp.Diff(wantUnits[0].Tally.Plus(organization), r.Tally); diff != "" {
		t.Errorf("the organization is not its accounts and its own controls (-want +got):\n%s", diff)
	}
	figure := func(x float64) *float64 { return &x }
	score := benchmark.Score{
		Raw: figure(100 * 15.0 / 35), Adjusted: figure(100 * 15.0 / 35), Low: figure(100 * 15.0 / 80), High: figure(100 * 60.0 / 80),
		Coverage: figure(100 * 35.0 / 80), Grade: benchmark.NoGrade,
	}
	if diff := cmp.Diff(score, r.Score); diff != "" {
		t.Errorf("the organization's score (-want +got):\n%s", diff)
	}
	if mean := (100*10.0/15 + 100*5.0/15) / 2; r.MeanAccount == nil || *r.MeanAccount != mean || r.WorstAccount != 1 {
		t.Errorf("mean %v and worst account %d, want %v and 1", r.MeanAccount, r.WorstAccount, mean)
	}
}

func TestControlTotals(t *testing.T) {
	type counts struct {
		ID, Number                                         string
		Weight                                             int
		Passed, Failed, NotAssessed, NotApplicable, Manual int
		Population, ItemsPassed, ItemsFailed               int
	}
	want := []counts{
		{"org-root-access-central", "1.1", 5, 0, 1, 0, 0, 0, 1, 0, 1},
		{"root-mfa", "1.2", 10, 1, 1, 2, 0, 0, 2, 1, 1},
		{"user-console-mfa", "1.3", 5, 0, 1, 3, 0, 0, 2, 0, 2},
		{"server-cert-expired", "1.4", 5, 1, 0, 2, 1, 0, 1, 1, 0},
	}
	var got []counts
	r := built(t, smallFolder(t))
	for _, c := range r.Controls {
		got = append(got, counts{c.ID, c.Number, c.Weight, c.Passed, c.Failed, c.NotAssessed, c.NotApplicable, c.Manual, c.Population, c.ItemsPassed, c.ItemsFailed})
		if sum := c.Passed + c.Failed + c.NotAssessed + c.NotApplicable + c.Manual; c.Scope == benchmark.AccountScope && sum != r.Coverage.InScope() {
			t.Errorf("control %s has %d verdicts for %d accounts in scope", c.ID, sum, r.Coverage.InScope())
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("controls (-want +got):\n%s", diff)
	}
	if len(r.NotJudged) != 1 || r.NotJudged[0].Number != "1.10" {
		t.Errorf("not judged are %+v, want 1.10", r.NotJudged)
	}
}

// TestWorst: the failed controls that weigh most come first, in sentences.
func TestWorst(t *testing.T) {
	r := built(t, smallFolder(t))
	want := []Worst{
		{Control: 1, Accounts: []int{1}, Items: 1, Weight: 10, Sentence: "In 1 of 2 assessed accounts the root user can sign in without MFA."},
		{Control: 0, Items: 1, Weight: 5, Sentence: "In the organization, root credentials of members are not managed centrally."},
		{Control: 2, Accounts: []int{0}, Items: 2, Weight: 5, Sentence: "In 1 of 1 assessed accounts users with a console password have no MFA (2 items)."},
	}
	if diff := cmp.Diff(want, r.Worst); diff != "" {
		t.Errorf("worst (-want +got):\n%s", diff)
	}
}

// TestExcludedAccountCountsNowhere: evidence of an account that is left out, from an
// earlier run into the same folder, changes no figure.
func TestExcludedAccountCountsNowhere(t *testing.T) {
	plain, folder := built(t, smallFolder(t)), smallFolder(t)
	ev := smallEvidence(t)[0]
	ev.AccountID = excludedID
	if err := errors.Join(folder.WriteAccount(ev), folder.Seal()); err != nil {
		t.Fatal(err)
	}
	r := built(t, folder)
	if diff := cmp.Diff(plain.Tally, r.Tally); diff != "" {
		t.Errorf("the organization (-without +with):\n%s", diff)
	}
	if a := r.Accounts[3]; a.Outcome != Excluded || a.Score.Raw != nil || a.Tally != (benchmark.Tally{}) {
		t.Errorf("the excluded account is %s with %+v", a.Outcome, a.Tally)
	}
}

// TestWeightsAndParametersAreUsed: settings change the figures, and stand in the report.
func TestWeightsAndParametersAreUsed(t *testing.T) {
	o := smallOptions(t, smallFolder(t))
	o.Weights = benchmark.Weights{benchmark.Critical: 100, benchmark.High: 1}
	o.Parameters.MinLength = 20
	r, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if a := r.Accounts[0].Tally; a.Passed != 100 || a.Failed != 1 {
		t.Errorf("by weights 100 and 1 the account has %d passed and %d failed", a.Passed, a.Failed)
	}
	for _, p := range r.Parameters {
		if p.Name == "min_length" && (p.Value != "20" || p.Default != "14") {
			t.Errorf("min_length is told as %s with default %s, want 20 and 14", p.Value, p.Default)
		}
	}
}

// TestBenchmarkSetsSeverityAndWeight: a benchmark's own title, severity and weight of a
// control stand in the report and make its figures.
func TestBenchmarkSetsSeverityAndWeight(t *testing.T) {
	o := smallOptions(t, smallFolder(t))
	text := "id = \"ours\"\n[[recommendation]]\nnumber = \"A-1\"\ntitle = \"Second factor\"\ncontrol = \"root-mfa\"\nseverity = \"low\"\n" +
		"[[recommendation]]\nnumber = \"A-2\"\ncontrol = \"user-console-mfa\"\nweight = 30\n"
	var err error
	if o.Definition, err = benchmark.ReadDefinition(fstest.MapFS{}, "ours.toml", []byte(text)); err != nil {
		t.Fatal(err)
	}
	r, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if c := r.Controls[0]; c.Title != "Second factor" || c.Severity != benchmark.Low || c.Weight != 1 {
		t.Errorf("root-mfa is %q, %s, of weight %d", c.Title, c.Severity, c.Weight)
	}
	if c := r.Controls[1]; c.Title == "" || c.Severity != benchmark.High || c.Weight != 30 {
		t.Errorf("user-console-mfa is %q, %s, of weight %d", c.Title, c.Severity, c.Weight)
	}
	if a := r.Accounts[0].Tally; a.Passed != 1 || a.Failed != 30 {
		t.Errorf("by weights 1 and 30 the account has %d passed and %d failed", a.Passed, a.Failed)
	}
	if r.Tally.CriticalFailed != 0 {
		t.Errorf("%d critical results failed, although nothing is critical", r.Tally.CriticalFailed)
	}
}

// TestBindingPolicies: the policies of each level on the way to an account, and that none
// of them binds the management account.
func TestBindingPolicies(t *testing.T) {
	folder := smallFolder(t)
	if err := errors.Join(folder.WriteOrganization(guardedOrganization()), folder.Seal()); err != nil {
		t.Fatal(err)
	}
	type row struct {
		Account, Type, Node, Policy string
		Level                       int
		Binds                       bool
	}
	want := []row{
		{"management", "SCP", "Root", "FullAWSAccess", 0, false},
		{"payments", "SCP", "Root", "FullAWSAccess", 0, true},
		{"payments", "SCP", "Workloads", "guard", 1, true},
		{"payments", "RCP", "payments", "perimeter", 2, true},
	}
	var got []row
	for _, p := range allPolicies(t, built(t, folder)) {
		if p.AccountID == completeID || p.AccountID == partialID {
			got = append(got, row{p.AccountName, p.Type, p.NodeName, p.PolicyName, p.Level, p.Binds})
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("policies (-want +got):\n%s", diff)
	}
}

// TestRowsOfAnAccount: the lists that the workbook shows come with each account.
func TestRowsOfAnAccount(t *testing.T) {
	folder := smallFolder(t)
	ev := smallEvidence(t)[0]
	ev.OrganizationFindings = []collect.AnalyzerFinding{{ID: "b", Region: "us-east-1"}, {ID: "a", Region: "us-east-1"}}
	ev.Analyzers = []collect.RegionAnalyzers{{Region: "eu-central-1", Analyzers: []collect.Analyzer{
		{Findings: []collect.AnalyzerFinding{{ID: "z", Region: "eu-central-1"}}},
	}}}
	if err := errors.Join(folder.WriteAccount(ev), folder.Seal()); err != nil {
		t.Fatal(err)
	}
	var users, findings []string
	err := built(t, folder).EachAccount(context.Background(), func(rows *AccountRows) error {
		if rows.Account.ID != completeID {
			return nil
		}
		for _, c := range rows.Credentials {
			users = append(users, c.User)
		}
		for _, f := range rows.Findings {
			findings = append(findings, f.ID)
		}
		if !rows.CredentialsGenerated.Equal(smallTime()) {
			t.Errorf("the credential report is of %s", rows.CredentialsGenerated)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"<root_account>", "alice", "bob"}, {"z", "a", "b"}}, [][]string{users, findings}); diff != "" {
		t.Errorf("users and findings (-want +got):\n%s", diff)
	}
}

// guardedOrganization is the small organization with policies.
func guardedOrganization() *org.Organization {
	o := smallOrganization()
	o.PolicyTypes = []string{org.ResourceControlPolicy, org.ServiceControlPolicy}
	o.Policies = []org.Policy{
		{ID: "p-FullAWSAccess", Name: "FullAWSAccess", Type: org.ServiceControlPolicy, AWSManaged: true, Targets: []org.Target{{ID: "r-ab12"}}},
		{ID: "p-1", Name: "guard", Type: org.ServiceControlPolicy, Targets: []org.Target{{ID: "ou-ab12-workload"}}},
		{ID: "p-2", Name: "perimeter", Type: org.ResourceControlPolicy, Targets: []org.Target{{ID: partialID}}},
	}
	return o
}
