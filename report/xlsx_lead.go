package report

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"orgaudit/report/benchmark"
)

// notJudged is what the workbook says of a recommendation that no control judges.
const notJudged = "not judged by this tool; no part of any score"

const leadName = "Lead sheet"

// leadNote says how the one verdict of a control over the organization is made.
const leadNote = "Result, over all accounts: FAIL where the control failed anywhere and is neither excepted nor mitigated there; else not assessed in full where any account could not be judged; else FAIL (excepted or mitigated) where it failed at all; else pass. Counts of accounts and weights are live formulas over the sheet Results; a control of the organization counts once."

// Words of the result of a control over the organization, beside those of verdicts.
const (
	notInFull    = "not assessed in full"
	acceptedFail = "FAIL (excepted or mitigated)"
)

// Columns of the lead sheet that formulas and links are about.
const (
	leadTested = 11 + iota
	leadPassed
	leadFailed
	leadExcepted
	leadMitigated
	leadUnknown
	leadNotApplicable
	leadManual
)

const (
	leadLinkResults  = 8
	leadLinkFindings = 9
	leadLinkSamples  = 10
)

// writeLead lists the controls with their totals and the auditor's conclusions, and after
// them the recommendations of the benchmark that no control judges.
func writeLead(b *workbook, r *Report) error {
	columns := []sheetColumn{
		{title: "Number", width: 9}, {title: "Title", width: 36, look: wrapped},
		{title: "Level", width: 8, look: figures}, {title: "Severity", width: 10}, {title: "Weight", width: 9, look: figures},
		{title: "Result", width: 17, look: wrapped, colours: verdictColours()},
		{title: "Conclusion", width: 30, input: true},
		{title: "In Results", width: 11}, {title: "In Findings", width: 11}, {title: "In Samples", width: 11},
		{title: "Accounts tested", width: 11, look: figures}, {title: "Accounts passed", width: 11, look: figures}, {title: "Accounts failed", width: 11, look: figures},
		{title: "of these excepted", width: 11, look: figures}, {title: "of these mitigated", width: 11, look: figures}, {title: "Accounts not assessed", width: 11, look: figures},
		{title: "Accounts not applicable", width: 12, look: figures}, {title: "Accounts manual", width: 11, look: figures},
		{title: "Population (items)", width: 12, look: figures}, {title: "Items tested", width: 10, look: figures}, {title: "Items passed", width: 10, look: figures}, {title: "Items failed", width: 10, look: figures}, {title: "Items not assessed", width: 11, look: figures},
		{title: "Objective: why it matters", width: 46, look: wrapped}, {title: "Test procedure", width: 84, look: wrapped}, {title: "Remedy", width: 42, look: wrapped},
	}
	for _, f := range (benchmark.References{}).Frameworks() {
		columns = append(columns, sheetColumn{title: f.Name, width: 13, look: wrapped})
	}
	columns = append(columns,
		sheetColumn{title: "Control id", width: 22, look: wrapped}, sheetColumn{title: "Scope", width: 13},
		sheetColumn{title: "Automated or manual", width: 13}, sheetColumn{title: "Judged", width: 9}, sheetColumn{title: "Decided", width: 14})
	s, err := b.newRowSheet(rowSheet{
		name: leadName, title: "Lead sheet: every control", paper: paperA3, frozen: 2, none: "The benchmark has no controls.",
		lead: b.note(leadNote), columns: columns,
	})
	if err != nil {
		return err
	}
	layout := layResults(r)
	for i := range r.Controls {
		if err := leadControl(s, &r.Controls[i], &layout); err != nil {
			return err
		}
	}
	for _, n := range r.NotJudged {
		values := make([]any, len(s.columns))
		copy(values, []any{numberOrDash(n.Number), n.Title, levelOrDash(n.Level), nil, nil, notJudged})
		copy(values[len(values)-5:], []any{dash, nil, n.Assessment, "no"})
		if err := s.row(values...); err != nil {
			return err
		}
	}
	return s.finish()
}

// leadControl writes the row of a control.
func leadControl(s *rowSheet, c *Control, layout *resultsLayout) error {
	link := func(text string) excelize.Cell { return excelize.Cell{StyleID: s.book.styles.link, Value: text} }
	findings := any(dash)
	if c.Failed+c.NotAssessed+c.ItemsNotAssessed > 0 {
		findings = link("Findings")
	}
	in := func(row int) string {
		return fmt.Sprintf("%s!%s$%d", resultsName, columnName(layout.column[c.ID]), row)
	}
	counted := func(words ...int) string {
		var cells []string
		for _, word := range words {
			cells = append(cells, in(resultsCounts+word))
		}
		return strings.Join(cells, "+")
	}
	values := []any{
		numberOrDash(c.Number), c.Title, levelOrDash(c.Level), string(c.Severity), formula{in(resultsWeight), c.Weight},
		nil, nil, link("Results"), findings, link("Samples"),
		nil,
		formula{counted(0), c.Passed}, formula{counted(1, 2, 3), c.Failed}, formula{counted(2), c.Excepted}, formula{counted(3), c.Mitigated},
		formula{counted(4), c.NotAssessed}, c.NotApplicable, c.Manual,
		c.Population, c.ItemsPassed + c.ItemsFailed, c.ItemsPassed, c.ItemsFailed, c.ItemsNotAssessed,
		c.Why, c.Test, c.Remedy,
	}
	for _, f := range c.References.Frameworks() {
		values = append(values, strings.Join(f.Numbers, ", "))
	}
	values = append(values, c.ID, string(c.Scope), c.Assessment, "yes", decidedWords(c))
	// The sheet may go on in another one with this very row.
	if err := s.makeRoom(); err != nil {
		return err
	}
	row := s.last + 1
	at := func(column int) string { return cellName(column, row) }
	values[5] = formula{fmt.Sprintf(`IF(%s>%s+%s,"%s",IF(%s>0,"%s",IF(%s>0,"%s",IF(%s>0,"pass",IF(%s>0,"manual",IF(%s>0,"n/a","%s"))))))`,
		at(leadFailed), at(leadExcepted), at(leadMitigated), openFail, at(leadUnknown), notInFull, at(leadFailed), acceptedFail,
		at(leadPassed), at(leadManual), at(leadNotApplicable), noResult), overallWords(c)}
	values[leadTested-1] = formula{at(leadPassed) + "+" + at(leadFailed), c.Passed + c.Failed}
	if err := s.row(values...); err != nil {
		return err
	}
	s.linkTo(leadLinkResults, resultsName, c.ID)
	s.linkTo(leadLinkFindings, "Findings", c.ID)
	s.linkTo(leadLinkSamples, "Samples", c.ID)
	return nil
}

// overallWords are the one verdict of a control over the organization.
func overallWords(c *Control) string {
	switch {
	case c.Failed > c.Excepted+c.Mitigated:
		return openFail
	case c.NotAssessed > 0:
		return notInFull
	case c.Failed > 0:
		return acceptedFail
	case c.Passed > 0:
		return "pass"
	case c.Manual > 0:
		return "manual"
	case c.NotApplicable > 0:
		return "n/a"
	default:
		return noResult
	}
}

// decidedWords say who decides a control.
func decidedWords(c *Control) string {
	if c.Control.Manual {
		return "by a person"
	}
	return "from evidence"
}

func numberOrDash(number string) string {
	if number == "" {
		return dash
	}
	return number
}

// levelOrDash is a level of a benchmark that has levels.
func levelOrDash(level int) any {
	if level == 0 {
		return dash
	}
	return level
}

// verdictWords say a verdict with its mark. A fail stands in capitals, so that it is
// found without colours.
func verdictWords(result *benchmark.Result) string {
	var words string
	switch result.Verdict {
	case benchmark.VerdictPass:
		words = "pass"
	case benchmark.VerdictFail:
		words = "FAIL"
	case benchmark.VerdictNotApplicable:
		words = "n/a"
	case benchmark.VerdictManual:
		words = "manual"
	default:
		words = "not assessed"
	}
	return words + markWords(result.Mark)
}

func markWords(mark benchmark.Mark) string {
	if mark == benchmark.NoMark {
		return ""
	}
	return " (" + string(mark) + ")"
}
