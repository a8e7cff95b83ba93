package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"orgaudit/collect"
	"orgaudit/org"
)

// sheetOutcome says in words what became of an account. The totals of the sheet
// Scope and coverage count these words.
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

// Columns of the sheet Scope and coverage that its totals count.
const (
	coverageOutcome = 6
	coverageCalls   = 15
)

// writeCoverage lists every account of the organization with what became of it. Live
// formulas above the list show that no account and no call was lost.
func writeCoverage(b *workbook, r *Report) error {
	s, err := b.newRowSheet(rowSheet{
		name: "Scope and coverage", title: "Scope and coverage: what became of every account", paper: paperA3, frozen: 2,
		none: "The organization has no accounts.", lead: coverageTotals(b, r),
		columns: []sheetColumn{
			{title: "Account id", width: 15}, {title: "Account", width: 28, look: wrapped},
			{title: "Unit", width: 26, look: wrapped}, {title: "State", width: 19}, {title: "Management account", width: 13},
			{title: "Outcome", width: 13, colours: outcomeColours()},
			{title: "Why", width: 28, look: wrapped}, {title: "Error code", width: 15, look: wrapped}, {title: "Request id", width: 24, look: wrapped},
			{title: "How entered", width: 15, look: wrapped}, {title: "Role", width: 45, look: wrapped}, {title: "Identity", width: 40, look: wrapped},
			{title: "Started (UTC)", width: 18}, {title: "Ended (UTC)", width: 18},
			{title: "Calls", width: 9, look: figures}, {title: "Retries", width: 10, look: figures}, {title: "Throttled", width: 10, look: figures},
			{title: "Sections read", width: 11, look: figures}, {title: "Sections missing", width: 11, look: figures},
			{title: "IAM users", width: 10, look: figures}, {title: "IAM roles", width: 10, look: figures},
			{title: "E-mail", width: 26, look: wrapped}, {title: "Joined (UTC)", width: 18}, {title: "Tags", width: 30, look: wrapped},
			{title: "Evidence file", width: 31},
		},
	})
	if err != nil {
		return err
	}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		err := s.row(a.ID, a.Name, a.Unit, a.State, a.Management, sheetOutcome(a.Outcome), a.Why, a.Code, a.RequestID,
			entryWords(a.Entry.Kind), a.Entry.RoleARN, a.Entry.Identity, a.StartedAt, a.EndedAt,
			a.Calls, a.Retries, a.Throttles, a.SectionsRead, a.SectionsMissing, countOrDash(a.Users), countOrDash(a.Roles),
			a.Email, a.Joined, tagWords(&a.Account), a.EvidenceFile)
		if err != nil {
			return err
		}
	}
	return s.finish()
}

// coverageRows are the rows of the totals above the list, between the title and the header.
const coverageRows = 5

// trafficRows are the rows of the table of services above them.
func trafficRows(r *Report) int {
	if len(r.Services) == 0 {
		return 0 // evidence of an earlier version
	}
	return len(r.Services) + 2
}

// coverageTotals are the rows above the list: totals as formulas over the list with their
// values. The organization's own count comes from the walk, and that of calls from the
// evidence as a whole, so that what is lost shows as a difference. The formulas look at one
// sheet: no organization has as many accounts as a sheet has rows.
func coverageTotals(b *workbook, r *Report) []leadRow {
	const accountsRow, callsRow = titleRows + 2, titleRows + 4
	header := titleRows + coverageRows + trafficRows(r) + 1
	column := func(n int) string {
		return cellName(n, header+1) + ":" + cellName(n, header+max(len(r.Accounts), 1))
	}
	labels := []string{"Accounts of the organization", "Accounts listed below"}
	totals := []any{r.Organization.Accounts, formula{expression: "COUNTA(" + column(coverageOutcome) + ")", value: len(r.Accounts)}}
	sum := 0
	for _, outcome := range []string{Complete, Partial, NotEntered, NotCollected, Excluded} {
		n := 0
		for i := range r.Accounts {
			if r.Accounts[i].Outcome == outcome {
				n++
			}
		}
		sum += n
		labels = append(labels, sheetOutcome(outcome))
		totals = append(totals, formula{expression: fmt.Sprintf(`COUNTIF(%s,"%s")`, column(coverageOutcome), sheetOutcome(outcome)), value: n})
	}
	labels = append(labels, "Sum of the outcomes", "Difference")
	totals = append(totals,
		formula{expression: fmt.Sprintf("SUM(C%d:G%d)", accountsRow, accountsRow), value: sum},
		formula{expression: fmt.Sprintf("A%d-H%d", accountsRow, accountsRow), value: r.Organization.Accounts - sum})

	calls := 0
	for i := range r.Accounts {
		calls += r.Accounts[i].Calls
	}
	sum = calls + r.WalkCalls + r.AnalyzerCalls
	callLabels := []string{"All calls to AWS", "Calls of the accounts below", "Caller's identity and walk", "Organization's analyzers", "Sum", "Difference"}
	callTotals := []any{
		r.Evidence.Calls, formula{expression: "SUM(" + column(coverageCalls) + ")", value: calls}, r.WalkCalls, r.AnalyzerCalls,
		formula{expression: fmt.Sprintf("SUM(B%d:D%d)", callsRow, callsRow), value: sum},
		formula{expression: fmt.Sprintf("A%d-E%d", callsRow, callsRow), value: r.Evidence.Calls - sum},
	}
	lead := append(b.totals(labels, totals), b.totals(callLabels, callTotals)...)
	lead = append(lead, leadRow{nil, 8})
	if len(r.Services) == 0 {
		return lead
	}
	return append(append(lead, b.traffic(r.Services)...), leadRow{nil, 8})
}

// traffic says what the calls to each service came to.
func (b *workbook) traffic(services []collect.Traffic) []leadRow {
	row := func(style int, values ...any) []any {
		cells := make([]any, len(values))
		for i, v := range values {
			cells[i] = excelize.Cell{StyleID: style, Value: v}
		}
		return cells
	}
	lead := []leadRow{{row(b.styles.label, "Service", "Calls", "Retries", "Throttled", "Average (ms)", "Longest (ms)"), lineHeight + 3}}
	for _, s := range services {
		cells := row(b.styles.total, s.Service, s.Calls, s.Retries, s.Throttled, int(s.Latency)/max(s.Calls, 1), int(s.Longest))
		cells[0] = excelize.Cell{StyleID: b.styles.text, Value: s.Service}
		lead = append(lead, leadRow{cells, 20})
	}
	return lead
}

// totals are two rows above a header: labels, and below each its figure.
func (b *workbook) totals(labels []string, totals []any) []leadRow {
	above, below := make([]any, len(labels)), make([]any, len(labels))
	for i := range labels {
		above[i] = excelize.Cell{StyleID: b.styles.label, Value: labels[i]}
		if v, ok := totals[i].(formula); ok {
			below[i] = excelize.Cell{StyleID: b.styles.total, Formula: v.expression, Value: v.value}
		} else {
			below[i] = excelize.Cell{StyleID: b.styles.total, Value: totals[i]}
		}
	}
	return []leadRow{{above, 2*lineHeight + 3}, {below, 20}}
}

// writeGaps lists everything that could not be read.
func writeGaps(b *workbook, r *Report) error {
	s, err := b.newRowSheet(rowSheet{
		name: "Gaps", paper: paperA3, frozen: 2, none: "Everything was read: there are no gaps.",
		columns: gapColumns(),
	})
	if err != nil {
		return err
	}
	for _, g := range r.Gaps {
		if err := s.row(gapRow(g)...); err != nil {
			return err
		}
	}
	return s.finish()
}

func gapColumns() []sheetColumn {
	return []sheetColumn{
		{title: "Account id", width: 15}, {title: "Section", width: 24},
		{title: "Region", width: 16}, {title: "Subject", width: 34, look: wrapped},
		{title: "Cause", width: 34, look: wrapped}, {title: "Operation", width: 34, look: wrapped},
		{title: "Error code", width: 24, look: wrapped}, {title: "Request id", width: 38}, {title: "Message", width: 60, look: wrapped},
		{title: "Time (UTC)", width: 19},
	}
}

// gapRow is a gap in these columns.
func gapRow(g org.Gap) []any {
	return []any{cmp.Or(g.Account, organizationRow), string(g.Section), g.Region, g.Subject, g.Cause.Words(), g.Operation, g.Code, g.RequestID, g.Message, g.At}
}

// organizationRow stands in place of an account id where a row is about the whole organization.
const organizationRow = "organization"

// tagWords writes an account's tags by key.
func tagWords(a *org.Account) string {
	var tags []string
	for _, key := range slices.Sorted(maps.Keys(a.Tags)) {
		tags = append(tags, key+"="+a.Tags[key])
	}
	return strings.Join(tags, "; ")
}
