package report

import "orgaudit/report/benchmark"

// Where things stand on the sheet Results, for the formulas of other sheets.
const (
	resultsName = "Results"
	// Rows: below the title and two notes the severities, the weights and the counts of
	// [countedWords], and then the header.
	resultsSeverity = titleRows + 3
	resultsWeight   = titleRows + 4
	resultsCounts   = titleRows + 5
	resultsHeader   = resultsCounts + 5
	// firstControl is the first column of a control.
	firstControl = 4
)

// openFail is what Results says of a fail that is neither excepted nor mitigated.
const openFail = "FAIL"

// countedWord is a verdict that is counted above the columns of Results.
type countedWord struct {
	word  string
	count func(c *Control) int
}

// countedWords are the verdicts that scores are made from.
func countedWords() [5]countedWord {
	return [...]countedWord{
		{"pass", func(c *Control) int { return c.Passed }},
		{openFail, func(c *Control) int { return c.Failed - c.Excepted - c.Mitigated }},
		{"FAIL (excepted)", func(c *Control) int { return c.Excepted }},
		{"FAIL (mitigated)", func(c *Control) int { return c.Mitigated }},
		{"not assessed", func(c *Control) int { return c.NotAssessed }},
	}
}

// resultsLayout is where the controls, units and accounts stand on the sheet Results.
type resultsLayout struct {
	tree accountTree
	// controls are the indices in Report.Controls in the order of the columns: first those of
	// account scope, accountControls of them, then those of the organization.
	controls        []int
	accountControls int
	column          map[string]int // of controls, by id; 0 is none
	// unitRow and accountRow are the rows by index in the report; the row of the organization
	// is the first below the header, last the last row of all.
	unitRow, accountRow []int
	last                int
}

func layResults(r *Report) resultsLayout {
	l := resultsLayout{
		tree: newAccountTree(r), column: map[string]int{},
		unitRow: make([]int, len(r.Units)), accountRow: make([]int, len(r.Accounts)),
	}
	for _, scope := range []benchmark.Scope{benchmark.AccountScope, benchmark.OrganizationScope} {
		for i := range r.Controls {
			if r.Controls[i].Scope == scope {
				l.column[r.Controls[i].ID] = firstControl + len(l.controls)
				l.controls = append(l.controls, i)
			}
		}
		if scope == benchmark.AccountScope {
			l.accountControls = len(l.controls)
		}
	}
	l.last = resultsHeader + 1
	next := func() int { l.last++; return l.last }
	for i := range r.Units {
		l.unitRow[i] = next()
		unit := l.tree.units[i]
		for _, account := range l.tree.accounts[unit.first:unit.own] {
			l.accountRow[account] = next()
		}
	}
	for _, account := range l.tree.accounts[l.tree.placed:] {
		l.accountRow[account] = next()
	}
	return l
}

// lastColumn is the last column of a control.
func (l *resultsLayout) lastColumn() int { return firstControl + max(len(l.controls), 1) - 1 }
