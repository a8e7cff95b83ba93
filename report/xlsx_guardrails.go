package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"orgaudit/report/benchmark"
)

// guardrailPrefix begins the ids of the controls that are guardrails.
const guardrailPrefix = "guardrail-"

// accountGuardrails are controls of the organization whose items are accounts and that are
// about guardrails: their items stand beside them.
func accountGuardrails() []string { return []string{"org-guardrail-policies", "org-scp-deny-regions"} }

// noGuardrails stands in both sheets where they have nothing to show.
const noGuardrails = "No guardrail of the benchmark is judged account by account."

// guardrailSheets are the sheets on what SCPs deny in the accounts, unit by unit: Guardrail
// coverage has a row an account, Guardrail detail a row an account and action. Rows come in
// the order of accounts, so that they wait in spools.
type guardrailSheets struct {
	coverage, detail *rowSheet
	// covered and denied keep the rows of the two sheets.
	covered, denied *accountSpool
	order           []string // ids of accounts by unit
	columnOf        map[string]int
	// organization are the words of the controls of the organization, by column and account;
	// the words of no account are those of all others.
	organization []map[string]string
}

func newGuardrailSheets(b *workbook, r *Report) (accountSheet, error) {
	g := &guardrailSheets{columnOf: map[string]int{}, order: accountsByUnit(r)}
	columns := []sheetColumn{
		{title: "Unit", width: 40, look: wrapped}, {title: "Account id", width: 15}, {title: "Account", width: 28, look: wrapped},
	}
	guarded := []any{nil, nil, excelize.Cell{StyleID: b.styles.label, Value: "Accounts under the guardrail"}}
	add := func(c *Control, s pdfSplit) {
		columns = append(columns, sheetColumn{title: numberedID(c), width: 13, look: centred, colours: verdictColours()})
		words := dash
		if s.judged() > 0 {
			words = fmt.Sprintf("%d of %d", s.passed, s.judged())
		}
		switch {
		case s.notAssessed > 0 && s.judged() > 0:
			words += "?"
		case s.notAssessed > 0:
			words = "?"
		}
		guarded = append(guarded, excelize.Cell{StyleID: b.styles.centred, Value: words})
	}
	for i := range r.Controls {
		if c := &r.Controls[i]; strings.HasPrefix(c.ID, guardrailPrefix) && c.Scope == benchmark.AccountScope {
			g.columnOf[c.ID] = len(columns)
			add(c, pdfSplit{c.Passed, c.Failed, c.NotAssessed})
		}
	}
	for i := range r.Controls {
		c := &r.Controls[i]
		j := slices.IndexFunc(r.OrganizationResults, func(result benchmark.Result) bool { return result.Control == c.ID })
		if j < 0 || !slices.Contains(accountGuardrails(), c.ID) {
			continue
		}
		g.organization = append(g.organization, accountWords(r, &r.OrganizationResults[j]))
		add(c, pdfSplit{c.ItemsPassed, c.ItemsFailed, c.ItemsNotAssessed})
	}
	var lead []leadRow
	if len(columns) > 3 {
		lead = append(b.note("Does an SCP that binds the account deny what the guardrail is about? No SCP binds the management account. The counts are of the accounts that were judged; a question mark says that others were not assessed. The sheet Guardrail detail names the policies."), leadRow{guarded, 2*lineHeight + 3})
	}
	var err error
	if g.coverage, err = b.newRowSheet(rowSheet{
		name: "Guardrail coverage", paper: paperA3, frozen: 3, turned: true, none: noGuardrails, lead: lead, columns: columns,
	}); err != nil {
		return nil, err
	}
	detail := guardrailDetailSheet()
	if len(g.columnOf) > 0 {
		detail.lead = b.note("A row for each account and each action that a guardrail wants denied. Guardrails that do not apply to an account, and accounts that are excluded, have none.")
	}
	if g.detail, err = b.newRowSheet(detail); err != nil {
		return nil, err
	}
	if g.covered, err = b.newSpool(); err != nil {
		return nil, err
	}
	g.denied, err = b.newSpool()
	return g, err
}

func guardrailDetailSheet() rowSheet {
	return rowSheet{
		name: "Guardrail detail", paper: paperA3, frozen: 3, none: noGuardrails,
		columns: []sheetColumn{
			{title: "Unit", width: 40, look: wrapped}, {title: "Account id", width: 15}, {title: "Account", width: 28, look: wrapped},
			{title: "Guardrail", width: 30, look: wrapped}, {title: "Action", width: 50, look: wrapped}, {title: "Region", width: 26, look: wrapped},
			{title: "Denied", width: 13, colours: denialColours()},
			{title: "Policy", width: 24, look: wrapped}, {title: "Policy id", width: 16}, {title: "Attached to", width: 22, look: wrapped}, {title: "Node id", width: 20},
			{title: "Statement", width: 22, look: wrapped}, {title: "Exempt by its conditions", width: 36, look: wrapped}, {title: "Observed", width: 48, look: wrapped},
		},
	}
}

// denialColours are those of whether an action is denied.
func denialColours() []colour {
	return []colour{
		{"yes", func(s workbookStyles) int { return s.good }},
		{"NO", func(s workbookStyles) int { return s.bad }},
		{"not assessed", func(s workbookStyles) int { return s.unknown }},
	}
}

// accountsByUnit are the ids of the accounts in the order of their units.
func accountsByUnit(r *Report) []string {
	place := map[string]int{}
	for i, u := range r.Units {
		place[u.Path] = i
	}
	order := make([]int, len(r.Accounts))
	for i := range order {
		order[i] = i
	}
	of := func(i int) int {
		if p, known := place[r.Accounts[i].Unit]; known {
			return p
		}
		return len(r.Units)
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(of(x), of(y)) })
	ids := make([]string, len(order))
	for i, account := range order {
		ids[i] = r.Accounts[account].ID
	}
	return ids
}

// accountWords are the words of the items of a control of the organization by account. An
// item that is about no account is about all of them.
func accountWords(r *Report, result *benchmark.Result) map[string]string {
	ids := map[string]string{}
	for i := range r.Accounts {
		ids[r.Accounts[i].ARN] = r.Accounts[i].ID
	}
	words := map[string]string{"": "n/a"}
	if len(result.Items) == 0 {
		words[""] = inheritedWords(result)
	}
	for i := range result.Items {
		if id, ok := ids[result.Items[i].Resource]; ok {
			words[id] = statusWords(result, &result.Items[i])
		} else {
			words[""] = inheritedWords(result)
		}
	}
	return words
}

// add keeps the rows of an account.
func (g *guardrailSheets) add(rows *AccountRows) error {
	if len(g.columnOf)+len(g.organization) == 0 {
		return nil
	}
	a := rows.Account
	covered := make([]string, len(g.coverage.columns))
	copy(covered, []string{a.Unit, a.ID, a.Name})
	var denied [][]string
	for i := range rows.Results {
		result := &rows.Results[i]
		column, ok := g.columnOf[result.Control]
		if !ok {
			continue
		}
		covered[column] = verdictWords(result)
		denied = append(denied, guardrailRows(a, result)...)
	}
	for i, words := range g.organization {
		covered[len(covered)-len(g.organization)+i] = cmp.Or(words[a.ID], words[""])
	}
	if a.Outcome == Excluded {
		for i := 3; i < len(covered); i++ {
			covered[i] = Excluded
		}
	}
	if err := g.covered.put(a.ID, [][]string{covered}); err != nil {
		return err
	}
	return g.denied.put(a.ID, denied)
}

// guardrailRows are the rows of a guardrail in an account, one for each action.
func guardrailRows(a *Account, result *benchmark.Result) [][]string {
	if len(result.Items) == 0 && result.Verdict == benchmark.VerdictNotAssessed {
		why := ""
		if result.Gap != nil {
			why = gapWords(result.Gap)
		}
		return [][]string{{a.Unit, a.ID, a.Name, result.Control, "", "", "not assessed", "", "", "", "", "", "", why}}
	}
	var rows [][]string
	for i := range result.Items {
		item := &result.Items[i]
		d := item.Denial
		if d == nil {
			d = &benchmark.Denial{Action: item.Resource}
		}
		words := "not assessed"
		switch item.Status {
		case benchmark.Passed:
			words = "yes"
		case benchmark.Failed:
			words = "NO"
		}
		observed := item.Observed
		if item.Gap != nil {
			observed += ": " + gapWords(item.Gap)
		}
		rows = append(rows, []string{
			a.Unit, a.ID, a.Name, result.Control, d.Action, d.Region, words,
			d.PolicyName, d.PolicyID, d.NodeName, d.NodeID, d.Statement, d.Exempt, observed,
		})
	}
	return rows
}

// finish writes the rows that were kept, unit by unit.
func (g *guardrailSheets) finish() error {
	for _, part := range []struct {
		sheet *rowSheet
		spool *accountSpool
	}{{g.coverage, g.covered}, {g.detail, g.denied}} {
		err := part.spool.each(g.order, func(row []string) error {
			values := make([]any, len(row))
			for i, text := range row {
				values[i] = text
			}
			return part.sheet.row(values...)
		})
		if err != nil {
			return err
		}
		if err := part.sheet.finish(); err != nil {
			return err
		}
	}
	return nil
}
