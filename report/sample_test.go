package report

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// sampleStart is when the sample's first call was made.
func sampleStart() time.Time { return time.Date(2026, 9, 30, 6, 15, 0, 0, time.UTC) }

// sampleReport makes a plausible report of an organization with so many accounts, always
// the same. With 12 accounts or more it holds every outcome, verdict and mark. Some names
// begin like formulas, and some hold control characters.
func sampleReport(accounts int) *Report {
	r := &Report{
		Title: "AWS identity and access audit", Company: "Müller & Søn A/S", Confidentiality: "Confidential",
		Benchmark: BenchmarkFacts{ID: "cis-7.0", Title: "CIS Amazon Web Services Foundations Benchmark v7.0.0, identity section", Digest: strings.Repeat("b4", 32)},
		Evidence: EvidenceFacts{
			FirstCall: sampleStart(), LastCall: sampleStart().Add(97*time.Minute + 12*time.Second),
			Caller: "arn:aws:sts::000190000025:assumed-role/orgaudit/auditor", Digest: strings.Repeat("e5", 32),
			Tool: "v1.0.0", ConfigDigest: strings.Repeat("c0", 32), Simulated: true, Calls: 41 * accounts, Retries: accounts / 3,
		},
		Weights: benchmark.DefaultWeights(),
		Parameters: []benchmark.ParameterValue{
			{Name: "unused_credential_days", Value: "45", Default: "45", Meaning: "Days after which an unused credential must be off.", Source: "CIS 1.11"},
			{Name: "password_min_length", Value: "=16", Default: "14", Meaning: "Characters that a password must have at least.", Source: "CIS 1.7"},
		},
		NotJudged: []benchmark.Recommendation{
			{Number: "1.1", Title: "Maintain current contact details", Level: 1, Assessment: "Manual"},
			{Number: "1.21", Title: "Manage IAM users centrally via identity federation or AWS Organizations for multi-account environments", Level: 2, Assessment: "Manual"},
		},
		Controls:        sampleControls(),
		WorstAccount:    -1,
		Register:        RegisterFacts{File: "exceptions.toml", Digest: strings.Repeat("ec", 32)},
		Exceptions:      sampleExceptions(),
		ExceptionLimits: benchmark.ExceptionLimits{ExpiringDays: 90, MostItems: 100, MostAccounts: 25},
	}
	r.Units = sampleUnits()
	for i := range accounts {
		r.Accounts = append(r.Accounts, sampleAccount(r.Units, i))
	}
	management := &r.Accounts[min(1, accounts-1)]
	management.Management = true
	management.Entry = collect.Entry{Kind: collect.EntryCaller, Identity: r.Evidence.Caller}
	r.Organization = OrganizationFacts{
		ID: "o-a1b2c3d4e5", ManagementAccount: management.ID, ManagementName: management.Name,
		FeatureSet: "ALL", Partition: "aws", Accounts: accounts, Units: len(r.Units) - 1,
	}
	r.Digests = map[string]string{}
	for _, a := range r.Accounts {
		if a.EvidenceFile != "" {
			r.Digests[a.EvidenceFile] = a.EvidenceSHA256
		}
	}
	r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
		for i := range r.Accounts {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := f(sampleRows(r, i)); err != nil {
				return err
			}
		}
		return nil
	}
	sampleTotals(r)
	sampleInformation(r)
	return r
}

// sampleTotals adds up the results as a builder of reports does.
func sampleTotals(r *Report) {
	r.Gaps = append(r.Gaps, org.Gap{Section: org.SectionRootFeatures, Cause: org.DeniedByRole, Operation: "iam:ListOrganizationsFeatures", Code: "AccessDenied", RequestID: "00000000-0000-4000-8000-000000000000", Message: "not authorized to perform: iam:ListOrganizationsFeatures", At: sampleStart()})
	failedIn := make([][]int, len(r.Controls))
	add := func(result *benchmark.Result, account int) benchmark.Tally {
		c := slices.IndexFunc(r.Controls, func(c Control) bool { return c.ID == result.Control })
		sampleCount(&r.Controls[c], result)
		if result.Verdict == benchmark.VerdictFail {
			failedIn[c] = append(failedIn[c], account)
		}
		var t benchmark.Tally
		t.Add(result.Verdict, result.Mark, r.Controls[c].Severity, r.Controls[c].Weight)
		return t
	}
	var policies []BindingPolicy
	r.EachPolicy = func(f func(*BindingPolicy) error) error {
		for i := range policies {
			if err := f(&policies[i]); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		rows := sampleRows(r, i)
		for j := range rows.Results {
			a.Tally = a.Tally.Plus(add(&rows.Results[j], i))
		}
		a.Score = a.Tally.Score()
		r.Tally = r.Tally.Plus(a.Tally)
		if a.Score.Raw != nil && (r.WorstAccount < 0 || *a.Score.Raw < *r.Accounts[r.WorstAccount].Score.Raw) {
			r.WorstAccount = i
		}
		if a.Code != "" {
			r.Gaps = append(r.Gaps, org.Gap{Section: collect.CredentialReportSection, Account: a.ID, Cause: org.RoleNotAssumable, Operation: "sts:AssumeRole", Code: a.Code, RequestID: a.RequestID, Message: "is not authorized to perform: sts:AssumeRole\x1b[31m", At: a.StartedAt})
		}
		switch r.Coverage.Accounts++; a.Outcome {
		case Complete:
			r.Coverage.Complete++
		case Partial:
			r.Coverage.Partial++
		case NotEntered:
			r.Coverage.NotEntered++
		case NotCollected:
			r.Coverage.NotCollected++
		case Excluded:
			r.Coverage.Excluded++
		}
		policies = append(policies, samplePolicies(r, a)...)
	}
	for c, control := range r.Controls {
		if control.Scope == benchmark.OrganizationScope {
			result := sampleResult(&control, nil, 5*c)
			result.Account = ""
			r.OrganizationResults = append(r.OrganizationResults, result)
			r.Tally = r.Tally.Plus(add(&result, -1))
		}
	}
	r.Score = r.Tally.Score()
	r.MeanAccount, _ = sampleMean(r, "")
	for u := range r.Units {
		sampleUnitTotals(r, &r.Units[u])
	}
	for c, control := range r.Controls {
		if control.Failed == 0 || len(r.Worst) == 10 {
			continue
		}
		w := Worst{Control: c, Items: control.ItemsFailed, Weight: control.Weight * control.Failed}
		if control.Scope == benchmark.AccountScope {
			w.Accounts = failedIn[c]
			w.Sentence = fmt.Sprintf("%s: failed in %d of %d accounts.", control.Title, control.Failed, r.Coverage.InScope())
		} else {
			w.Sentence = control.Title + ": failed for the organization."
		}
		r.Worst = append(r.Worst, w)
	}
	slices.SortStableFunc(r.Worst, func(a, b Worst) int { return b.Weight - a.Weight })
}

func sampleUnitTotals(r *Report, u *Unit) {
	for _, a := range r.Accounts {
		if a.Unit != u.Path && !strings.HasPrefix(a.Unit, u.Path+" / ") {
			continue
		}
		u.Accounts++
		if a.Outcome != Excluded {
			u.InScope++
		}
		u.Tally = u.Tally.Plus(a.Tally)
	}
	u.Score = u.Tally.Score()
	u.Mean, u.Worst = sampleMean(r, u.Path+" / ")
}

// sampleMean returns the mean raw score of the accounts whose path begins so and the worst of them.
func sampleMean(r *Report, path string) (mean *float64, worst int) {
	worst = -1
	var sum float64
	var n int
	for i, a := range r.Accounts {
		if raw := a.Score.Raw; raw != nil && strings.HasPrefix(a.Unit+" / ", path) {
			sum += *raw
			n++
			if worst < 0 || *raw < *r.Accounts[worst].Score.Raw {
				worst = i
			}
		}
	}
	if n == 0 {
		return nil, -1
	}
	sum /= float64(n)
	return &sum, worst
}

func sampleCount(c *Control, result *benchmark.Result) {
	switch result.Verdict {
	case benchmark.VerdictPass:
		c.Passed++
	case benchmark.VerdictFail:
		c.Failed++
	case benchmark.VerdictNotAssessed:
		c.NotAssessed++
	case benchmark.VerdictNotApplicable:
		c.NotApplicable++
	case benchmark.VerdictManual:
		c.Manual++
	}
	switch result.Mark {
	case benchmark.Excepted:
		c.Excepted++
	case benchmark.Mitigated:
		c.Mitigated++
	}
	c.Population += result.Population
	c.ItemsPassed += result.Passed
	c.ItemsFailed += result.Failed
	c.ItemsNotAssessed += result.NotAssessed
}
