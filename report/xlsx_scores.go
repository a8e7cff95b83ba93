package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"orgaudit/report/benchmark"
)

const (
	scoresName = "Scores"
	// scoresWeights is the row of the weights, scoresHeader that of the header.
	scoresWeights = titleRows + 4
	scoresHeader  = scoresWeights + 1
	// firstWeight is the column of the first severity's weight.
	firstWeight = 5
)

// scoresNotes say above the scores what they are.
func scoresNotes() []string {
	return []string{
		"Change a weight in the framed cells, and every score on this sheet follows. A control to which the benchmark gives a weight of its own keeps it. Units pool all accounts in them and below. The other sheets show the scores as they were reported.",
		"Raw = 100 × passed / (passed + failed), by weight. Adjusted: excepted and mitigated fails count as passed. Low and high: the raw score if everything not assessed failed, or passed. Coverage = assessed / (assessed + not assessed). A failed critical control, neither excepted nor mitigated, caps the grade at D. There is no grade where the coverage is below " + fmt.Sprint(benchmark.LeastCoverage) + ".",
	}
}

// weightCell is the cell that holds the weight of a severity.
func weightCell(severity benchmark.Severity) string {
	column := firstWeight + slices.Index(benchmark.Severities(), severity)
	return fmt.Sprintf("%s!$%s$%d", scoresName, columnName(column), scoresWeights)
}

// Columns of Scores: the figures, and the sums that they are made from.
const (
	gradeColumn = 5 + iota
	cappedColumn
	rawColumn
	adjustedColumn
	lowColumn
	highColumn
	coverageColumn
	meanColumn
	lowestColumn
	passedColumn
	openColumn
	acceptedColumn
	unknownColumn
	criticalColumn
)

// scoresSheet writes the scores, row by row.
type scoresSheet struct {
	*rowSheet
	layout *resultsLayout
	report *Report
}

// writeScores writes the scores of the organization, of the units and of the accounts. Every
// account sums up its row of Results; everything else sums up accounts, which stand in the
// order of the tree, so that those of a unit are one range.
func writeScores(b *workbook, r *Report) error {
	layout := layResults(r)
	sheet, err := b.newRowSheet(rowSheet{
		name: scoresName, title: "Scores: live formulas over the sheet Results", paper: paperA3, frozen: 3, whole: true, lead: scoresLead(b, r),
		columns: []sheetColumn{
			{title: "Of", width: 13}, {title: "Id", width: 17}, {title: "Name", width: 34, look: wrapped}, {title: "Unit", width: 42, look: wrapped},
			{title: "Grade", width: 10, look: centred}, {title: "Capped at D", width: 10, look: centred},
			{title: "Raw score", width: 10, look: figures}, {title: "Adjusted score", width: 10, look: figures},
			{title: "Low bound", width: 10, look: figures}, {title: "High bound", width: 10, look: figures},
			{title: "Coverage (%)", width: 11, look: figures}, {title: "Mean of accounts", width: 11, look: figures}, {title: "Lowest account", width: 11, look: figures},
			{title: "Weight passed", width: 11, look: figures}, {title: "Weight failed, open", width: 11, look: figures}, {title: "Weight failed, excepted or mitigated", width: 13, look: figures},
			{title: "Weight not assessed", width: 11, look: figures}, {title: "Critical fails", width: 10, look: figures},
		},
	})
	if err != nil {
		return err
	}
	s := scoresSheet{sheet, &layout, r}
	if err := s.pools(); err != nil {
		return err
	}
	return s.accounts()
}

// scoresLead are the rows above the header, with the weights.
func scoresLead(b *workbook, r *Report) []leadRow {
	labels := make([]any, firstWeight-1, firstWeight+3)
	labels[firstWeight-2] = excelize.Cell{StyleID: b.styles.gridLabel, Value: "Severity of a control"}
	weights := slices.Clone(labels)
	weights[firstWeight-2] = excelize.Cell{StyleID: b.styles.gridLabel, Value: "Its weight"}
	for _, severity := range benchmark.Severities() {
		labels = append(labels, excelize.Cell{StyleID: b.styles.gridWord, Value: string(severity)})
		weights = append(weights, excelize.Cell{StyleID: b.styles.input, Value: r.Weights[severity]})
	}
	return append(b.note(scoresNotes()...), leadRow{labels, lineHeight + 2}, leadRow{weights, lineHeight + 2})
}

// ownRow is the row of the organization's controls, which those of the accounts follow.
func (s *scoresSheet) ownRow() int { return scoresHeader + 2 + len(s.report.Units) }

// pools writes the rows of the organization, which its own controls are part of, and of the
// units.
func (s *scoresSheet) pools() error {
	r := s.report
	accounts := s.ownRow() + 1 // row of the first account
	all := accounts + len(r.Accounts) - 1
	var lowest *float64
	if r.WorstAccount >= 0 {
		lowest = r.Accounts[r.WorstAccount].Score.Raw
	}
	err := s.score("organization", r.Organization.ID, "All accounts and the organization's own controls", dash, r.Score,
		s.meanOf(accounts, all, r.MeanAccount), s.lowestOf(accounts, all, lowest), s.sums(s.ownRow(), all, r.Tally))
	if err != nil {
		return err
	}
	for i := range r.Units {
		u, unit := &r.Units[i], s.layout.tree.units[i]
		first, last := accounts+unit.first, accounts+unit.end-1
		var lowest *float64
		if u.Worst >= 0 {
			lowest = r.Accounts[u.Worst].Score.Raw
		}
		err := s.score("unit", u.ID, strings.Repeat("    ", u.Depth)+u.Name, u.Path, u.Score,
			s.meanOf(first, last, u.Mean), s.lowestOf(first, last, lowest), s.sums(first, last, u.Tally))
		if err != nil {
			return err
		}
	}
	return nil
}

// accounts writes the rows of the organization's own controls and of the accounts.
func (s *scoresSheet) accounts() error {
	r := s.report
	var own benchmark.Tally
	for i := range r.OrganizationResults {
		result := &r.OrganizationResults[i]
		for j := range r.Controls {
			if c := &r.Controls[j]; c.ID == result.Control {
				own.Add(result.Verdict, result.Mark, c.Severity, c.Weight)
			}
		}
	}
	err := s.score("own controls", r.Organization.ID, "Controls of the organization itself", dash, own.Score(), dashCell(), dashCell(),
		s.results(resultsHeader+1, own))
	if err != nil {
		return err
	}
	for _, i := range s.layout.tree.accounts {
		a := &r.Accounts[i]
		if err := s.score("account", a.ID, a.Name, a.Unit, a.Score, dashCell(), dashCell(), s.results(s.layout.accountRow[i], a.Tally)); err != nil {
			return err
		}
	}
	return s.finish()
}

// tallyParts are the sums that scores are made from, in the order of their columns.
func tallyParts(t benchmark.Tally) [5]int {
	return [...]int{t.Passed, t.Failed - t.Accepted, t.Accepted, t.NotAssessed, t.CriticalFailed}
}

// sums add up the rows of a range, which is empty where last stands before first.
func (s *scoresSheet) sums(first, last int, t benchmark.Tally) (values [5]any) {
	for i, n := range tallyParts(t) {
		values[i] = n
		if last >= first {
			values[i] = formula{fmt.Sprintf("SUM(%s)", s.cells(passedColumn+i, first, last)), n}
		}
	}
	return values
}

// results add up a row of Results.
func (s *scoresSheet) results(row int, t benchmark.Tally) (values [5]any) {
	across := func(row int, fixed string) string {
		first, last := columnName(firstControl), columnName(s.layout.lastColumn())
		return fmt.Sprintf("%s!$%s%s%d:$%s%s%d", resultsName, first, fixed, row, last, fixed, row)
	}
	words, weights := across(row, ""), across(resultsWeight, "$")
	sum := func(word string) string { return fmt.Sprintf(`SUMIF(%s,"%s",%s)`, words, word, weights) }
	for i, expression := range []string{
		sum("pass"), sum(openFail), sum("FAIL (excepted)") + "+" + sum("FAIL (mitigated)"), sum("not assessed"),
		fmt.Sprintf(`COUNTIFS(%s,"%s",%s,"%s")`, words, openFail, across(resultsSeverity, "$"), benchmark.Critical),
	} {
		values[i] = formula{expression, tallyParts(t)[i]}
	}
	return values
}

// cells is a range of one column.
func (s *scoresSheet) cells(column, first, last int) string {
	return cellName(column, first) + ":" + cellName(column, last)
}

func (s *scoresSheet) meanOf(first, last int, mean *float64) any {
	return s.overScores("AVERAGE", first, last, mean)
}

func (s *scoresSheet) lowestOf(first, last int, lowest *float64) any {
	return s.overScores("MIN", first, last, lowest)
}

// overScores is a figure over the raw scores of accounts that have one.
func (s *scoresSheet) overScores(function string, first, last int, value *float64) any {
	if last < first {
		return value
	}
	cells := s.cells(rawColumn, first, last)
	return formula{fmt.Sprintf(`IF(COUNT(%s)=0,"%s",%s(%s))`, cells, dash, function, cells), value}
}

// dashCell is a figure that there is not.
func dashCell() any { return (*float64)(nil) }

// score writes a row: the figures as formulas over its sums.
func (s *scoresSheet) score(kind, id, name, unit string, score benchmark.Score, mean, lowest any, sums [5]any) error {
	at := func(column int) string { return cellName(column, s.last+1) }
	values := append([]any{kind, id, name, unit}, scoreFormulas(at, score)...)
	return s.row(append(append(values, mean, lowest), sums[:]...)...)
}

// scoreFormulas are a score's figures from the grade to the coverage, over the sums in the cells
// that at names by their columns of Scores.
func scoreFormulas(at func(column int) string, score benchmark.Score) []any {
	passed, open, accepted, unknown, critical := at(passedColumn), at(openColumn), at(acceptedColumn), at(unknownColumn), at(criticalColumn)
	assessed := passed + "+" + open + "+" + accepted
	share := func(part, whole string) string {
		return fmt.Sprintf(`IF(%s=0,"%s",100*(%s)/(%s))`, assessed, dash, part, whole)
	}
	raw := at(rawColumn)
	// Excel compares text as more than any number, so a dash must be asked for first.
	grade := fmt.Sprintf(`IF(%s=0,"%s",IF(%s<%d,"%s",IF(AND(%s>0,%s>=60),"D",IF(%s>=90,"A",IF(%s>=80,"B",IF(%s>=70,"C",IF(%s>=60,"D","F")))))))`,
		assessed, dash, at(coverageColumn), benchmark.LeastCoverage, dash, critical, raw, raw, raw, raw, raw)
	capped := fmt.Sprintf(`IF(%s=0,"no",IF(AND(%s>=%d,%s>0,%s>=70),"yes","no"))`, assessed, at(coverageColumn), benchmark.LeastCoverage, critical, raw)
	coverage := fmt.Sprintf(`IF(%s+%s=0,"%s",100*(%s)/(%s+%s))`, assessed, unknown, dash, assessed, assessed, unknown)
	return []any{
		formula{grade, score.Grade}, formula{capped, score.Capped},
		formula{share(passed, assessed), score.Raw},
		formula{share(passed+"+"+accepted, assessed), score.Adjusted},
		formula{share(passed, assessed+"+"+unknown), score.Low},
		formula{share(passed+"+"+unknown, assessed+"+"+unknown), score.High},
		formula{coverage, score.Coverage},
	}
}
