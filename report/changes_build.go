package report

import (
	"context"
	"slices"

	"orgaudit/report/benchmark"
)

// judged is an account as it was judged in every audit; nil where it is not in the
// organization. Index is that in the present report, where it is in it.
type judged struct {
	index int
	now   *AccountRows
	pasts []*AccountRows
}

// comparison adds up what is different from the previous audit, account by account.
type comparison struct {
	b        *builder
	r        *Report
	steps    *scoreSteps
	count    ChangeCount
	controls map[string]*controlMoves
	severity map[string]benchmark.Severity
	weight   map[string]int
}

// controlMoves are a control's changes; mended and broken count the accounts in which it
// went from fail to pass and back since something was changed in AWS.
type controlMoves struct {
	ChangeCount
	mended, broken int
}

// begin begins the comparison with the findings of the organization.
func (b *builder) begin(r *Report) *comparison {
	c := &comparison{
		b: b, r: r, steps: newScoreSteps(), controls: map[string]*controlMoves{},
		severity: map[string]benchmark.Severity{}, weight: map[string]int{},
	}
	for i := range r.Controls {
		control := &r.Controls[i]
		c.controls[control.ID], c.severity[control.ID], c.weight[control.ID] = &controlMoves{}, control.Severity, control.Weight
	}
	if b.previous >= 0 {
		changes, _ := c.organization().findings()
		c.addUp(changes)
		c.pair(b.pasts[b.previous].report.OrganizationResults, r.OrganizationResults)
	}
	return c
}

// add counts an account.
func (c *comparison) add(j *judged) {
	for k, p := range c.b.pasts {
		if j.pasts[k] != nil {
			p.count.add(p.index[j.pasts[k].Account.ID], j.pasts[k])
		}
	}
	if c.b.previous < 0 {
		return
	}
	var then, now []benchmark.Result
	if old := j.pasts[c.b.previous]; old != nil {
		then = old.Results
	}
	if j.now != nil {
		now = j.now.Results
	}
	c.pair(then, now)
	if d := c.account(j); d != nil {
		changes, _ := d.findings()
		c.addUp(changes)
	}
}

func (c *comparison) addUp(changes []Change) {
	for i := range changes {
		c.count.add(changes[i].Kind)
		c.controls[changes[i].Control].add(changes[i].Kind)
	}
}

// pair counts the results of an account, or of the organization, for the steps of the score.
// One of the lists is empty where the account was not in scope; otherwise both hold the same
// controls, since both audits are judged alike.
func (c *comparison) pair(then, now []benchmark.Result) {
	for i := range max(len(then), len(now)) {
		var was, is *benchmark.Result
		if i < len(then) {
			was = &then[i]
		}
		if i < len(now) {
			is = &now[i]
		}
		control := firstOf(was, is).Control
		c.steps.add(was, is, c.weight[control])
		if was != nil && is != nil {
			switch {
			case was.Verdict == benchmark.VerdictFail && is.Verdict == benchmark.VerdictPass:
				c.controls[control].mended++
			case was.Verdict == benchmark.VerdictPass && is.Verdict == benchmark.VerdictFail:
				c.controls[control].broken++
			}
		}
	}
}

func firstOf(a, b *benchmark.Result) *benchmark.Result {
	if a != nil {
		return a
	}
	return b
}

// organization compares the findings of the organization.
func (c *comparison) organization() *difference {
	d := &difference{
		now:      c.b.organizationSight(c.r),
		previous: c.b.previous, severity: c.severity,
		of: Change{AccountName: c.r.Organization.ID},
	}
	for _, p := range c.b.pasts {
		d.pasts = append(d.pasts, p.organizationSight(p.report))
	}
	return d
}

// account compares the findings of an account; nil where neither the present audit nor the
// previous one knows it.
func (c *comparison) account(j *judged) *difference {
	rows := j.now
	if rows == nil {
		rows = j.pasts[c.b.previous]
	}
	if rows == nil {
		return nil
	}
	a := rows.Account
	d := &difference{
		now: c.b.sight(c.r, j.now), previous: c.b.previous, severity: c.severity,
		of: Change{AccountID: a.ID, AccountName: a.Name, Unit: a.Unit},
	}
	for k, p := range c.b.pasts {
		d.pasts = append(d.pasts, p.sight(p.report, j.pasts[k]))
	}
	return d
}

// organizationSight is what an audit saw of the organization.
func (b *builder) organizationSight(r *Report) *sight {
	return &sight{at: r.Evidence.LastCall, results: r.OrganizationResults, account: func(id string) string {
		if b.org.Account(id) == nil {
			return stateNotThere
		}
		if _, excluded := b.excluded[id]; excluded {
			return stateExcluded
		}
		return ""
	}}
}

// sight is what an audit saw of an account.
func (b *builder) sight(r *Report, rows *AccountRows) *sight {
	s := &sight{at: r.Evidence.LastCall, absent: rows == nil}
	if rows != nil {
		_, s.excluded = b.excluded[rows.Account.ID]
		s.results = rows.Results
	}
	return s
}

// everywhere lists the accounts of the present audit by id, and then those that only an
// earlier one knows.
func (b *builder) everywhere(r *Report) []string {
	var ids, old []string
	known := map[string]bool{}
	for i := range r.Accounts {
		ids = append(ids, r.Accounts[i].ID)
		known[r.Accounts[i].ID] = true
	}
	for _, p := range b.pasts {
		for i := range p.report.Accounts {
			if id := p.report.Accounts[i].ID; !known[id] {
				known[id] = true
				old = append(old, id)
			}
		}
	}
	slices.Sort(old)
	return append(ids, old...)
}

// judgeEverywhere judges an account of that list in the present audit and in every earlier one.
func (b *builder) judgeEverywhere(r *Report, i int, id string) (*judged, error) {
	j := &judged{index: i}
	var err error
	if i < len(r.Accounts) {
		if j.now, _, err = b.figures(&r.Accounts[i]); err != nil {
			return nil, err
		}
	}
	j.pasts, err = b.judgePasts(id)
	return j, err
}

func (b *builder) judgePasts(id string) ([]*AccountRows, error) {
	rows := make([]*AccountRows, len(b.pasts))
	for k, p := range b.pasts {
		i, ok := p.index[id]
		if !ok {
			continue
		}
		var err error
		if rows[k], _, err = p.judge(&p.report.Accounts[i]); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// rowsSince are the rows of an account with what became of its findings.
func (b *builder) rowsSince(r *Report, a *Account) (*AccountRows, error) {
	rows, err := b.rows(a)
	if err != nil || b.previous < 0 {
		return rows, err
	}
	j := &judged{now: rows}
	if j.pasts, err = b.judgePasts(a.ID); err != nil {
		return nil, err
	}
	rows.Changes, rows.Lifetimes = b.comparison.account(j).findings()
	return rows, nil
}

// compare fills in what is different, once every account was counted.
func (b *builder) compare(r *Report) {
	for _, p := range b.pasts {
		p.totals(p.report)
		r.Trend = append(r.Trend, p.figures())
	}
	if b.previous < 0 {
		return
	}
	c, before := b.comparison, b.pasts[b.previous]
	changes := &Changes{Previous: r.Trend[b.previous], Count: c.count, Accounts: accountChanges(before.report, r), Units: unitChanges(before.report, r)}
	changes.Organization, r.Lifetimes = c.organization().findings()
	for i := range changes.Accounts {
		c.steps.accounts[changes.Accounts[i].What]++
	}
	if published := before.source.Published; published != nil {
		changes.PublishedScore, changes.PreviousBenchmark = &published.Score, published.Benchmark
		changes.Steps = append(changes.Steps, benchmarkStep(published, before.report))
	}
	changes.Steps = append(changes.Steps, c.steps.steps()...)
	for i := range r.Controls {
		control, old := &r.Controls[i], &before.report.Controls[i]
		moves := c.controls[control.ID]
		if moves.ChangeCount != (ChangeCount{}) || moves.mended+moves.broken > 0 {
			changes.Controls = append(changes.Controls, ControlChange{
				Control: control.ID, ChangeCount: moves.ChangeCount, FailedBefore: old.Failed, Failed: control.Failed,
				Mended: moves.mended, Broken: moves.broken,
			})
		}
	}
	changes.Better, changes.Worse = movers(r, changes.Controls)
	changes.EachGone = func(ctx context.Context, f func(*Change) error) error { return b.eachGone(ctx, r, f) }
	r.Changes = changes
}

// eachGone judges again the accounts that left since the previous audit.
func (b *builder) eachGone(ctx context.Context, r *Report, f func(*Change) error) error {
	var left []string
	for _, id := range b.everywhere(r)[len(r.Accounts):] {
		if _, ok := b.pasts[b.previous].index[id]; ok {
			left = append(left, id)
		}
	}
	return ordered(ctx, len(left), func(i int) ([]Change, error) {
		j := &judged{}
		var err error
		if j.pasts, err = b.judgePasts(left[i]); err != nil {
			return nil, err
		}
		changes, _ := b.comparison.account(j).findings()
		return changes, nil
	}, func(changes []Change) error { return eachChange(changes, f) })
}
