package report

import (
	"fmt"
	"strings"
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
		{"3 accounts", func() *Report { return sampleReport(3) }},
		{"60 accounts", func() *Report { return sampleReport(60) }},
		{"nothing assessed", reportOfNothingAssessed},
		{"nothing missing", reportOfNothingMissing},
		{"no accounts", reportOfNoAccounts},
		{"long names", reportOfLongNames},
		{"empty", func() *Report { return &Report{WorstAccount: -1} }},
	}
}

func reportOfNothingAssessed() *Report {
	r := sampleReport(3)
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
	r := sampleReport(3)
	r.Gaps, r.Worst, r.Evidence.Complete = nil, nil, true
	r.Tally = benchmark.Tally{Passed: 120, CountPassed: 30}
	r.Score = r.Tally.Score()
	for i := range r.Controls {
		r.Controls[i].Failed, r.Controls[i].NotAssessed = 0, 0
	}
	return r
}

func reportOfNoAccounts() *Report {
	r := sampleReport(3)
	r.Accounts, r.Units, r.Gaps, r.Worst, r.Controls, r.NotJudged, r.Parameters = nil, nil, nil, nil, nil, nil, nil
	r.Coverage, r.Tally, r.Score = Coverage{}, benchmark.Tally{}, benchmark.Tally{}.Score()
	r.Evidence.LastCall, r.Evidence.FirstCall = time.Time{}, time.Time{}
	return r
}

// reportOfLongNames has 300 characters in every text, among them some that share a glyph.
func reportOfLongNames() *Report {
	r := sampleReport(60)
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
