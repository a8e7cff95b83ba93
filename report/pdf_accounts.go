package report

import (
	"cmp"
	"fmt"
	"slices"
)

// accounts draws the table of every account of the organization.
func (d *pdfDocument) accounts() error {
	d.title("Accounts")
	if err := d.writeProse("accounts-intro", d.facts()); err != nil {
		return err
	}
	columns := []pdfColumn{
		{title: "Account", width: 23},
		{title: "Name", width: 39, lines: 2},
		{title: "Unit", width: 35},
		{title: "Grade", width: 11, right: true},
		{title: "Score", width: 11, right: true},
		{title: "Range", width: 17.5, right: true},
		{title: "Cover.", width: 11.5, right: true},
		{title: "Failed", width: 11, right: true},
		{title: "Outcome", width: 22},
	}
	accounts := pdfAccountsByUnit(d.report.Accounts)
	if len(accounts) == 0 {
		return d.writeProse("no-accounts", nil)
	}
	rows := make([][]pdfCell, len(accounts))
	for i, a := range accounts {
		rows[i] = pdfAccountRow(a)
		if d.gathered.pages != nil {
			rows[i][0].link, rows[i][1].link = d.link("account "+a.ID), d.link("account "+a.ID)
		}
		if a.Outcome != Complete {
			rows[i][8].link = d.link("gaps")
		}
	}
	d.table(columns, rows)
	return nil
}

// pdfAccountsByUnit sorts by unit, so that those who answer for a unit find theirs together.
func pdfAccountsByUnit(accounts []Account) []*Account {
	sorted := make([]*Account, len(accounts))
	for i := range accounts {
		sorted[i] = &accounts[i]
	}
	slices.SortStableFunc(sorted, func(a, b *Account) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return sorted
}

func pdfAccountRow(a *Account) []pdfCell {
	failed, shade := fmt.Sprint(a.Tally.CountFailed), pdfInk
	if a.Score.Raw == nil {
		failed = pdfDash
	}
	if a.Outcome != Complete {
		shade = pdfHigh
	}
	if a.Outcome == Excluded {
		shade = pdfGrey
	}
	return []pdfCell{
		pdfPlain(a.ID),
		{text: a.Name, bold: a.Management, shade: pdfInk},
		{text: pdfOr(a.Unit), path: true, shade: pdfInk},
		{text: pdfOr(a.Score.Grade), bold: true, shade: pdfInk},
		pdfPlain(pdfFigure(a.Score.Raw)),
		pdfPlain(pdfRange(a.Score)),
		pdfPlain(pdfFigure(a.Score.Coverage)),
		pdfPlain(failed),
		{text: pdfOutcome(a.Outcome), shade: shade},
	}
}
