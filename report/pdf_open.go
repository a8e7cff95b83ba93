package report

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds of what the executive part says of what is missing.
const (
	pdfOpenAccounts = 5
	pdfOpenGroups   = 5
)

// open draws in short what is not known; the appendix holds it in full.
func (d *pdfDocument) open() error {
	missing, groups := d.missing(), pdfGapGroups(d.report.Gaps)
	d.begin(d.openHeight(missing, groups))
	if d.nothingMissing(len(missing)) {
		return d.note("nothing-missing", d.facts())
	}
	top := d.y
	if err := d.note("open", d.facts()); err != nil {
		return err
	}
	for i, a := range missing {
		if i == pdfOpenAccounts {
			d.bullet("and " + pdfCount(len(missing)-i, "more account", "more accounts"))
			break
		}
		d.font("", 8.5)
		d.bullet(fmt.Sprintf("%s (%s), %s: %s", d.fit(a.Name, 60), a.ID, pdfOutcome(a.Outcome), a.Why))
	}
	for i, g := range groups {
		if i == pdfOpenGroups {
			d.bullet("and " + pdfCount(len(groups)-i, "more kind", "more kinds") + " of gaps")
			break
		}
		where := "of the organization"
		if n := len(g.accounts); n > 0 {
			where = "in " + pdfCount(n, "account", "accounts")
		}
		d.bullet(fmt.Sprintf("%s, %s: %s", pdfTitleCase(strings.ReplaceAll(string(g.section), "_", " ")), where, g.cause.Words()))
	}
	d.pdf.Link(pdfLeft, top, d.wide, d.y-top, d.link("gaps"))
	return nil
}

// openHeight is what the section takes below its heading.
func (d *pdfDocument) openHeight(missing []*Account, groups []*pdfGapGroup) float64 {
	lines := func(n, most int) float64 { return float64(min(n, most+1)) }
	return 11 + 4.6*(lines(len(missing), pdfOpenAccounts)+lines(len(groups), pdfOpenGroups))
}

// missing are the accounts in scope that were not read in full; those that are wholly
// missing come before those that lack a part.
func (d *pdfDocument) missing() []*Account {
	var missing []*Account
	for _, a := range pdfAccountsByUnit(d.report.Accounts) {
		if a.Outcome != Complete && a.Outcome != Excluded {
			missing = append(missing, a)
		}
	}
	slices.SortStableFunc(missing, func(a, b *Account) int { return pdfOutcomeRank(a.Outcome) - pdfOutcomeRank(b.Outcome) })
	return missing
}

func pdfOutcomeRank(outcome string) int {
	return slices.Index([]string{NotEntered, NotCollected, Partial}, outcome)
}

// nothingMissing tells whether everything that was to be assessed was, where so many
// accounts were not read in full.
func (d *pdfDocument) nothingMissing(accounts int) bool {
	r := d.report
	return r.Evidence.Complete && r.Tally.CountNotAssessed == 0 && accounts == 0 && len(r.Gaps) == 0
}
