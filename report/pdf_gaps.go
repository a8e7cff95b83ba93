package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orgaudit/org"
)

// gaps draws what is not known: accounts that were not assessed or not wholly, and parts
// of the evidence that could not be read.
func (d *pdfDocument) gaps() error {
	d.title("What was not assessed, in full")
	missing := slices.DeleteFunc(pdfAccountsByUnit(d.report.Accounts), func(a *Account) bool { return a.Outcome == Complete })
	if d.nothingMissing(len(missing)) {
		return d.writeProse("nothing-missing", d.facts())
	}
	if err := d.writeProse("gaps-intro", d.facts()); err != nil {
		return err
	}
	if err := d.missingAccounts(missing); err != nil {
		return err
	}
	return d.missingSections()
}

func (d *pdfDocument) missingAccounts(missing []*Account) error {
	d.heading("Accounts", pdfTableKeep)
	if len(missing) == 0 {
		return d.writeProse("all-accounts-assessed", d.facts())
	}
	columns := []pdfColumn{
		{title: "Account", width: 23},
		{title: "Name", width: 40.5},
		{title: "Outcome", width: 19},
		{title: "Cause", width: 62, lines: 3},
		{title: "Code of AWS", width: 37, lines: 2},
	}
	// What should have been read and was not must not drown in what nobody meant to read.
	var inScope, excluded []*Account
	for _, a := range missing {
		if a.Outcome == Excluded {
			excluded = append(excluded, a)
		} else {
			inScope = append(inScope, a)
		}
	}
	var rows [][]pdfCell
	for _, a := range slices.Concat(inScope, excluded) {
		rows = append(rows, []pdfCell{
			pdfPlain(a.ID), pdfPlain(a.Name), pdfPlain(pdfOutcome(a.Outcome)), pdfPlain(pdfOr(a.Why)), pdfPlain(pdfOr(a.Code)),
		})
	}
	d.table(columns, rows)
	return nil
}

func (d *pdfDocument) missingSections() error {
	d.heading("Parts of the evidence", pdfTableKeep)
	groups := pdfGapGroups(d.report.Gaps)
	if len(groups) == 0 {
		return d.writeProse("no-gaps", nil)
	}
	columns := []pdfColumn{
		{title: "Section", width: 34, lines: 2},
		{title: "Cause", width: 46, lines: 2},
		{title: "Gaps", width: 11, right: true},
		{title: "Accounts", width: 15, right: true},
		{title: "Examples", width: 74, lines: 3},
	}
	names := make(map[string]string, len(d.report.Accounts))
	for _, a := range d.report.Accounts {
		names[a.ID] = a.Name
	}
	var rows [][]pdfCell
	for _, g := range groups {
		accounts := pdfDash // a gap of the organization
		if len(g.accounts) > 0 {
			accounts = fmt.Sprint(len(g.accounts))
		}
		rows = append(rows, []pdfCell{
			pdfPlain(strings.ReplaceAll(string(g.section), "_", " ")), pdfPlain(g.cause.Words()),
			pdfPlain(fmt.Sprint(g.gaps)), pdfPlain(accounts),
			pdfPlain(d.gapExamples(g, names)),
		})
	}
	d.table(columns, rows)
	return nil
}

// pdfGapGroup are the gaps of one section that have the same cause.
type pdfGapGroup struct {
	section  org.Section
	cause    org.Cause
	gaps     int
	accounts map[string]bool
	// examples are the first gaps, each of another account where there are several.
	examples []org.Gap
}

// pdfGapGroups puts gaps together, the most frequent first.
func pdfGapGroups(gaps []org.Gap) []*pdfGapGroup {
	type key struct {
		section org.Section
		cause   org.Cause
	}
	var groups []*pdfGapGroup
	index := map[key]*pdfGapGroup{}
	for _, gap := range gaps {
		k := key{gap.Section, gap.Cause}
		g, ok := index[k]
		if !ok {
			g = &pdfGapGroup{section: gap.Section, cause: gap.Cause, accounts: map[string]bool{}}
			index[k] = g
			groups = append(groups, g)
		}
		g.gaps++
		another := g.gaps == 1 || gap.Account != "" && !g.accounts[gap.Account]
		if gap.Account != "" {
			g.accounts[gap.Account] = true
		}
		if another && len(g.examples) < 2 {
			g.examples = append(g.examples, gap)
		}
	}
	slices.SortStableFunc(groups, func(a, b *pdfGapGroup) int {
		return cmp.Or(cmp.Compare(b.gaps, a.gaps), cmp.Compare(a.section, b.section), cmp.Compare(a.cause, b.cause))
	})
	return groups
}

// gapExamples names the call, the place and AWS's code of some gaps of a group.
func (d *pdfDocument) gapExamples(g *pdfGapGroup, names map[string]string) string {
	d.font("", pdfSmall)
	var examples []string
	for _, gap := range g.examples {
		place := "organization"
		if gap.Account != "" {
			place = gap.Account
			if name := names[gap.Account]; name != "" {
				place = d.fit(name, 36)
			}
		}
		if gap.Region != "" {
			place += ", " + gap.Region
		}
		text := place
		if gap.Operation != "" {
			text = gap.Operation + " in " + place
		}
		if gap.Code != "" {
			text += " (" + gap.Code + ")"
		}
		examples = append(examples, text)
	}
	return strings.Join(examples, "; ")
}
