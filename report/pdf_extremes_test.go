package report

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing/fstest"
	"time"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

type pdfExtreme struct {
	name   string
	report func() *Report
}

// pdfExtremes are reports at the edges of what can be.
func pdfExtremes() []pdfExtreme {
	return []pdfExtreme{
		{"1 account", func() *Report { return pdfSample(1) }},
		{"3 accounts", func() *Report { return pdfSample(3) }},
		{"60 accounts", func() *Report { return pdfSample(60) }},
		{"Letter", func() *Report {
			r := pdfSample(60)
			r.Rendering.PDF.Paper = PaperLetter
			return r
		}},
		{"changed", reportOfChanges},
		{"account pages", reportOfAccountPages},
		{"long names on Letter", func() *Report {
			r := reportOfLongNames()
			r.Rendering.PDF.Paper, r.Rendering.PDF.AccountPages = PaperLetter, true
			return r
		}},
		{"200 units", reportOfManyUnits},
		{"form", reportOfForm},
		{"everything", reportOfEverything},
		{"nothing assessed", reportOfNothingAssessed},
		{"nothing missing", reportOfNothingMissing},
		{"no accounts", reportOfNoAccounts},
		{"long names", reportOfLongNames},
		{"empty", func() *Report { return &Report{WorstAccount: -1} }},
	}
}

// pdfSample is a sample whose accounts know their units by id, as those of a builder do,
// with guardrails and with owners.
func pdfSample(accounts int) *Report {
	r := sampleReport(accounts)
	r.Rendering = DefaultRendering()
	for i := range r.Accounts {
		a := &r.Accounts[i]
		a.Path = nil
		for _, u := range r.Units {
			if a.Unit == u.Path || strings.HasPrefix(a.Unit, u.Path+" / ") {
				a.Path = append(a.Path, u.ID)
			}
		}
	}
	pdfGuard(r, 12)
	return r
}

// pdfGuard adds guardrails, which hold in a part of the accounts.
func pdfGuard(r *Report, guardrails int) {
	each, outcomes := r.EachAccount, make([][]benchmark.Verdict, guardrails)
	for g := range guardrails {
		c := Control{
			Control: &benchmark.Control{
				ID: fmt.Sprintf("guardrail-protect-service-%d", g), Title: fmt.Sprintf("SCPs protect service %d", g), Severity: benchmark.Medium,
				Scope: benchmark.AccountScope, Finding: fmt.Sprintf("no SCP protects service %d", g),
			},
			Number: fmt.Sprintf("G.%d", g), Weight: 2,
		}
		for i := range r.Accounts {
			verdict := benchmark.VerdictPass
			switch {
			case r.Accounts[i].Outcome == Excluded || r.Accounts[i].Management:
				verdict = benchmark.VerdictNotApplicable
				c.NotApplicable++
			case (i*7+g*5)%11 < g:
				verdict = benchmark.VerdictFail
				c.Failed++
			case i%13 == 5:
				verdict = benchmark.VerdictNotAssessed
				c.NotAssessed++
			default:
				c.Passed++
			}
			outcomes[g] = append(outcomes[g], verdict)
		}
		r.Controls = append(r.Controls, c)
	}
	r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
		i := -1
		return each(ctx, func(rows *AccountRows) error {
			i++
			// The sample makes a result for each control, those of guardrails too.
			rows.Results = slices.DeleteFunc(rows.Results, func(r benchmark.Result) bool { return strings.HasPrefix(r.Control, guardrailPrefix) })
			for g := range guardrails {
				if rows.Account.Outcome != Excluded {
					rows.Results = append(rows.Results, benchmark.Result{Control: fmt.Sprintf("guardrail-protect-service-%d", g), Account: rows.Account.ID, Verdict: outcomes[g][i]})
				}
			}
			return f(rows)
		})
	}
}

// reportOfChanges knows earlier audits and what became different.
func reportOfChanges() *Report {
	r := pdfSample(60)
	score := func(raw float64) benchmark.Score {
		low, high, grade := raw-3, raw+5, benchmark.Grade(raw)
		return benchmark.Score{Raw: &raw, Adjusted: &raw, Low: &low, High: &high, Coverage: &high, Grade: grade}
	}
	for i, raw := range []float64{41.5, 48, 47.25, 55, 61, 58.5} {
		r.Trend = append(r.Trend, PastAudit{
			At: sampleStart().AddDate(0, 3*(i-6), 0), Label: fmt.Sprintf("audit-%d", i), Score: score(raw), Coverage: r.Coverage,
			Findings: 900 - 70*i, CriticalFailed: 70 - 5*i, HighFailed: 90 - 6*i, MediumFailed: 120 - 8*i, LowFailed: 20 + i,
		})
	}
	points := func(f float64) *float64 { return &f }
	c := &Changes{
		Previous: r.Trend[len(r.Trend)-1], Count: ChangeCount{New: 12, Regressed: 3, Resolved: 41, StillOpen: 208, Lost: 5},
		Steps: []ScoreStep{
			{CauseBenchmark, points(-0.4), points(-0.4), "max_key_age_days is 60 and was 90"},
			{CauseScope, points(-1.7), points(-1.6), "3 accounts joined, 1 left, 2 moved between units"},
			{CauseCoverage, points(0.9), points(0.9), "2 accounts that could not be entered were assessed"},
			{CauseEnvironment, points(6.2), points(5.8), "41 findings were resolved, 12 are new, 3 regressed"},
			{CauseException, points(0), points(0.7), "1 exception was made, 2 ended"},
			{CauseMitigation, nil, nil, "no policy of the organization accounts for more or less"},
		},
		Better: []string{
			"The root user has MFA: failed in 4 accounts, and in 11 before.",
			"Access keys are rotated every 90 days: 23 findings were resolved in Root / Workloads / Produktion Süd and everything that lies below it, most of them in one account.",
			"Unit Έρευνα went from 40.1 to 62.0.",
		},
		Worse: []string{"Отдел продаж: 3 new roles trust accounts that nobody knows.", "No policy of the account allows *:*: 5 new findings."},
	}
	for i, u := range r.Units {
		if i%3 != 2 && u.Score.Raw != nil {
			c.Units = append(c.Units, UnitChange{Path: u.Path, Before: points(*u.Score.Raw - float64(i) + 4), Now: u.Score.Raw})
		}
	}
	r.Changes = c
	return r
}

func reportOfAccountPages() *Report {
	r := pdfSample(12)
	r.Rendering.PDF.AccountPages = true
	r.Rendering.Period = "Q3 2026"
	return r
}

// reportOfForm has everything that the configuration says of the form.
func reportOfForm() *Report {
	r := reportOfAccountPages()
	r.Rendering.PDF = PDFOptions{Paper: PaperLetter, Font: tinyFont("営業ש"), Logo: tinyLogo(), Accent: "ffcc00", AccountPages: true}
	r.Accounts[0].Name, r.Accounts[3].Name, r.Units[1].Name = "営業 payments 部", "שש (42)", "営営営"
	r.Rendering.Prose = fstest.MapFS{"own.tmpl": {Data: []byte(`{{define "headline"}}In our own words: {{figure .Score.Raw}}.{{end}}{{define "score-in-words"}}{{end}}`)}}
	return r
}

// reportOfEverything fills each part of the executive's pages to its greatest height.
func reportOfEverything() *Report {
	r := reportOfChanges()
	long := strings.Repeat("words that go on and on ", 20)
	r.Rendering.PDF.Paper, r.Rendering.PDF.Logo = PaperLetter, tinyLogo()
	r.Title, r.Rendering.Period, r.Score.Capped = long, long, true
	for i := range 5 {
		r.Changes.Better, r.Changes.Worse = append(r.Changes.Better, long), append(r.Changes.Worse, long)
		for j := range r.Changes.Steps {
			r.Changes.Steps[j].Words = long
		}
		r.Exceptions = append(r.Exceptions, r.Exceptions[0])
		r.Exceptions[i].Justification, r.Exceptions[i].Owner = long, long
		for _, cause := range []org.Cause{org.DeniedBySCP, org.Throttled, org.DeniedByRole} {
			r.Gaps = append(r.Gaps, org.Gap{Section: org.Section(fmt.Sprintf("section_%d", i)), Cause: cause, Account: r.Accounts[i].ID, Operation: long})
		}
	}
	for i := range r.Worst {
		r.Worst[i].Sentence = long
	}
	for i := range r.Controls {
		c := *r.Controls[i].Control
		c.Remedy = long
		r.Controls[i].Control = &c
	}
	for _, group := range pdfFigureGroups() {
		for _, row := range group.rows {
			r.Controls = append(r.Controls, Control{
				Control: &benchmark.Control{ID: row.control, Title: long, Finding: long, Severity: benchmark.High, Scope: benchmark.AccountScope},
				Passed:  4000, Failed: 12345, NotAssessed: 678, ItemsPassed: 1234567, ItemsFailed: 7654321, Population: 9999999,
			})
		}
	}
	r.OutsideAccess = []OutsideAccess{{Kind: TrusteeEveryone, RoleCount: RoleCount{Roles: 10000}}}
	r.OutsideRoles = OutsideRoles{Roles: 10000, Everyone: 10000, Unguarded: 10000}
	for i := range 150 {
		r.Units = append(r.Units, Unit{ID: fmt.Sprint(i), Name: long, Path: fmt.Sprint("Root / ", i), Depth: 1, Accounts: 3, InScope: 3, Worst: -1})
		r.Accounts[i%len(r.Accounts)].Path = append(r.Accounts[i%len(r.Accounts)].Path, fmt.Sprint(i))
	}
	return r
}

// reportOfManyUnits has units on seven levels.
func reportOfManyUnits() *Report {
	r := pdfSample(200)
	for i := range 190 {
		depth := 1 + i%7
		r.Units = append(r.Units, Unit{
			ID: fmt.Sprintf("ou-ab12-many%d", i), Name: fmt.Sprintf("Business unit %d of the group", i), Path: fmt.Sprintf("Root / %d", i), Depth: depth,
			Accounts: 3, InScope: 3, Score: r.Score, Tally: r.Tally, Worst: -1,
		})
		for j := range 3 {
			a := &r.Accounts[(i+j)%len(r.Accounts)]
			a.Path = append(a.Path, r.Units[len(r.Units)-1].ID)
		}
	}
	return r
}

func reportOfNothingAssessed() *Report {
	r := pdfSample(3)
	r.Coverage = Coverage{Accounts: 3, NotEntered: 3}
	r.Score, r.Tally, r.Worst = benchmark.Tally{}.Score(), benchmark.Tally{}, nil
	for i := range r.Controls {
		c := &r.Controls[i]
		c.Passed, c.Failed, c.NotApplicable, c.Manual, c.NotAssessed = 0, 0, 0, 0, 3
	}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		a.Outcome, a.Why, a.Code = NotEntered, org.RoleNotAssumable.Words(), "AccessDenied"
		a.Score, a.Tally = benchmark.Tally{}.Score(), benchmark.Tally{}
	}
	for i := range r.Units {
		r.Units[i].Score = benchmark.Tally{}.Score()
	}
	r.EachAccount = nil
	return r
}

func reportOfNothingMissing() *Report {
	r := pdfSample(3)
	r.Gaps, r.Worst, r.Evidence.Complete = nil, nil, true
	r.Tally = benchmark.Tally{Passed: 120, CountPassed: 30}
	r.Score = r.Tally.Score()
	for i := range r.Controls {
		r.Controls[i].Failed, r.Controls[i].NotAssessed = 0, 0
	}
	return r
}

func reportOfNoAccounts() *Report {
	r := pdfSample(3)
	r.Accounts, r.Units, r.Gaps, r.Worst, r.Controls, r.NotJudged, r.Parameters = nil, nil, nil, nil, nil, nil, nil
	r.Coverage, r.Tally, r.Score = Coverage{}, benchmark.Tally{}, benchmark.Tally{}.Score()
	r.WorstAccount = -1
	r.Evidence.LastCall, r.Evidence.FirstCall = time.Time{}, time.Time{}
	return r
}

// reportOfLongNames has 300 characters in every text, among them some that share a glyph.
func reportOfLongNames() *Report {
	r := pdfSample(60)
	long := func(prefix string) string {
		return prefix + strings.Repeat("Wµμ\u00a0 ΩΩ(", 30)[:300] + strings.Repeat("W", 300)
	}
	r.Title, r.Company, r.Confidentiality = long("title "), long("company "), long("secret ")
	r.Benchmark.Title, r.Organization.ManagementName, r.Evidence.Caller = long("benchmark "), long("manager "), long("caller")
	for i := range r.Accounts {
		a := &r.Accounts[i]
		a.Name, a.Unit = long(fmt.Sprint(i)), "Root / "+long("unit")+" / "+long("below")
		if a.Outcome != Complete {
			a.Why, a.Code = long("why "), long("code")
		}
	}
	for i := range 10 {
		r.Units = append(r.Units, Unit{ID: fmt.Sprint(i), Name: long("unit "), Path: "Root / " + long("unit "), Depth: 1, Accounts: 3, InScope: 3, Worst: -1})
	}
	for i := range r.Controls {
		c := *r.Controls[i].Control
		c.Title, c.Why, c.Test, c.Remedy = long("title "), long("why "), strings.Repeat(long("test "), 9), long("remedy ")
		r.Controls[i].Control = &c
	}
	for i := range r.Worst {
		r.Worst[i].Sentence = long("sentence ")
	}
	for i := range r.Gaps {
		r.Gaps[i].Operation, r.Gaps[i].Code, r.Gaps[i].Region = long("call"), long("code"), long("region")
	}
	for i := range r.Parameters {
		r.Parameters[i].Meaning, r.Parameters[i].Value = long("meaning "), long("value")
	}
	for i := range r.NotJudged {
		r.NotJudged[i].Title = long("recommendation ")
	}
	r.Score.Capped = true
	return r
}
