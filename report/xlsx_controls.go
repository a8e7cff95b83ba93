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
	s, err := b.newRowSheet(rowSheet{
		name: "Controls", paper: paperA3, frozen: 3, none: "The benchmark has no controls.",
		columns: []sheetColumn{
			{title: "Number", width: 10}, {title: "Control id", width: 24, look: wrapped}, {title: "Title", width: 36, look: wrapped},
			{title: "Level", width: 10, look: figures}, {title: "Automated or manual", width: 13}, {title: "Judged", width: 18, look: wrapped},
			{title: "Severity", width: 11}, {title: "Weight", width: 10, look: figures}, {title: "Scope", width: 13},
			{title: "Accounts passed", width: 12, look: figures}, {title: "Accounts failed", width: 12, look: figures}, {title: "of these excepted", width: 12, look: figures}, {title: "of these mitigated", width: 12, look: figures},
			{title: "Accounts not assessed", width: 12, look: figures}, {title: "Accounts not applicable", width: 12, look: figures}, {title: "Accounts manual", width: 12, look: figures},
			{title: "Population (items)", width: 12, look: figures}, {title: "Items passed", width: 12, look: figures}, {title: "Items failed", width: 12, look: figures}, {title: "Items not assessed", width: 12, look: figures},
			{title: "Why it matters", width: 42, look: wrapped}, {title: "How to test it", width: 42, look: wrapped}, {title: "Remedy", width: 42, look: wrapped},
		},
	})
	if err != nil {
		return err
	}
	for i := range r.Controls {
		c := &r.Controls[i]
		err := s.row(numberOrDash(c.Number), c.ID, c.Title, levelOrDash(c.Level), c.Assessment, "yes", string(c.Severity), c.Weight, string(c.Scope),
			c.Passed, c.Failed, c.Excepted, c.Mitigated, c.NotAssessed, c.NotApplicable, c.Manual,
			c.Population, c.ItemsPassed, c.ItemsFailed, c.ItemsNotAssessed, c.Why, c.Test, c.Remedy)
		if err != nil {
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

// matrixSheet is the sheet Results: a row an account, a column a control.
type matrixSheet struct {
	*rowSheet
	columnOf map[string]int // of controls of account scope, by id
	// inherited are the words of the organization's controls, which follow in the last columns.
	inherited []any
}

func newMatrixSheet(b *workbook, r *Report) (*matrixSheet, error) {
	m := &matrixSheet{columnOf: map[string]int{}}
	columns := []sheetColumn{
		{title: "Account id", width: 14}, {title: "Account", width: 28, look: wrapped}, {title: "Unit", width: 28, look: wrapped},
	}
	add := func(c *Control, suffix string) {
		title := strings.TrimSpace(c.Number + " " + c.ID + suffix)
		columns = append(columns, sheetColumn{title: title, width: 12, look: centred, colours: verdictColours()})
	}
	for i := range r.Controls {
		if c := &r.Controls[i]; c.Scope == benchmark.AccountScope {
			m.columnOf[c.ID] = len(columns)
			add(c, "")
		}
	}
	for i := range r.Controls {
		c := &r.Controls[i]
		if c.Scope != benchmark.OrganizationScope {
			continue
		}
		words := "no result"
		for j := range r.OrganizationResults {
			if r.OrganizationResults[j].Control == c.ID {
				words = verdictWords(&r.OrganizationResults[j])
			}
		}
		m.inherited = append(m.inherited, words+" (org)")
		add(c, " (inherited)")
	}
	s, err := b.newRowSheet(rowSheet{name: "Results", paper: paperA3, frozen: 2, turned: true, none: "There are no accounts.", columns: columns})
	m.rowSheet = s
	return m, err
}

// add writes the row of an account.
func (m *matrixSheet) add(rows *AccountRows) error {
	a := rows.Account
	values := make([]any, len(m.columns))
	values[0], values[1], values[2] = a.ID, a.Name, a.Unit
	for i := 3; i < len(values); i++ {
		values[i] = "no result"
	}
	for i := range rows.Results {
		if column, ok := m.columnOf[rows.Results[i].Control]; ok {
			values[column] = verdictWords(&rows.Results[i])
		}
	}
	copy(values[len(values)-len(m.inherited):], m.inherited)
	if a.Outcome == Excluded {
		for i := 3; i < len(values); i++ {
			values[i] = Excluded
		}
	}
	return m.row(values...)
}
