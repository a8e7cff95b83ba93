package report

import (
	"strings"

	"orgaudit/report/benchmark"
)

// inheritedNote says above the matrix what its last columns are.
const inheritedNote = "Inherited: a control of the organization is judged once, and every account that is not excluded shows its verdict. It counts once in the organization's score and in no account's."

// matrixSheet is the sheet Results: a row an account, a column a control.
type matrixSheet struct {
	*rowSheet
	columnOf map[string]int // of controls of account scope, by id
	// inherited are the words of the organization's controls, which follow in the last columns.
	inherited []any
}

func newMatrixSheet(b *workbook, r *Report) (accountSheet, error) {
	m := &matrixSheet{columnOf: map[string]int{}}
	columns := []sheetColumn{
		{title: "Account id", width: 14}, {title: "Account", width: 28, look: wrapped}, {title: "Unit", width: 28, look: wrapped},
	}
	for i := range r.Controls {
		if c := &r.Controls[i]; c.Scope == benchmark.AccountScope {
			m.columnOf[c.ID] = len(columns)
			columns = append(columns, sheetColumn{title: numberedID(c), width: 12, look: centred, colours: verdictColours()})
		}
	}
	var lead []leadRow
	for i := range r.Controls {
		c := &r.Controls[i]
		if c.Scope != benchmark.OrganizationScope {
			continue
		}
		words := "no result"
		for j := range r.OrganizationResults {
			if r.OrganizationResults[j].Control == c.ID {
				words = inheritedWords(&r.OrganizationResults[j])
			}
		}
		m.inherited = append(m.inherited, words)
		columns = append(columns, sheetColumn{title: numberedID(c) + " (inherited)", width: 13, look: centred, muted: true, colours: inheritedColours()})
		lead = b.note(inheritedNote)
	}
	s, err := b.newRowSheet(rowSheet{
		name: "Results", paper: paperA3, frozen: 2, turned: true, none: "There are no accounts.", lead: lead, columns: columns,
	})
	m.rowSheet = s
	return m, err
}

// numberedID heads the column of a control.
func numberedID(c *Control) string { return strings.TrimSpace(c.Number + " " + c.ID) }

// inheritedWords say a verdict of the organization in the row of an account.
func inheritedWords(result *benchmark.Result) string {
	words := verdictWords(result)
	if result.Mark != benchmark.NoMark {
		return strings.TrimSuffix(words, ")") + ", inherited)"
	}
	return words + " (inherited)"
}

// inheritedColours make a fail stand out a little among what is muted.
func inheritedColours() []colour {
	return []colour{{"FAIL (inherited", func(s workbookStyles) int { return s.mutedBad }}}
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
