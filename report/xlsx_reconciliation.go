package report

import "fmt"

// reconciliationResult is the column of the sheet Reconciliation that its totals count.
const reconciliationResult = 12

// reconciliationSheet holds AWS's own figures against the data sets of every account. The
// differences are live formulas.
type reconciliationSheet struct{ *rowSheet }

func newReconciliationSheet(b *workbook, r *Report) (accountSheet, error) {
	s, err := b.newRowSheet(rowSheet{
		name: "Reconciliation", title: "Reconciliation: figures of GetAccountSummary against the data sets", paper: paperA3, frozen: 3,
		none: "The organization has no accounts.", lead: reconciliationTotals(b, r),
		columns: []sheetColumn{
			{title: "Account id", width: 15}, {title: "Account", width: 24, look: wrapped}, {title: "AWS's figure", width: 20},
			{title: "Read (UTC)", width: 18}, {title: "Says AWS", width: 10, look: figures},
			{title: "Data set", width: 22, look: wrapped}, {title: "Counted there", width: 30, look: wrapped}, {title: "As of (UTC)", width: 18}, {title: "Count", width: 10, look: figures},
			{title: "Difference", width: 11, look: figures}, {title: "Expected", width: 10}, {title: "Result", width: 14, colours: comparisonColours()},
			{title: "Why", width: 52, look: wrapped},
		},
	})
	return reconciliationSheet{s}, err
}

func (s reconciliationSheet) add(rows *AccountRows) error {
	a := rows.Account
	if len(rows.Reconciled) == 0 {
		return s.row(a.ID, a.Name, "(none)", nil, (*float64)(nil), dash, dash, nil, (*float64)(nil), (*float64)(nil), dash, NotCompared, sheetOutcome(a.Outcome))
	}
	for i := range rows.Reconciled {
		c := &rows.Reconciled[i]
		var difference any = (*float64)(nil)
		expected := "0"
		if c.AtLeast {
			expected = "0 or more"
		}
		if c.Outcome() == NotCompared {
			expected = dash
		} else {
			difference = formula{expression: "E" + thisRow + "-I" + thisRow, value: c.Stated - c.Found}
		}
		err := s.row(a.ID, a.Name, c.Key, c.StatedAt, countOrDash(c.Stated), sectionWords(c.Section), c.What, c.FoundAt, countOrDash(c.Found),
			difference, expected, c.Outcome(), c.Why)
		if err != nil {
			return err
		}
	}
	return nil
}

// comparisonColours are those of whether figures agree.
func comparisonColours() []colour {
	return []colour{
		{Agrees, func(s workbookStyles) int { return s.good }},
		{Differs, func(s workbookStyles) int { return s.bad }},
		{NotCompared, func(s workbookStyles) int { return s.unknown }},
	}
}

// reconciliationTotals count the results as formulas over the column, of which no
// organization fills more than a sheet.
func reconciliationTotals(b *workbook, r *Report) []leadRow {
	const header = titleRows + 5
	var sum ReconciliationCount
	for i := range r.Accounts {
		c := r.Accounts[i].Reconciled
		if c == (ReconciliationCount{}) {
			c.NotCompared = 1 // the row that says so
		}
		sum.Agrees, sum.Differs, sum.NotCompared = sum.Agrees+c.Agrees, sum.Differs+c.Differs, sum.NotCompared+c.NotCompared
	}
	rows := sum.Agrees + sum.Differs + sum.NotCompared
	counts := map[string]int{Agrees: sum.Agrees, Differs: sum.Differs, NotCompared: sum.NotCompared}
	cells := cellName(reconciliationResult, header+1) + ":" + cellName(reconciliationResult, header+max(rows, 1))
	labels := []string{"Rows"}
	totals := []any{formula{expression: "COUNTA(" + cells + ")", value: rows}}
	for _, outcome := range []string{Agrees, Differs, NotCompared} {
		labels = append(labels, outcome)
		totals = append(totals, formula{expression: fmt.Sprintf(`COUNTIF(%s,"%s")`, cells, outcome), value: counts[outcome]})
	}
	lead := b.note("AWS counts users, roles and others by itself. A difference of 0 shows that the data set of the audit is complete. MFADevicesInUse counts devices of every kind and may be larger than what it is held against.")
	return append(append(lead, b.totals(labels, totals)...), leadRow{nil, 8})
}
