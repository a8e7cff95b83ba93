package report

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"orgaudit/report/benchmark"
)

// severalPDF is the PDF of several organizations in the making.
type severalPDF struct {
	*pdfDocument
	of *Several
}

// severalFacts are what its prose is filled in with: the sum, and which organizations it is of.
type severalFacts struct {
	pdfFacts
	Audited, Lost []Member
}

func (s *Several) facts(sum *Report) severalFacts {
	return severalFacts{pdfFactsOf(sum), s.audited(), s.lost()}
}

// writePDF writes the report of all organizations for readers: one page with the figures of
// all and of each, and tables of the controls, of what was not assessed and of the evidence.
func (s *Several) writePDF(ctx context.Context, w io.Writer) error {
	d, err := newPDFDocument(s.Sum())
	if err != nil {
		return err
	}
	p := severalPDF{d, s}
	section := func(name, title string, appendix bool, draw func() error) pdfSection {
		return pdfSection{name, title, appendix, func(*pdfDocument) error { return draw() }}
	}
	d.sections = []pdfSection{section("summary", "Summary", false, p.first)}
	if len(s.Members) > firstOrganizations {
		d.sections = append(d.sections, section("organizations", "Organizations", false, p.organizations))
	}
	d.sections = append(d.sections,
		section("risks", "Controls that failed, the gravest first", true, p.controls),
		section("open", "What was not assessed", true, p.open),
		section("digests", "Evidence and digests", true, p.digests))
	for _, part := range d.sections {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("write PDF: %w", err)
		}
		if err := d.draw(part); err != nil {
			return fmt.Errorf("write PDF, %s: %w", part.title, err)
		}
	}
	d.contents()
	d.footers()
	return d.output(w)
}

// firstOrganizations is how many organizations the first page has room for.
const firstOrganizations = 12

// first draws the page that says it all.
func (p severalPDF) first() error {
	facts := p.of.facts(p.report)
	p.pdf.AddPage()
	p.target(p.section.name, p.section.title, 0)
	if err := p.masthead(); err != nil {
		return err
	}
	if err := p.banners(facts.pdfFacts); err != nil {
		return err
	}
	if len(facts.Lost) > 0 {
		if err := p.banner("several-lost", facts); err != nil {
			return err
		}
	}
	headline, err := p.sentence("several-headline", facts)
	if err != nil {
		return err
	}
	p.font("B", 13)
	p.ink(pdfInk)
	p.lines(headline, 13, 3)
	p.y += 2
	if err := p.scoreCard(facts.pdfFacts); err != nil {
		return err
	}
	p.pdf.SetLink(p.link("changes"), 0, 1) // a report of one organization goes on there
	if err := p.coverageCard(facts.pdfFacts); err != nil {
		return err
	}
	p.contentsAt = p.bottom - p.contentsHeight()
	if len(p.of.Members) > firstOrganizations {
		return nil
	}
	p.small("Organizations")
	return p.organizationTable()
}

// organizations draws the organizations on pages of their own.
func (p severalPDF) organizations() error {
	p.begin(40)
	return p.organizationTable()
}

func (p severalPDF) organizationTable() error {
	if err := p.note("several-organizations", p.of.facts(p.report)); err != nil {
		return err
	}
	columns := []pdfColumn{
		{title: "Organization", width: 44, lines: 2},
		{title: "Id", width: 31},
		{title: "Accounts", width: 17, right: true},
		{title: "In full", width: 14, right: true},
		{title: "Grade", width: 13, right: true},
		{title: "Score", width: 13, right: true},
		{title: "Range", width: 21, right: true},
		{title: "Coverage", width: 18, right: true},
		{title: "Critical", width: 15, right: true},
	}
	row := func(name, id string, r *Report, bold bool) []pdfCell {
		cells := []pdfCell{
			pdfPlain(name), pdfPlain(id), pdfPlain(fmt.Sprint(r.Coverage.InScope())), pdfPlain(fmt.Sprint(r.Coverage.Complete)),
			{text: pdfOr(r.Score.Grade), bold: true, shade: pdfInk}, pdfPlain(pdfFigure(r.Score.Raw)), pdfPlain(pdfRange(r.Score)),
			pdfPlain(pdfPercent(r.Score.Coverage)), pdfPlain(fmt.Sprint(r.Tally.CriticalFailed)),
		}
		for i := range cells {
			cells[i].bold = cells[i].bold || bold
		}
		return cells
	}
	var rows [][]pdfCell
	for _, m := range p.of.Members {
		if m.report != nil {
			rows = append(rows, row(m.Name, m.report.Organization.ID, m.report, false))
			continue
		}
		cells := []pdfCell{pdfPlain(m.Name), {text: "not audited", shade: pdfHigh}}
		for range len(columns) - len(cells) {
			cells = append(cells, pdfPlain(pdfDash))
		}
		rows = append(rows, cells)
	}
	p.table(columns, append(rows, row("All that were audited", "", p.report, true)))
	return nil
}

// controls draws the controls that failed and where.
func (p severalPDF) controls() error {
	p.title(p.section.title)
	var failed []*Control
	for i := range p.report.Controls {
		if c := &p.report.Controls[i]; c.Failed > 0 {
			failed = append(failed, c)
		}
	}
	facts := p.of.facts(p.report)
	if len(failed) == 0 {
		return p.writeProse("several-no-failures", facts)
	}
	if err := p.writeProse("several-controls", facts); err != nil {
		return err
	}
	slices.SortStableFunc(failed, func(a, b *Control) int {
		grave := func(c *Control) int { return slices.Index(benchmark.Severities(), c.Severity) }
		return cmp.Or(cmp.Compare(grave(a), grave(b)), cmp.Compare(b.Weight*b.Failed, a.Weight*a.Failed))
	})
	var rows [][]pdfCell
	for _, c := range failed {
		rows = append(rows, []pdfCell{
			pdfPlain(pdfOr(c.Number)), pdfPlain(c.Title), {text: pdfTitleCase(string(c.Severity)), bold: true, shade: pdfSeverity(c.Severity)},
			{text: fmt.Sprint(c.Failed), bold: true, shade: pdfInk}, pdfPlain(fmt.Sprint(c.Passed)), pdfPlain(fmt.Sprint(c.NotAssessed)),
			pdfPlain(p.of.failedIn(c.ID)),
		})
	}
	p.table([]pdfColumn{
		{title: "No.", width: 11}, {title: "Control", width: 62, lines: 2}, {title: "Severity", width: 16},
		{title: "Failed", width: 12, right: true}, {title: "Passed", width: 13, right: true}, {title: "Unknown", width: 17, right: true},
		{title: "Failed in", width: 52, lines: 3},
	}, rows)
	return nil
}

// failedIn says in how many accounts of which organizations a control failed.
func (s *Several) failedIn(control string) string {
	var places []string
	for _, m := range s.audited() {
		for i := range m.report.Controls {
			c := &m.report.Controls[i]
			if c.ID != control || c.Failed == 0 {
				continue
			}
			place := m.Name
			if c.Scope == benchmark.AccountScope {
				place += fmt.Sprintf(" %d of %d", c.Failed, c.Failed+c.Passed)
			}
			places = append(places, place)
		}
	}
	return strings.Join(places, ", ")
}

// open draws what is not known.
func (p severalPDF) open() error {
	p.title(p.section.title)
	facts := p.of.facts(p.report)
	var rows [][]pdfCell
	for _, m := range facts.Lost {
		rows = append(rows, []pdfCell{pdfPlain(m.Name), pdfPlain(pdfDash), pdfPlain("the whole organization"), pdfPlain("not audited"), pdfPlain(m.Failure)})
	}
	for _, m := range facts.Audited {
		for _, a := range pdfAccountsByUnit(m.report.Accounts) {
			if a.Outcome != Complete {
				rows = append(rows, []pdfCell{pdfPlain(m.Name), pdfPlain(a.ID), pdfPlain(a.Name), pdfPlain(pdfOutcome(a.Outcome)), pdfPlain(pdfOr(a.Why))})
			}
		}
	}
	if len(rows) == 0 {
		return p.writeProse("several-nothing-open", facts)
	}
	if err := p.writeProse("several-open", facts); err != nil {
		return err
	}
	p.table([]pdfColumn{
		{title: "Organization", width: 32}, {title: "Account", width: 24}, {title: "Name", width: 40}, {title: "Outcome", width: 20}, {title: "Cause", width: 67, lines: 3},
	}, rows)
	return nil
}

// digests draws what each organization's report rests on.
func (p severalPDF) digests() error {
	p.title(p.section.title)
	if err := p.writeProse("several-digests", p.of.facts(p.report)); err != nil {
		return err
	}
	for _, m := range p.of.audited() {
		r := m.report
		p.heading(m.Name, 40)
		for _, fact := range [][2]string{
			{"Organization", fmt.Sprintf("%s in the partition %s", r.Organization.ID, r.Organization.Partition)},
			{"Reports and evidence", m.Folder}, {"Last call to AWS", pdfTime(r.Evidence.LastCall)},
			{"Collected by", pdfOr(r.Evidence.Caller)}, {"Collected with", "orgaudit " + pdfOr(r.Evidence.Tool)},
			{"Evidence, SHA-256", pdfOr(r.Evidence.Digest)}, {"Settings, SHA-256", pdfOr(r.Evidence.ConfigDigest)},
		} {
			p.fact(fact[0], fact[1], 3)
		}
	}
	return nil
}
