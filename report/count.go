package report

import (
	"orgaudit/report/benchmark"
)

// auditCount adds up the results of an audit, account by account.
type auditCount struct {
	b         *builder
	r         *Report
	byControl map[string]int
	worst     map[int]*Worst
	trusts    *trustCount
	analyzers *analyzerCount
	findings  int // failed items
	failed    map[benchmark.Severity]int
}

// newAuditCount begins with the results of the organization.
func newAuditCount(b *builder, r *Report) *auditCount {
	c := &auditCount{b: b, r: r, byControl: map[string]int{}, worst: map[int]*Worst{}, trusts: newTrustCount(r), analyzers: b.countAnalyzers(r), failed: map[benchmark.Severity]int{}}
	for i, control := range r.Controls {
		c.byControl[control.ID] = i
	}
	for i := range r.OrganizationResults {
		c.result(&r.OrganizationResults[i], &r.Tally, -1)
	}
	b.used.Add(nil, r.OrganizationResults)
	return c
}

func (c *auditCount) result(result *benchmark.Result, tally *benchmark.Tally, account int) {
	i := c.byControl[result.Control]
	control := &c.r.Controls[i]
	control.count(result)
	tally.Add(result.Verdict, result.Mark, control.Severity, control.Weight)
	if result.Verdict != benchmark.VerdictFail {
		return
	}
	c.findings += result.Failed
	c.failed[control.Severity]++
	if c.worst[i] == nil {
		c.worst[i] = &Worst{Control: i}
	}
	c.worst[i].Items += result.Failed
	c.worst[i].Weight += control.Weight
	if account >= 0 {
		c.worst[i].Accounts = append(c.worst[i].Accounts, account)
	}
}

// add counts the account with that index in the report.
func (c *auditCount) add(index int, rows *AccountRows) {
	a := &c.r.Accounts[index]
	c.b.facts(c.r, a, rows.Evidence)
	a.Reconciled = countReconciled(rows.Reconciled)
	c.b.used.Add(&a.Account, rows.Results)
	c.trusts.add(a, rows.Trusts)
	if rows.Evidence != nil {
		c.analyzers.count(rows.Evidence.OrganizationFindings)
	}
	if c.b.narrowed[a.ID] {
		c.b.used.LeftOut(&a.Account)
	}
	for i := range rows.Results {
		c.result(&rows.Results[i], &a.Tally, index)
	}
	a.Score = a.Tally.Score()
}

// count adds a result to the control's totals.
func (c *Control) count(r *benchmark.Result) {
	switch r.Verdict {
	case benchmark.VerdictPass:
		c.Passed++
	case benchmark.VerdictFail:
		c.Failed++
		switch r.Mark {
		case benchmark.Excepted:
			c.Excepted++
		case benchmark.Mitigated:
			c.Mitigated++
		}
	case benchmark.VerdictNotAssessed:
		c.NotAssessed++
	case benchmark.VerdictNotApplicable:
		c.NotApplicable++
	case benchmark.VerdictManual:
		c.Manual++
	}
	c.Population += r.Population
	c.ItemsPassed += r.Passed
	c.ItemsFailed += r.Failed
	c.ItemsNotAssessed += r.NotAssessed
}
