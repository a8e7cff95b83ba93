package report

import (
	"cmp"
	"fmt"
	"slices"

	"orgaudit/report/benchmark"
)

// pdfFigureRow says which control a figure is of, and what its population is of. Without a
// noun accounts are counted, with one items.
type pdfFigureRow struct{ control, noun string }

// pdfFigureGroups are the figures that readers ask for first. A benchmark need not judge
// all of them.
func pdfFigureGroups() []struct {
	title string
	rows  []pdfFigureRow
} {
	return []struct {
		title string
		rows  []pdfFigureRow
	}{
		{"Root user", []pdfFigureRow{
			{"root-mfa", ""}, {"root-hardware-mfa", ""}, {"root-no-access-key", ""}, {"root-not-used", ""},
		}},
		{"MFA of people", []pdfFigureRow{
			{"user-console-mfa", "users"}, {"privileged-user-hardware-mfa", "users"}, {"role-trust-mfa", "roles"},
		}},
		{"Access keys and credentials", []pdfFigureRow{
			{"user-credentials-unused", "credentials"}, {"user-key-unused", "keys"}, {"access-key-rotation", "keys"}, {"user-key-365", "keys"},
		}},
		{"Administrators", []pdfFigureRow{
			{"user-admin-policy", "users"}, {"role-admin-policy", "roles"}, {"policy-no-full-admin", "policies"}, {"principal-no-escalation", "principals"},
		}},
		{"Access from outside", []pdfFigureRow{
			{"role-trust-anyone", "roles"}, {"role-outside-org", "trusts"}, {"role-external-id", "trusts"}, {"analyzer-public-access", ""},
		}},
	}
}

const (
	pdfFigureHigh = 5.4 // height of a row
	pdfFigureName = 84.0
	pdfFigureBar  = 34.0
)

// figures draws how many of what there is to count are not as they should be.
func (d *pdfDocument) figures() error {
	type group struct {
		title string
		rows  []pdfFigureRow
	}
	var groups []group
	height, titles := 17.0+pdfFigureHigh+6, 0.0 // with who comes from outside; lines beyond the first
	for _, g := range pdfFigureGroups() {
		var rows []pdfFigureRow
		for _, row := range g.rows {
			if c := d.control(row.control); c != nil && (c.Passed+c.Failed > 0 || c.NotAssessed > 0 && c.Manual == 0) {
				rows = append(rows, row)
			}
		}
		if len(rows) > 0 || g.title == "Access from outside" {
			groups = append(groups, group{g.title, rows})
			height += 9
			for _, row := range rows {
				height += pdfFigureHigh
				titles += d.figureHeight(d.control(row.control), 2) - pdfFigureHigh
			}
		}
	}
	// Titles take two lines where all of it still fits on a page.
	most := 1
	if height+titles <= d.bottom-pdfTop-11 {
		most, height = 2, height+titles
	}
	d.begin(height)
	if err := d.note("figures-intro", nil); err != nil {
		return err
	}
	d.font("", 7)
	d.ink(pdfGrey)
	d.text(pdfLeft+pdfFigureName+pdfFigureBar+3, d.y+8, "wrong of judged")
	d.textRight(pdfLeft+d.wide, d.y+8, "accounts not assessed")
	d.y += 5
	for i, g := range groups {
		if i > 0 {
			d.y += 2
		}
		d.small(g.title)
		for _, row := range g.rows {
			d.figure(d.control(row.control), row.noun, most)
		}
	}
	return d.outside()
}

// control returns a control of the benchmark by its id, or nil.
func (d *pdfDocument) control(id string) *Control {
	i := slices.IndexFunc(d.report.Controls, func(c Control) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &d.report.Controls[i]
}

// figureTitle says in so many lines at most what a figure is of.
func (d *pdfDocument) figureTitle(c *Control, most int) []string {
	d.font("", 8.5)
	return d.wrap(pdfTitleCase(cmp.Or(c.Finding, c.Title)), pdfFigureName-3, most)
}

func (d *pdfDocument) figureHeight(c *Control, most int) float64 {
	return pdfFigureHigh + float64(len(d.figureTitle(c, most))-1)*d.leading(8.5)
}

// figure draws one count as a bar with its words.
func (d *pdfDocument) figure(c *Control, noun string, most int) {
	split := pdfSplit{c.Passed, c.Failed, c.NotAssessed}
	if noun == "" {
		noun = "accounts"
	} else {
		split = pdfSplit{c.ItemsPassed, c.ItemsFailed, c.ItemsNotAssessed}
	}
	base := d.y + 3.7
	title := d.figureTitle(c, most)
	d.ink(pdfInk)
	for i, line := range title {
		d.text(pdfLeft, base+float64(i)*d.leading(8.5), line)
	}
	x := pdfLeft + pdfFigureName
	d.split(x, d.y+1, pdfFigureBar, 3.2, split, pdfSeverity(c.Severity))
	x += pdfFigureBar + 3
	words := "not assessed"
	if n := split.judged(); n > 0 {
		words = fmt.Sprintf("%d of %d %s", split.failed, n, noun)
	}
	d.font("B", 8.5)
	d.text(x, base, d.fit(words, pdfLeft+d.wide-x-12))
	d.font("", 8.5)
	d.ink(pdfGrey)
	d.textRight(pdfLeft+d.wide, base, pdfNone(c.NotAssessed))
	if c.Failed > 0 {
		d.pdf.Link(pdfLeft, d.y, d.wide, d.figureHeight(c, most), d.link("control "+c.ID))
	}
	d.y += d.figureHeight(c, most)
}

// split draws a bar with what failed, what passed, and, with no filling, what is not known.
func (d *pdfDocument) split(x, y, w, h float64, s pdfSplit, failed pdfShade) {
	line := d.colour(pdfLine)
	d.pdf.SetDrawColor(line.r, line.g, line.b)
	d.pdf.SetLineWidth(0.2)
	if all := s.all(); all > 0 {
		part := func(n int) float64 { return w * float64(n) / float64(all) }
		if s.failed > 0 {
			d.box(x, y, max(part(s.failed), 0.5), h, failed)
		}
		if s.passed > 0 {
			d.box(x+part(s.failed), y, part(s.passed), h, pdfTint)
		}
	}
	d.pdf.Rect(x, y, w, h, "D")
}

// outside says who comes from outside the organization into its accounts.
func (d *pdfDocument) outside() error {
	f := pdfOutside{OutsideRoles: d.report.OutsideRoles}
	for i := range d.report.OutsideAccess {
		o := &d.report.OutsideAccess[i]
		switch {
		case o.Roles == o.NobodyIn || o.Kind == TrusteeService || o.Kind == TrusteeEveryone:
		case o.Origin == benchmark.VendorAccount || o.Origin == benchmark.TrustedAccount:
			f.Known++
		case o.Kind == TrusteeAccount:
			f.Unknown++
		}
	}
	for i := range d.report.Accounts {
		if a := &d.report.Accounts[i]; a.Roles >= 0 && a.Outcome != Excluded {
			f.Read++
		}
	}
	f.Unread = d.report.Coverage.InScope() - d.report.Coverage.Complete
	d.y += 1.5
	return d.note("outside-access", f)
}

// pdfOutside is what the sentence on access from outside is filled in with.
type pdfOutside struct {
	OutsideRoles
	// Known and Unknown count accounts outside the organization that can assume some of them.
	Known, Unknown int
	// Read counts the accounts in scope whose roles were read, Unread those that were not read
	// in full.
	Read, Unread int
}
