package report

import (
	"fmt"

	"orgaudit/report/benchmark"
)

// controls draws the table of the controls, what to know of those that failed, and what
// the benchmark recommends and the tool does not judge.
func (d *pdfDocument) controls() error {
	d.title("Controls")
	if err := d.writeProse("controls-intro", d.facts()); err != nil {
		return err
	}
	if len(d.report.Controls) == 0 {
		if err := d.writeProse("no-controls", nil); err != nil {
			return err
		}
	} else {
		d.controlTable()
	}
	for i := range d.report.Controls {
		if d.report.Controls[i].Failed > 0 {
			if err := d.failedControl(&d.report.Controls[i], d.gathered.failures[i]); err != nil {
				return err
			}
		}
	}
	return d.notJudged()
}

func (d *pdfDocument) controlTable() {
	columns := []pdfColumn{
		{title: "No.", width: 11},
		{title: "Control", width: 70, lines: 2},
		{title: "Severity", width: 16},
		{title: "Failed", width: 12, right: true},
		{title: "Passed", width: 13, right: true},
		{title: "Not assessed", width: 22, right: true},
		{title: "Not applicable", width: 23, right: true},
		{title: "Manual", width: 13, right: true},
	}
	var rows [][]pdfCell
	for i := range d.report.Controls {
		c := &d.report.Controls[i]
		title := pdfCell{text: c.Title, shade: pdfInk}
		if c.Scope == benchmark.OrganizationScope {
			title.text += " (organization)"
		}
		failed := pdfCell{text: fmt.Sprint(c.Failed), shade: pdfInk}
		if c.Failed > 0 {
			failed.bold = true
			title.link, title.shade = d.link("control "+c.ID), pdfAccent
		}
		rows = append(rows, []pdfCell{
			pdfPlain(pdfOr(c.Number)), title,
			{text: pdfTitleCase(string(c.Severity)), bold: true, shade: pdfSeverity(c.Severity)},
			failed, pdfPlain(fmt.Sprint(c.Passed)), pdfPlain(fmt.Sprint(c.NotAssessed)),
			pdfPlain(fmt.Sprint(c.NotApplicable)), pdfPlain(fmt.Sprint(c.Manual)),
		})
	}
	d.table(columns, rows)
}

// failedControl draws why a control matters, how to test it, what to do, and where it failed.
func (d *pdfDocument) failedControl(c *Control, f pdfFailure) error {
	const indent = 22.0
	heading := c.Title
	if c.Number != "" {
		heading = c.Number + "  " + heading
	}
	counts, err := d.sentence("control-counts", pdfControlFacts(c))
	if err != nil {
		return err
	}
	d.font("", pdfBody)
	keep := float64(3+len(d.wrap(c.Why, d.wide-indent, 0))) * d.leading(pdfBody)
	d.heading(heading, min(keep, 60))
	d.pdf.SetLink(d.link("control "+c.ID), d.y-8, -1)

	d.font("B", 9)
	word := pdfTitleCase(string(c.Severity))
	d.ink(pdfSeverity(c.Severity))
	d.text(pdfLeft, d.y+3.4, word)
	d.paragraph(pdfLeft+indent, d.wide-indent, counts, "", 9, pdfGrey)
	d.y += 1
	for _, part := range []struct{ label, text string }{
		{"Why", c.Why}, {"Test", c.Test}, {"Remedy", c.Remedy}, {"Failed in", d.where(c, f)},
	} {
		if part.text != "" {
			d.labelled(part.label, part.text, indent)
		}
	}
	return nil
}

// labelled draws a paragraph with its label on the left.
func (d *pdfDocument) labelled(label, text string, indent float64) {
	d.font("", 9)
	if n := len(d.wrap(text, d.wide-indent, 0)); n <= 8 {
		d.need(float64(n) * d.leading(9))
	} else {
		d.need(2 * d.leading(9))
	}
	d.font("B", 9)
	d.ink(pdfHeadline)
	d.text(pdfLeft, d.y+9*pdfPoint*1.05, label)
	d.paragraph(pdfLeft+indent, d.wide-indent, text, "", 9, pdfInk)
	d.y += 1.2
}

// pdfControlCounts are the counts of a control as its sentence needs them.
type pdfControlCounts struct {
	*Control
	Organization bool
	Judged       int
}

func pdfControlFacts(c *Control) pdfControlCounts {
	return pdfControlCounts{c, c.Scope == benchmark.OrganizationScope, c.Passed + c.Failed}
}

// pdfNameWidth is the longest that one name may be in a list of accounts, in mm.
const pdfNameWidth = 70

// where lists the accounts in which a control failed, or what failed in the organization.
func (d *pdfDocument) where(c *Control, f pdfFailure) string {
	text, total, named := "", f.total, len(f.named)
	d.font("", 9)
	if c.Scope == benchmark.OrganizationScope {
		total, named = f.totalResources, len(f.resources)
		if total == 0 {
			return "the organization"
		}
		for i, item := range f.resources {
			text += pdfComma(i) + d.resource(item.Resource)
			if item.Observed != "" {
				text += " (" + d.fit(item.Observed, pdfNameWidth) + ")"
			}
		}
	}
	for i, a := range f.named {
		text += pdfComma(i) + d.fit(a.account.Name, pdfNameWidth) + " (" + a.account.ID
		if a.items > 1 {
			text += ", " + pdfCount(a.items, "item", "items")
		}
		if a.mark != benchmark.NoMark {
			text += ", " + string(a.mark)
		}
		text += ")"
	}
	if more := total - named; more > 0 {
		text += fmt.Sprintf(" and %d more; see the workbook", more)
	}
	return text
}

// resource names an account by its name and id instead of its ARN, which is too long to be
// read in a list. A long name is cut, the id never: it is what a reader searches for.
func (d *pdfDocument) resource(arn string) string {
	for i := range d.report.Accounts {
		if a := &d.report.Accounts[i]; a.ARN != "" && a.ARN == arn {
			return fmt.Sprintf("%s (%s)", d.fit(a.Name, pdfNameWidth), a.ID)
		}
	}
	return d.fit(arn, pdfNameWidth)
}

func pdfComma(i int) string {
	if i == 0 {
		return ""
	}
	return "; "
}

// notJudged draws the recommendations that no control judges.
func (d *pdfDocument) notJudged() error {
	d.heading("Recommendations that are not judged", 12+pdfTableKeep)
	if len(d.report.NotJudged) == 0 {
		return d.writeProse("all-judged", nil)
	}
	if err := d.writeProse("not-judged-intro", nil); err != nil {
		return err
	}
	columns := []pdfColumn{
		{title: "No.", width: 14},
		{title: "Recommendation", width: 130, lines: 2},
		{title: "Level", width: 12, right: true},
		{title: "Assessment", width: 26},
	}
	var rows [][]pdfCell
	for _, n := range d.report.NotJudged {
		rows = append(rows, []pdfCell{pdfPlain(pdfOr(n.Number)), pdfPlain(n.Title), pdfPlain(pdfLevel(n.Level)), pdfPlain(n.Assessment)})
	}
	d.table(columns, rows)
	return nil
}
