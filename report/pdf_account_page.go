package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// Bounds of what an account's page keeps of its rows.
const (
	pdfPageFailed   = 18 // failed controls
	pdfPageItems    = 2  // failed items of each of them
	pdfPageItemSize = 90 // bytes of an item's name
	pdfPageOpen     = 6  // controls that were not assessed
	pdfPageGaps     = 4
)

// pdfAccountPage is what the page of an account shows of its rows, cut to a bounded size.
type pdfAccountPage struct {
	split         [4]pdfSplit // by severity
	notApplicable int
	manual        int
	// failed are the failed controls, the gravest first; open are those not assessed. Both
	// are cut, and the numbers are of all.
	failed            []pdfPageFailure
	open              []int
	failures, unknown int
}

// pdfPageFacts are what the sentence on an account without failures is filled in with.
type pdfPageFacts struct {
	pdfFacts
	Unknown int // controls that were not assessed
}

// pdfPageFailure is a failed control of an account.
type pdfPageFailure struct {
	control      int // index in Report.Controls
	items        int
	population   int
	mark         benchmark.Mark
	named        []string
	weight, rank int
}

// pdfAccountPageOf keeps what an account's page shows. Texts are copied, so that the
// account's evidence can go.
func pdfAccountPageOf(rows *AccountRows, controls []Control, index map[string]int) pdfAccountPage {
	var p pdfAccountPage
	for i := range rows.Results {
		result := &rows.Results[i]
		c, known := index[result.Control]
		if !known {
			continue
		}
		rank := slices.Index(benchmark.Severities(), controls[c].Severity)
		if rank >= 0 {
			p.split[rank].add(result.Verdict)
		}
		switch result.Verdict {
		case benchmark.VerdictNotApplicable:
			p.notApplicable++
		case benchmark.VerdictManual:
			p.manual++
		case benchmark.VerdictNotAssessed:
			p.unknown++
			if len(p.open) < pdfPageOpen {
				p.open = append(p.open, c)
			}
		case benchmark.VerdictFail:
			p.failures++
			p.failed = append(p.failed, pdfPageFailure{
				control: c, items: result.Failed, population: result.Population, mark: result.Mark,
				named: pdfFailedItems(result), weight: controls[c].Weight, rank: rank,
			})
		}
	}
	slices.SortStableFunc(p.failed, func(a, b pdfPageFailure) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.weight, a.weight))
	})
	p.failed = slices.Clone(p.failed[:min(len(p.failed), pdfPageFailed)])
	return p
}

func pdfFailedItems(result *benchmark.Result) []string {
	var named []string
	for i := range result.Items {
		item := &result.Items[i]
		if item.Status != benchmark.Failed || item.Resource == "" {
			continue
		}
		if len(named) == pdfPageItems {
			break
		}
		text := item.Resource
		if len(text) > pdfPageItemSize {
			text = strings.ToValidUTF8(text[:pdfPageItemSize], "") + "…"
		}
		named = append(named, strings.Clone(text))
	}
	return named
}

// accountPages draws a page for each account, in the order of the table of accounts.
func (d *pdfDocument) accountPages() error {
	at := make(map[string]int, len(d.report.Accounts))
	for i := range d.report.Accounts {
		at[d.report.Accounts[i].ID] = i
	}
	gaps := map[string][]org.Gap{}
	for _, g := range d.report.Gaps {
		if g.Account != "" {
			gaps[g.Account] = append(gaps[g.Account], g)
		}
	}
	for i, a := range pdfAccountsByUnit(d.report.Accounts) {
		if i > 0 {
			d.newPage()
		}
		d.pdf.SetLink(d.link("account "+a.ID), 0, -1)
		d.pdf.Bookmark(d.glyphs.clean(a.Name+" ("+a.ID+")"), 1, 0)
		var page pdfAccountPage
		if n := at[a.ID]; n < len(d.gathered.pages) {
			page = d.gathered.pages[n]
		}
		if err := d.accountPage(a, page, gaps[a.ID]); err != nil {
			return err
		}
	}
	return nil
}

func (d *pdfDocument) accountPage(a *Account, p pdfAccountPage, gaps []org.Gap) error {
	d.font("B", 15)
	d.ink(pdfHeadline)
	name := a.Name
	if strings.TrimSpace(name) == "" {
		name = a.ID
	}
	d.text(pdfLeft, d.y+4.5, d.fit(name, d.wide))
	d.y += 9
	d.font("", 9)
	d.ink(pdfGrey)
	d.text(pdfLeft, d.y+3, d.fitPath(a.Unit, d.wide))
	d.y += 6.5
	d.accountScore(a, p)
	for _, f := range d.accountFacts(a) {
		d.fact(f[0], f[1], 2)
	}
	d.y += 3
	d.small("Failed controls")
	switch {
	case p.failures > 0:
		// The heading, the points below it, and a line on what is left out.
		d.accountFailures(p, 20+4.6*float64(min(len(gaps), pdfPageGaps+1)+min(p.unknown, pdfPageOpen+1)))
	case a.Score.Raw == nil:
		if err := d.note("account-not-judged", nil); err != nil {
			return err
		}
	default:
		if err := d.note("account-passed", pdfPageFacts{d.facts(), p.unknown}); err != nil {
			return err
		}
	}
	d.y += 3
	d.small("Not assessed")
	if p.unknown == 0 && len(gaps) == 0 {
		return d.note("account-whole", a)
	}
	for _, c := range p.open {
		d.bullet(d.report.Controls[c].Title)
	}
	if more := p.unknown - len(p.open); more > 0 {
		d.bullet("and " + pdfCount(more, "more control", "more controls"))
	}
	for i, g := range gaps {
		if i == pdfPageGaps {
			d.bullet("and " + pdfCount(len(gaps)-i, "more gap", "more gaps") + " of the evidence")
			break
		}
		text := "Gap: " + strings.ReplaceAll(string(g.Section), "_", " ") + ", " + g.Cause.Words()
		if g.Operation != "" {
			text += ", " + g.Operation
		}
		if g.Region != "" {
			text += ", " + g.Region
		}
		if g.Code != "" {
			text += " (" + g.Code + ")"
		}
		d.bullet(text)
	}
	return nil
}

// accountFacts say who the account is, and who entered it when and how.
func (d *pdfDocument) accountFacts(a *Account) [][2]string {
	facts := [][2]string{{"Account", a.ID}, {"Owner", cmp.Or(d.report.Rendering.Owner(&a.Account), "no tag names one")}}
	outcome := pdfOutcome(a.Outcome)
	if a.Why != "" {
		outcome += ": " + a.Why
	}
	if a.Code != "" {
		outcome += " (" + a.Code + ")"
	}
	facts = append(facts, [2]string{"Read", outcome})
	if !a.StartedAt.IsZero() {
		facts = append(facts,
			[2]string{"Entered by", fmt.Sprintf("%s, as %s", cmp.Or(a.Entry.Kind, "role"), pdfOr(cmp.Or(a.Entry.Identity, a.Entry.RoleARN)))},
			[2]string{"When", fmt.Sprintf("%s to %s; %s, %s", pdfTime(a.StartedAt), a.EndedAt.UTC().Format("15:04:05"),
				pdfCount(a.Calls, "call", "calls"), pdfCount(a.Retries, "retry", "retries"))})
	}
	if a.EvidenceFile != "" {
		facts = append(facts, [2]string{"Evidence", a.EvidenceFile + ", SHA-256 " + a.EvidenceSHA256})
	}
	return facts
}

// accountScore draws the account's score beside its verdicts by severity.
func (d *pdfDocument) accountScore(a *Account, p pdfAccountPage) {
	const height = 21.0
	top := d.y
	d.rule(pdfLeft, top, d.wide, pdfLine, 0.2)
	d.rule(pdfLeft, top+height, d.wide, pdfLine, 0.2)
	d.font("B", 24)
	d.ink(pdfHeadline)
	d.text(pdfLeft, top+12, pdfFigure(a.Score.Raw))
	d.font("B", 15)
	d.text(pdfLeft+29, top+12, pdfOr(a.Score.Grade))
	d.font("", 7.5)
	d.ink(pdfGrey)
	d.text(pdfLeft, top+17, "score; range "+pdfRange(a.Score)+", coverage "+pdfPercent(a.Score.Coverage))
	x := pdfLeft + 66
	step := (d.wide - 66) / 6
	for i, s := range benchmark.Severities() {
		d.tile(x, top, step, fmt.Sprintf("%d of %d", p.split[i].failed, p.split[i].judged()), string(s)+" failed", pdfSeverity(s))
		x += step
	}
	d.tile(x, top, step, fmt.Sprint(p.unknown), "not assessed", pdfInk)
	d.tile(x+step, top, step, fmt.Sprintf("%d · %d", p.notApplicable, p.manual), "n/a · manual", pdfInk)
	d.y = top + height + 3
}

// accountFailures draws the failed controls as far as they fit above what follows.
func (d *pdfDocument) accountFailures(p pdfAccountPage, below float64) {
	shown := 0
	for _, f := range p.failed {
		const height = 8.6
		if d.y+height > d.bottom-below {
			break
		}
		c := &d.report.Controls[f.control]
		d.font("B", 8)
		d.ink(pdfSeverity(c.Severity))
		d.text(pdfLeft, d.y+3.2, pdfTitleCase(string(c.Severity)))
		d.ink(pdfInk)
		d.text(pdfLeft+17, d.y+3.2, d.fit(c.Title, d.wide-17-38))
		d.font("", 7.5)
		d.ink(pdfGrey)
		count := fmt.Sprintf("%d of %s", f.items, pdfCount(f.population, "item", "items"))
		if f.mark != benchmark.NoMark {
			count += ", " + string(f.mark)
		}
		d.textRight(pdfLeft+d.wide, d.y+3.2, count)
		named := strings.Join(f.named, "; ")
		if more := f.items - len(f.named); more > 0 && len(f.named) > 0 {
			named += fmt.Sprintf("; and %d more", more)
		}
		d.text(pdfLeft+17, d.y+6.6, d.fit(named, d.wide-17))
		d.pdf.Link(pdfLeft, d.y, d.wide, height, d.link("control "+c.ID))
		d.y += height
		shown++
	}
	if more := p.failures - shown; more > 0 {
		d.font("", 7.5)
		d.ink(pdfGrey)
		d.text(pdfLeft+17, d.y+3, "and "+pdfCount(more, "more failed control", "more failed controls")+"; see the workbook")
		d.y += 4.5
	}
}
