package report

import (
	"strings"
	"testing"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// thin leaves a report with little that was assessed, none of it a failure.
func thin(r *Report) {
	r.Tally = benchmark.Tally{Passed: 2, CountPassed: 2, NotAssessed: 98, CountNotAssessed: 40}
	r.Score, r.Worst = r.Tally.Score(), nil
	for i := range r.Controls {
		r.Controls[i].Failed = 0
	}
	for i := range r.Accounts {
		r.Accounts[i].Tally, r.Accounts[i].Score = r.Tally, r.Score
	}
}

// What could not be read is never told as if all were well.
func TestPDFSaysWhatIsNotKnown(t *testing.T) {
	tests := []struct {
		name        string
		change      func(r *Report)
		has, hasNot []string
	}{
		{"too little for a grade", thin,
			[]string{"Only 2.0 % of what applies could be assessed, too little for a grade: no control failed in what was assessed.", "since it would be a guess", "possible range 2.0–100.0"},
			[]string{"grade A", "No control failed.", "Lowest scores of accounts", "so the score has no margin"}},
		{"accounts of which too little was assessed have no rank", func(r *Report) {
			r.Accounts[0].Score = benchmark.Tally{Failed: 1, NotAssessed: 9}.Score()
		}, []string{"Lowest scores of accounts:", "1 account of which less than 50 % was assessed: not ranked."}, nil},
		{"bounds that are the same when they are rounded", func(r *Report) {
			r.Tally = benchmark.Tally{Passed: 20000, Failed: 1000, NotAssessed: 1, CountPassed: 1, CountFailed: 1, CountNotAssessed: 1}
			r.Score = r.Tally.Score()
		}, []string{"Not everything could be assessed", "99.9 % were assessed"}, []string{"so the score has no margin", "100.0 % were assessed"}},
		{"nothing is missing", func(r *Report) { *r = *reportOfNothingMissing() }, []string{"grade A: no control failed.", "so the score has no margin"}, []string{"in what was assessed"}},
		{"no unit could be read", func(r *Report) {
			r.Units, r.Organization.Units = nil, -1
			r.Gaps = append(r.Gaps, org.Gap{Section: org.SectionTree, Cause: org.DeniedByRole})
			for i := range r.Accounts {
				r.Accounts[i].Path = nil
			}
		}, []string{"in units that could not be read", "organizational units that could not be read", "No guardrail could be assessed unit by unit"},
			[]string{"0 units", "0 organizational units", "the benchmark asks for none"}},
		{"some units could not be read", func(r *Report) { r.Gaps = append(r.Gaps, org.Gap{Section: org.SectionTree, Cause: org.Throttled}) },
			[]string{"units (not all read)"}, nil},
		{"no guardrails", func(r *Report) {
			for i := range r.Controls {
				if c := &r.Controls[i]; strings.HasPrefix(c.ID, guardrailPrefix) {
					c.Passed, c.Failed, c.NotAssessed = 0, 0, 0
				}
			}
		}, []string{"the benchmark asks for none"}, []string{"No guardrail could be assessed"}},
		{"access from outside of no account", func(r *Report) {
			for i := range r.Accounts {
				r.Accounts[i].Roles = -1
			}
		}, []string{"Nobody knows who comes from outside the organization: the roles of no account were read."}, []string{"no role lets anybody in"}},
		{"accounts that nobody lets in do not come", func(r *Report) {
			r.OutsideRoles = OutsideRoles{Roles: 3, Everyone: 1, Unguarded: 2}
			r.OutsideAccess = []OutsideAccess{
				{Kind: TrusteeEveryone, Origin: benchmark.Everyone, RoleCount: RoleCount{Roles: 1}},
				{Kind: TrusteeAccount, Origin: benchmark.OutsideAccount, RoleCount: RoleCount{Roles: 4, NobodyIn: 1}},
				{Kind: TrusteeAccount, Origin: benchmark.OutsideAccount, RoleCount: RoleCount{Roles: 2, NobodyIn: 2}},
				{Kind: TrusteeAccount, Origin: benchmark.VendorAccount, RoleCount: RoleCount{Roles: 1, NobodyIn: 1}},
			}
		}, []string{"From outside the organization 3 roles can be assumed, 2 of them without an external ID. Of the accounts that may do so the configuration knows 0, and 1 is unknown; 1 role stands open to everyone."}, nil},
		{"a figure of which nothing was judged, and something is not known", func(r *Report) {
			for i := range r.Controls {
				if c := &r.Controls[i]; c.ID == "root-mfa" {
					c.Passed, c.Failed, c.NotAssessed, c.NotApplicable, c.Manual = 0, 0, 7, 1, 0
				}
			}
		}, []string{"not assessed 7"}, nil},
		{"more audits than the trend shows", func(r *Report) {
			*r = *reportOfChanges()
			r.Trend = append(r.Trend, r.Trend...)
		}, []string{"Shown are the last 8 of 13 audits."}, nil},
		{"audits that the trend shows", func(r *Report) { *r = *reportOfChanges() }, nil, []string{"Shown are the last"}},
		{"accounts nobody entered, beside graver risks", func(r *Report) { r.Coverage = Coverage{Accounts: 12, Complete: 9, NotEntered: 2, NotCollected: 1} },
			[]string{"3 2 accounts could not be entered: whoever runs them is asked to let the audit role in before the next audit. 1 account was not reached"}, nil},
		{"most accounts were not entered", func(r *Report) { r.Coverage = Coverage{Accounts: 12, Complete: 5, NotEntered: 7} },
			[]string{"1 7 accounts could not be entered"}, nil},
		{"most of what applies could not be read", func(r *Report) {
			r.Coverage = Coverage{Accounts: 12, Complete: 2, Partial: 9, NotEntered: 1}
			r.Score.Grade = benchmark.NoGrade
		}, []string{"1 1 account could not be entered: whoever runs it is asked to let the audit role in before the next audit. 9 accounts could be read in part only, too little for a grade: whoever runs them is asked to let the audit role read what was not assessed."}, nil},
		{"a part could not be read, and there is a grade", func(r *Report) { r.Coverage = Coverage{Accounts: 12, Complete: 2, Partial: 10} },
			nil, []string{"could be read in part only"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := pdfSample(12)
			for i := range r.Worst {
				r.Worst[i].Sentence = "Something is wrong." // on one line
			}
			test.change(r)
			text := strings.Join(strings.Fields(strings.Join(pdfPageTexts(t, writtenPDF(t, r)), "\n")), " ")
			for _, want := range test.has {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in\n%s", want, text[:min(len(text), 9000)])
				}
			}
			for _, wrong := range test.hasNot {
				if strings.Contains(text, wrong) {
					t.Errorf("the PDF says %q", wrong)
				}
			}
		})
	}
}

func TestGuardedShares(t *testing.T) {
	for _, c := range []struct {
		split pdfSplit
		want  string
	}{
		{pdfSplit{4, 0, 0}, "all"}, {pdfSplit{0, 4, 0}, "none"}, {pdfSplit{3, 1, 0}, "75 %"}, {pdfSplit{3, 1, 4}, "75 %?"},
		{pdfSplit{4, 0, 1}, "100 %?"}, {pdfSplit{0, 4, 1}, "0 %?"}, {pdfSplit{0, 0, 4}, "?"},
	} {
		if got := pdfGuarded(c.split); got != c.want {
			t.Errorf("%+v is %q, want %q", c.split, got, c.want)
		}
	}
}
