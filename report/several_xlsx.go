package report

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// writeWorkbook writes the workbook of all organizations: their figures with the sums as live
// formulas, and controls, accounts and gaps with the organization that each row is about.
func (s *Several) writeWorkbook(ctx context.Context, w io.Writer) error {
	sum := s.Sum()
	return writeSheets(sum, w, sheetRowLimit, func(b *workbook) error {
		for _, write := range []func(*workbook, *Report) error{s.organizationsSheet, s.controlsSheet, s.accountsSheet, s.gapsSheet} {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("write workbook: %w", err)
			}
			if err := write(b, sum); err != nil {
				return err
			}
		}
		return nil
	})
}

// Columns of the sheet Organizations that its sums are about. The columns of the score and of
// its sums stand in the order of [scoresSheet], without the figures of accounts between them.
const (
	severalAccounts = 6
	severalExcluded = 11
	severalScore    = severalExcluded + 1 - gradeColumn
	severalSums     = severalScore - (passedColumn - coverageColumn - 1)
)

func (s *Several) organizationsSheet(b *workbook, sum *Report) error {
	const asked = "The last row pools the verdicts of all accounts, as live formulas over the weights; it is no mean of the rows above it. An organization that was not audited is in no sum."
	sheet, err := b.newRowSheet(rowSheet{
		name: "Organizations", title: "Organizations: coverage and scores", paper: paperA3, frozen: 1, none: "No organization was named.", whole: true,
		lead: b.note(asked),
		columns: []sheetColumn{
			{title: "Organization", width: 22, look: wrapped}, {title: "Id", width: 15}, {title: "Partition", width: 11},
			{title: "Reports and evidence in", width: 22, look: wrapped}, {title: "What became of it", width: 34, look: wrapped},
			{title: "Accounts", width: 10, look: figures}, {title: "Complete", width: 10, look: figures}, {title: "Partial", width: 10, look: figures},
			{title: "Not entered", width: 10, look: figures}, {title: "Not collected", width: 10, look: figures}, {title: "Excluded", width: 10, look: figures},
			{title: "Grade", width: 10, look: centred}, {title: "Capped at D", width: 10, look: centred},
			{title: "Raw score", width: 10, look: figures}, {title: "Adjusted score", width: 10, look: figures},
			{title: "Low bound", width: 10, look: figures}, {title: "High bound", width: 10, look: figures}, {title: "Coverage (%)", width: 11, look: figures},
			{title: "Weight passed", width: 11, look: figures}, {title: "Weight failed, open", width: 11, look: figures}, {title: "Weight failed, excepted or mitigated", width: 13, look: figures},
			{title: "Weight not assessed", width: 11, look: figures}, {title: "Critical fails", width: 10, look: figures},
			{title: "Last call (UTC)", width: 18}, {title: "Evidence, SHA-256", width: 66},
		},
	})
	if err != nil {
		return err
	}
	at := func(column int) string {
		if column >= passedColumn {
			return cellName(column+severalSums, sheet.last+1)
		}
		return cellName(column+severalScore, sheet.last+1)
	}
	for _, m := range s.Members {
		r := m.report
		if r == nil {
			values := make([]any, len(sheet.columns))
			values[0], values[3], values[4] = m.Name, m.Folder, "not audited: "+m.Failure
			if err := sheet.row(values...); err != nil {
				return err
			}
			continue
		}
		values := []any{m.Name, r.Organization.ID, r.Organization.Partition, m.Folder, auditedWords(r)}
		for _, n := range coverageCounts(r.Coverage) {
			values = append(values, n)
		}
		values = append(values, scoreFormulas(at, r.Score)...)
		for _, n := range tallyParts(r.Tally) {
			values = append(values, n)
		}
		if err := sheet.row(append(values, r.Evidence.LastCall, r.Evidence.Digest)...); err != nil {
			return err
		}
	}
	return errors.Join(s.sumRow(sheet, at, sum), sheet.finish())
}

// sumRow writes the row that adds the others up.
func (s *Several) sumRow(sheet *rowSheet, at func(int) string, sum *Report) error {
	if len(s.Members) == 0 {
		return nil
	}
	over := func(column, value int) formula {
		return formula{fmt.Sprintf("SUM(%s:%s)", cellName(column, sheet.header+1), cellName(column, sheet.last)), value}
	}
	values := []any{"All that were audited", nil, nil, nil, nil}
	for i, n := range coverageCounts(sum.Coverage) {
		values = append(values, over(severalAccounts+i, n))
	}
	values = append(values, scoreFormulas(at, sum.Score)...)
	for i, n := range tallyParts(sum.Tally) {
		values = append(values, over(passedColumn+severalSums+i, n))
	}
	return sheet.row(append(values, sum.Evidence.LastCall, nil)...)
}

// coverageCounts are the counts of accounts in the order of their columns.
func coverageCounts(c Coverage) [6]int {
	return [...]int{c.Accounts, c.Complete, c.Partial, c.NotEntered, c.NotCollected, c.Excluded}
}

// auditedWords say in a few words how whole an audit is.
func auditedWords(r *Report) string {
	switch {
	case !r.Evidence.Complete:
		return "cut off before its end"
	case len(r.Gaps) > 0:
		return "audited, with " + counted(len(r.Gaps), "gap", "gaps")
	}
	return "audited"
}

func (s *Several) controlsSheet(b *workbook, _ *Report) error {
	sheet, err := b.newRowSheet(rowSheet{
		name: "Controls", title: "Controls: every control in every organization", paper: paperA3, frozen: 2, none: "No organization was audited.",
		columns: []sheetColumn{
			{title: "Organization", width: 22, look: wrapped}, {title: "Number", width: 9}, {title: "Control id", width: 30, look: wrapped},
			{title: "Title", width: 50, look: wrapped}, {title: "Severity", width: 10, colours: severityColours()}, {title: "Weight", width: 9, look: figures},
			{title: "Accounts passed", width: 11, look: figures}, {title: "Accounts failed", width: 11, look: figures},
			{title: "of these excepted", width: 11, look: figures}, {title: "of these mitigated", width: 11, look: figures},
			{title: "Accounts not assessed", width: 11, look: figures}, {title: "Accounts not applicable", width: 12, look: figures}, {title: "Accounts manual", width: 11, look: figures},
			{title: "Items", width: 11, look: figures}, {title: "Items failed", width: 11, look: figures}, {title: "Items not assessed", width: 11, look: figures},
		},
	})
	if err != nil {
		return err
	}
	for _, m := range s.audited() {
		for i := range m.report.Controls {
			c := &m.report.Controls[i]
			err := sheet.row(m.Name, numberOrDash(c.Number), c.ID, c.Title, string(c.Severity), c.Weight, c.Passed, c.Failed, c.Excepted, c.Mitigated,
				c.NotAssessed, c.NotApplicable, c.Manual, c.Population, c.ItemsFailed, c.ItemsNotAssessed)
			if err != nil {
				return err
			}
		}
	}
	return sheet.finish()
}

func (s *Several) accountsSheet(b *workbook, _ *Report) error {
	sheet, err := b.newRowSheet(rowSheet{
		name: "Accounts", title: "Accounts: what became of every account", paper: paperA3, frozen: 3, none: "No organization was audited.",
		columns: []sheetColumn{
			{title: "Organization", width: 22, look: wrapped}, {title: "Account id", width: 15}, {title: "Account", width: 28, look: wrapped},
			{title: "Unit", width: 34, look: wrapped}, {title: "Outcome", width: 13, colours: outcomeColours()}, {title: "Why", width: 34, look: wrapped},
			{title: "Grade", width: 9, look: centred}, {title: "Raw score", width: 10, look: figures}, {title: "Adjusted score", width: 10, look: figures},
			{title: "Low bound", width: 10, look: figures}, {title: "High bound", width: 10, look: figures}, {title: "Coverage (%)", width: 11, look: figures},
			{title: "Results failed", width: 10, look: figures}, {title: "Results not assessed", width: 11, look: figures},
			{title: "Evidence file", width: 36, look: wrapped}, {title: "SHA-256", width: 66},
		},
	})
	if err != nil {
		return err
	}
	for _, m := range s.audited() {
		for i := range m.report.Accounts {
			a := &m.report.Accounts[i]
			err := sheet.row(m.Name, a.ID, a.Name, a.Unit, sheetOutcome(a.Outcome), a.Why, a.Score.Grade, a.Score.Raw, a.Score.Adjusted,
				a.Score.Low, a.Score.High, a.Score.Coverage, a.Tally.CountFailed, a.Tally.CountNotAssessed, a.EvidenceFile, a.EvidenceSHA256)
			if err != nil {
				return err
			}
		}
	}
	return sheet.finish()
}

func (s *Several) gapsSheet(b *workbook, _ *Report) error {
	sheet, err := b.newRowSheet(rowSheet{
		name: "Gaps", title: "Gaps: everything that could not be read", paper: paperA3, frozen: 2, none: "Everything was read: there are no gaps.",
		columns: append([]sheetColumn{{title: "Organization", width: 22, look: wrapped}}, gapColumns()...),
	})
	if err != nil {
		return err
	}
	for _, m := range s.lost() {
		values := make([]any, len(sheet.columns))
		values[0], values[1], values[5], values[9] = m.Name, organizationRow, "not audited", m.Failure
		if err := sheet.row(values...); err != nil {
			return err
		}
	}
	for _, m := range s.audited() {
		for _, g := range m.report.Gaps {
			if err := sheet.row(append([]any{m.Name}, gapRow(g)...)...); err != nil {
				return err
			}
		}
	}
	return sheet.finish()
}
