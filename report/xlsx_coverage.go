package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"orgaudit/collect"
	"orgaudit/org"
)

// sheetOutcome says in words what became of an account. The totals of the sheet Coverage
// count these words.
func sheetOutcome(outcome string) string { return strings.ReplaceAll(outcome, "_", " ") }

// entryWords say how an account was entered.
func entryWords(kind string) string {
	switch kind {
	case collect.EntryRole:
		return "audit role"
	case collect.EntryCaller:
		return "caller's own credentials"
	case collect.EntryOrganization:
		return "credentials that read the organization"
	case collect.EntryNone:
		return "not entered"
	default:
		return dash // nobody tried
	}
}

// coverageOutcome is the column of the sheet Coverage that holds what became of an account.
const coverageOutcome = 5

// writeCoverage lists every account of the organization with what became of it. Live
// formulas above the list show that no account was lost.
func writeCoverage(b *workbook, r *Report) error {
	s, err := b.newRowSheet(rowSheet{
		name: "Coverage", paper: paperA3, frozen: 2, none: "The organization has no accounts.",
		lead: coverageTotals(b, r),
		columns: []sheetColumn{
			{title: "Account id", width: 15}, {title: "Account", width: 24, look: wrapped},
			{title: "Unit", width: 24, look: wrapped}, {title: "State", width: 11},
			{title: "Outcome", width: 13, colours: outcomeColours()},
			{title: "Why", width: 28, look: wrapped}, {title: "Error code", width: 15, look: wrapped}, {title: "Request id", width: 20, look: wrapped},
			{title: "How entered", width: 15, look: wrapped}, {title: "Role", width: 27, look: wrapped}, {title: "Identity", width: 27, look: wrapped},
			{title: "Started (UTC)", width: 18}, {title: "Ended (UTC)", width: 18},
			{title: "Calls", width: 8, look: figures}, {title: "Retries", width: 9, look: figures},
			{title: "Sections read", width: 11, look: figures}, {title: "Sections missing", width: 11, look: figures},
			{title: "Evidence file", width: 32}, {title: "SHA-256 of the file", width: 66},
		},
	})
	if err != nil {
		return err
	}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		err := s.row(a.ID, a.Name, a.Unit, a.State, sheetOutcome(a.Outcome), a.Why, a.Code, a.RequestID,
			entryWords(a.Entry.Kind), a.Entry.RoleARN, a.Entry.Identity, a.StartedAt, a.EndedAt,
			a.Calls, a.Retries, a.SectionsRead, a.SectionsMissing, a.EvidenceFile, a.EvidenceSHA256)
		if err != nil {
			return err
		}
	}
	return s.finish()
}

// coverageTotals are the rows above the list: its title, and the totals as formulas over
// the list with their values. The organization's own count comes from the walk, so that a
// lost account shows as a difference. The formulas look at one sheet: no organization has
// as many accounts as a sheet has rows.
func coverageTotals(b *workbook, r *Report) []leadRow {
	const header = titleRows + 5
	const totalsRow = titleRows + 3
	outcomeCells := cellName(coverageOutcome, header+1) + ":" + cellName(coverageOutcome, header+max(len(r.Accounts), 1))
	rows := formula{expression: "COUNTA(" + outcomeCells + ")", value: len(r.Accounts)}
	outcomes := []string{Complete, Partial, NotEntered, NotCollected, Excluded}
	labels := []any{"Accounts of the organization", "Accounts listed below"}
	totals := []any{r.Organization.Accounts, rows}
	sum := 0
	for _, outcome := range outcomes {
		n := 0
		for i := range r.Accounts {
			if r.Accounts[i].Outcome == outcome {
				n++
			}
		}
		sum += n
		labels = append(labels, sheetOutcome(outcome))
		totals = append(totals, formula{expression: fmt.Sprintf(`COUNTIF(%s,"%s")`, outcomeCells, sheetOutcome(outcome)), value: n})
	}
	labels = append(labels, "Sum of the outcomes", "Difference")
	totals = append(totals,
		formula{expression: fmt.Sprintf("SUM(C%d:G%d)", totalsRow, totalsRow), value: sum},
		formula{expression: fmt.Sprintf("A%d-H%d", totalsRow, totalsRow), value: r.Organization.Accounts - sum})

	title := []any{excelize.Cell{StyleID: b.styles.heading, Value: "What became of every account"}}
	for i := range labels {
		labels[i] = excelize.Cell{StyleID: b.styles.label, Value: labels[i]}
		switch v := totals[i].(type) {
		case formula:
			totals[i] = excelize.Cell{StyleID: b.styles.total, Formula: v.expression, Value: v.value}
		default:
			totals[i] = excelize.Cell{StyleID: b.styles.total, Value: v}
		}
	}
	return []leadRow{{title, 22}, {labels, 2*lineHeight + 3}, {totals, 20}, {nil, 8}}
}

// writeGaps lists everything that could not be read.
func writeGaps(b *workbook, r *Report) error {
	s, err := b.newRowSheet(rowSheet{
		name: "Gaps", paper: paperA3, frozen: 2, none: "Everything was read: there are no gaps.",
		columns: []sheetColumn{
			{title: "Account id", width: 15}, {title: "Section", width: 24},
			{title: "Region", width: 16}, {title: "Subject", width: 34, look: wrapped},
			{title: "Cause", width: 34, look: wrapped}, {title: "Operation", width: 34, look: wrapped},
			{title: "Error code", width: 24, look: wrapped}, {title: "Request id", width: 38}, {title: "Message", width: 60, look: wrapped},
			{title: "Time (UTC)", width: 19},
		},
	})
	if err != nil {
		return err
	}
	for _, g := range r.Gaps {
		account := g.Account
		if account == "" {
			account = organizationRow
		}
		if err := s.row(account, string(g.Section), g.Region, g.Subject, g.Cause.Words(), g.Operation, g.Code, g.RequestID, g.Message, g.At); err != nil {
			return err
		}
	}
	return s.finish()
}

// organizationRow stands in place of an account id where a row is about the whole organization.
const organizationRow = "organization"

// writeAccounts lists every account with its scores.
func writeAccounts(b *workbook, r *Report) error {
	s, err := b.newRowSheet(rowSheet{
		name: "Accounts", paper: paperA3, frozen: 2, none: "The organization has no accounts.",
		columns: []sheetColumn{
			{title: "Account id", width: 15}, {title: "Account", width: 24, look: wrapped}, {title: "E-mail", width: 26, look: wrapped},
			{title: "Unit", width: 24, look: wrapped}, {title: "State", width: 11}, {title: "Joined (UTC)", width: 19},
			{title: "Tags", width: 30, look: wrapped}, {title: "Management account", width: 13},
			{title: "Outcome", width: 14, colours: outcomeColours()},
			{title: "Grade", width: 8, look: centred}, {title: "Raw score", width: 11, look: figures}, {title: "Adjusted score", width: 11, look: figures},
			{title: "Low bound", width: 11, look: figures}, {title: "High bound", width: 11, look: figures}, {title: "Coverage of controls (%)", width: 12, look: figures},
			{title: "Controls passed", width: 12, look: figures}, {title: "Controls failed", width: 12, look: figures}, {title: "Controls not assessed", width: 12, look: figures},
			{title: "Controls not applicable", width: 12, look: figures}, {title: "Controls manual", width: 12, look: figures},
			{title: "IAM users", width: 11, look: figures}, {title: "IAM roles", width: 11, look: figures},
		},
	})
	if err != nil {
		return err
	}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		err := s.row(a.ID, a.Name, a.Email, a.Unit, a.State, a.Joined, tagWords(&a.Account), a.Management, sheetOutcome(a.Outcome),
			a.Score.Grade, a.Score.Raw, a.Score.Adjusted, a.Score.Low, a.Score.High, a.Score.Coverage,
			a.Tally.CountPassed, a.Tally.CountFailed, a.Tally.CountNotAssessed, a.Tally.CountNotApplicable, a.Tally.CountManual,
			countOrDash(a.Users), countOrDash(a.Roles))
		if err != nil {
			return err
		}
	}
	return s.finish()
}

// tagWords writes an account's tags by key.
func tagWords(a *org.Account) string {
	var tags []string
	for _, key := range slices.Sorted(maps.Keys(a.Tags)) {
		tags = append(tags, key+"="+a.Tags[key])
	}
	return strings.Join(tags, "; ")
}
