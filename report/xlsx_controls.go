package report

import (
	"strings"

	"orgaudit/report/benchmark"
)

// notJudged is what the workbook says of a recommendation that no control judges.
const notJudged = "not judged by this tool; no part of any score"

// writeControls lists the controls with their totals, and after them the recommendations
// of the benchmark that no control judges.
func writeControls(b *workbook, r *Report) error {
	columns := []sheetColumn{
		{title: "Number", width: 10}, {title: "Control id", width: 24, look: wrapped}, {title: "Title", width: 36, look: wrapped},
		{title: "Level", width: 10, look: figures}, {title: "Automated or manual", width: 13}, {title: "Judged", width: 18, look: wrapped}, {title: "Decided", width: 14, look: wrapped},
		{title: "Severity", width: 11}, {title: "Weight", width: 10, look: figures}, {title: "Scope", width: 13},
		{title: "Accounts passed", width: 12, look: figures}, {title: "Accounts failed", width: 12, look: figures}, {title: "of these excepted", width: 12, look: figures}, {title: "of these mitigated", width: 12, look: figures},
		{title: "Accounts not assessed", width: 12, look: figures}, {title: "Accounts not applicable", width: 12, look: figures}, {title: "Accounts manual", width: 12, look: figures},
		{title: "Population (items)", width: 12, look: figures}, {title: "Items passed", width: 12, look: figures}, {title: "Items failed", width: 12, look: figures}, {title: "Items not assessed", width: 12, look: figures},
		{title: "Why it matters", width: 42, look: wrapped}, {title: "How to test it", width: 42, look: wrapped}, {title: "Remedy", width: 42, look: wrapped},
	}
	for _, f := range (benchmark.References{}).Frameworks() {
		columns = append(columns, sheetColumn{title: f.Name, width: 16, look: wrapped})
	}
	s, err := b.newRowSheet(rowSheet{name: "Controls", paper: paperA3, frozen: 3, none: "The benchmark has no controls.", columns: columns})
	if err != nil {
		return err
	}
	for i := range r.Controls {
		c := &r.Controls[i]
		values := []any{numberOrDash(c.Number), c.ID, c.Title, levelOrDash(c.Level), c.Assessment, "yes", decidedWords(c), string(c.Severity), c.Weight, string(c.Scope),
			c.Passed, c.Failed, c.Excepted, c.Mitigated, c.NotAssessed, c.NotApplicable, c.Manual,
			c.Population, c.ItemsPassed, c.ItemsFailed, c.ItemsNotAssessed, c.Why, c.Test, c.Remedy}
		for _, f := range c.References.Frameworks() {
			values = append(values, strings.Join(f.Numbers, ", "))
		}
		if err := s.row(values...); err != nil {
			return err
		}
	}
	for _, n := range r.NotJudged {
		values := make([]any, len(s.columns))
		copy(values, []any{numberOrDash(n.Number), dash, n.Title, levelOrDash(n.Level), n.Assessment, notJudged})
		if err := s.row(values...); err != nil {
			return err
		}
	}
	return s.finish()
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
